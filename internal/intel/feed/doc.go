// Package feed fetches indicators from where others publish them, on a schedule: TAXII 2.1 servers, MISP feeds and
// exports, STIX bundles and lists by HTTP or from a file.
//
// In come the feeds of the configuration and those that people add; out go imports into the [intel.Library] and, for
// each feed, what its last poll brought.
//
// The room promises: only addresses that are configured are asked, redirections lead to no other host, and addresses of
// the machine's own link (where clouds keep their secrets) are never dialled. Answers are bounded in size, number and
// time. A server that asks for patience (Retry-After) gets it. Secrets never appear in errors, logs or answers.
package feed
