package attack_test

import (
	"regexp"
	"testing"

	"github.com/vedette-soc/vedette/internal/catalog/attack"
)

// The table is whole: numbers are numbers, every technique has a name and known tactics, and who was replaced was
// replaced by one that is still there.
func TestTable(t *testing.T) {
	number := regexp.MustCompile(`^T\d{4}(\.\d{3})?$`)
	all := attack.Techniques()
	if len(all) < 600 {
		t.Fatalf("only %d techniques", len(all))
	}
	for _, one := range all {
		if !number.MatchString(one.ID) || one.Name == "" || len(one.Tactics) == 0 {
			t.Errorf("%+v", one)
		}
		if _, ok := attack.Find(one.Parent()); !ok {
			t.Errorf("%s has no parent", one.ID)
		}
		for _, tactic := range one.Tactics {
			if !attack.IsTactic(tactic) || tactic == attack.Retired {
				t.Errorf("%s: tactic %q", one.ID, tactic)
			}
		}
	}
}

func TestFind(t *testing.T) {
	if got := attack.Title("t1059.001"); got != "Command and Scripting Interpreter: PowerShell" {
		t.Error(got)
	}
	if got := attack.Title("T9999"); got != "T9999" {
		t.Error(got)
	}
	old, ok := attack.Find("T1086")
	if !ok || !old.Gone || old.Replaced != "T1059.001" {
		t.Errorf("%+v", old)
	}
	if next, ok := attack.Find(old.Replaced); !ok || next.Gone {
		t.Errorf("%+v", next)
	}
	split, _ := attack.Find("T1562.001")
	if split.Replaced != "T1685" {
		t.Errorf("%+v", split)
	}
	if !attack.IsTactic("defense_evasion") || !attack.IsTactic("Stealth") || attack.IsTactic("t1059") {
		t.Error("tactics are not told from other words")
	}
}
