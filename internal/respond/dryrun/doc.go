// Package dryrun is the actuator that changes nothing: it says in the log and on the action what would have been done.
// Vedette uses it when it may not change the firewall, and when an operator wants to watch before trusting.
package dryrun
