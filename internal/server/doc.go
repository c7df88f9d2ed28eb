// Package server wires the house: it builds every room from one configuration, runs them in one process, and takes them
// down again in the order in which data flows, so that nothing accepted is lost.
//
// Read pipeline.go first: it is the way of a record from a receiver to an answer.
package server
