// Package hostile sends the real server what no sender should send: lines of 100 MB, gzip bombs, JSON of 10,000 levels,
// half characters, foreign encodings and protocols, clocks that are 30 years off, clients that never finish, and a disk
// that is full.
//
// After each attack the server runs, its memory stayed bounded, the attack left a counted reason where people look, and
// a well-behaved sender who sent all the while lost nothing and was answered in time.
package hostile
