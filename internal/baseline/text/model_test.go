package text_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/vedette-soc/vedette/internal/baseline/text"
	"github.com/vedette-soc/vedette/internal/baseline/text/corpus"
)

func learned(t testing.TB, cfg text.Config, list []string) *text.Model {
	t.Helper()
	m, err := text.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		m.Learn(s)
	}
	m.Freeze()
	return m
}

// found is the share of hostile strings above what all but a share of the ordinary ones are below.
func found(m *text.Model, benign, hostile []string, share float64) float64 {
	score := func(list []string) (out []float64) {
		for _, s := range list {
			nats, _ := m.Score(s)
			out = append(out, nats)
		}
		slices.Sort(out)
		return out
	}
	neg, pos := score(benign), score(hostile)
	limit := neg[len(neg)-1-int(share*float64(len(neg)))]
	n := 0
	for _, x := range pos {
		if x > limit {
			n++
		}
	}
	return float64(n) / float64(len(pos))
}

// Floors lie a little below what was measured, so that a change for the worse fails.
func TestHostileStringsSurprise(t *testing.T) {
	for _, tt := range []struct {
		name            string
		cfg             text.Config
		benign, hostile func(uint64, int) []string
		at1, at01       float64
	}{
		{"command lines", text.Config{}, corpus.Commands, corpus.HostileCommands, 0.965, 0.945},
		{"values", text.Config{DigitsAlike: true}, corpus.Values, corpus.HostileValues, 0.995, 0.98},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := learned(t, tt.cfg, tt.benign(1, 20000))
			benign, hostile := tt.benign(2, 10000), tt.hostile(3, 2000)
			if got := found(m, benign, hostile, 0.01); got < tt.at1 {
				t.Errorf("found %.4f at 1 %% false positives, want at least %.4f", got, tt.at1)
			}
			if got := found(m, benign, hostile, 0.001); got < tt.at01 {
				t.Errorf("found %.4f at 0.1 %% false positives, want at least %.4f", got, tt.at01)
			}
		})
	}
}

func TestTheWindowIsWhatSurprises(t *testing.T) {
	m := learned(t, text.Config{DigitsAlike: true}, corpus.Values(1, 20000))
	v := m.Explain("holiday photos <script>alert(1)</script> of paris")
	if !strings.Contains("<script>alert(1)</script>", strings.TrimSpace(v.Window)) || len(v.Window) > 8 {
		t.Errorf("the window is %q", v.Window)
	}
	if v.Tail > 0.001 || v.Tail <= 0 {
		t.Errorf("one in %.0f surprises as much", 1/v.Tail)
	}
	if plain := m.Explain("holiday photos"); plain.Tail < 0.05 || plain.Nats >= v.Nats {
		t.Errorf("ordinary words surprise: %+v", plain)
	}
	words := m.Text(text.Values(), v)
	if !strings.Contains(words.En, v.Window) || !strings.Contains(words.Zh, v.Window) {
		t.Errorf("the words do not show the window %q: %+v", v.Window, words)
	}
}

// What attackers write is shown without what could hide or turn it.
func TestWordsShowNoControlCharacters(t *testing.T) {
	m := learned(t, text.Config{}, corpus.Commands(1, 2000))
	words := m.Text(text.Commands(), m.Explain("ls \x1b[2J\u202e\xff"))
	if strings.ContainsAny(words.En+words.Zh, "\x1b\u202e\ufffd") {
		t.Errorf("%q", words.En)
	}
}

// The share of strings that Tail says to be as surprising is the share that is.
func TestTailIsCalibrated(t *testing.T) {
	m := learned(t, text.Config{}, corpus.Commands(1, 30000))
	n, most := 0, 10000
	for _, s := range corpus.Commands(2, most) {
		if nats, _ := m.Score(s); m.Tail(nats) <= 0.01 {
			n++
		}
	}
	if share := float64(n) / float64(most); share > 0.015 {
		t.Errorf("%.4f of ordinary strings are said to be one in a hundred", share)
	}
}

func TestRepetitionTeachesNothing(t *testing.T) {
	const attack = "powershell -nop -w hidden -enc SQBFAFgA"
	m, err := text.New(text.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range corpus.Commands(1, 5000) {
		m.Learn(s)
	}
	before, _ := m.Score(attack)
	for range 10000 {
		m.Learn(attack)
	}
	after, _ := m.Score(attack)
	if once := before - after; once > before*0.75 {
		t.Errorf("10,000 times the same string took %.1f of %.1f nats", once, before)
	}
	count := m.Learned()
	m.Learn(attack)
	if m.Learned() != count {
		t.Error("a string counted twice")
	}
}

// Who writes nothing but strings of one foreign kind for long, beside ordinary ones, teaches a bounded number of them.
func TestPoisoningIsBounded(t *testing.T) {
	m := learned(t, text.Config{}, corpus.Commands(1, 20000))
	poison, ordinary := corpus.HostileCommands(5, 20000), corpus.Commands(6, 20000)
	taken := 0
	for i := range poison {
		m.Learn(ordinary[i])
		if m.Learn(poison[i]) {
			taken++
		}
	}
	if most := 2 * len(poison) / 64 / 8; taken > most+2 {
		t.Errorf("%d of %d strings of an attacker were learned, want at most %d", taken, len(poison), most)
	}
	fresh := learned(t, text.Config{}, corpus.Commands(1, 20000))
	benign, hostile := corpus.Commands(2, 5000), corpus.HostileCommands(3, 2000)
	if was, is := found(fresh, benign, hostile, 0.01), found(m, benign, hostile, 0.01); is < was-0.1 {
		t.Errorf("poisoning took recall from %.3f to %.3f", was, is)
	}
}

func TestFrozenWithoutSlowLearningLearnsNothing(t *testing.T) {
	m := learned(t, text.Config{SlowShare: -1}, corpus.Commands(1, 1000))
	before := m.Snapshot(nil)
	for _, s := range corpus.Commands(9, 1000) {
		m.Learn(s)
	}
	if string(before) != string(m.Snapshot(nil)) {
		t.Error("a model that must not learn learned")
	}
}

// Counters that run full are halved; what was ordinary stays so.
func TestFullCountersAreHalved(t *testing.T) {
	m, err := text.New(text.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range corpus.Commands(1, 3000) {
		m.Learn(s)
	}
	before, _ := m.Score("systemctl status nginx")
	for i := range 12 {
		m.Learn(strings.Repeat("ab", 8000) + strings.Repeat("x", i))
	}
	if after, _ := m.Score("systemctl status nginx"); after > before+6 {
		t.Errorf("surprise rose from %.1f to %.1f", before, after)
	}
	if nats, _ := m.Score(strings.Repeat("ab", 100)); nats > 30 {
		t.Errorf("what filled the counters surprises by %.1f", nats)
	}
}

func TestSnapshotsGiveTheModelBack(t *testing.T) {
	m := learned(t, text.Config{DigitsAlike: true}, corpus.Values(1, 5000))
	snapshot := m.Snapshot([]byte("before"))[len("before"):]
	r, err := text.Restore(snapshot)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range append(corpus.Values(2, 500), corpus.HostileValues(3, 500)...) {
		if was, is := m.Explain(s), r.Explain(s); was != is {
			t.Fatalf("%q: %+v became %+v", s, was, is)
		}
		if m.Learn(s) != r.Learn(s) {
			t.Fatalf("%q is learned by one of two equal models", s)
		}
	}
	if string(m.Snapshot(nil)) != string(r.Snapshot(nil)) {
		t.Error("equal models went apart")
	}
	snapshot[len(snapshot)/2] ^= 1
	if _, err := text.Restore(snapshot); err == nil {
		t.Error("a changed snapshot was taken")
	}
}

func TestRatesAboveOneAreRejected(t *testing.T) {
	if _, err := text.New(text.Config{SlowShare: 1.5}); err == nil {
		t.Error("a share above 1 was taken")
	}
}

func TestNumbersOfMachinesDoNotSurprise(t *testing.T) {
	m := learned(t, text.Config{}, []string{
		"DllHost.exe /Processid:{AB8902B4-09CA-4BB6-B78D-A8F59079A8D5}", "git show 9f86d081884c7d65", "kill 12345678",
	})
	a, _ := m.Score("DllHost.exe /Processid:{776DBC8D-7347-478C-8D71-791E12EF49D8}")
	b, _ := m.Score("DllHost.exe /Processid:{AB8902B4-09CA-4BB6-B78D-A8F59079A8D5}")
	if a != b {
		t.Errorf("another GUID scores %.2f instead of %.2f", a, b)
	}
}

func TestScoreAllocatesNothing(t *testing.T) {
	m := learned(t, text.Config{}, corpus.Commands(1, 1000))
	hostile := corpus.HostileCommands(2, 16)
	i := 0
	if n := testing.AllocsPerRun(100, func() { m.Score(hostile[i%16]); i++ }); n != 0 {
		t.Errorf("%v allocations a string", n)
	}
}

func TestAnEmptyModelAndEmptyStrings(t *testing.T) {
	m, err := text.New(text.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if m.Learn("") {
		t.Error("nothing was learned")
	}
	if nats, window := m.Score(""); nats < 0 || window != "" {
		t.Errorf("%v %q", nats, window)
	}
	if tail := m.Tail(1000); tail != 1 {
		t.Errorf("a model of nothing says that one in %.0f surprises as much", 1/tail)
	}
}

func BenchmarkScore(b *testing.B) {
	m := learned(b, text.Config{DigitsAlike: true}, corpus.Values(1, 10000))
	short := []string{"campello, el", "40184", "zh-CN", "/assets/app.min.js?v=3"}
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		m.Score(short[i&3])
		i++
	}
}
