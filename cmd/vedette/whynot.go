package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/recording"
)

type whyNotOptions struct {
	ruleOptions
	remote
	rules  []string
	record int
	output string
}

// explained is the answer about one event.
type explained struct {
	RuleID      string                   `json:"rule_id"`
	RuleTitle   string                   `json:"rule_title"`
	File        string                   `json:"file,omitempty"`
	Record      int                      `json:"record,omitempty"`
	EventID     string                   `json:"event_id,omitempty"`
	Matched     bool                     `json:"matched"`
	Applies     bool                     `json:"applies"`
	FirstFailed string                   `json:"first_failed,omitempty"`
	Selections  []detect.SelectionResult `json:"selections"`
}

func newWhyNot(s streams) *cobra.Command {
	var o whyNotOptions
	cmd := &cobra.Command{
		Use: "why-not RULE EVENT", Short: "Say why a rule does, or does not, match an event", Args: cobra.ExactArgs(2),
		Long: "RULE is a rule file, or the id or title of a rule in --rules or on the running server. EVENT is a recorded file (with --record N for one of its\n" +
			"records), - for standard input, or the id of an event on the running server, such as 1042-7. Of several events the one that comes nearest is\n" +
			"explained: which part failed first, what was expected, and what the event has. Exit status 0 when the rule matches, 1 when it does not.",
		Example: "  vedette why-not rules/tool.yml Security.evtx --record 17\n  vedette why-not 6f5b1c0e-0d0f-4b8e-9d35-7c5f0f8a1b21 1042-7",
		RunE:    func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args[0], args[1], s) },
	}
	o.ruleOptions.flags(cmd)
	o.remote.flags(cmd, "url")
	cmd.Flags().StringArrayVarP(&o.rules, "rules", "r", nil, "folder, file or archive to look for the rule in, when RULE is an id or a title")
	cmd.Flags().IntVar(&o.record, "record", 0, "only this record of the file, counted from 1")
	cmd.Flags().StringVarP(&o.output, "output", "o", "text", "text or json (one object)")
	return cmd
}

func (o *whyNotOptions) run(ctx context.Context, rule, event string, s streams) error {
	if o.output != "text" && o.output != "json" {
		return &usageError{fmt.Sprintf("output %q is not text or json", o.output), "-o json"}
	}
	answer, err := o.explain(ctx, rule, event, s)
	if err != nil {
		return err
	}
	if o.output == "json" {
		enc := json.NewEncoder(s.out)
		enc.SetEscapeHTML(false)
		err = enc.Encode(answer)
	} else {
		_, err = io.WriteString(s.out, answer.text())
	}
	if err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	if !answer.Matched {
		return errQuiet
	}
	return nil
}

// explain finds out where rule and event are, and asks there.
func (o *whyNotOptions) explain(ctx context.Context, rule, event string, s streams) (*explained, error) {
	text, err := o.ruleText(ctx, rule)
	if err != nil {
		return nil, err
	}
	_, missing := os.Stat(event)
	_, _, notID := vedette.ParseEventID(event)
	if event != "-" && missing != nil && notID == nil {
		return o.ask(ctx, map[string]string{"event_id": event}, rule, text)
	}
	if text == "" {
		record, err := o.oneRecord(event, s)
		if err != nil {
			return nil, err
		}
		return o.ask(ctx, map[string]string{"record": record}, rule, "")
	}
	opts, err := o.options()
	if err != nil {
		return nil, err
	}
	return o.offline(ctx, opts, text, event, s)
}

// ruleText finds a rule in a file or among --rules. The result is empty for a rule that only a server can know.
func (o *whyNotOptions) ruleText(ctx context.Context, rule string) (string, error) {
	paths := o.rules
	if _, err := os.Stat(rule); err == nil {
		paths, rule = []string{rule}, ""
	} else if len(paths) == 0 {
		return "", nil
	}
	opts, err := o.options()
	if err != nil {
		return "", err
	}
	files, problems := catalog.Load(ctx, paths)
	rs := detect.CompileWith(opts, files)
	for _, r := range rs.Rules {
		if rule == "" || strings.EqualFold(r.ID, rule) || strings.EqualFold(r.Title, rule) {
			return r.Source, nil
		}
	}
	for _, c := range rs.Correlations {
		if rule == "" || strings.EqualFold(c.Rule.ID, rule) || strings.EqualFold(c.Rule.Title, rule) {
			return "", vedette.Errorf(vedette.CodeInvalid, "%q is a correlation, which looks at many events: ask about the rules it refers to", c.Rule.Title)
		}
	}
	for _, p := range append(problems, rs.Problems...) {
		if rule == "" {
			return "", vedette.Errorf(vedette.CodeInvalid, "the rule cannot run: %s", p)
		}
	}
	return "", vedette.Errorf(vedette.CodeNotFound, "no rule %q is in %s", rule, strings.Join(paths, ", "))
}

// walk reads the records that are asked for.
func (o *whyNotOptions) walk(event string, s streams, fn func(recording.Item) error) error {
	only := func(it recording.Item) error {
		if o.record > 0 && it.Record != o.record {
			return nil
		}
		return fn(it)
	}
	var err error
	if event == "-" {
		const most = 64 << 20
		var data []byte
		if data, err = io.ReadAll(io.LimitReader(s.in, most)); err == nil {
			_, err = recording.Read("-", data, only)
		}
	} else {
		_, err = recording.Walk(event, only)
	}
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

func (o *whyNotOptions) oneRecord(event string, s streams) (string, error) {
	record := ""
	err := o.walk(event, s, func(it recording.Item) error {
		record = string(it.Data)
		return errEnough
	})
	if err == nil && record == "" {
		err = vedette.Errorf(vedette.CodeNotFound, "there is no such record in %s", event)
	}
	return record, err
}

// offline explains the event that comes nearest: one that matches, else one of the rule's log source, else any.
func (o *whyNotOptions) offline(ctx context.Context, opts detect.Options, text, event string, s streams) (*explained, error) {
	rs := detect.CompileWith(opts, []catalog.File{{Path: "rule", Data: []byte(text)}})
	if len(rs.Rules) == 0 {
		return nil, vedette.Errorf(vedette.CodeInvalid, "the rule cannot run alone: %s", rs.Problems[0])
	}
	rule := rs.Rules[0]
	sc, err := newScan(rs, nil)
	if err != nil {
		return nil, err
	}
	var best *explained
	nearest := -1
	err = o.walk(event, s, func(it recording.Item) error {
		rec := vedette.Record{Tenant: vedette.DefaultTenant, Source: it.File, Receiver: "recording", Format: it.Format, Data: it.Data}
		sc.normalizer.Normalize(&rec, func(ev *vedette.Event) {
			why := rule.Explain(ev)
			if n := nearness(why); n > nearest {
				nearest = n
				best = &explained{RuleID: rule.ID, RuleTitle: rule.Title, File: it.File, Record: it.Record, Matched: why.Matched, Applies: why.Fits,
					FirstFailed: why.FirstFailed, Selections: why.Selections}
			}
		})
		if best != nil && best.Matched {
			return errEnough
		}
		return ctx.Err()
	})
	if err == nil && best == nil {
		err = vedette.Errorf(vedette.CodeNotFound, "there is no such record in %s", event)
	}
	return best, err
}

// nearness ranks explanations: comparisons that hold count when the log source fits.
func nearness(why detect.Explanation) int {
	if why.Matched {
		return 1 << 30
	}
	n := 0
	if !why.Fits {
		return n
	}
	for _, s := range why.Selections {
		if s.Matched {
			n += 100
		}
		for _, f := range s.Fields {
			if f.Matched {
				n++
			}
		}
	}
	return n + 1
}

// ask lets the running server explain.
func (o *whyNotOptions) ask(ctx context.Context, body map[string]string, rule, text string) (*explained, error) {
	c, err := o.client()
	if err != nil {
		return nil, err
	}
	if text != "" {
		body["yaml"] = text
	} else {
		body["rule_id"] = rule
	}
	asked, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("make the question: %w", err)
	}
	answer := explained{RuleID: body["rule_id"], EventID: body["event_id"]}
	if err := c.do(ctx, http.MethodPost, "/api/v1/rules/test", bytes.NewReader(asked), &answer); err != nil {
		return nil, err
	}
	return &answer, nil
}

// text writes an explanation for people: the verdict, why, and each selection with what was compared.
func (e *explained) text() string {
	var b strings.Builder
	where := e.EventID
	if e.File != "" {
		where = e.File + " record " + strconv.Itoa(e.Record)
	}
	name := or(e.RuleTitle, e.RuleID)
	if e.Matched {
		fmt.Fprintf(&b, "%s matches %s\n", printable(name), printable(where))
	} else {
		fmt.Fprintf(&b, "%s does not match %s\n  because %s\n", printable(name), printable(where), printable(e.FirstFailed))
	}
	marks := map[bool]string{true: "yes", false: "no "}
	for _, s := range e.Selections {
		fmt.Fprintf(&b, "  %s %s (%s)\n", marks[s.Matched], printable(s.Name), holding(s.Fields))
		for _, f := range s.Fields {
			have := "missing"
			if f.Present {
				have = strconv.Quote(vedette.Shorten(f.Actual, 200))
			}
			fmt.Fprintf(&b, "      %s %s %s %q: it is %s\n", marks[f.Matched], printable(or(f.Field, "the record")), f.Op, vedette.Shorten(f.Expected, 200), have)
		}
	}
	return b.String()
}

// holding says how near a selection is to being true.
func holding(fields []detect.FieldResult) string {
	n := 0
	for _, f := range fields {
		if f.Matched {
			n++
		}
	}
	return fmt.Sprintf("%d of %d comparisons hold", n, len(fields))
}
