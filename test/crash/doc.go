// Package crash kills the real program under load and counts what is left.
//
// Several HTTP clients and syslog senders push numbered records; at a random moment the process is killed as by a power
// cut, started again, sometimes killed again while it recovers, and then what the API finds is compared with what was
// acknowledged: every acknowledged event and alert is there exactly once, nothing is there twice, and every incident
// counts the alerts that point at it. Asked to stop instead of killed, the process ends within ten seconds and loses
// nothing either.
//
// VEDETTE_CRASH_KILLS sets the number of kills (3, or 10 with VEDETTE_TEST_ALL=1), VEDETTE_CRASH_SEED repeats a run's
// moments.
package crash
