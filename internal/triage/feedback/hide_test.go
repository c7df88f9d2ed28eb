package feedback_test

import (
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/triage/feedback"
)

func TestHidingIsExactAndEndsByItself(t *testing.T) {
	s := vedette.Suppression{ID: "s", Tenant: "t", RuleID: "r", State: vedette.SuppressionActive, Expires: now.Add(time.Hour),
		Entities: []vedette.EntityRef{host("backup-01"), user("svc")}}
	waiting, wide := s, s
	waiting.State, waiting.Entities = vedette.SuppressionWaiting, []vedette.EntityRef{host("web")}
	wide.Entities = nil
	h := feedback.NewHiding([]vedette.Suppression{waiting, wide, s}, now)
	alert := func(tenant, rule string, entities ...vedette.EntityRef) *vedette.Alert {
		return &vedette.Alert{Tenant: tenant, RuleID: rule, Entities: entities}
	}
	for name, c := range map[string]struct {
		alert *vedette.Alert
		want  bool
	}{
		"covered":        {alert("t", "r", user("SVC"), host("backup-01"), host("other")), true},
		"one is missing": {alert("t", "r", host("backup-01")), false},
		"another rule":   {alert("t", "r2", host("backup-01"), user("svc")), false},
		"another tenant": {alert("u", "r", host("backup-01"), user("svc")), false},
		"waiting":        {alert("t", "r", host("web")), false},
		"no entity":      {alert("t", "r"), false},
	} {
		if got := h.Of(c.alert, now) != nil; got != c.want {
			t.Errorf("%s: hidden %v", name, got)
		}
	}
	if h.Of(alert("t", "r", user("svc"), host("backup-01")), now.Add(time.Hour)) != nil {
		t.Error("still hidden after its time")
	}
	var none *feedback.Hiding
	if none.Of(alert("t", "r"), now) != nil {
		t.Error("nothing hides")
	}
}
