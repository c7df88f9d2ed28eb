package triage_test

import (
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/triage"
)

// owned gives what concerns one machine to one team, with a line of its own.
func owned(host, team string, line int) triage.Knowledge {
	return triage.Knowledge{
		Team: func(_ string, refs []vedette.EntityRef) string {
			for _, ref := range refs {
				if ref.Kind == vedette.EntityHost && ref.Name == host {
					return team
				}
			}
			return ""
		},
		Line: func(_, of string) int {
			if of == team {
				return line
			}
			return triage.DefaultLine
		},
	}
}

func TestEachTeamHasItsLine(t *testing.T) {
	attack := func() *script { return quietAttack(ordinary(&script{}, 40, 3*24*time.Hour), 50*time.Hour, "ws-007") }
	plain := feed(engine(t, triage.Knowledge{}), attack())
	if len(plain) != 1 || plain[0].Team != "" {
		t.Fatalf("%d incidents are shown without teams", len(plain))
	}
	for name, c := range map[string]struct {
		know  triage.Knowledge
		shown int
		team  string
	}{
		"the line of its team is higher":     {owned("ws-007", "desk", 101), 0, ""},
		"the line of its team is as usual":   {owned("ws-007", "desk", triage.DefaultLine), 1, "desk"},
		"the line of another team is higher": {owned("ws-001", "desk", 101), 1, ""},
	} {
		shown := feed(engine(t, c.know), attack())
		if len(shown) != c.shown {
			t.Errorf("%s: %d incidents are shown", name, len(shown))
			continue
		}
		if c.shown > 0 && shown[0].Team != c.team {
			t.Errorf("%s: it is with %q", name, shown[0].Team)
		}
	}
}

func TestTeamsReplayTheSame(t *testing.T) {
	attack := func() *script { return quietAttack(ordinary(&script{}, 40, 3*24*time.Hour), 50*time.Hour, "ws-007") }
	know := owned("ws-007", "desk", 50)
	first, second := asJSONOf(t, feed(engine(t, know), attack())), asJSONOf(t, feed(engine(t, know), attack()))
	if first != second {
		t.Error("two runs differ")
	}
}
