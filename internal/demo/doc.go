// Package demo is a small company under attack, for the first minute with Vedette.
//
// It makes up a trading company's day: twenty-odd hosts that write web, SSH, DNS, firewall, Windows and Linux records,
// and within them one intrusion, from the first scan to data leaving the house. The records are sent as real clients
// send them, over loopback syslog and HTTP, with an accelerated clock. The same seed always gives the same day. Nothing
// in it attacks anything: it is text about things that never happened, with addresses reserved for documentation.
package demo
