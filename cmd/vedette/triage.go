package main

import (
	"bufio"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/triage"
	"github.com/vedette-soc/vedette/internal/triage/offline"
)

type triageOptions struct {
	format string
	line   int
	below  bool
	quiet  bool
}

func newTriage(s streams) *cobra.Command {
	var o triageOptions
	cmd := &cobra.Command{
		Use: "triage --format FORMAT FILE…", Short: "Make incidents of recorded alerts, offline", Args: cobra.MinimumNArgs(1),
		Long: "Reads alerts of Vedette or of other products and prints one incident a line, with what its score is made of and its story in English and Chinese.\n" +
			"A FILE may be a zip archive; \"-\" is standard input. Each file, and each member of an archive, is a company of its own: what is usual there is\n" +
			"learned from its first 24 hours, and nothing is remembered from one file to the next. Alerts may come in any order.\n" +
			"Formats: ait-ads, tables with the columns time,name,ip,host,… (labels in further columns are not read); ndjson, one JSON object a line, each an\n" +
			"alert of Vedette, a Suricata EVE record, an alert of Wazuh (alerts.json), or {time, name, severity?, host?, ip?, user?, src_ip?, dst_ip?, techniques?}.\n" +
			"In what is printed, \"alerts\" are ranges of records counted from 1, header apart. Exit status: 0 all was read, 1 something could not be read.",
		Example: "  vedette triage --format ait-ads alerts.zip > incidents.ndjson\n  vedette triage --format ndjson eve.json | jq -r .story.en\n" +
			"  vedette detect --starter access.log | vedette triage --format ndjson -",
		RunE: func(_ *cobra.Command, args []string) error { return o.run(args, s) },
	}
	cmd.Flags().StringVar(&o.format, "format", string(offline.NDJSON), "ait-ads or ndjson")
	cmd.Flags().IntVar(&o.line, "line", triage.DefaultLine, "the score from which an incident is printed, 1 to 100")
	cmd.Flags().BoolVar(&o.below, "below", false, "print incidents under the line too, marked \"below\"")
	cmd.Flags().BoolVarP(&o.quiet, "quiet", "q", false, "no summary")
	return cmd
}

func (o *triageOptions) run(files []string, s streams) error {
	format := offline.Format(o.format)
	if format != offline.AITADS && format != offline.NDJSON {
		return &usageError{fmt.Sprintf("there is no format %q", o.format), "vedette triage --format ait-ads FILE, or --format ndjson FILE"}
	}
	if o.line < 1 || o.line > 100 {
		return &usageError{"the line must be between 1 and 100", "vedette triage --line 60 FILE"}
	}
	out := bufio.NewWriterSize(s.out, 256<<10)
	troubled := false
	for _, file := range files {
		err := offline.Open(file, s.in, func(name string, r io.Reader) error {
			whole, err := o.one(format, name, r, out, s.err)
			troubled = troubled || !whole
			return err
		})
		if err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the incidents: %w", err)
	}
	if troubled {
		return errQuiet
	}
	return nil
}

// one triages one file of alerts and tells whether all of it could be read.
func (o *triageOptions) one(format offline.Format, name string, r io.Reader, out, say io.Writer) (bool, error) {
	begin := time.Now()
	set, err := offline.Read(format, name, r)
	if err != nil {
		return false, err
	}
	engine, err := triage.NewEngine(triage.DefaultConfig(), entity.Networks{}, triage.Knowledge{Line: func(string, string) int { return o.line }})
	if err != nil {
		return false, fmt.Errorf("prepare triage: %w", err)
	}
	if !o.below {
		engine.ForgetBelow()
	}
	set.Feed(engine)
	outcomes := engine.Flush()
	shown := 0
	for i := range outcomes {
		if outcomes[i].Below && !o.below {
			continue
		}
		shown++
		if err := offline.Write(out, offline.NewIncident(name, &outcomes[i].Incident, outcomes[i].Records)); err != nil {
			return false, err
		}
	}
	for _, why := range set.Reasons {
		_, _ = fmt.Fprintf(say, "%s: %s\n", name, why)
	}
	if !o.quiet {
		_, _ = fmt.Fprintf(say, "%s: %d alerts in %d records (%d not read), %d incidents, %s\n",
			name, set.Len(), set.Records(), set.Misread, shown, time.Since(begin).Round(time.Millisecond))
	}
	return set.Misread == 0, nil
}
