package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
)

type diffOptions struct {
	ruleOptions
	on     []string
	output string
}

// diffReport is what "vedette rules diff -o json" prints.
type diffReport struct {
	Rules  []detect.RuleDiff `json:"rules"`
	Alerts *alertDiff        `json:"alerts,omitempty"` // with --on
}

// alertDiff compares what two collections find in the same files.
type alertDiff struct {
	Before int           `json:"before"`
	After  int           `json:"after"`
	Rules  []ruleTurnout `json:"rules"` // those whose alerts differ
}

// ruleTurnout is how the alerts of one rule differ; the places are the first few.
type ruleTurnout struct {
	ID          string   `json:"id"`
	Title       string   `json:"title"`
	Appear      int      `json:"appear"`
	Disappear   int      `json:"disappear"`
	AppearAt    []string `json:"appear_at"`
	DisappearAt []string `json:"disappear_at"`
}

func newRulesDiff(s streams) *cobra.Command {
	var o diffOptions
	cmd := &cobra.Command{
		Use: "diff OLD NEW", Short: "Say what changed between two collections of rules", Args: cobra.ExactArgs(2),
		Long: "Names the rules that were added, removed and changed, and for a changed one which parts. Rules are the same when their ids are. A change of style\n" +
			"or of a comment is none. With --on, both collections run over recorded files, and the alerts that appear and disappear are named.",
		Example: "  vedette rules diff rules-before/ rules/\n  vedette rules diff sigma-old.tar.gz sigma-new.tar.gz --on samples/ -o json",
		RunE:    func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args[0], args[1], s) },
	}
	o.flags(cmd)
	cmd.Flags().StringArrayVar(&o.on, "on", nil, "recorded file or folder to compare the alerts on; may be given several times")
	cmd.Flags().StringVarP(&o.output, "output", "o", "text", "text or json (one object)")
	return cmd
}

func (o *diffOptions) run(ctx context.Context, before, after string, s streams) error {
	if o.output != "text" && o.output != "json" {
		return &usageError{fmt.Sprintf("output %q is not text or json", o.output), "-o json"}
	}
	opts, err := o.options()
	if err != nil {
		return err
	}
	old, problems := catalog.Load(ctx, []string{before})
	now, more := catalog.Load(ctx, []string{after})
	for _, p := range append(problems, more...) {
		_, _ = fmt.Fprintf(s.err, "vedette: %s\n", p)
	}
	if len(old) == 0 || len(now) == 0 {
		return vedette.Errorf(vedette.CodeInvalid, "there are no rules on one side: %d files and %d files", len(old), len(now))
	}
	report := diffReport{Rules: detect.Diff(opts, old, now)}
	whole := len(problems)+len(more) == 0
	if len(o.on) > 0 {
		report.Alerts = &alertDiff{Rules: []ruleTurnout{}}
		fine, err := report.Alerts.compare(ctx, detect.CompileWith(opts, old), detect.CompileWith(opts, now), o.on, s.err)
		if err != nil {
			return err
		}
		whole = whole && fine
	}
	if o.output == "json" {
		enc := json.NewEncoder(s.out)
		enc.SetEscapeHTML(false)
		err = enc.Encode(report)
	} else {
		_, err = io.WriteString(s.out, report.text())
	}
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	if !whole {
		return errQuiet
	}
	return nil
}

// maxCompared bounds the alerts that are kept for comparing.
const maxCompared = 2_000_000

// compare runs both collections over the files.
func (d *alertDiff) compare(ctx context.Context, old, now *detect.Ruleset, files []string, say io.Writer) (bool, error) {
	counts := make(map[string]map[string]int) // rule → place → how often more now than before
	titles := make(map[string]string)
	whole := true
	for sign, rs := range map[int]*detect.Ruleset{-1: old, 1: now} {
		total := 0
		sc, err := newScan(rs, func(f finding) error {
			if total++; total > maxCompared {
				return vedette.Errorf(vedette.CodeTooLarge, "more than %d alerts cannot be compared", maxCompared)
			}
			if counts[f.RuleID] == nil {
				counts[f.RuleID] = make(map[string]int)
			}
			where := fmt.Sprintf("%s record %d", f.File, f.Record)
			if f.Correlation != nil {
				where += fmt.Sprintf(" %v", f.Correlation.Group)
			}
			counts[f.RuleID][where] += sign
			if sign > 0 || titles[f.RuleID] == "" {
				titles[f.RuleID] = f.RuleTitle
			}
			return nil
		})
		if err != nil {
			return false, err
		}
		for _, file := range files {
			fine, err := sc.file(ctx, file, say)
			if err != nil {
				return false, err
			}
			whole = whole && fine
		}
		if err := sc.finish(); err != nil {
			return false, err
		}
		if sign < 0 {
			d.Before = sc.alerts
		} else {
			d.After = sc.alerts
		}
	}
	for id, places := range counts {
		if r := turnout(id, titles[id], places); r.Appear+r.Disappear > 0 {
			d.Rules = append(d.Rules, r)
		}
	}
	slices.SortFunc(d.Rules, func(a, b ruleTurnout) int { return cmp.Or(cmp.Compare(a.Title, b.Title), cmp.Compare(a.ID, b.ID)) })
	return whole, nil
}

func turnout(id, title string, places map[string]int) ruleTurnout {
	const few = 10
	r := ruleTurnout{ID: id, Title: title, AppearAt: []string{}, DisappearAt: []string{}}
	for _, where := range slices.Sorted(maps.Keys(places)) {
		switch n := places[where]; {
		case n > 0:
			if r.Appear += n; len(r.AppearAt) < few {
				r.AppearAt = append(r.AppearAt, where)
			}
		case n < 0:
			if r.Disappear -= n; len(r.DisappearAt) < few {
				r.DisappearAt = append(r.DisappearAt, where)
			}
		}
	}
	return r
}

func (r diffReport) text() string {
	var b strings.Builder
	counts := map[string]int{}
	marks := map[string]string{"added": "+", "removed": "-", "changed": "~"}
	for _, d := range r.Rules {
		counts[d.Change]++
		fmt.Fprintf(&b, "%s %s (%s) %s\n", marks[d.Change], printable(d.Title), printable(d.ID), printable(d.File))
		for _, c := range d.Details {
			if len(c.Old)+len(c.New) < 120 && !strings.Contains(c.Old+c.New, "\n") {
				fmt.Fprintf(&b, "    %s: %s → %s\n", printable(c.Part), orNone(c.Old), orNone(c.New))
				continue
			}
			fmt.Fprintf(&b, "    %s:\n%s%s", printable(c.Part), indented("- ", c.Old, c.New), indented("+ ", c.New, c.Old))
		}
	}
	fmt.Fprintf(&b, "%d rules added, %d removed, %d changed\n", counts["added"], counts["removed"], counts["changed"])
	if r.Alerts == nil {
		return b.String()
	}
	for _, one := range r.Alerts.Rules {
		for _, part := range []struct {
			mark  string
			count int
			at    []string
		}{{"+", one.Appear, one.AppearAt}, {"-", one.Disappear, one.DisappearAt}} {
			if part.count > 0 {
				fmt.Fprintf(&b, "%s %d alerts of %s: %s\n", part.mark, part.count, printable(one.Title), printable(strings.Join(part.at, "; ")))
			}
		}
	}
	fmt.Fprintf(&b, "%d alerts before, %d after\n", r.Alerts.Before, r.Alerts.After)
	return b.String()
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return printable(text)
}

// indented writes the lines of a part that the other side does not have.
func indented(mark, text, other string) string {
	have := make(map[string]bool)
	for line := range strings.SplitSeq(other, "\n") {
		have[line] = true
	}
	var b strings.Builder
	for line := range strings.SplitSeq(text, "\n") {
		if line != "" && !have[line] {
			b.WriteString("      " + mark + printable(line) + "\n")
		}
	}
	return b.String()
}
