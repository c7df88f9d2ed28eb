// Package text is the reader among the detectors of the unknown: it learns how the strings of a place usually read, and
// says how surprising a new one is and which eight characters of it are the surprise. No attack is ever shown to it.
//
// In come command lines, values of HTTP parameters, user agents and DNS names. Out come, each in natural units of
// information (nats) and each with the words that explain it:
//   - from [Model], the surprise of a string: a byte 3-gram language model with Witten–Bell back-off, the worst
//     window of eight characters, and the run of any length that reads least as usual;
//   - from [Names.Generated], the log-odds that a domain name was made by a generator, from word-likeness and lexical features;
//   - from [Names.Information], how many bits the names below a domain carry: what a tunnel needs.
//
// The package promises:
//   - memory is fixed at construction, 0.9 MiB a model, whatever is read;
//   - scoring allocates nothing and looks at the first 16 KiB of a string;
//   - a string counts once however often it is repeated, and after [Model.Freeze] only a bounded share of what is seen
//     is learned, surprising strings least: whoever writes strings can teach the model only slowly;
//   - the same strings in the same order give the same model; a snapshot gives it back.
//
// A [Model] has one owner: it does no locking. [Names] are fixed and may be read by many.
package text
