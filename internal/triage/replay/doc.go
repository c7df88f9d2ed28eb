// Package replay measures what triage would lose: it puts a labelled world through it and counts which attacks are found.
//
// What comes in is triage as it is configured (line, feedback, suppressions, rules that are on); what goes out is a
// [vedette.Recall]. The world is our own: a company's eleven days of everyday alerts with eight attacks among them, from a
// fixed seed, so that a change of the figures is a change of the configuration or of the program. Its alerts name the
// rules of the built-in set; one that is off, on trial or gone raises nothing, and the steps that it alone would have
// shown are missed. The labels are never given to triage.
//
// It answers how good the whole is only in relation to itself: a fall from one night to the next means that something
// that was found is not found any more.
package replay
