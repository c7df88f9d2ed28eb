// Package eventstoretest holds what every event store must do, as tests: [Run] for one process, [RunCrash] for one that
// is killed. An implementation calls both from its own tests.
package eventstoretest
