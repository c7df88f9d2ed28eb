// Package triage tests what triage promises on recorded and generated alerts, from detection to incident.
//
// What comes in are the AIT Alert Data Set, recorded Windows attacks and generated days of a company. What must come out:
// every attack, nearly every step, few false incidents, no technique lost on the way from alert to incident, quiet weeks
// that stay quiet. The limits are those that plain methods reach; docs/explanation/triage-quality.md has the figures.
package triage
