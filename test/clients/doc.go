// Package clients lets the programs that people already have send to the real server: rsyslog, syslog-ng, logger, curl
// and the official client of Elasticsearch, configured with exactly the text that the console's page of sources shows.
//
// What they send must arrive once, understood by a parser, under a source that has a name. A program that is not
// installed is the reason its test prints when it skips. VEDETTE_SYSLOG_NG names a folder into which the package
// syslog-ng-core and its libraries were unpacked, since it cannot be installed beside rsyslog; VEDETTE_NODE_MODULES a
// folder of node packages, when the client is not among the console's.
package clients
