// Package statestore keeps what people and the corridor decide: incidents, actions, entities, rule settings, users,
// sessions, tokens, the audit log and the progress of the corridor itself.
//
// In come the vocabulary's structs; out come the same structs, in pages. It holds no rules of its own beyond those that
// only a database can keep true: versions that move by one, an audit log that cannot be rewritten unnoticed, an
// installation that never loses its last administrator.
//
// Two engines stand behind one [Store]: SQLite in a single file (the default) and PostgreSQL by URL. Both pass the same
// suite, statestoretest. Every other room is kept free of SQL.
//
// It promises:
//   - A method that returns nil has been synced to disk; one that returns an error has changed nothing.
//   - Errors carry a code: not_found for what is missing, conflict for what was true a moment ago, invalid for input
//     that can never be right, too_large over a stated limit, unavailable when the engine is out of reach or its disk full.
//   - Times are kept to the microsecond, in UTC.
//   - Lists come in pages by an opaque cursor, stay in order while rows are added, and name the total.
//   - Text is kept as valid UTF-8 without NUL; names used as keys are shortened beyond 512 bytes, always the same way.
package statestore
