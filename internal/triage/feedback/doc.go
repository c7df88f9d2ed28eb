// Package feedback lets people's verdicts change what detectors weigh, within bounds, and proposes suppressions.
//
// What comes in are judgements: an incident, what it was made of, what somebody called it. What goes out are a factor for
// each detector, and for each detector together with one of its entities ([Weights.Factor]), and proposals of suppressions
// with the narrowest scope that covers what was called harmless ([Propose]). Everything is a pure function of the
// judgements and the time: nothing is stored here, and nothing is learned twice.
//
// # How a factor comes about
//
// A rate, the share of verdicts that asked for an action, is the mean of a Beta posterior. A detector's prior has the mean
// one half and the weight of eight verdicts, an entity's the mean of its detector and the weight of two, which is that of
// the uniform distribution: what people say of a rule on a machine is mostly about just that. The factor is twice the rate.
// As in AACT (arXiv 2505.09843) it is followed over a long and a short time. The short rate counts only when it is the
// higher one: what was noise for months and is now an attack is believed again after a few verdicts, and the way down is
// slow.
//
// # Promises
//
//   - A factor lies within [MinFactor, MaxFactor]; that of a rule that ever was high or critical not below
//     [MinFactorSevere]. No weight becomes nothing, none turns into its opposite.
//   - What is said on one day, once or many times, moves nothing. Every further day on which something is said moves a
//     factor by at most [MaxStep]: one wrong verdict hides nothing and raises nothing.
//   - One person alone moves a detector no further than to [MinAlone] or [MaxAlone], and in one day by no more than two
//     verdicts would.
//   - A factor above 1 takes attacks on two days that at most three rules made: an attack holds much that only happened at
//     the same time. Back to 1 it comes by any attack.
//   - An incident counts once, with the last that was said of it.
//   - The order in which judgements are given changes nothing, and tenants never meet.
//   - Memory is bounded: the newest [MaxVerdicts] judgements and [maxKeys] places of each tenant.
package feedback
