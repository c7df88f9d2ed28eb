// Package syslog receives RFC 3164 and RFC 5424 messages over UDP and TCP.
//
// On TCP both framings work on one port, frame by frame: octet counting (RFC 6587 §3.4.1) when a frame begins with a
// digit, else lines that end with LF. What stands inside a frame is the parsers' business. A sender is slowed by its TCP
// window while the journal is busy; UDP messages that find the queue full, and those that the kernel dropped, are
// counted.
package syslog
