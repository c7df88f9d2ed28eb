package statestoretest

import (
	"fmt"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
)

func factOf(host string) vedette.Fact {
	return vedette.Fact{
		Tenant: "default", Kind: vedette.FactMaintenance, Entities: []vedette.EntityRef{{Kind: vedette.EntityHost, Name: host}}, From: start,
		Until: start.Add(2 * time.Hour), Text: "更换磁盘", Source: "calendar", By: "ana", Ref: "CHG-1",
	}
}

func facts(t *testing.T, b *bench) {
	ctx := t.Context()
	one, err := b.AddFact(ctx, factOf("a"))
	must(t, err)
	other := factOf("a")
	other.Tenant = "other"
	_, err = b.AddFact(ctx, other)
	must(t, err)
	_, err = b.AddFact(ctx, factOf("a"))
	code(t, err, vedette.CodeConflict)
	for i, wrong := range []func(*vedette.Fact){
		func(f *vedette.Fact) { f.Kind = "rumour" },
		func(f *vedette.Fact) { f.Entities = nil },
		func(f *vedette.Fact) { f.Entities[0].Kind = vedette.EntityFile },
		func(f *vedette.Fact) { f.Text = " " },
		func(f *vedette.Fact) { f.Source = "" },
		func(f *vedette.Fact) { f.By = "" },
		func(f *vedette.Fact) { f.Until = f.From },
		func(f *vedette.Fact) { f.From, f.Until = start.Add(-3*time.Hour), start.Add(-time.Hour) },
		func(f *vedette.Fact) { f.Until = f.From.Add(vedette.MaxFactTime + time.Second) },
		func(f *vedette.Fact) { f.Kind = vedette.FactNotVulnerable },
		func(f *vedette.Fact) { f.Kind = vedette.FactMFA },
	} {
		bad := factOf(fmt.Sprint("bad", i))
		wrong(&bad)
		_, err := b.AddFact(ctx, bad)
		code(t, err, vedette.CodeInvalid)
	}
	mine, err := b.Facts(ctx, "default", start)
	must(t, err)
	same(t, "facts", mine, []vedette.Fact{one})
	all, err := b.Facts(ctx, "", start)
	must(t, err)
	same(t, "facts of all", len(all), 2)
	_, err = b.EndFact(ctx, "other", one.ID, "bob")
	code(t, err, vedette.CodeNotFound)
	b.clock.advance(time.Hour)
	ended, err := b.EndFact(ctx, "default", one.ID, "bob")
	must(t, err)
	same(t, "ended by", ended.EndedBy, "bob")
	same(t, "ended", ended.Ended, kept(start.Add(time.Hour)))
	_, err = b.EndFact(ctx, "default", one.ID, "bob")
	code(t, err, vedette.CodeConflict)
	mine, err = b.Facts(ctx, "default", start)
	must(t, err)
	same(t, "it is kept", mine, []vedette.Fact{ended})
	_, err = b.AddFact(ctx, factOf("a"))
	must(t, err)
	mine, err = b.Facts(ctx, "default", start.Add(3*time.Hour))
	must(t, err)
	same(t, "later", len(mine), 0)

	wrong := factOf("c")
	wrong.Kind = "rumour"
	kept, refused, err := b.AddFacts(ctx, "default", []vedette.Fact{factOf("b"), wrong, factOf("b"), factOf("d")})
	must(t, err)
	if refused[0] != nil || refused[3] != nil || kept[0].ID == kept[3].ID || kept[3].ID == "" {
		t.Fatalf("of four the first and the last are kept: %v", refused)
	}
	code(t, refused[1], vedette.CodeInvalid)
	code(t, refused[2], vedette.CodeConflict)
}
