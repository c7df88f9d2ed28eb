// Package ndjson receives records over plain HTTP: POST /ingest/v1/events with one record a line.
//
// A line is usually a JSON object, but any line is a record: what cannot be parsed is kept raw and shown, never refused.
// A body that is one JSON array gives one record an element. The answer 200 {"accepted":n} is sent after the records are
// durable; any other status means that none of them was taken.
package ndjson
