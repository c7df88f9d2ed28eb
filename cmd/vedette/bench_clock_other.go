//go:build !unix

package main

import "time"

var processStart = time.Now()

// processorTime is the time since the program began, where the system does not tell what a process took: neighbours on
// the machine count then.
func processorTime() time.Duration { return time.Since(processStart) }

// clockName says what processorTime measures.
const clockName = "wall time"
