package feed

import (
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/intel"
)

// Feed is a feed as people see it: what it is, and how its last poll went.
type Feed struct {
	Name        string            `json:"name"`
	Kind        string            `json:"kind" enum:"taxii,misp,misp-export,stix,list"`
	URL         string            `json:"url"`
	Collections []string          `json:"collections"`
	Columns     map[string]string `json:"columns"`
	Username    string            `json:"username,omitempty"`
	HasSecret   bool              `json:"has_secret" doc:"A password or a token is kept; it is never shown"`
	Interval    int64             `json:"interval_seconds"`
	Confidence  int               `json:"confidence,omitempty" doc:"Of items that do not say"`
	TLP         vedette.TLP       `json:"tlp,omitempty" enum:"clear,green,amber,amber+strict,red" doc:"Of items without a marking"`
	Lifetime    int64             `json:"lifetime_seconds,omitempty" doc:"Of items without an end; 0 is the lifetime of their kind"`
	Labels      []string          `json:"labels"`
	Off         bool              `json:"off"`
	Origin      string            `json:"origin" enum:"config,person" doc:"Feeds of the configuration are changed there"`
	State       string            `json:"state" enum:"waiting,polling,well,failing,off"`
	LastPoll    time.Time         `json:"last_poll,omitzero"`
	LastGood    time.Time         `json:"last_good,omitzero" doc:"The last poll that went well"`
	NextPoll    time.Time         `json:"next_poll,omitzero"`
	Error       string            `json:"error,omitempty" doc:"Why the last poll failed"`
	Failures    int               `json:"failures" doc:"Polls that failed in a row"`
	Polls       int64             `json:"polls"`
	Last        intel.Report      `json:"last" doc:"What the last poll brought"`
}

// progress is what is remembered of a feed's polls.
type progress struct {
	LastPoll time.Time         `json:"last_poll"`
	LastGood time.Time         `json:"last_good"`
	NextPoll time.Time         `json:"next_poll"`
	Error    string            `json:"error,omitempty"`
	Failures int               `json:"failures"`
	Polls    int64             `json:"polls"`
	Last     intel.Report      `json:"last"`
	Cursors  map[string]string `json:"cursors,omitempty"`
}

func (f *feed) status() Feed {
	c, p := &f.cfg, &f.progress
	t, ok := vedette.ParseTLP(c.TLP)
	if !ok {
		t = ""
	}
	s := Feed{
		Name: c.Name, Kind: c.Kind, URL: c.URL, Collections: c.Collections, Columns: c.Columns, Username: c.Username, HasSecret: c.Password != "" || c.Token != "",
		Interval: int64(c.Interval / time.Second), Confidence: c.Confidence, TLP: t, Lifetime: int64(c.Lifetime / time.Second), Labels: c.Labels, Off: c.Off,
		Origin: "config", State: "waiting", LastPoll: p.LastPoll, LastGood: p.LastGood, NextPoll: p.NextPoll, Error: p.Error, Failures: p.Failures, Polls: p.Polls, Last: p.Last,
	}
	if f.managed {
		s.Origin = "person"
	}
	switch {
	case f.busy:
		s.State = "polling"
	case c.Off:
		s.State, s.NextPoll = "off", time.Time{}
	case p.Failures > 0:
		s.State = "failing"
	case !p.LastGood.IsZero():
		s.State = "well"
	}
	return s
}
