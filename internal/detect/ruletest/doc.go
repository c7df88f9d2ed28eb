// Package ruletest runs tests of detection rules that are written to be read aloud: what happens, when, and which alerts
// are expected. A test stands beside its rule: x.yml is tested by x.test.
//
//	# Ten failed logins within five minutes are one alert.
//	case a burst
//	rules ssh_failed_login.yml
//	event x10 every 10s {"EventID": 4625, "Channel": "Security", "TargetUserName": "alice"}
//	expect alert "Many failed logins" at +90s where TargetUserName = alice
//
//	case spread over a day
//	event x10 every 2h {"EventID": 4625, "Channel": "Security", "TargetUserName": "alice"}
//	expect none
//
// In come a folder of files and the name of a test; out goes what failed, with line numbers. Events go through the real
// parsers, the real engine and the real correlator; only the clock is the test's.
//
// # Grammar
//
// One statement stands on a line; JSON may go on over several, up to its closing brace. # begins a comment line.
//
//	file      = { statement | "case" NAME }
//	statement = "rules" FILE {FILE}                    rules under test beside the one that the test is named after
//	          | "start" TIME                           when the case begins; 2026-01-01 00:00:00 when nobody says
//	          | "lateness" DURATION                    how late correlations let events come; none when nobody says
//	          | "load" FILE [WHEN]                     records of a file, which keep their distance in time
//	          | "event" [WHEN] [TIMES] JSON            a record in JSON; {n} in it is its number, from 1
//	          | "line" [WHEN] [TIMES] ":" TEXT         a record of plain text
//	          | "wait" DURATION                        time goes by
//	          | "expect" "none"                        no alert but those that were expected before
//	          | "expect" "alert" WHICH                 one alert
//	          | "expect" NUMBER "alerts" WHICH         so many, no more
//	WHEN      = "at" "+" DURATION                      since the case began
//	          | "after" DURATION                       since the event before
//	TIMES     = "x" NUMBER [ "every" DURATION ]
//	WHICH     = [ ["of"] RULE ] ["at" "+" DURATION] [ "where" FIELD "=" VALUE { "and" FIELD "=" VALUE } ]
//	RULE      = the id or the title of a rule; what has blanks in it stands in quotes
//	FIELD     = a field of the alert or of its event, as the rule or the event names it; level, title, value, or a name of
//	            group-by for the alert of a correlation
//	DURATION  = 30s, 5m, 2h, 1h30m, 7d
//
// What stands before the first case holds for every case. A case begins with nothing remembered. Expectations are about
// the alerts of the case so far; each alert meets one expectation, and an alert that none asked for fails the case.
package ruletest
