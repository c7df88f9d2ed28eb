// Package access is the gate of the house: who may come in, and what they may do.
//
// In come names with passwords, session secrets and API tokens; out comes a [Principal] that says what its bearer
// [Principal.May]. People have one role each: viewer, analyst, responder, admin, where each includes the one before.
// Programs have tokens with scopes.
//
// It promises:
//   - Passwords are kept as argon2id hashes, sessions and tokens as SHA-256 of 256 random bits; nothing kept opens the gate.
//   - An unknown name costs as long as a wrong password; guessing is slowed per name, per address and per pair of them.
//   - Hashing is bounded: two at a time, 19 MiB each.
//   - Taking a right away (logout, new password, role, disabling, deleting) works at once in this process and within
//     five seconds in others on the same database.
//   - The last administrator of a tenant cannot be removed, disabled or demoted.
//   - Every change made here, every login and every failed login is written to the audit log by this package itself:
//     callers add nothing for these operations.
package access
