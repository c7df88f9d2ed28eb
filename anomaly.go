package vedette

import "time"

// Family groups detectors that see the same kind of thing, so that one kind alone can never decide.
type Family string

// The families of evidence.
const (
	FamilyPrior       Family = "prior"        // how much the assets concerned matter
	FamilyRule        Family = "rule"         // somebody wrote down that this is bad
	FamilyIntel       Family = "intelligence" // an indicator
	FamilyNovelty     Family = "novelty"      // never or hardly ever seen here
	FamilyVolume      Family = "volume"       // more than ever before, or at an unusual hour
	FamilySpread      Family = "spread"       // many different ones: a scan, a spray, the same thing on many machines
	FamilySequence    Family = "sequence"     // one thing after another as it never was, or as attacks go
	FamilyExfil       Family = "exfiltration" // data leaves
	FamilyIdentity    Family = "identity"     // somebody is not who they say
	FamilyExposure    Family = "exposure"     // a known weakness lies open there
	FamilyExculpatory Family = "exculpatory"  // what speaks against it
)

// Anomaly is what a detector of the unknown saw, and what it expected.
type Anomaly struct {
	Detector string    `json:"detector" doc:"Stable name, such as first-seen, burst, hour-of-week, fan-out, dns-exfiltration"`
	Family   Family    `json:"family"`
	Feature  string    `json:"feature" doc:"What was looked at, such as parent and child process by host"`
	Observed float64   `json:"observed"`
	Expected float64   `json:"expected" doc:"What was usual: a maximum, a median or a count, as the text says"`
	Unit     string    `json:"unit,omitempty" doc:"Of observed and expected, such as bytes, events, names"`
	Baseline int64     `json:"baseline" doc:"How many observations the expectation stands on"`
	Since    time.Time `json:"since,omitzero" doc:"When the baseline began"`
	Weight   float64   `json:"weight" doc:"Log-odds in nats that it speaks for an attack"`
	Learning bool      `json:"learning,omitempty" doc:"Seen while the baseline was still learning: weighed low now, and again afterwards"`
	Text     Text      `json:"text" doc:"Observed and expected in one sentence"`
}
