// Package windows understands Windows events, whoever carried them: the JSON that evtx_dump and Vedette's own event log
// reader write, Winlogbeat and Elastic Agent, NXLog and other flat JSON, and the XML that Windows itself renders.
//
// One event becomes one event. The names of its fields are those of the event's own data without blanks, as Sigma rules
// name them, moved to canonical names by the table in the vocabulary; attributes of the System part are joined with an
// underscore (Provider_Name). What the canonical schema wants beyond that (who, from where, which file, how it ended) is
// derived and added beside, never instead. The first source of a canonical field wins: a second one of the same event
// stays under "src.".
package windows
