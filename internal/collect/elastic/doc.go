// Package elastic receives what clients of Elasticsearch send: the bulk protocol, and the few questions that they ask
// before they trust a server.
//
// Each index, create or update action of a bulk request is one record. The answer holds one item an action, in order and
// with the same verb, because clients count them; it is sent after the records are durable. While the journal is full
// the whole request is answered 429, which every client takes as "try again".
package elastic
