package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/content"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/detect/ruletest"
	"github.com/vedette-soc/vedette/internal/normalize"
	"github.com/vedette-soc/vedette/internal/normalize/all"
	"github.com/vedette-soc/vedette/internal/recording"
)

type testOptions struct {
	ruleOptions
	verbose bool
	output  string
}

// testReport is what "vedette rules test -o json" prints.
type testReport struct {
	Rules []detect.PackResult `json:"rules"` // by their samples
	Tests []ruletest.Result   `json:"tests"` // by test files
}

func newRulesTest(s streams) *cobra.Command {
	var o testOptions
	cmd := &cobra.Command{
		Use: "test [PATH…]", Short: "Run rules over the samples and tests beside them", Args: cobra.ArbitraryArgs,
		Long: "For the rule x.yml the folder samples beside it holds x.match.… with records that the rule must find and x.nomatch.… with similar ones that\n" +
			"it must leave alone. The file x.test beside it tells stories with time, for correlations above all:\n\n" +
			"    case a burst\n" +
			"    event x10 every 10s {\"EventID\": 4625, \"Channel\": \"Security\", \"TargetUserName\": \"alice\"}\n" +
			"    expect alert \"Many failed logins\" at +90s where TargetUserName = alice\n\n" +
			"A path is a folder of rules, a rule file, or a test. Without one the rules that come with vedette are tested. Exit status 1 when something fails.",
		Example: "  vedette rules test rules/\n  vedette rules test rules/many_failed_logins.test",
		RunE:    func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args, s) },
	}
	o.flags(cmd)
	cmd.Flags().BoolVarP(&o.verbose, "verbose", "v", false, "also list what passed")
	cmd.Flags().StringVarP(&o.output, "output", "o", "text", "text or json (one object)")
	return cmd
}

func (o *testOptions) run(ctx context.Context, paths []string, s streams) error {
	if o.output != "text" && o.output != "json" {
		return &usageError{fmt.Sprintf("output %q is not text or json", o.output), "-o json"}
	}
	opts, err := o.options()
	if err != nil {
		return err
	}
	read, err := sampleReader()
	if err != nil {
		return err
	}
	report := testReport{Rules: []detect.PackResult{}, Tests: []ruletest.Result{}}
	if len(paths) == 0 {
		report.add(ctx, content.Rules(), opts, read, "")
	}
	for _, name := range paths {
		info, err := os.Stat(name)
		switch {
		case err != nil:
			return &usageError{fmt.Sprintf("%s is neither a folder, a rule nor a test", name), "vedette rules test FOLDER"}
		case info.IsDir():
			report.add(ctx, os.DirFS(name), opts, read, "")
		default:
			report.add(ctx, os.DirFS(filepath.Dir(name)), opts, read, filepath.Base(name))
		}
	}
	return report.write(s, o, strings.Join(paths, " "))
}

// add tests the rules of a folder, or one file of it. What is shown is named from the folder on.
func (r *testReport) add(ctx context.Context, files fs.FS, opts detect.Options, read func(string, []byte) []*vedette.Event, only string) {
	base := strings.TrimSuffix(only, path.Ext(only))
	tests := ruletest.Find(files)
	storied := make(map[string]bool, len(tests))
	for _, test := range tests {
		storied[strings.TrimSuffix(test, ruletest.Suffix)] = true
	}
	pack := detect.Pack{Files: files, Options: opts, Only: only, Read: read, Storied: func(file string) bool { return storied[strings.TrimSuffix(file, path.Ext(file))] }}
	if path.Ext(only) != ruletest.Suffix {
		r.Rules = append(r.Rules, pack.Test(ctx)...)
	}
	runner := ruletest.Runner{Files: files, Options: opts, Read: read}
	for _, test := range tests {
		if only == "" || strings.TrimSuffix(test, ruletest.Suffix) == base {
			r.Tests = append(r.Tests, runner.Run(ctx, test))
		}
	}
}

func (r testReport) write(s streams, o *testOptions, asked string) error {
	rulesFailed, testsFailed := 0, 0
	var text strings.Builder
	for _, one := range r.Rules {
		if len(one.Failures) > 0 {
			rulesFailed++
		} else if o.verbose {
			fmt.Fprintf(&text, "ok    %s (%d found, %d left alone)\n", one.File, one.Matched, one.Spared)
		}
		for _, f := range one.Failures {
			fmt.Fprintf(&text, "FAIL  %s: %s\n", one.File, printable(f))
		}
	}
	for _, one := range r.Tests {
		if len(one.Failures) > 0 {
			testsFailed++
		} else if o.verbose {
			fmt.Fprintf(&text, "ok    %s (%d cases, %d events, %d alerts)\n", one.File, one.Cases, one.Events, one.Alerts)
		}
		for _, f := range one.Failures {
			name := ""
			if f.Case != "" {
				name = f.Case + ": "
			}
			fmt.Fprintf(&text, "FAIL  %s:%d: %s%s\n", one.File, f.Line, printable(name), printable(f.Reason))
		}
	}
	if o.output == "json" {
		enc := json.NewEncoder(s.out)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(r); err != nil {
			return fmt.Errorf("write the report: %w", err)
		}
	} else if _, err := s.out.Write([]byte(text.String())); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	if len(r.Rules) > 0 {
		_, _ = fmt.Fprintf(s.err, "%d rules passed, %d failed\n", len(r.Rules)-rulesFailed, rulesFailed)
	}
	if len(r.Tests) > 0 {
		_, _ = fmt.Fprintf(s.err, "%d tests passed, %d failed\n", len(r.Tests)-testsFailed, testsFailed)
	}
	if len(r.Rules)+len(r.Tests) == 0 {
		return vedette.Errorf(vedette.CodeInvalid, "there is no rule in %s", asked)
	}
	if rulesFailed+testsFailed > 0 {
		return errQuiet
	}
	return nil
}

// sampleReader turns sample files into events as the pipeline would.
func sampleReader() (func(string, []byte) []*vedette.Event, error) {
	normalizer, err := normalize.New(normalize.Config{}, all.Parsers(), slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	return func(name string, data []byte) (events []*vedette.Event) {
		_, err := recording.Read(name, data, func(it recording.Item) error {
			rec := vedette.Record{Tenant: vedette.DefaultTenant, Source: name, Receiver: "sample", Format: it.Format, Received: time.Now(), Data: it.Data}
			normalizer.Normalize(&rec, func(ev *vedette.Event) { events = append(events, ev) })
			return nil
		})
		if err != nil {
			return nil
		}
		return events
	}, nil
}
