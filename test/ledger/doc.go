// Package ledger tests the account of detection on a real server: a source that dies is in the ledger within a minute, a
// loss becomes an alert, and a kill makes nothing be counted twice or not at all.
package ledger
