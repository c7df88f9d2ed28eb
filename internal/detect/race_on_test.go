//go:build race

package detect

// raceDetector is on: the pool then drops views at random, so memory cannot be counted.
const raceDetector = true
