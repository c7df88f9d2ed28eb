// Package attack is what the house knows of MITRE ATT&CK for Enterprise: the number, the name and the tactics of every
// technique, and the tactics in the order in which attacks go through them.
//
// In come identifiers as rules write them in their tags; out go names, and where a technique was replaced, its successor.
// The table is a file of facts, techniques.tsv, with its source and its licence at its head. It is read once, on first
// use, and never changes.
package attack
