package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/intel"
	"github.com/vedette-soc/vedette/internal/intel/feed"
)

func newIntel(s streams) *cobra.Command {
	cmd := &cobra.Command{Use: "intel", Short: "Work with indicators: what is known to be bad"}
	cmd.AddCommand(newIntelImport(s), newIntelList(s), newIntelCheck(s))
	return cmd
}

// intelImport holds the flags of intel import.
type intelImport struct {
	remote
	feed, format, tlp string
	confidence        int
}

func newIntelImport(s streams) *cobra.Command {
	var o intelImport
	cmd := &cobra.Command{
		Use: "import FILE…", Short: "Add the indicators of files to a running server", Args: cobra.MinimumNArgs(1),
		Long:    "Files are STIX 2.1 bundles, MISP JSON, plain lists or CSV; - is standard input. What cannot be kept is told with the reason.\nExit status 1 when nothing of a file could be kept.",
		Example: "  vedette intel import --feed partner --tlp amber bundle.json\n  cat bad-addresses.txt | vedette intel import -",
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := o.client()
			if err != nil {
				return err
			}
			for _, file := range args {
				if err := o.one(cmd.Context(), c, s, file); err != nil {
					return err
				}
			}
			return nil
		},
	}
	o.flags(cmd, "url")
	cmd.Flags().StringVar(&o.feed, "feed", "manual", "who says so")
	cmd.Flags().StringVar(&o.format, "format", "", "stix, misp or list (default: the beginning of the file tells)")
	cmd.Flags().StringVar(&o.tlp, "tlp", "", "marking of values that have none: clear, green, amber, amber+strict, red")
	cmd.Flags().IntVar(&o.confidence, "confidence", 0, "1 to 100, of values that do not say (default 50)")
	return cmd
}

func (o *intelImport) one(ctx context.Context, c *client, s streams, file string) error {
	body, done, err := openInput(s, file)
	if err != nil {
		return err
	}
	defer done()
	query := url.Values{"feed": {o.feed}}
	if o.format != "" {
		query.Set("format", o.format)
	}
	if o.tlp != "" {
		query.Set("tlp", o.tlp)
	}
	if o.confidence > 0 {
		query.Set("confidence", strconv.Itoa(o.confidence))
	}
	var report intel.Report
	if err := c.do(ctx, http.MethodPost, "/api/v1/intel/indicators?"+query.Encode(), body, &report); err != nil {
		return err
	}
	return tellReport(s, file, report)
}

func openInput(s streams, file string) (io.Reader, func(), error) {
	if file == "-" {
		return s.in, func() {}, nil
	}
	f, err := os.Open(filepath.Clean(file))
	if err != nil {
		return nil, nil, vedette.Errorf(vedette.CodeInvalid, "open the file: %w", err)
	}
	return f, func() { _ = f.Close() }, nil
}

// tellReport says what became of a file.
func tellReport(s streams, file string, report intel.Report) error {
	for _, skipped := range report.Skipped {
		_, _ = fmt.Fprintf(s.err, "%s: left out %d: %s (%s)\n", file, skipped.Count, skipped.Reason, oneLine(skipped.Example))
	}
	_, _ = fmt.Fprintf(s.out, "%s: %s\n", file, report.String())
	if report.Added+report.Updated+report.Unchanged == 0 {
		return errQuiet
	}
	return nil
}

func newIntelCheck(s streams) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use: "check FILE…", Short: "Say what a server would take of files, without one", Args: cobra.MinimumNArgs(1),
		Long: "Prints each value in the form in which it is looked for, one a line: kind, value, confidence and marking.",
		RunE: func(_ *cobra.Command, args []string) error {
			for _, file := range args {
				if err := checkFile(s, file, format); err != nil {
					return err
				}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "", "stix, misp or list (default: the beginning of the file tells)")
	return cmd
}

func checkFile(s streams, file, format string) error {
	body, done, err := openInput(s, file)
	if err != nil {
		return err
	}
	defer done()
	var report intel.Report
	parsed, err := feed.Read(body, format, nil, func(item intel.Item) error {
		report.Read++
		kind, value, err := intel.Name(item.Kind, item.Value)
		if err != nil {
			report.Skip(err.Error(), item.Value)
			return nil
		}
		report.Added++
		_, err = fmt.Fprintf(s.out, "%s\t%s\t%d\t%s\n", kind, value, item.Confidence, item.TLP)
		return err
	})
	report.Merge(parsed)
	for _, skipped := range report.Skipped {
		_, _ = fmt.Fprintf(s.err, "%s: left out %d: %s (%s)\n", file, skipped.Count, skipped.Reason, oneLine(skipped.Example))
	}
	_, _ = fmt.Fprintf(s.err, "%s: %d values, %d left out\n", file, report.Added, report.Left())
	if err == nil && report.Added == 0 {
		return errQuiet
	}
	return err
}

func newIntelList(s streams) *cobra.Command {
	var r remote
	var kind, feedName, state, output string
	var limit int
	cmd := &cobra.Command{
		Use: "list [WORD…]", Short: "List the indicators of a running server, newest first", Args: cobra.ArbitraryArgs,
		Long: "Words must all occur in the value or in a label.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if output != "table" && output != "json" {
				return &usageError{fmt.Sprintf("output %q is not table or json", output), "-o json"}
			}
			c, err := r.client()
			if err != nil {
				return err
			}
			query := url.Values{}
			for name, value := range map[string]string{"kind": kind, "feed": feedName, "state": state, "q": strings.Join(args, " ")} {
				if value != "" {
					query.Set(name, value)
				}
			}
			return listIndicators(cmd.Context(), c, query, s.out, output, limit)
		},
	}
	r.flags(cmd, "url")
	cmd.Flags().StringVar(&kind, "kind", "", "address, network, domain, url, email, md5, sha1, sha256, sha512 or imphash")
	cmd.Flags().StringVar(&feedName, "feed", "", "only what this feed says")
	cmd.Flags().StringVar(&state, "state", "", "live, expired or revoked")
	cmd.Flags().StringVarP(&output, "output", "o", "table", "table or json (one object a line)")
	cmd.Flags().IntVar(&limit, "limit", 100, "how many at most")
	return cmd
}

// listIndicators prints page after page.
func listIndicators(ctx context.Context, c *client, query url.Values, out io.Writer, output string, limit int) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	if output == "table" {
		_, _ = fmt.Fprintln(table, "STATE\tCONFIDENCE\tTLP\tKIND\tVALUE\tUNTIL\tSEEN\tFEEDS")
	}
	for limit > 0 {
		query.Set("limit", strconv.Itoa(min(limit, 500)))
		var page struct {
			Items []vedette.Indicator `json:"items"`
			Next  string              `json:"next"`
		}
		if err := c.do(ctx, http.MethodGet, "/api/v1/intel/indicators?"+query.Encode(), nil, &page); err != nil {
			return err
		}
		for i := range page.Items {
			in := &page.Items[i]
			if output == "json" {
				if err := lines.Encode(in); err != nil {
					return fmt.Errorf("write an indicator: %w", err)
				}
				continue
			}
			_, _ = fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s\t%s\t%d\t%s\n", in.State, in.Confidence, or(string(in.TLP), "-"), in.Kind, oneLine(in.Value),
				in.ValidUntil.UTC().Format(time.DateOnly), in.Sightings, oneLine(strings.Join(in.Feeds, ", ")))
		}
		limit -= len(page.Items)
		if page.Next == "" || len(page.Items) == 0 {
			break
		}
		query.Set("cursor", page.Next)
	}
	return table.Flush()
}
