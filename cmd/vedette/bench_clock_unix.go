//go:build unix

package main

import (
	"time"

	"golang.org/x/sys/unix"
)

// processorTime is what this process has taken of the processors so far, its own code and the kernel's for it: neighbours
// on the machine do not count, apart from the caches that they share.
func processorTime() time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// clockName says what processorTime measures.
const clockName = "processor time"
