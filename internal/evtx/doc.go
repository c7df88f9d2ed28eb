// Package evtx reads binary Windows event logs (.evtx) and nothing else.
//
// In comes a file as an [io.ReaderAt]. Out comes each event record, in the order it was written, as one JSON object in
// the shape that Windows responders know from evtx_dump:
//
//	{"Event":{"#attributes":{…},"System":{"Provider":{"#attributes":{…}},"EventID":4624,…},"EventData":{"Name":"value"}}}
//
// The format is the one that the libyal project and [MS-EVEN6] describe: a file header, chunks of 64 KiB that can be
// read alone, and in each chunk records of binary XML that share templates and names.
//
// Strings are given as the log has them, white space at their end included (evtx_dump cuts it off); times have six
// digits behind the second, as there.
//
// Event logs come from machines that were attacked, crashed or were copied while running, so the package promises:
//   - a damaged chunk or record costs only itself; what was skipped is reported at the end as [*Damage];
//   - nothing in a file decides how much memory or time is spent: nesting, templates, output and work have limits;
//   - it never panics and never writes.
package evtx
