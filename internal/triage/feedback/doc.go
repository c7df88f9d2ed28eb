// Package feedback lets people's verdicts change what detectors weigh, within bounds, and proposes suppressions.
//
// What comes in are judgements: an incident, what it was made of, what somebody called it. What goes out are a factor for
// each detector, and for each detector together with one of its entities ([Weights.Factor]), and proposals of suppressions
// with the narrowest scope that covers what was called harmless ([Propose]). Everything is a pure function of the
// judgements and the time: nothing is stored here, and nothing is learned twice.
//
// # How a factor comes about
//
// As in AACT (arXiv 2505.09843) the share of verdicts that asked for an action is followed over a long and a short time,
// both shrunk towards a prior: the short one towards the long one, an entity's towards its detector's, a detector's
// towards one half. The factor is twice that share. The short rate counts only when it is the higher one: what was noise
// for months and is now an attack is believed again after a few verdicts, and the way down is slow.
//
// # Promises
//
//   - A factor lies within [MinFactor, MaxFactor]; that of a rule that ever was high or critical not below
//     [MinFactorSevere]. No weight becomes nothing, none turns into its opposite.
//   - One person alone moves a detector no further than to [MinAlone] or [MaxAlone], and in one day by no more than two
//     verdicts would.
//   - One verdict moves a factor by less than [MaxStep].
//   - An incident counts once, with the last that was said of it.
//   - The order in which judgements are given changes nothing, and tenants never meet.
//   - Memory is bounded: the newest [MaxVerdicts] judgements and [maxKeys] places.
package feedback
