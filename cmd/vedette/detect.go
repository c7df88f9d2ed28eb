package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/content"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
)

type detectOptions struct {
	ruleOptions
	rules   []string
	starter bool
	quiet   bool
}

func newDetect(s streams) *cobra.Command {
	var o detectOptions
	cmd := &cobra.Command{
		Use: "detect --rules PATH… FILE…", Short: "Run rules over recorded files, offline", Args: cobra.MinimumNArgs(1),
		Long: "Reads NDJSON, JSON, EVTX and plain log files, also compressed and in zip and tar archives, and prints one alert a line; \"-\" is standard input.\n" +
			"Rules come from folders, files and archives of Sigma rules, correlations and filters among them. Correlations see the events of all files in the\n" +
			"order of their times, so their alerts come last. Exit status: 0 all was read, 1 something could not be read, 2 wrong usage.",
		Example: "  vedette detect --rules sigma.tar.gz Security.evtx\n  vedette detect --starter access.log.gz | jq .rule_title\n  journalctl -o json | vedette detect --starter -",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(o.rules) == 0 && !o.starter {
				return &usageError{"no rules were given", "vedette detect --rules FOLDER FILE, or --starter for the rules that come with vedette"}
			}
			return o.run(cmd.Context(), args, s)
		},
	}
	o.flags(cmd)
	cmd.Flags().StringArrayVarP(&o.rules, "rules", "r", nil, "folder, file or archive of Sigma rules; may be given several times")
	cmd.Flags().BoolVar(&o.starter, "starter", false, "also run the rules that come with vedette")
	cmd.Flags().BoolVarP(&o.quiet, "quiet", "q", false, "no summary")
	return cmd
}

func (o *detectOptions) run(ctx context.Context, files []string, s streams) error {
	opts, err := o.options()
	if err != nil {
		return err
	}
	ruleset, troubled := o.compile(ctx, opts, s.err)
	rules := len(ruleset.Rules) + len(ruleset.Correlations)
	if rules == 0 {
		return vedette.Errorf(vedette.CodeInvalid, "none of the rules could be loaded")
	}
	buffered := bufio.NewWriterSize(s.out, 256<<10)
	sc, err := newScan(ruleset, jsonLines(buffered))
	if err != nil {
		return err
	}
	begin := time.Now()
	for _, file := range files {
		whole, err := o.read(ctx, sc, file, s)
		if err != nil {
			return err
		}
		troubled = troubled || !whole
	}
	if err := sc.finish(); err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return fmt.Errorf("write the alerts: %w", err)
	}
	sc.sayBroken(s.err)
	if !o.quiet {
		_, _ = fmt.Fprintf(s.err, "%d records, %d events (%d not understood), %d rules, %d alerts of %d rules, %s\n",
			sc.records, sc.events, sc.unparsed, rules, sc.alerts, len(sc.fired), time.Since(begin).Round(time.Millisecond))
	}
	if troubled || sc.unparsed > 0 {
		return errQuiet
	}
	return nil
}

// maxInput bounds what is taken from standard input.
const maxInput = 16 << 30

// read runs the rules over one file, or over standard input, which is kept in a temporary file because some formats are
// read from their ends.
func (o *detectOptions) read(ctx context.Context, sc *scan, file string, s streams) (bool, error) {
	if file != "-" {
		return sc.file(ctx, file, s.err)
	}
	kept, err := os.CreateTemp("", "vedette-stdin-*")
	if err != nil {
		return false, fmt.Errorf("keep standard input: %w", err)
	}
	defer func() { _ = os.Remove(kept.Name()) }()
	n, err := io.Copy(kept, io.LimitReader(s.in, maxInput+1))
	if closing := kept.Close(); err == nil {
		err = closing
	}
	switch {
	case err != nil:
		return false, fmt.Errorf("keep standard input: %w", err)
	case n > maxInput:
		return false, vedette.Errorf(vedette.CodeTooLarge, "there is more than %d GiB on standard input", maxInput>>30)
	}
	sc.alias = func(name string) string { return "-" + strings.TrimPrefix(name, kept.Name()) }
	defer func() { sc.alias = nil }()
	return sc.file(ctx, kept.Name(), s.err)
}

func (sc *scan) sayBroken(say io.Writer) {
	for _, where := range sc.broken {
		_, _ = fmt.Fprintf(say, "vedette: %s\n", where)
	}
	if more := sc.unparsed - len(sc.broken); more > 0 {
		_, _ = fmt.Fprintf(say, "vedette: %d more records could not be read\n", more)
	}
}

// compile loads the rules. Rules that cannot run are named; they do not make the command fail, files that cannot be read
// do.
func (o *detectOptions) compile(ctx context.Context, opts detect.Options, say io.Writer) (*detect.Ruleset, bool) {
	files, problems := catalog.Load(ctx, o.rules)
	if o.starter {
		starter, more := catalog.LoadFS(ctx, content.Rules(), "starter")
		files, problems = append(files, starter...), append(problems, more...)
	}
	ruleset := detect.CompileWith(opts, files)
	for _, p := range problems {
		_, _ = fmt.Fprintf(say, "vedette: %s\n", p)
	}
	for _, p := range ruleset.Problems {
		_, _ = fmt.Fprintf(say, "vedette: rule rejected: %s\n", p)
	}
	return ruleset, len(problems) > 0
}
