package api_test

import (
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/api"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/statestore"
)

func TestEntityPage(t *testing.T) {
	h := open(t)
	ctx, now := t.Context(), time.Now().UTC()
	h.fold(incident("inc-1", 90), incident("inc-2", 40))
	changed, err := h.store.ChangedIncidents(ctx, time.Time{}, 10)
	must(t, err)
	for _, in := range changed {
		_, err := h.store.SaveStakes(ctx, in, entity.Stakes(&in.Incident), []statestore.ExposedEntity{{
			EntityOf: statestore.EntityOf{Tenant: in.Tenant, EntityRef: vedette.EntityRef{Kind: vedette.EntityHost, Name: "db-02"}},
			Exposure: vedette.Exposure{ID: "CVE-2021-44228", Source: "rule", State: "suspected", First: now, Last: now},
		}})
		must(t, err)
	}
	link := func(host, other string, relation vedette.Relation, kind, why string) vedette.EntityLink {
		return vedette.EntityLink{Tenant: vedette.DefaultTenant, Kind: vedette.EntityHost, Name: host, Relation: relation, OtherKind: kind, Other: other, Why: why, First: now.Add(-48 * time.Hour), Last: now, Spans: 1}
	}
	user := func(name, host string) vedette.EntityLink {
		l := link(name, host, vedette.RelationUses, "host", "seen")
		l.Kind = vedette.EntityUser
		return l
	}
	must(t, h.store.SaveSeen(ctx, statestore.Seen{
		Links: []vedette.EntityLink{link("db-02", "10.0.0.7", vedette.RelationAlias, "address", "own-address"), link("old-db", "10.0.0.7", vedette.RelationAlias, "address", "dns-answer"),
			user("alice", "db-02"), user("alice", "db-01")},
		Sessions: []vedette.LogonSession{{ID: "s", Tenant: vedette.DefaultTenant, User: "alice", Host: "db-02", Kind: "ssh", From: now.Add(-time.Hour), To: now, Logons: 1}},
		Entities: []vedette.Entity{{Tenant: vedette.DefaultTenant, Kind: vedette.EntityHost, Name: "db-02", First: now, Last: now}},
	}))
	c := h.people["viewer"]
	page := into[api.EntityPage](t, c.do("GET", "/api/v1/entities/host/db-02", nil).want(t, 200))
	sum := 0
	for _, one := range page.Risk.Contributions {
		sum += one.Points
		if one.Title.En == "" || one.Text.Zh == "" {
			t.Errorf("a contribution without words: %+v", one)
		}
	}
	if page.Risk.Now == 0 || sum != page.Risk.Now || len(page.Risk.Contributions) != 2 || page.Risk.Series[len(page.Risk.Series)-1].Score != page.Risk.Now {
		t.Errorf("the risk is %+v", page.Risk)
	}
	if len(page.Aliases) != 1 || page.Aliases[0].Rival != "old-db" || len(page.Sessions) != 1 || len(page.Exposures) != 1 || len(page.Peers) != 1 || page.Peers[0].Name != "db-01" || page.Baselines != nil {
		t.Errorf("the page is %+v", page)
	}
	if !page.First.Before(now.Add(-47 * time.Hour)) {
		t.Errorf("first seen %s", page.First)
	}

	analyst := h.people["analyst"]
	edited := into[api.EntityPage](t, analyst.do("PATCH", "/api/v1/entities/host/db-02", map[string]any{"criticality": 4, "owner": "张敏", "tags": []string{"pci"}}).want(t, 200))
	if edited.Risk.Now <= page.Risk.Now || *edited.Criticality != 4 || edited.Owner != "张敏" || edited.SaidBy != "token:analyst" {
		t.Errorf("after the edit %+v", edited)
	}
	analyst.do("PATCH", "/api/v1/entities/host/db-02", "{}").want(t, 400)
	analyst.do("PATCH", "/api/v1/entities/host/none", map[string]any{"criticality": 1}).want(t, 404)
	c.do("PATCH", "/api/v1/entities/host/db-02", map[string]any{"criticality": 1}).want(t, 403)
	if p := into[api.Page[vedette.Entity]](t, c.do("GET", "/api/v1/entities?criticality=4&tag=pci", nil).want(t, 200)); p.Total != 1 || *p.Items[0].Criticality != 4 {
		t.Errorf("%+v", p)
	}
}

func TestImportEntities(t *testing.T) {
	h := open(t)
	c := h.people["analyst"]
	list := "\xef\xbb\xbf名称;类型;重要性;负责人;标签\r\nERP-01.corp.example;主机;核心;李伟;pci|erp\r\nCORP\\Alice;用户;高;;\r\n10.0.0.9;;1;;\r\n;主机;;;\r\nx;行星;;;\r\n"
	report := into[api.AssetsReport](t, c.do("POST", "/api/v1/entities/import", list).want(t, 200))
	if report.Entities != 3 || len(report.Problems) != 2 || report.Problems[0].Line != 5 {
		t.Errorf("%+v", report)
	}
	for path, level := range map[string]int{"host/erp-01": 4, "user/alice": 3, "address/10.0.0.9": 1} {
		page := into[api.EntityPage](t, c.do("GET", "/api/v1/entities/"+path, nil).want(t, 200))
		if page.Criticality == nil || *page.Criticality != level || !page.Imported {
			t.Errorf("%s is %+v", path, page)
		}
	}
	for _, bad := range []string{"", "owner\nann\n", "name\n", "\xff\xff\xff"} {
		c.do("POST", "/api/v1/entities/import", bad).want(t, 400)
	}
}
