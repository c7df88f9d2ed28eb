// Package harness starts the real program for the tests of the whole house, and speaks to it as clients do.
//
// A test gets a server on loopback with a data directory of its own, by settings in the environment. It can kill it,
// stop it and start it again on the same data. Nothing here looks into the process: all that tests know comes from its
// doors, its log and what the operating system says of it.
//
// The binary is built once for a test process, or taken from VEDETTE_BIN. With VEDETTE_TEST_ALL=1 also the tests run that
// take long or need more than Go; what they need and do not find is the reason they print when they skip.
package harness
