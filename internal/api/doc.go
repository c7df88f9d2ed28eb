// Package api is the front door for programs and for the console: the REST surface, its live stream, and the document
// that describes both.
//
// In come HTTP requests; out go answers made of the vocabulary's own structs. The room keeps no state of its own beside
// limits and the ring of the live stream: incidents, actions and people live in the statestore, events in the
// eventstore, rules in the engine, and each handler is a short walk between them.
//
// What it promises:
//
//   - One table (routes.go) says for every operation its path, who may call it, what the audit log calls it and how
//     large its body may be. The mux, the OpenAPI document, the permission check and the audit log are all made from it.
//   - Every failure is application/problem+json with a stable code. What went wrong inside is in the log under the
//     trace id that the caller gets, never in the answer.
//   - Every write leaves a line in the audit log, whether it worked, failed or was refused.
//   - Lists are {items, next, total}; a cursor from next continues where the page ended.
//   - Everything that grows with what callers send is bounded: bodies, pages, limits, streams, and what a stream holds.
package api
