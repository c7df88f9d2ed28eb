package main

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/vedette-soc/vedette/internal/baseline/text"
	"github.com/vedette-soc/vedette/internal/baseline/text/corpus"
	"github.com/vedette-soc/vedette/internal/baseline/text/lexicon"
	"github.com/vedette-soc/vedette/internal/recording"
)

// namesBytes is what Names take: their model, words and weights.
const namesBytes = 1 << 20

func benchNames(_ context.Context, b *unknownBench) error {
	if err := b.generated(); err != nil {
		return err
	}
	if err := b.list(); err != nil {
		return err
	}
	if err := b.tunnels(); err != nil {
		return err
	}
	return b.recordedTunnels()
}

func (b *unknownBench) nameScore(name string) float64 {
	nats, _ := b.names.Generated(name)
	return nats
}

// generated measures domains of our own generators, which the weights were trained on with other seeds.
func (b *unknownBench) generated() error {
	benign := distinct(corpus.Domains(1, 20000, nil), map[string]bool{})
	families := corpus.Families()
	in := unknownStrings{set: "dns", name: "own domains; hostile: own generators, seen in training", benign: benign}
	for i, f := range families[:len(families)-1] {
		in.hostiles = append(in.hostiles, f.Domains(uint64(1000+i), 1000)...)
	}
	if err := b.measure(in, b.nameScore, namesBytes); err != nil {
		return err
	}
	in.name, in.hostiles = "own domains; hostile: generator of words, not seen in training", families[len(families)-1].Domains(999, 1000)
	return b.measure(in, b.nameScore, namesBytes)
}

// list measures a public list of generated domains of 25 families beside much visited ones. Nothing of it was trained on.
func (b *unknownBench) list() error {
	path, ok := b.path("DGA list", "dga", "dga_domains_sample.csv")
	if !ok {
		return nil
	}
	rows, err := tableOf(path)
	if err != nil {
		return err
	}
	in := unknownStrings{set: "dns", name: "DGA list of 25 families"}
	families := map[string][2]float64{}
	for _, row := range rows {
		switch {
		case len(row) != 3:
		case row[0] == "legit":
			in.benign = append(in.benign, row[2])
		default:
			in.hostiles = append(in.hostiles, row[2])
		}
	}
	if err := b.measure(in, b.nameScore, namesBytes); err != nil {
		return err
	}
	for _, row := range rows {
		if len(row) == 3 && row[0] == "dga" {
			f := families[row[1]]
			f[1]++
			if b.nameScore(row[2]) > 0 {
				f[0]++
			}
			families[row[1]] = f
		}
	}
	found := map[string]float64{}
	for name, f := range families {
		found[name] = round(f[0]/f[1], 2)
	}
	b.tasks[len(b.tasks)-1].More = map[string]any{"found_by_family_above_0": found}
	return nil
}

// tunnels measures information per domain: ordinary domains of our own making and, where there are, recorded ones, each
// with the most it ever carried within an hour, against tunnels of one byte a second and more.
func (b *unknownBench) tunnels() error {
	start := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
	most := map[string]float64{}
	s := text.NewSubdomains(b.names)
	took := b.ordinaryHour(s, start, most)
	if path, ok := b.path("recorded DNS", "network", "zeek-json.tar.gz"); ok {
		if err := b.recordedNames(path, most); err != nil {
			return err
		}
	}
	var neg, pos []float64
	for _, bits := range most {
		neg = append(neg, bits)
	}
	for i, rate := range []int{1, 1, 1, 1, 1, 2, 2, 4, 4, 8, 16, 64} {
		for k, perName := range []int{8, 30, 100} {
			t := text.NewSubdomains(b.names)
			_ = b.ordinaryHour(t, start, map[string]float64{})
			names := corpus.Tunnel(uint64(100*i+k), "tunnel.example.com", rate*3600, perName)
			var f text.Flow
			for j, name := range names {
				f = t.Observe(start.Add(time.Duration(j)*time.Hour/time.Duration(len(names))), name)
			}
			pos = append(pos, f.Bits)
		}
	}
	auc, at1, at01 := ratesOf(neg, pos)
	slices.Sort(neg)
	limit, found := neg[len(neg)-1-len(neg)/10000], 0
	for _, x := range pos {
		if x > limit {
			found++
		}
	}
	b.add(unknownResult{
		Set: "dns", Name: "tunnels of 1 to 64 B/s, by domain and hour", Positives: len(pos), Negatives: len(neg), AUC: round(auc, 4), At1: round(at1, 4), At01: round(at01, 4),
		PerSecond: took, Bytes: s.Bytes(), More: map[string]any{
			"tpr_at_0_01pct": round(float64(found)/float64(len(pos)), 4), "bits_at_0_01pct": int(limit), "least_bits_of_a_tunnel": int(slices.Min(pos)),
			"most_bits_of_ordinary_domains": mostOf(most),
		},
	})
	return nil
}

// mostOf names the three domains that carried the most.
func mostOf(most map[string]float64) map[string]int {
	domains := slices.SortedFunc(maps.Keys(most), func(a, b string) int { return cmp.Compare(most[b], most[a]) })
	out := map[string]int{}
	for _, d := range domains[:min(3, len(domains))] {
		out[d] = int(most[d])
	}
	return out
}

// ordinaryHour plays 300,000 ordinary questions for 12,000 domains, some asked much more often than others.
func (b *unknownBench) ordinaryHour(s *text.Subdomains, start time.Time, most map[string]float64) (perSecond int) {
	const questions, domains = 300_000, 12_000
	rng := rand.New(rand.NewPCG(3, 4))
	list := corpus.Domains(7, domains, nil)
	words := lexicon.Words()
	asked := make([]string, questions)
	for i := range asked {
		x := rng.Float64()
		asked[i] = corpus.Asked(rng, words, list[int(x*x*x*domains)])
	}
	begin := processorTime()
	for i, name := range asked {
		f := s.Observe(start.Add(time.Duration(i)*time.Hour/questions), name)
		if f.Domain != "" {
			most[f.Domain] = max(most[f.Domain], f.Bits)
		}
	}
	return int(questions / (processorTime() - begin).Seconds())
}

func (b *unknownBench) recordedNames(path string, most map[string]float64) error {
	s := text.NewSubdomains(b.names)
	return b.records(path, func(it recording.Item) error {
		var row struct {
			Path  string    `json:"_path"`
			Time  time.Time `json:"ts"`
			Query string    `json:"query"`
		}
		if !isJSON(it) || json.Unmarshal(it.Data, &row) != nil || row.Path != "dns" || row.Query == "" {
			return nil
		}
		if f := s.Observe(row.Time, row.Query); f.Domain != "" {
			most["recorded "+f.Domain] = max(most["recorded "+f.Domain], f.Bits)
		}
		return nil
	})
}

// recordedTunnels measures the names of four recorded tunnels beside names of much visited sites, each list as if asked
// for within an hour.
func (b *unknownBench) recordedTunnels() error {
	path, ok := b.path("recorded tunnels", "netrack")
	if !ok {
		return nil
	}
	s := text.NewSubdomains(b.names)
	at := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
	flows, hostile := map[string]float64{}, map[string]bool{}
	for _, kind := range []string{"plain", "dns2tcp", "dnscapy", "iodine"} {
		rows, err := tableOf(path + "/" + kind + "/names.csv")
		if err != nil {
			return err
		}
		for _, row := range rows {
			if len(row) != 2 || row[0] == "label" {
				continue
			}
			if f := s.Observe(at, strings.TrimSpace(row[1])); f.Domain != "" {
				flows[f.Domain] = f.Bits
				hostile[f.Domain] = hostile[f.Domain] || row[0] == "1"
			}
		}
	}
	var neg, pos []float64
	for domain, bits := range flows {
		if hostile[domain] {
			pos = append(pos, bits)
		} else {
			neg = append(neg, bits)
		}
	}
	auc, at1, at01 := ratesOf(neg, pos)
	top := s.Top(at, 5)
	b.add(unknownResult{
		Set: "dns", Name: "recorded tunnels (netrack), by domain", Positives: len(pos), Negatives: len(neg), AUC: round(auc, 4), At1: round(at1, 4), At01: round(at01, 4),
		Bytes: s.Bytes(), More: map[string]any{"top": top},
	})
	return nil
}
