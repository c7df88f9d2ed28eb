package main

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/content"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/normalize"
	"github.com/vedette-soc/vedette/internal/normalize/all"
	"github.com/vedette-soc/vedette/internal/recording"
)

func newRulesTest(s streams) *cobra.Command {
	var verbose bool
	cmd := &cobra.Command{
		Use: "test [FOLDER]", Short: "Run rules over the samples beside them", Args: cobra.MaximumNArgs(1),
		Long: "For the rule x.yml the folder samples beside it holds x.match.… with records that the rule must find and x.nomatch.… with similar ones that\n" +
			"it must leave alone. Without a folder the rules that come with vedette are tested. Exit status 1 when a rule fails.",
		RunE: func(cmd *cobra.Command, args []string) error {
			files, root := content.Rules(), ""
			if len(args) == 1 {
				if info, err := os.Stat(args[0]); err != nil || !info.IsDir() {
					return &usageError{fmt.Sprintf("%s is not a folder", args[0]), "vedette rules test FOLDER"}
				}
				files, root = os.DirFS(args[0]), args[0]
			}
			return testRules(cmd.Context(), s, files, root, verbose)
		},
	}
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "also list the rules that passed")
	return cmd
}

func testRules(ctx context.Context, s streams, files fs.FS, root string, verbose bool) error {
	read, err := sampleReader(files)
	if err != nil {
		return err
	}
	results := detect.Pack{Files: files, Read: read}.Test(ctx)
	failed := 0
	for _, r := range results {
		if len(r.Failures) > 0 {
			failed++
		} else if verbose {
			_, _ = fmt.Fprintf(s.out, "ok    %s (%d found, %d left alone)\n", r.File, r.Matched, r.Spared)
		}
		for _, f := range r.Failures {
			_, _ = fmt.Fprintf(s.out, "FAIL  %s: %s\n", r.File, f)
		}
	}
	_, _ = fmt.Fprintf(s.err, "%d rules passed, %d failed\n", len(results)-failed, failed)
	if len(results) == 0 {
		return vedette.Errorf(vedette.CodeInvalid, "there is no rule in %s", root)
	}
	if failed > 0 {
		return errQuiet
	}
	return nil
}

// sampleReader turns sample files into events as the pipeline would.
func sampleReader(files fs.FS) (func(string, []byte) []*vedette.Event, error) {
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
