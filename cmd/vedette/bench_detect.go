package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"math"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/content"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
)

type benchDetectOptions struct {
	rules   []string
	starter bool
	service string
	passes  int
	memory  int
}

func newBenchDetect(s streams) *cobra.Command {
	var o benchDetectOptions
	cmd := &cobra.Command{
		Use: "detect --rules PATH… FILE…", Short: "From JSON bytes to finished alerts, per core, beside a bare JSON scan of the same bytes",
		Args: cobra.MinimumNArgs(1),
		Long: "Reads recordings (NDJSON, JSON, Windows event logs; also compressed and in archives) into memory as JSON records, then measures on one\n" +
			"core, in " + clockName + ": parsing, normalizing, routing, matching and building the alerts, and in turns with it the bare scan of the same\n" +
			"bytes by a JSON parser, so that ratio means the same on every machine. No server is started. What is measured, and what others\n" +
			"publish, is in docs/explanation/detection-speed.md.",
		Example: "  vedette bench detect --rules sigma.tar.gz captures.zip\n  vedette bench detect --rules sigma.tar.gz --service sysmon evtx.tar.gz | jq .ratio",
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(o.rules) == 0 && !o.starter:
				return &usageError{"no rules were given", "vedette bench detect --rules FOLDER FILE, or --starter for the rules that come with vedette"}
			case o.passes < 1 || o.passes > 1000:
				return &usageError{"--passes is not between 1 and 1000", "vedette bench detect --passes 5 …"}
			case o.memory < 1:
				return &usageError{"--memory is not a number of MiB above 0", "vedette bench detect --memory 2048 …"}
			}
			return o.run(cmd.Context(), args, s)
		},
	}
	cmd.Flags().StringArrayVarP(&o.rules, "rules", "r", nil, "folder, file or archive of Sigma rules; may be given several times")
	cmd.Flags().BoolVar(&o.starter, "starter", false, "also run the rules that come with vedette")
	cmd.Flags().StringVar(&o.service, "service", "", "only events of this service, in Sigma's terms: sysmon, security, powershell")
	cmd.Flags().IntVar(&o.passes, "passes", 5, "how often everything is measured; the figures are medians")
	cmd.Flags().IntVar(&o.memory, "memory", 2048, "how many MiB of records are kept; the rest of the recordings is left out")
	return cmd
}

func (o *benchDetectOptions) run(ctx context.Context, paths []string, s streams) error {
	rules, err := o.compile(ctx, s.err)
	if err != nil {
		return err
	}
	records, err := o.load(ctx, paths, s.err)
	if err != nil {
		return err
	}
	b, err := newDetectBench(rules.set, records)
	if err != nil {
		return err
	}
	restore := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(restore)
	b.warm()
	if b.events == 0 {
		return vedette.Errorf(vedette.CodeInvalid, "the recordings hold no event")
	}
	speeds := make([]speed, 0, o.passes)
	for i := range o.passes {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		v := b.pass()
		speeds = append(speeds, v)
		_, _ = fmt.Fprintf(s.err, "pass %d: %.0f events/s, bare scan %.0f events/s, ratio %.3f\n", i+1, v.engine, v.scan, v.engine/v.scan)
	}
	figures := map[string]any{
		"events": b.events, "alerts": b.alerts, "bytes_per_event": b.bytes / int64(b.events),
		"rules_loaded": len(rules.set.Rules), "rules_rejected": len(rules.set.Problems),
		"events_per_sec_core":           math.Round(median(speeds, func(v speed) float64 { return v.engine })),
		"json_scan_events_per_sec_core": math.Round(median(speeds, func(v speed) float64 { return v.scan })),
		"ratio":                         round(median(speeds, func(v speed) float64 { return v.engine / v.scan }), 3),
		"allocs_per_event":              round(b.allocations(), 3),
		"heap_mib":                      round(rules.heap, 1),
		"compile_seconds":               round(rules.took.Seconds(), 3),
		"p99_us":                        round(b.slowest(o.passes), 1),
	}
	if runtime.NumCPU() > 1 && restore > 1 {
		wall, processor, err := b.scaling(ctx)
		if err != nil {
			return err
		}
		figures["scaling_two_cores"], figures["scaling_two_cores_processor"] = round(wall, 2), round(processor, 2)
	}
	return result(s.out, figures)
}

// compiled is the rules with what it took to have them.
type compiled struct {
	set  *detect.Ruleset
	took time.Duration // reading and compiling, by the clock on the wall
	heap float64       // MiB of the whole program with them
}

// compile loads the rules three times and keeps the median time.
func (o *benchDetectOptions) compile(ctx context.Context, say io.Writer) (compiled, error) {
	var c compiled
	var times []time.Duration
	for range 3 {
		c.set = nil
		runtime.GC()
		begin := time.Now()
		files, problems := catalog.Load(ctx, o.rules)
		if o.starter {
			starter, more := catalog.LoadFS(ctx, content.Rules(), "starter")
			files, problems = append(files, starter...), append(problems, more...)
		}
		if ctx.Err() != nil {
			return c, ctx.Err()
		}
		if len(problems) > 0 {
			return c, vedette.Errorf(vedette.CodeInvalid, "load rules: %s", problems[0])
		}
		c.set = detect.Compile(files)
		times = append(times, time.Since(begin))
	}
	if len(c.set.Rules) == 0 {
		return c, vedette.Errorf(vedette.CodeInvalid, "none of the %d rules could be loaded", len(c.set.Problems))
	}
	slices.Sort(times)
	c.took = times[1]
	runtime.GC()
	runtime.GC() // the second lets go of what the first finalized
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	c.heap = float64(m.HeapAlloc) / (1 << 20)
	tellRejected(say, c.set)
	return c, nil
}

// tellRejected says how many rules run and, by reason, why the others do not. Names within a reason are left out, so that
// rules with the same trouble are counted together.
func tellRejected(say io.Writer, set *detect.Ruleset) {
	_, _ = fmt.Fprintf(say, "%d rules run, %d were rejected\n", len(set.Rules), len(set.Problems))
	reasons := map[string]int{}
	for _, p := range set.Problems {
		words := strings.Fields(p.Reason)
		for i, word := range words {
			if strings.ContainsAny(word, `%"/`) {
				words[i] = "…"
			}
		}
		reasons[strings.Join(words, " ")]++
	}
	sorted := slices.SortedFunc(maps.Keys(reasons), func(a, b string) int {
		return cmp.Or(reasons[b]-reasons[a], strings.Compare(a, b))
	})
	const most = 12
	for _, reason := range sorted[:min(most, len(sorted))] {
		_, _ = fmt.Fprintf(say, "  %5d  %s\n", reasons[reason], vedette.Shorten(reason, 120))
	}
	if more := len(sorted) - most; more > 0 {
		_, _ = fmt.Fprintf(say, "         and %d more reasons; vedette rules lint names each rule\n", more)
	}
}

func round(x float64, digits int) float64 {
	scale := math.Pow10(digits)
	return math.Round(x*scale) / scale
}
