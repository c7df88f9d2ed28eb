package correlate_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/detect/correlate"
)

const oneRule = "title: R\nid: r\nname: r\nlogsource: {product: testos}\ndetection: {s: {K: 1}, condition: s}\n---\ntitle: C\nid: c\nlevel: high\ntags: [attack.t1110]\ncorrelation:\n  rules: [r]\n  group-by: [G]\n  timespan: 1m\n"

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func matchAt(rs *detect.Ruleset, seq uint64, at time.Duration, group, value string) detect.Match {
	ev := &vedette.Event{Tenant: "t", Seq: seq, Time: noon.Add(at), Received: noon.Add(at), Source: "s"}
	ev.Add("src.G", group)
	ev.Add("src.V", value)
	return detect.Match{Rule: rs.Rules[0], Place: 0, Event: ev}
}

func TestOneAlertForABurst(t *testing.T) {
	rs := compiled(t, oneRule+"  type: event_count\n  condition: {gte: 5}\n")
	c := correlate.New(config(time.Second), rs)
	var values []float64
	for i := range 40 {
		c.Observe(matchAt(rs, uint64(i+1), time.Duration(i)*time.Second, "g", ""), func(a vedette.Alert) {
			values = append(values, a.Correlation.Value)
			if a.Severity != vedette.High || a.RuleID != "c" || a.EventID != fmt.Sprintf("%d-0", i+1) || a.Correlation.Group["G"] != "g" || a.Matched["src.G"] != "g" || len(a.Techniques) != 1 || len(a.Correlation.Events) == 0 {
				t.Errorf("alert %+v", a)
			}
		})
	}
	if !slices.Equal(values, []float64{5, 10, 20, 40}) {
		t.Errorf("alerts at %v; want one at the threshold, and one whenever it doubled", values)
	}
}

func TestAWindowClosesWhenNothingComes(t *testing.T) {
	rs := compiled(t, oneRule+"  type: event_count\n  condition: {lt: 3}\n")
	c := correlate.New(config(10*time.Second), rs)
	fired := 0
	take := func(vedette.Alert) { fired++ }
	c.Observe(matchAt(rs, 1, 0, "g", ""), take)
	if c.Advance(noon.Add(69*time.Second), take); fired != 0 || c.Stats().Open != 1 {
		t.Fatal("closed before timespan and lateness had passed")
	}
	if c.Advance(noon.Add(70*time.Second), take); fired != 1 || c.Stats().Groups != 0 {
		t.Fatalf("%d alerts, %+v", fired, c.Stats())
	}
}

func TestGroupsAreBoundedAndTold(t *testing.T) {
	rs := compiled(t, oneRule+"  type: value_count\n  field: V\n  condition: {gte: 100}\n")
	cfg := config(time.Minute)
	cfg.Groups, cfg.EventsPerGroup = 100, 300
	var told []correlate.Capped
	cfg.OnCapped = func(n correlate.Capped) { told = append(told, n) }
	c := correlate.New(cfg, rs)
	none := func(vedette.Alert) { t.Error("an alert") }
	for i := range 1000 {
		c.Observe(matchAt(rs, uint64(i+1), 0, fmt.Sprint("g", i), "v"), none)
	}
	c.Observe(matchAt(rs, 2000, -time.Hour, "late", "v"), none)
	c.Advance(noon, none)
	if s := c.Stats(); s.Groups != 100 || s.Totals.Evicted != 900 || s.Totals.Late != 1 || len(told) != 2 || told[0].Count != 900 || told[0].RuleID != "c" {
		t.Errorf("%+v, told %+v", s, told)
	}
	// One value again and again fills a group, and does not push the others out of it.
	c, fired := correlate.New(cfg, rs), 0
	for i := range 6000 {
		value := "same"
		if i%60 == 0 {
			value = fmt.Sprint(i)
		}
		c.Observe(matchAt(rs, uint64(i+1), time.Duration(i)*time.Millisecond, "g", value), func(vedette.Alert) { fired++ })
	}
	if s := c.Stats(); fired != 1 || s.Totals.Dropped == 0 || s.Entries > 1024 {
		t.Errorf("%d alerts, %+v", fired, s)
	}
}

func TestEventsAreBoundedInAll(t *testing.T) {
	rs := compiled(t, oneRule+"  type: event_count\n  condition: {gte: 30000}\n")
	cfg := config(time.Minute)
	cfg.Events = 1 // the least there is: two pages
	c := correlate.New(cfg, rs)
	for i := range 400_000 {
		c.Observe(matchAt(rs, uint64(i+1), time.Duration(i)*time.Microsecond, fmt.Sprint("g", i%20_000), ""), func(vedette.Alert) {})
	}
	if s := c.Stats(); s.Bytes > 16<<20 || s.Totals.Evicted == 0 || s.Entries > 1<<17 {
		t.Errorf("%+v", s)
	}
}

func TestNothingIsAllocated(t *testing.T) {
	for _, body := range []string{"event_count\n  condition: {gte: 3000}\n", "value_count\n  field: V\n  condition: {gte: 3000}\n", "value_sum\n  field: V\n  condition: {gte: 1e9}\n", "temporal\n  condition: {gte: 1, lt: 5}\n"} {
		rs := compiled(t, oneRule+"  type: "+body)
		c := correlate.New(config(time.Minute), rs)
		m, i := matchAt(rs, 1, 0, "G", "5"), 0
		take := func(vedette.Alert) {}
		observe := func() {
			i++
			m.Event.Seq, m.Event.Time, m.Event.Received = uint64(i), noon.Add(time.Duration(i)*time.Millisecond), noon.Add(time.Duration(i)*time.Millisecond)
			c.Observe(m, take)
		}
		for range 5000 {
			observe()
		}
		if n := testing.AllocsPerRun(1000, observe); n > 0 {
			t.Errorf("%s: %v allocations for a match", body, n)
		}
	}
}

func TestAChangedCorrelationBeginsAnew(t *testing.T) {
	body := "  type: event_count\n  condition: {gte: 3}\n"
	rs, titled := compiled(t, oneRule+body), compiled(t, "title: X\nid: x\nlogsource: {product: testos}\ndetection: {s: {K: 9}, condition: s}\n---\n"+oneRule+body)
	changed := compiled(t, oneRule+"  type: event_count\n  condition: {gte: 2}\n")
	for _, one := range []struct {
		next *detect.Ruleset
		want int
	}{{titled, 2}, {changed, 0}} {
		c := correlate.New(config(time.Minute), rs)
		c.Observe(matchAt(rs, 1, 0, "g", ""), nil)
		c.Observe(matchAt(rs, 2, 0, "g", ""), nil)
		var file bytes.Buffer
		if err := c.Snapshot(&file, 7); err != nil {
			t.Fatal(err)
		}
		c.Swap(one.next)
		other := correlate.New(config(time.Minute), one.next)
		seq, err := other.Restore(&file)
		if err != nil || seq != 7 {
			t.Fatal(seq, err)
		}
		if got, restored := c.Stats(), other.Stats(); got.Entries != one.want || restored.Entries != one.want {
			t.Errorf("%d entries after a reload, %d after a restart; want %d", got.Entries, restored.Entries, one.want)
		}
		fired := 0
		c.Observe(matchAt(rs, 8, 0, "g", ""), func(vedette.Alert) { fired++ }) // found by the ruleset from before
		if fired != one.want/2 {
			t.Errorf("%d alerts", fired)
		}
		other.Observe(matchAt(rs, 7, 0, "g", ""), func(vedette.Alert) { t.Error("a match that the snapshot holds was counted again") })
	}
}

func snapshotOf(t testing.TB, seed uint64) (*detect.Ruleset, []byte) {
	t.Helper()
	w := newWorld(t, seed)
	c := correlate.New(config(time.Minute), w.rs)
	for range 60 {
		c.Observe(w.match(time.Minute), func(vedette.Alert) {})
	}
	var out bytes.Buffer
	if err := c.Snapshot(&out, 60); err != nil {
		t.Fatal(err)
	}
	return w.rs, out.Bytes()
}

func TestADamagedSnapshotIsAnError(t *testing.T) {
	rs, whole := snapshotOf(t, 3)
	for at := 0; at < len(whole); at += 1 + at/64 {
		broken := slices.Clone(whole)
		broken[at] ^= 0x10
		for _, data := range [][]byte{broken, whole[:at]} {
			c := correlate.New(config(time.Minute), rs)
			if _, err := c.Restore(bytes.NewReader(data)); vedette.CodeOf(err) != vedette.CodeInvalid {
				t.Fatalf("byte %d of %d: %v", at, len(whole), err)
			}
			if c.Stats().Groups != 0 {
				t.Fatal("something was kept of a damaged snapshot")
			}
		}
	}
}

// Whatever bytes are called a snapshot: they are read or refused, and the correlator works afterwards.
func FuzzRestore(f *testing.F) {
	rs, whole := snapshotOf(f, 3)
	f.Add(whole[:len(whole)-4]) // the checksum is added below
	f.Add(whole[:len(whole)/2])
	f.Fuzz(func(t *testing.T, data []byte) {
		c := correlate.New(config(time.Minute), rs)
		signed := binary.LittleEndian.AppendUint32(slices.Clone(data), crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli)))
		if _, err := c.Restore(bytes.NewReader(signed)); err == nil {
			if err := c.Snapshot(io.Discard, 1); err != nil {
				t.Error(err)
			}
		}
		w := newWorld(t, 3)
		for range 20 {
			c.Observe(w.match(time.Minute), func(vedette.Alert) {})
		}
		c.Finish(func(vedette.Alert) {})
	})
}
