// Package baseline learns what is usual and says what is not: detectors of the unknown, on events, in constant memory.
//
// In come events in the order of the journal ([Baseline.Observe]) and the clock ([Baseline.Advance]); out go alerts that
// carry a [vedette.Anomaly]: what was seen, what was expected, on how many observations the expectation stands, and how
// much it speaks for an attack, in nats. They are of severity info or low. One alone is a curiosity; triage puts them
// together.
//
// Each file is one detector: what an entity never did (novelty.go), more than ever (burst.go, ramp.go), at an hour that is
// not its own (hours.go), many different ones (spread.go), programs that start programs (chain.go), words of command lines
// (command.go), log lines of a form never seen (template.go), data hidden in names (exfil.go), volumes (volume.go). What is
// usual for an entity and what is usual for those like it (peers.go) are both asked, and the smaller surprise counts.
//
// Promises. The same events and calls in the same order give the same alerts with the same ids, however often the state
// was written down ([Baseline.Snapshot]) and read again ([Baseline.Restore]) between. Memory is bounded whatever comes
// ([Config.Memory]); what is forgotten for it is counted. Tenants never meet: each has tables of its own. Nothing is
// learned from events of entities in quarantine, and no key learns faster than a bound per day. Time is event time, which
// never runs backward and is never believed to be after the moment of arrival.
package baseline
