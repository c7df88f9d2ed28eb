// Package corpus makes up strings to measure the reader with: ordinary command lines, HTTP values and DNS names, and what
// attacks of the same kind look like in a log. In comes a seed, out come strings: the same for the same seed, in every
// build. Nothing in here does anything: it writes text only, as a log would hold it, with addresses and domains that are
// reserved for documentation.
package corpus
