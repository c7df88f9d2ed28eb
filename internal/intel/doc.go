// Package intel knows what is known to be bad: addresses, networks, domains, URLs, e-mail addresses and hashes of files
// that feeds name, and finds them in events in the same pass as the rules.
//
// In come items that the parsers nested in this room read from STIX, MISP and lists (stix, misp, list), by file or by
// polling (feed). What feeds say of one value is one [vedette.Indicator]. Events come in by [Library.Match]; out go
// alerts that name the indicator, its feeds, its marking and its confidence at that moment.
//
// The room promises:
//
//   - An indicator that is expired, revoked, not valid yet, faded below the cut-off or on the allow-list never fires.
//     Validity is judged by the clock at the moment of matching, to the second.
//   - A hit is exact: the stored value itself is compared, a hash alone decides nothing.
//   - A million indicators take less than 200 MB. An event that holds none costs well under a microsecond and allocates
//     nothing. Changes are swapped in shard by shard, without keeping matching waiting.
//   - What a feed says and cannot be kept is counted and reported with its reason, never dropped in silence.
//   - The same indicator on the same event always gives the same alert id.
//
// Confidence ages as in MISP's decaying models (https://www.misp-project.org/2019/09/12/Decaying-Of-Indicators.html):
// base · (1 − (age/lifetime)^(1/speed)), with a lifetime and a speed for each kind ([Ageing]).
package intel
