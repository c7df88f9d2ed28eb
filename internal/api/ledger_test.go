package api_test

import (
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/api"
)

func TestTheLedgerIsShown(t *testing.T) {
	h := open(t)
	now := time.Now().UTC().Truncate(time.Minute).Add(-20 * time.Minute)
	var events []*vedette.Event
	for i := range 600 {
		events = append(events, &vedette.Event{Tenant: vedette.DefaultTenant, Source: "syslog/web-02", Received: now.Add(time.Duration(i) * time.Second),
			Logsource: vedette.Logsource{Product: "linux", Service: "sshd"}})
	}
	h.ledger.Observe(1, events)
	h.ledger.Watch()
	must(t, h.ledger.Flush(t.Context()))
	c := h.people["viewer"]
	rows := into[api.Page[vedette.LedgerRow]](t, c.do("GET", "/api/v1/ledger?rule=11111111-1111-4111-8111-111111111111", nil).want(t, 200))
	if rows.Total != 2 || rows.Items[0].State != vedette.LedgerEvaluated || rows.Items[0].Events != 600 || rows.Items[1].State != vedette.LedgerNoData {
		t.Errorf("%+v", rows)
	}
	view := into[api.LedgerOverview](t, c.do("GET", "/api/v1/ledger/overview?step=60", nil).want(t, 200))
	if len(view.Sources) != 1 || view.Sources[0].Rules != 1 || len(view.Sources[0].Events) < 1440 {
		t.Errorf("%+v", view)
	}
	if gaps := into[api.Page[vedette.LedgerGap]](t, c.do("GET", "/api/v1/ledger/gaps?open=true", nil).want(t, 200)); gaps.Total != 0 {
		t.Errorf("the register of sources does not know this source, so nothing can be missed: %+v", gaps)
	}
	if got := into[api.Page[vedette.LedgerRow]](t, c.do("GET", "/api/v1/ledger?until="+now.Add(-time.Hour).Format(time.RFC3339), nil).want(t, 200)); got.Total != 0 {
		t.Errorf("before its first record: %+v", got)
	}
	c.do("GET", "/api/v1/ledger?rule=none", nil).want(t, 404)
	c.do("GET", "/api/v1/ledger?since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z", nil).want(t, 400)
	c.do("GET", "/api/v1/ledger/overview?since=2020-01-02T00:00:00Z", nil).want(t, 400)
	h.people["ingester"].do("GET", "/api/v1/ledger/gaps", nil).want(t, 403)
}
