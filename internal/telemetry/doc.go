// Package telemetry is how the house watches itself: its metrics, its log, and the register of everyone who sends it
// records.
//
// Rooms count what they do through [Metrics] and [Sources]; the API and the console read it back. Everything here is
// bounded: a hostile sender can make neither metrics nor sources grow without limit.
package telemetry
