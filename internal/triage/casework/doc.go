// Package casework rearranges incidents as people ask: it joins documents, parts them, and tells what arrived since.
//
// In come [vedette.Incident] documents with the key of each piece of evidence, as triage names the kind of equal alerts
// that it stands for; out come documents whose counts, times, entities and evidence are right, and whose words and score
// are left for triage to make anew.
//
// It promises:
//   - No alert is lost or doubled: what two documents count before is what they count after.
//   - Alerts of one kind stay together, the counted ones with the shown ones: later ones can follow.
//   - It is pure: the same documents give the same result, and those given are not changed.
package casework
