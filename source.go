package vedette

import "time"

// SourceStatus is how one sender of records is doing.
type SourceStatus struct {
	Name      string           `json:"name"`
	Tenant    string           `json:"tenant"`
	Receiver  string           `json:"receiver"`
	Peer      string           `json:"peer,omitempty"`
	State     SourceState      `json:"state" enum:"well,quiet,silent,failing"`
	First     time.Time        `json:"first"`
	Last      time.Time        `json:"last" doc:"When its newest record arrived"`
	Records   int64            `json:"records"`
	Bytes     int64            `json:"bytes"`
	Events    int64            `json:"events"`
	Failures  int64            `json:"failures" doc:"Records that could not be parsed; they are kept raw"`
	Dropped   map[string]int64 `json:"dropped" doc:"Records that were not accepted, by reason"`
	Datasets  map[string]int64 `json:"datasets" doc:"Events by what they were recognised as"`
	LagMillis int64            `json:"lag_ms" doc:"From arrival to searchable, newest record"`
	SkewSecs  int64            `json:"skew_seconds" doc:"By how much the source's clock is off, newest record"`

	SilentAfterSecs int64 `json:"silent_after_seconds" doc:"A pause longer than this is not usual for it: the source is silent then"`

	Rate    []float64       `json:"rate" doc:"Records per second, one value a minute, oldest first, the last hour"`
	Samples []FailureSample `json:"samples" doc:"Recent records that could not be parsed"`
}

// SourceState is a source's health in one word.
type SourceState string

// A source's health.
const (
	SourceWell    SourceState = "well"
	SourceQuiet   SourceState = "quiet"   // less than it usually sends
	SourceSilent  SourceState = "silent"  // nothing for longer than its usual gaps
	SourceFailing SourceState = "failing" // many of its records cannot be parsed
)

// FailureSample is a record that could not be parsed, and why. Raw is cut to 2 KiB.
type FailureSample struct {
	Time   time.Time `json:"time"`
	Reason string    `json:"reason"`
	Raw    string    `json:"raw"`
	Count  int64     `json:"count"`
}
