package text_test

import (
	"slices"
	"testing"

	"github.com/vedette-soc/vedette/internal/baseline/text"
	"github.com/vedette-soc/vedette/internal/baseline/text/corpus"
)

func TestRegistered(t *testing.T) {
	for _, tt := range []struct{ name, domain, below string }{
		{"www.example.com", "example.com", "www"},
		{"A.b.Example.CO.UK.", "example.co.uk", "a.b"},
		{"example.com", "example.com", ""},
		{"x.y.mine.dyndns.org", "mine.dyndns.org", "x.y"},
		{"com", "", ""}, {"localhost", "", ""}, {"", "", ""}, {".", "", ""}, {"..com", "", ""},
		{"1.0.0.10.in-addr.arpa", "", ""},
		{"t1.tunnel.unknowntld", "tunnel.unknowntld", "t1"},
	} {
		if domain, below := text.Registered(tt.name); domain != tt.domain || below != tt.below {
			t.Errorf("%q is %q below %q, want %q below %q", tt.name, below, domain, tt.below, tt.domain)
		}
	}
}

func TestGeneratedNamesAreTold(t *testing.T) {
	names, err := text.NewNames()
	if err != nil {
		t.Fatal(err)
	}
	score := func(list []string) (out []float64) {
		for _, n := range list {
			nats, _ := names.Generated(n)
			out = append(out, nats)
		}
		slices.Sort(out)
		return out
	}
	benign := score(corpus.Domains(4, 10000, nil))
	at1 := benign[len(benign)-1-len(benign)/100]
	for i, f := range corpus.Families() {
		got := score(f.Domains(uint64(50+i), 1000))
		n, _ := slices.BinarySearch(got, at1)
		share := 1 - float64(n)/1000
		floor := map[string]float64{
			"letters": 0.97, "short-letters": 0.85, "letters-to-y": 0.99, "hex": 0.98, "letters-digits": 0.99, "base32": 0.99, "few-letters": 0.97,
			"syllables": 0.65, "word-and-noise": 0.75, "words": 0,
		}[f.Name]
		t.Logf("%-16s %.3f at 1 %%", f.Name, share)
		if share < floor {
			t.Errorf("%s: %.3f found at 1 %% false positives, want %.3f", f.Name, share, floor)
		}
	}
	for _, name := range []string{"xn--n8jxljak4t7btdb8750e3kenrcz5io69mk7pa.com", "com", "10.0.0.1"} {
		if nats, _ := names.Generated(name); nats > 0 {
			t.Errorf("%s is judged: %.1f", name, nats)
		}
	}
}

// A tunnel's names carry at least what they hide; names of words hardly anything.
func TestInformation(t *testing.T) {
	names, err := text.NewNames()
	if err != nil {
		t.Fatal(err)
	}
	const bytes = 5000
	total := 0.0
	for _, name := range corpus.Tunnel(1, "tunnel.example", bytes, 40) {
		_, below := text.Registered(name)
		total += names.Information(below)
	}
	if total < 8*bytes || total > 16*bytes {
		t.Errorf("%d bits in names are measured as %.0f", 8*bytes, total)
	}
	if www := names.Information("www"); www > 15 {
		t.Errorf("www carries %.1f bits", www)
	}
}
