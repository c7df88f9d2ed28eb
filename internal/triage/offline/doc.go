// Package offline reads alerts that were recorded somewhere, ours or another product's, for triage without a server.
//
// What comes in are files of alerts: tables of the AIT Alert Data Set ([AITADS]), or one JSON object a line ([NDJSON]): our
// own alerts, Suricata's EVE alerts, Wazuh's alerts.json, or a flat form. What goes out is a [Set]: the alerts of one
// file in order of their times, each as a [vedette.Alert] with the number of its record, counted from 1, header apart.
// Names of other products' alerts are given a severity, a family of evidence and ATT&CK techniques from the words that
// the field uses ([Know]).
//
// # Promises
//
//   - Labels that say what was an attack are read only when they are asked for, and never stand in an alert.
//   - What cannot be read is counted, with the first reasons kept; nothing is dropped in silence.
//   - Memory is bounded: 16 bytes a record and one alert for each different alert; beyond [MaxRecords] or [MaxKinds]
//     reading stops with an error.
package offline
