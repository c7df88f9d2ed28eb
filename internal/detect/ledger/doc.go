// Package ledger keeps account of what detection looked at: for every rule, source and minute whether events were
// evaluated, wait, could not be looked at, or never came.
//
// In come the events of each journal sequence once they went all the way ([Ledger.Observe]), the ruleset with the state
// of each rule, what the register of sources knows, and how far the process is behind the journal. Out go rows of equal
// minutes ([Ledger.Rows]), an overview of sources over time ([Ledger.Overview]) and the gaps ([Ledger.Gaps]): times in
// which rules were blind, and why.
//
// A table of every rule, source and minute would have billions of cells. The ledger keeps three small things instead and
// computes a cell when it is asked for: how many events of a source and a kind of record were looked at in a minute; when
// a rule was not simply evaluated; and how often a source usually speaks (telemetry.Rhythm, the one definition of silence
// in the house). The minute is that of arrival, not the event's own time: a dead source and a backlog are then visible
// where they happen.
//
// It promises: a journal sequence is counted once, whatever stops the server between; an expected source that dies is
// visible within a minute; memory and storage are bounded by the number of pairs of source and kind of record, beyond
// which the rest is counted together as "other"; news about the source "vedette" are never expected and never missed.
package ledger
