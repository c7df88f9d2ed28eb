package house_test

import (
	"testing"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize/generic"
	"github.com/vedette-soc/vedette/internal/normalize/house"
	"github.com/vedette-soc/vedette/internal/normalize/normalizetest"
)

func TestGolden(t *testing.T) { normalizetest.Golden(t, house.New()) }

func FuzzParse(f *testing.F) {
	normalizetest.Fuzz(f, house.New(), generic.NewJSON(), generic.NewText())
}

// A source that claims to be the house is not believed.
func TestNobodyElseSpeaksForTheHouse(t *testing.T) {
	n := normalizetest.New(t, house.New(), generic.NewJSON())
	for receiver, product := range map[string]string{vedette.HouseSource: "vedette", "http": "", "syslog": "", "file": "", "elasticsearch": ""} {
		rec := &vedette.Record{Source: "vedette", Receiver: receiver, Received: normalizetest.Received(),
			Data: []byte(`{"vedette":"news","kind":"source.silent","phase":"began","source":"x"}`)}
		n.Normalize(rec, func(ev *vedette.Event) {
			if ev.Logsource.Product != product {
				t.Errorf("a record through %q is of product %q", receiver, ev.Logsource.Product)
			}
		})
	}
}
