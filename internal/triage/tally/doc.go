// Package tally counts the alerts of an incident by time and by entity, in bounded room. In go alerts one by one, or the
// counts of another incident; out comes a vedette.Tally for the document.
//
// It promises:
//   - The counts by time add up to the alerts that went in, however many and however far apart: at most 48 spans, which are
//     an hour each at first and grow twice as long when they no longer reach.
//   - Every entity that the incident lists has its own count; how many different ones it does not list is estimated.
//   - It is pure and deterministic.
package tally
