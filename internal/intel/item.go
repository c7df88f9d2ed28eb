package intel

import (
	"fmt"
	"time"

	"github.com/vedette-soc/vedette"
)

// Item is one value as a parser read it from a feed. Empty fields are filled in by the feed's [Defaults].
type Item struct {
	Kind       vedette.IndicatorKind // empty lets the value tell
	Value      string                // as written; normal form is made when it is taken in
	Confidence int                   // 1 to 100; 0 when the feed does not say
	TLP        vedette.TLP
	Labels     []string
	Exact      bool // for a domain: names below it are not meant
	From       time.Time
	Until      time.Time
	Asserted   time.Time // when the feed last said so; zero is now
	Revoked    bool
	Reference  string
}

// Defaults is what a feed's items have when they do not say.
type Defaults struct {
	Confidence int           // 1 to 100; 0 is 50
	TLP        vedette.TLP   // for items without a marking
	Lifetime   time.Duration // of items without an end; 0 is the lifetime of the kind
	Labels     []string      // added to every item
}

// defaultConfidence is what a feed that says nothing is worth.
const defaultConfidence = 50

// Skipped is why something of a feed was not taken in, with one example.
type Skipped struct {
	Reason  string `json:"reason"`
	Example string `json:"example,omitempty" doc:"One of those that were left out"`
	Count   int    `json:"count"`
}

// maxReasons bounds the different reasons of one report; further ones are counted together.
const maxReasons = 50

// Report says what became of what a feed or a file holds.
type Report struct {
	Read      int       `json:"read" doc:"Values found"`
	Added     int       `json:"added" doc:"Indicators that were not known"`
	Updated   int       `json:"updated" doc:"Indicators of which something changed"`
	Unchanged int       `json:"unchanged"`
	Skipped   []Skipped `json:"skipped" doc:"What could not be kept, by reason"`
}

// Skip counts something that was left out.
func (r *Report) Skip(reason, example string) {
	for i := range r.Skipped {
		if r.Skipped[i].Reason == reason {
			r.Skipped[i].Count++
			return
		}
	}
	if len(r.Skipped) >= maxReasons {
		r.Skipped[maxReasons-1].Reason, r.Skipped[maxReasons-1].Example = "various reasons", ""
		r.Skipped[maxReasons-1].Count++
		return
	}
	r.Skipped = append(r.Skipped, Skipped{Reason: vedette.Shorten(reason, 200), Example: vedette.Shorten(example, 200), Count: 1})
}

// Merge adds another report to this one.
func (r *Report) Merge(other Report) {
	r.Read += other.Read
	r.Added += other.Added
	r.Updated += other.Updated
	r.Unchanged += other.Unchanged
	for _, s := range other.Skipped {
		r.Skip(s.Reason, s.Example)
		for i := range r.Skipped {
			if r.Skipped[i].Reason == s.Reason {
				r.Skipped[i].Count += s.Count - 1
			}
		}
	}
}

// Left returns how many things were left out.
func (r *Report) Left() int {
	n := 0
	for _, s := range r.Skipped {
		n += s.Count
	}
	return n
}

// String is the report in one line.
func (r *Report) String() string {
	return fmt.Sprintf("%d read, %d added, %d updated, %d unchanged, %d left out", r.Read, r.Added, r.Updated, r.Unchanged, r.Left())
}
