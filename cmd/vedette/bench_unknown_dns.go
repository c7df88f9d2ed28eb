package main

import (
	"context"
	"strings"

	"github.com/vedette-soc/vedette/internal/baseline/text/corpus"
)

// namesBytes is what Names take: their model, words and weights.
const namesBytes = 1 << 20

func benchNames(ctx context.Context, b *unknownBench) error {
	if err := b.generated(); err != nil {
		return err
	}
	if err := b.list(); err != nil {
		return err
	}
	if err := b.tunnels(ctx); err != nil {
		return err
	}
	return b.recordedTunnels(ctx)
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
	return b.together(rows)
}

// together measures eight names at once, by their mean, as one host asks for them: of one family, or much visited ones.
func (b *unknownBench) together(rows [][]string) error {
	const size, most = 8, 5.0 // no name alone speaks louder than that
	in := unknownStrings{set: "dns", name: "DGA list of 25 families, eight names of a host together"}
	waiting := map[string][]string{}
	for _, row := range rows {
		if len(row) != 3 {
			continue
		}
		if waiting[row[1]] = append(waiting[row[1]], row[2]); len(waiting[row[1]]) < size {
			continue
		}
		group := strings.Join(waiting[row[1]], " ")
		waiting[row[1]] = nil
		if row[0] == "legit" {
			in.benign = append(in.benign, group)
		} else {
			in.hostiles = append(in.hostiles, group)
		}
	}
	mean := func(group string) (nats float64) {
		for name := range strings.SplitSeq(group, " ") {
			nats += min(b.nameScore(name), most) / size
		}
		return nats
	}
	return b.measure(in, mean, namesBytes)
}
