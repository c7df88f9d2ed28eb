package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/content"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/normalize"
	"github.com/vedette-soc/vedette/internal/normalize/all"
	"github.com/vedette-soc/vedette/internal/recording"
)

// finding is one line of the output of "vedette detect".
type finding struct {
	RuleID    string            `json:"rule_id"`
	RuleTitle string            `json:"rule_title"`
	RuleLevel string            `json:"rule_level"`
	Tags      []string          `json:"tags"`
	Time      time.Time         `json:"time"`
	File      string            `json:"file"`
	Record    int               `json:"record"`
	Fields    map[string]string `json:"fields"`
}

type detectOptions struct {
	rules   []string
	starter bool
	quiet   bool
}

func newDetect(s streams) *cobra.Command {
	var o detectOptions
	cmd := &cobra.Command{
		Use: "detect --rules PATH… FILE…", Short: "Run rules over recorded files, offline", Args: cobra.MinimumNArgs(1),
		Long: "Reads NDJSON, JSON, EVTX and plain log files, also compressed and in zip and tar archives, and prints one alert a line.\n" +
			"Rules come from folders, files and archives of Sigma rules. Exit status: 0 all was read, 1 something could not be read, 2 wrong usage.",
		Example: "  vedette detect --rules sigma.tar.gz Security.evtx\n  vedette detect --starter access.log.gz | jq .rule_title",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(o.rules) == 0 && !o.starter {
				return &usageError{"no rules were given", "vedette detect --rules FOLDER FILE, or --starter for the rules that come with vedette"}
			}
			return o.run(cmd.Context(), args, s)
		},
	}
	cmd.Flags().StringArrayVarP(&o.rules, "rules", "r", nil, "folder, file or archive of Sigma rules; may be given several times")
	cmd.Flags().BoolVar(&o.starter, "starter", false, "also run the rules that come with vedette")
	cmd.Flags().BoolVarP(&o.quiet, "quiet", "q", false, "no summary")
	return cmd
}

// maxBroken is how many records that could not be read are named.
const maxBroken = 20

// scan is one run of "vedette detect".
type scan struct {
	engine     *detect.Engine
	normalizer *normalize.Normalizer
	out        *json.Encoder
	events     int
	alerts     int
	unparsed   int
	broken     []string // where a record could not be read at all, the first few
	fired      map[string]bool
}

func (o *detectOptions) run(ctx context.Context, files []string, s streams) error {
	ruleset, troubled := o.compile(ctx, s.err)
	if len(ruleset.Rules) == 0 {
		return vedette.Errorf(vedette.CodeInvalid, "none of the rules could be loaded")
	}
	normalizer, err := normalize.New(normalize.Config{}, all.Parsers(), slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(s.out, 256<<10)
	sc := &scan{engine: detect.New(detect.Config{}, ruleset), normalizer: normalizer, out: json.NewEncoder(buffered), fired: map[string]bool{}}
	sc.out.SetEscapeHTML(false)
	begin := time.Now()
	var records int
	for _, file := range files {
		sum, err := recording.Walk(file, func(it recording.Item) error { return sc.record(ctx, it) })
		records += sum.Items
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			troubled = true
			_, _ = fmt.Fprintf(s.err, "vedette: %s: %v\n", file, err)
		}
		for _, problem := range sum.Problems {
			troubled = true
			_, _ = fmt.Fprintf(s.err, "vedette: %s: %v\n", problem.File, problem.Err)
		}
		if sum.More > 0 {
			_, _ = fmt.Fprintf(s.err, "vedette: %s: %d more problems\n", file, sum.More)
		}
	}
	if err := buffered.Flush(); err != nil {
		return fmt.Errorf("write the alerts: %w", err)
	}
	for _, where := range sc.broken {
		_, _ = fmt.Fprintf(s.err, "vedette: %s\n", where)
	}
	if more := sc.unparsed - len(sc.broken); more > 0 {
		_, _ = fmt.Fprintf(s.err, "vedette: %d more records could not be read\n", more)
	}
	if !o.quiet {
		_, _ = fmt.Fprintf(s.err, "%d records, %d events (%d not understood), %d rules, %d alerts of %d rules, %s\n",
			records, sc.events, sc.unparsed, len(ruleset.Rules), sc.alerts, len(sc.fired), time.Since(begin).Round(time.Millisecond))
	}
	if troubled || sc.unparsed > 0 {
		return errQuiet
	}
	return nil
}

// compile loads the rules. Rules that cannot run are named; they do not make the command fail, files that cannot be read
// do.
func (o *detectOptions) compile(ctx context.Context, say io.Writer) (*detect.Ruleset, bool) {
	files, problems := catalog.Load(ctx, o.rules)
	if o.starter {
		starter, more := catalog.LoadFS(ctx, content.Rules(), "starter")
		files, problems = append(files, starter...), append(problems, more...)
	}
	ruleset := detect.Compile(files)
	for _, p := range problems {
		_, _ = fmt.Fprintf(say, "vedette: %s\n", p)
	}
	for _, p := range ruleset.Problems {
		_, _ = fmt.Fprintf(say, "vedette: rule rejected: %s\n", p)
	}
	return ruleset, len(problems) > 0
}

func (sc *scan) record(ctx context.Context, it recording.Item) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	rec := vedette.Record{
		Tenant: vedette.DefaultTenant, Source: it.File, Receiver: "recording", Format: it.Format, Received: time.Now(), Data: it.Data,
	}
	var failed error
	sc.normalizer.Normalize(&rec, func(ev *vedette.Event) {
		sc.events++
		ev.Seq, ev.Place = 1, uint32(sc.events)
		if reason := ev.Value(vedette.FieldParseError); reason != "" {
			sc.unparsed++
			if len(sc.broken) < maxBroken {
				sc.broken = append(sc.broken, fmt.Sprintf("%s: record %d: %s", it.File, it.Record, reason))
			}
		}
		sc.engine.Detect(ev, func(a vedette.Alert) {
			sc.alerts++
			sc.fired[a.RuleID] = true
			err := sc.out.Encode(finding{
				RuleID: a.RuleID, RuleTitle: a.RuleTitle, RuleLevel: level(a.Severity), Tags: a.Tags, Time: a.Time,
				File: it.File, Record: it.Record, Fields: a.Matched,
			})
			if err != nil {
				failed = fmt.Errorf("write an alert: %w", err)
			}
		})
	})
	return failed
}

// level is a severity in Sigma's words.
func level(s vedette.Severity) string {
	if s == vedette.Info {
		return "informational"
	}
	return s.String()
}
