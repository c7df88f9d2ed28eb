package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/baseline/text"
)

type unknownOptions struct {
	set, data string
}

func newBenchUnknown(s streams) *cobra.Command {
	o := unknownOptions{data: os.Getenv("VEDETTE_DATA")}
	cmd := &cobra.Command{
		Use: "unknown", Short: "Detectors of strings never told about attacks: how many they find at 1 % and 0.1 % false positives", Args: cobra.NoArgs,
		Long: "Models learn ordinary command lines, HTTP values and DNS names, and are then shown others of both kinds. No attack is learned, nothing that\n" +
			"was learned is tested. Strings of our own making are always measured; recorded and public sets where the folder VEDETTE_DATA has them, and\n" +
			"what is missing is listed as skipped. What the sets are, where they come from and what was reached is in docs/explanation/unknown-threats.md.",
		Example: "  vedette bench unknown --set payload\n  VEDETTE_DATA=/srv/data vedette bench unknown | jq '.tasks[] | {name, tpr_at_1pct, tpr_at_0_1pct}'",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.run(cmd.Context(), s)
		},
	}
	cmd.Flags().StringVar(&o.set, "set", "all", "cmdline, dns, payload or all")
	return cmd
}

// unknownResult is what one detector reached on one set.
type unknownResult struct {
	Set       string  `json:"set"`
	Name      string  `json:"name"`
	Learned   int     `json:"learned"` // strings
	Positives int     `json:"positives"`
	Negatives int     `json:"negatives"`
	AUC       float64 `json:"auc"`
	At1       float64 `json:"tpr_at_1pct"`
	At01      float64 `json:"tpr_at_0_1pct"`
	PerSecond int     `json:"strings_per_sec_core"`
	Bytes     int64   `json:"model_bytes"`

	More map[string]any `json:"more,omitempty"`
}

// unknownDomains is what a detector that decides by itself said of domains.
type unknownDomains struct {
	Set        string  `json:"set"`
	Name       string  `json:"name"`
	Questions  int     `json:"questions"`
	Tunnels    int     `json:"positives"`
	Found      int     `json:"found"`
	Ordinary   int     `json:"negatives"`
	False      int     `json:"false"`
	FalseShare float64 `json:"fpr"`
	PerSecond  int     `json:"events_per_sec_core"` // with all other detectors
}

// unknownBench collects what was measured and what could not be.
type unknownBench struct {
	data    string
	say     io.Writer
	names   *text.Names
	tasks   []unknownResult
	skipped []map[string]string

	detectors []unknownDomains
}

func (o *unknownOptions) run(ctx context.Context, s streams) error {
	sets := map[string]func(context.Context, *unknownBench) error{"cmdline": benchCommands, "dns": benchNames, "payload": benchPayloads}
	order := []string{"cmdline", "dns", "payload"}
	if o.set != "all" {
		if sets[o.set] == nil {
			return &usageError{fmt.Sprintf("there is no set %q", o.set), "vedette bench unknown --set cmdline, dns, payload or all"}
		}
		order = []string{o.set}
	}
	names, err := text.NewNames()
	if err != nil {
		return err
	}
	b := &unknownBench{data: o.data, say: s.err, names: names, skipped: []map[string]string{}}
	if o.data == "" {
		b.skip("recorded and public sets", "VEDETTE_DATA is not set: only strings of our own making are measured")
	}
	for _, name := range order {
		if err := sets[name](ctx, b); err != nil {
			return err
		}
	}
	line, err := json.Marshal(map[string]any{"tasks": b.tasks, "detectors": b.detectors, "skipped": b.skipped})
	if err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	_, err = fmt.Fprintln(s.out, string(line))
	return err
}

func (b *unknownBench) skip(what, why string) {
	_, _ = fmt.Fprintf(b.say, "skipped %s: %s\n", what, why)
	b.skipped = append(b.skipped, map[string]string{"what": what, "why": why})
}

// strings is what a model learns and is shown.
type unknownStrings struct {
	set, name               string
	learn, benign, hostiles []string
}

// model measures the language model on strings.
func (b *unknownBench) model(in unknownStrings) error {
	m, err := text.New(text.Config{DigitsAlike: in.set == "payload"})
	if err != nil {
		return err
	}
	for _, s := range in.learn {
		m.Learn(s)
	}
	m.Freeze()
	score := func(s string) float64 {
		nats, _ := m.Score(s)
		return nats
	}
	return b.measure(in, score, m.Bytes())
}

// measure scores strings of both kinds.
func (b *unknownBench) measure(in unknownStrings, score func(string) float64, bytes int64) error {
	if len(in.benign) == 0 || len(in.hostiles) == 0 {
		return vedette.Errorf(vedette.CodeInvalid, "measure %s: there are %d ordinary and %d hostile strings", in.name, len(in.benign), len(in.hostiles))
	}
	neg, pos := make([]float64, len(in.benign)), make([]float64, len(in.hostiles))
	begin := processorTime()
	rounds := 0
	for rounds == 0 || processorTime()-begin < 100*time.Millisecond {
		for i, s := range in.benign {
			neg[i] = score(s)
		}
		rounds++
	}
	speed := float64(rounds*len(neg)) / (processorTime() - begin).Seconds()
	for i, s := range in.hostiles {
		pos[i] = score(s)
	}
	auc, at1, at01 := ratesOf(neg, pos)
	b.add(unknownResult{
		Set: in.set, Name: in.name, Learned: len(in.learn), Positives: len(pos), Negatives: len(neg), AUC: round(auc, 4), At1: round(at1, 4), At01: round(at01, 4),
		PerSecond: int(speed), Bytes: bytes,
	})
	return nil
}

func (b *unknownBench) add(r unknownResult) {
	_, _ = fmt.Fprintf(b.say, "%-8s %-58s %6d/%-6d AUC %.4f  %.3f at 1 %%  %.3f at 0.1 %%\n", r.Set, r.Name, r.Positives, r.Negatives, r.AUC, r.At1, r.At01)
	b.tasks = append(b.tasks, r)
}

// ratesOf is the area under the curve and the share of positives above thresholds that at most 1 % and 0.1 % of the
// negatives are above.
func ratesOf(neg, pos []float64) (auc, at1, at01 float64) {
	neg, pos = slices.Sorted(slices.Values(neg)), slices.Sorted(slices.Values(pos))
	above := func(share float64) float64 {
		limit := neg[len(neg)-1-int(share*float64(len(neg)))]
		at, _ := slices.BinarySearchFunc(pos, limit, func(x, limit float64) int {
			if x > limit {
				return 1
			}
			return -1
		})
		return float64(len(pos)-at) / float64(len(pos))
	}
	lo, hi, wins := 0, 0, 0.0
	for _, p := range pos {
		for lo < len(neg) && neg[lo] < p {
			lo++
		}
		for hi < len(neg) && neg[hi] <= p {
			hi++
		}
		wins += float64(lo) + float64(hi-lo)/2
	}
	return wins / float64(len(neg)) / float64(len(pos)), above(0.01), above(0.001)
}
