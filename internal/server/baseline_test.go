package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/baseline"
	"github.com/vedette-soc/vedette/internal/statestore"
)

func newTestBaselines(t *testing.T, dir string) *baselines {
	t.Helper()
	engine, err := baseline.New(baseline.Config{Learning: time.Hour, PerHour: 1000, Now: func() time.Time { return time.Unix(0, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	b := &baselines{
		path: filepath.Join(dir, baselineFile), log: slog.New(slog.DiscardHandler), engine: engine, taken: time.Now(),
		counts: newBaselineCounts(nil), asked: map[string]string{}, defect: func(stage string) { t.Error("a defect in", stage) },
	}
	if err := b.load(); err != nil {
		t.Fatal(err)
	}
	return b
}

// step is one journal batch: programs on hosts, now and then one that was never there, now and then a quarantine.
func (b *baselines) step(seq uint64) []vedette.Alert {
	at := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC).Add(time.Duration(seq) * 30 * time.Second)
	var events []*vedette.Event
	for i := range uint64(6) {
		ev := &vedette.Event{Tenant: "default", Seq: seq, Place: uint32(i), Time: at, Received: at}
		program := fmt.Sprint("/opt/tool", (seq+i)%4)
		if seq > 200 && (seq*6+i)%97 == 0 {
			program = fmt.Sprintf("/tmp/%c%c", 'a'+seq%26, 'a'+seq/26%26)
		}
		for _, f := range [][2]string{{"host.name", fmt.Sprint("h", i)}, {"process.executable", program}, {"process.parent.executable", "/bin/sh"}, {"process.command_line", program}} {
			ev.Add(f[0], f[1])
		}
		events = append(events, ev)
	}
	var orders []vedette.Record
	if seq%100 == 50 {
		data, _ := json.Marshal(quarantine{Entities: []vedette.EntityRef{{Kind: vedette.EntityHost, Name: fmt.Sprint("h", seq%6)}}})
		orders = []vedette.Record{{Tenant: "default", Receiver: quarantineReceiver, Data: data}}
	}
	return b.start(seq, events, orders, at)()
}

// However often the server is killed, wherever the checkpoint and the state on disk were: every anomaly comes, and always
// with the same id.
func TestBaselinesAfterKills(t *testing.T) {
	const last = 900
	want := map[string]bool{}
	whole := newTestBaselines(t, t.TempDir())
	if _, err := whole.begin(1, 0, 0); err != nil {
		t.Fatal(err)
	}
	for seq := uint64(1); seq <= last; seq++ {
		for _, a := range whole.step(seq) {
			want[a.ID] = true
		}
	}
	if len(want) < 20 {
		t.Fatalf("only %d anomalies: nothing is proved", len(want))
	}
	for seed := range uint64(6) {
		random, dir := rand.New(rand.NewPCG(seed, 5)), t.TempDir()
		got, indexed, trimmed := map[string]bool{}, uint64(0), uint64(0)
		for reached := uint64(0); reached < last; {
			b := newTestBaselines(t, dir)
			from, err := b.begin(indexed+1, indexed, reached)
			if err != nil {
				t.Fatal(err)
			}
			if from <= trimmed {
				t.Fatalf("seed %d: begins at %d, and the journal was trimmed through %d", seed, from, trimmed)
			}
			killed := min(reached+1+random.Uint64N(200), last)
			durable := map[uint64][]vedette.Alert{} // stored, and lost by a kill unless the checkpoint passes it
			for seq := from; seq <= killed; seq++ {
				durable[seq] = b.step(seq)
				if random.IntN(9) > 0 {
					continue
				}
				for ; indexed < seq-random.Uint64N(min(seq, 8)); indexed++ {
					for _, a := range durable[indexed+1] {
						got[a.ID] = true
					}
				}
				b.taken = time.Time{}
				through, err := b.keep(indexed)
				if err != nil {
					t.Fatal(err)
				}
				trimmed = max(trimmed, min(through, indexed))
			}
			if reached = killed; reached == last {
				for _, alerts := range durable {
					for _, a := range alerts {
						got[a.ID] = true
					}
				}
			}
		}
		for id := range got {
			if !want[id] {
				t.Fatalf("seed %d: an anomaly %s that an undisturbed run does not raise", seed, id)
			}
		}
		if len(got) != len(want) {
			t.Fatalf("seed %d: %d anomalies, want %d", seed, len(got), len(want))
		}
	}
}

func TestOrdersAreForTheBaselinesAlone(t *testing.T) {
	rest, orders := withoutOrders([]vedette.Record{{Receiver: "syslog"}, {Receiver: quarantineReceiver}, {Receiver: tickReceiver}})
	if len(rest) != 2 || len(orders) != 1 || orders[0].Receiver != quarantineReceiver {
		t.Errorf("%d records and %d orders", len(rest), len(orders))
	}
}

func TestBaselinesOfAnotherJournalAreForgotten(t *testing.T) {
	dir := t.TempDir()
	b := newTestBaselines(t, dir)
	if _, err := b.begin(1, 0, 0); err != nil {
		t.Fatal(err)
	}
	for seq := uint64(1); seq < 10; seq++ {
		b.step(seq)
	}
	if through, err := b.finish(9); err != nil || through != 9 {
		t.Fatal(through, err)
	}
	b = newTestBaselines(t, dir)
	if b.saved != 9 {
		t.Fatalf("the state is of %d", b.saved)
	}
	from, err := b.begin(4, 3, 3)
	if err != nil || from != 4 || b.engine.Stats().Events != 0 {
		t.Errorf("begins at %d with %d events known: %v", from, b.engine.Stats().Events, err)
	}
	var none *baselines
	if through, err := none.finish(7); through != 7 || err != nil {
		t.Error("without baselines the journal is trimmed all the same")
	}
}

// Each tenant with baselines is told of its own suspects and of nobody else's, once, and again when they change; one whose
// suspects cannot be read does not keep the others from it.
func TestEachTenantHasItsOwnQuarantine(t *testing.T) {
	b := newTestBaselines(t, t.TempDir())
	at := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	var events []*vedette.Event
	for i, tenant := range []string{"north", "south", "west"} {
		ev := &vedette.Event{Tenant: tenant, Seq: 1, Place: uint32(i), Time: at, Received: at}
		ev.Add("host.name", "h1")
		events = append(events, ev)
	}
	b.start(1, events, nil, at)()
	held := map[string][]vedette.EntityRef{"north": {{Kind: vedette.EntityHost, Name: "h1"}}, "south": {}}
	ask := func(tenant string) ([]vedette.EntityRef, error) {
		if tenant == "west" {
			return nil, errors.New("away")
		}
		return held[tenant], nil
	}
	orders, err := b.orders(at, ask)
	if err == nil || len(orders) != 2 || orders[0].Tenant != "north" || orders[1].Tenant != "south" {
		t.Fatalf("orders %+v, %v", orders, err)
	}
	for i := range orders {
		b.asked[orders[i].Tenant] = string(orders[i].Data)
	}
	b.start(2, nil, orders, at)()
	if n := b.engine.Stats().Quarantined; n != 1 {
		t.Errorf("%d entities are in quarantine, want north's one", n)
	}
	if orders, _ = b.orders(at, ask); len(orders) != 0 {
		t.Errorf("nothing has changed, and yet %+v", orders)
	}
	held["south"] = []vedette.EntityRef{{Kind: vedette.EntityUser, Name: "eve"}}
	if orders, _ = b.orders(at, ask); len(orders) != 1 || orders[0].Tenant != "south" {
		t.Errorf("south's suspects have changed, and the orders are %+v", orders)
	}
}

// Many strangers do not push the machine and the account of a real incident out of quarantine, nor many hosts of lesser
// incidents those of the worst.
func TestSuspectsOfTheWorstIncidentsFirst(t *testing.T) {
	store, err := statestore.Open(t.Context(), statestore.Config{URL: "sqlite://" + filepath.Join(t.TempDir(), "state.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	at := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	incident := func(id string, score int, entities ...vedette.EntityRef) vedette.Incident {
		return vedette.Incident{ID: id, Tenant: "default", Status: vedette.StatusOpen, Score: score,
			First: at, Last: at, Created: at, Updated: at, Entities: entities}
	}
	all := []vedette.Incident{incident("real", 97, vedette.EntityRef{Kind: vedette.EntityHost, Name: "web-9"}, vedette.EntityRef{Kind: vedette.EntityUser, Name: "zoe"})}
	for i := range 22 {
		var crowd []vedette.EntityRef
		for n := range 95 {
			ref := vedette.EntityRef{Kind: vedette.EntityAddress, Name: fmt.Sprintf("203.0.%d.%d", i, n)}
			if i%2 == 0 {
				ref = vedette.EntityRef{Kind: vedette.EntityHost, Name: fmt.Sprintf("decoy-%d-%d", i, n)}
			}
			crowd = append(crowd, ref)
		}
		all = append(all, incident(fmt.Sprint("decoy-", i), 70, crowd...))
	}
	if err = store.SaveFold(t.Context(), statestore.Fold{Incidents: all}); err != nil {
		t.Fatal(err)
	}
	list, err := suspects(t.Context(), store, "default")
	if err != nil || len(list) != mostSuspects {
		t.Fatalf("%d suspects, %v; want %d", len(list), err, mostSuspects)
	}
	for _, ref := range all[0].Entities {
		if !slices.Contains(list, ref) {
			t.Errorf("%s %s of the worst incident is not in quarantine", ref.Kind, ref.Name)
		}
	}
}
