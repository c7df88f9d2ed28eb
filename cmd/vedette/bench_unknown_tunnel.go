package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/baseline"
	"github.com/vedette-soc/vedette/internal/baseline/text"
	"github.com/vedette-soc/vedette/internal/baseline/text/corpus"
	"github.com/vedette-soc/vedette/internal/baseline/text/lexicon"
	"github.com/vedette-soc/vedette/internal/recording"
)

// question is a name that a machine asked for.
type question struct {
	at     time.Time
	source string
	name   string
}

// askedNames are questions with the registered domains that they are about; true marks tunnels.
type askedNames struct {
	list    []question
	domains map[string]bool
}

func (a *askedNames) add(at time.Time, source, name string, hostile bool) {
	if domain, _ := text.Registered(name); domain != "" {
		a.list = append(a.list, question{at, source, name})
		a.domains[domain] = a.domains[domain] || hostile
	}
}

var tunnelDay = time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)

// tunnels plays an hour of ordinary questions and tunnels of one byte a second and more to the detector of the server.
func (b *unknownBench) tunnels(ctx context.Context) error {
	const questions, domains = 300_000, 12_000
	asked := askedNames{domains: map[string]bool{}}
	rng, words, list := rand.New(rand.NewPCG(3, 4)), lexicon.Words(), corpus.Domains(7, domains, nil)
	for i := range questions {
		x := rng.Float64()
		name := corpus.Asked(rng, words, list[int(x*x*x*domains)])
		asked.add(tunnelDay.Add(time.Duration(i)*time.Hour/questions), fmt.Sprintf("10.1.%d.%d", rng.IntN(2), 1+rng.IntN(250)), name, false)
	}
	for i, rate := range []int{1, 1, 1, 1, 1, 2, 2, 4, 4, 8, 16, 64} {
		for k, perName := range []int{8, 30, 100} {
			source := fmt.Sprintf("10.2.%d.%d", i, k+1)
			names := corpus.Tunnel(uint64(100*i+k), fmt.Sprintf("tunnel-%d-%d.example", i, k), rate*3600, perName)
			for j, name := range names {
				asked.add(tunnelDay.Add(time.Duration(j)*time.Hour/time.Duration(len(names))), source, name, true)
			}
		}
	}
	return b.exfil(ctx, "tunnels of 1 to 64 B/s within one hour of our own DNS", asked)
}

// recordedTunnels plays the names of three recorded tunnels, each beside those of much visited sites, and recorded
// questions without tunnels.
func (b *unknownBench) recordedTunnels(ctx context.Context) error {
	if path, ok := b.path("recorded tunnels", "netrack"); ok {
		for _, kind := range []string{"dns2tcp", "dnscapy", "iodine"} {
			if err := b.recordedTunnel(ctx, path, kind); err != nil {
				return err
			}
		}
	}
	path, ok := b.path("recorded DNS", "network", "zeek-json.tar.gz")
	if !ok {
		return nil
	}
	asked := askedNames{domains: map[string]bool{}}
	err := b.records(path, func(it recording.Item) error {
		var row struct {
			Path   string    `json:"_path"`
			Time   time.Time `json:"ts"`
			Source string    `json:"id.orig_h"`
			Query  string    `json:"query"`
		}
		if isJSON(it) && json.Unmarshal(it.Data, &row) == nil && row.Path == "dns" && row.Query != "" {
			asked.add(row.Time, row.Source, row.Query, false)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return b.exfil(ctx, "recorded DNS of a contest, without known tunnels", asked)
}

// recordedTunnel plays one tunnel within an hour. Names of domains that hardly occur in its capture are not the tunnel's.
func (b *unknownBench) recordedTunnel(ctx context.Context, path, kind string) error {
	asked := askedNames{domains: map[string]bool{}}
	plain, err := tableOf(filepath.Join(path, "plain", "names.csv"))
	if err != nil {
		return err
	}
	rows, err := tableOf(filepath.Join(path, kind, "names.csv"))
	if err != nil {
		return err
	}
	times := map[string]int{}
	for _, row := range rows {
		domain, _ := text.Registered(strings.TrimSpace(row[len(row)-1]))
		times[domain]++
	}
	for i, row := range plain {
		at := tunnelDay.Add(time.Duration(i) * time.Hour / time.Duration(len(plain)))
		asked.add(at, fmt.Sprintf("10.3.0.%d", 1+i%200), strings.TrimSpace(row[len(row)-1]), false)
	}
	for i, row := range rows {
		at := tunnelDay.Add(time.Duration(i) * time.Hour / time.Duration(len(rows)))
		name := strings.TrimSpace(row[len(row)-1])
		domain, _ := text.Registered(name)
		asked.add(at, "10.3.1.1", name, times[domain] > len(rows)/2)
	}
	return b.exfil(ctx, "recorded tunnel (netrack): "+kind, asked)
}

// exfil plays questions, in order of time, to the server's detectors of the unknown and counts the domains that
// dns-exfiltration names.
func (b *unknownBench) exfil(ctx context.Context, name string, asked askedNames) error {
	slices.SortStableFunc(asked.list, func(x, y question) int { return x.at.Compare(y.at) })
	base, err := baseline.New(baseline.Config{PerHour: 500, Seed: 1})
	if err != nil {
		return err
	}
	named := map[string]bool{}
	hear := func(a vedette.Alert) {
		if a.Anomaly == nil || a.Anomaly.Detector != "dns-exfiltration" {
			return
		}
		for _, e := range a.Entities {
			if e.Kind == vedette.EntityDomain {
				named[e.Name] = true
			}
		}
	}
	begin := processorTime()
	for i, q := range asked.list {
		if i%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		ev := vedette.Event{Tenant: vedette.DefaultTenant, Source: "bench", Seq: uint64(i + 1), Time: q.at, Received: q.at}
		ev.Logsource.Product, ev.Logsource.Categories = "zeek", []string{"dns"}
		ev.Add("source.ip", q.source)
		ev.Add("dns.question.name", q.name)
		base.Observe(&ev, hear)
	}
	took := processorTime() - begin
	r := unknownDomains{Set: "dns", Name: name, Questions: len(asked.list), PerSecond: int(float64(len(asked.list)) / took.Seconds())}
	for domain, hostile := range asked.domains {
		switch {
		case hostile:
			r.Tunnels++
			if named[domain] {
				r.Found++
			}
		default:
			r.Ordinary++
			if named[domain] {
				r.False++
			}
		}
	}
	r.FalseShare = round(float64(r.False)/float64(max(r.Ordinary, 1)), 6)
	_, _ = fmt.Fprintf(b.say, "%-8s %-58s %d of %d tunnels, %d of %d ordinary domains\n", r.Set, r.Name, r.Found, r.Tunnels, r.False, r.Ordinary)
	b.detectors = append(b.detectors, r)
	return nil
}
