package api

import (
	"context"
	"encoding/json"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

type ruleTestInput struct {
	Body struct {
		RuleID  string `json:"rule_id,omitempty" maxLength:"256" doc:"A rule that is loaded; or give yaml"`
		YAML    string `json:"yaml,omitempty" maxLength:"262144" doc:"A rule's text; or give rule_id"`
		Record  string `json:"record,omitempty" maxLength:"262144" doc:"A record as a source would send it; or give event_id"`
		EventID string `json:"event_id,omitempty" maxLength:"64" doc:"An event that is kept; or give record" example:"1042-7"`
		Format  string `json:"format,omitempty" enum:"syslog,json" doc:"What the record is; left out, its content decides"`
	}
}

// RuleTest says whether a rule matches an event, and which part of it did or did not.
type RuleTest struct {
	Matched     bool            `json:"matched"`
	Applies     bool            `json:"applies" doc:"The event is of the log source that the rule is written for"`
	FirstFailed string          `json:"first_failed,omitempty" doc:"The first part that kept the rule from matching, and why"`
	Selections  []TestSelection `json:"selections"`
	Alert       *vedette.Alert  `json:"alert,omitempty" doc:"What the rule would raise"`
	Event       *Event          `json:"event,omitempty" doc:"The record as it was understood; of several events the first that matched, or else the first that the rule is for"`
	Warnings    []string        `json:"warnings" doc:"What is doubtful about the rule itself"`
}

// TestSelection is one selection of the rule's detection.
type TestSelection struct {
	Name    string      `json:"name"`
	Matched bool        `json:"matched"`
	Fields  []TestField `json:"fields"`
}

// TestField is one comparison within a selection.
type TestField struct {
	Field    string `json:"field" doc:"Canonical name; empty for a keyword"`
	Op       string `json:"op" doc:"How it is compared" example:"endswith"`
	Expected string `json:"expected"`
	Actual   string `json:"actual" doc:"Every value that the event has"`
	Present  bool   `json:"present" doc:"The event has the field: tells an empty value from none"`
	Matched  bool   `json:"matched"`
}

// testOrigin is where a rule comes from that is only tried out.
const testOrigin = "test"

func (a *API) testRule(ctx context.Context, in *ruleTestInput) (*bodyOutput[RuleTest], error) {
	rule, err := a.ruleToTest(ctx, in)
	if err != nil {
		return nil, err
	}
	events, err := a.eventsToTest(ctx, in)
	if err != nil {
		return nil, err
	}
	ev, why := bestOf(rule, events)
	shown := understood(ev)
	shown.ID = in.Body.EventID
	test := RuleTest{Matched: why.Matched, Applies: why.Fits, FirstFailed: why.FirstFailed, Alert: why.Alert, Event: &shown}
	if test.Alert != nil {
		test.Alert.Tenant, test.Alert.EventID, test.Alert.Entities = requestOf(ctx).principal.Tenant, in.Body.EventID, entity.Of(ev)
	}
	for _, s := range why.Selections {
		selection := TestSelection{Name: s.Name, Matched: s.Matched}
		for _, f := range s.Fields {
			selection.Fields = append(selection.Fields, TestField(f))
		}
		test.Selections = append(test.Selections, selection)
	}
	for _, w := range rule.Warnings {
		test.Warnings = append(test.Warnings, w.Reason)
	}
	return &bodyOutput[RuleTest]{Body: test}, nil
}

func (a *API) ruleToTest(ctx context.Context, in *ruleTestInput) (*detect.Rule, error) {
	if (in.Body.RuleID == "") == (in.Body.YAML == "") {
		return nil, vedette.Errorf(vedette.CodeInvalid, "give rule_id or yaml, one of them")
	}
	if in.Body.RuleID != "" {
		rule, ok := a.deps.Rules.Ruleset().Rule(in.Body.RuleID)
		if !ok {
			return nil, vedette.Errorf(vedette.CodeNotFound, "there is no rule %q that runs", vedette.Shorten(in.Body.RuleID, 100))
		}
		return rule, nil
	}
	leave, err := a.compileTurn(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	compiled := detect.CompileWith(a.deps.Rules.Ruleset().Options(), []catalog.File{{Path: "rule", Origin: testOrigin, Data: []byte(in.Body.YAML)}})
	if len(compiled.Problems) > 0 {
		return nil, vedette.Errorf(vedette.CodeInvalid, "the rule cannot run: %s", compiled.Problems[0])
	}
	if len(compiled.Rules) == 0 {
		return nil, vedette.Errorf(vedette.CodeInvalid, "there is no rule about single events in this text")
	}
	return compiled.Rules[0], nil
}

// eventsToTest reads the record that was sent, or the raw record of an event that is kept, as the corridor would.
func (a *API) eventsToTest(ctx context.Context, in *ruleTestInput) ([]*vedette.Event, error) {
	if (in.Body.Record == "") == (in.Body.EventID == "") {
		return nil, vedette.Errorf(vedette.CodeInvalid, "give record or event_id, one of them")
	}
	tenant := requestOf(ctx).principal.Tenant
	rec := &vedette.Record{
		Tenant: tenant, Source: testOrigin, Receiver: testOrigin, Format: in.Body.Format, Received: a.deps.Now().UTC(), Data: []byte(in.Body.Record),
	}
	var dataset string
	if in.Body.EventID != "" {
		if _, _, err := vedette.ParseEventID(in.Body.EventID); err != nil {
			return nil, err
		}
		row, err := a.deps.Reader.Event(ctx, tenant, in.Body.EventID)
		if err != nil {
			return nil, err
		}
		kept := eventOf(row)
		rec.Data, rec.Source, dataset = []byte(row.Value(eventstore.FieldMessage)), kept.Source, kept.Dataset
		if !kept.Received.IsZero() {
			rec.Received = kept.Received
		}
	}
	events := a.deps.Understand(rec)
	if len(events) == 0 {
		return nil, vedette.Errorf(vedette.CodeInvalid, "there is no event in this record")
	}
	for i, ev := range events {
		if ev.Dataset == dataset {
			return events[i : i+1], nil
		}
	}
	return events, nil
}

// bestOf explains the first event that matches, or else the first that the rule is for, or else the first.
func bestOf(rule *detect.Rule, events []*vedette.Event) (*vedette.Event, detect.Explanation) {
	best, why := events[0], rule.Explain(events[0])
	for _, ev := range events[1:] {
		if why.Matched {
			break
		}
		if w := rule.Explain(ev); w.Matched || w.Fits && !why.Fits {
			best, why = ev, w
		}
	}
	return best, why
}

// understood gives an event that is not in the store the shape of one that is.
func understood(ev *vedette.Event) Event {
	out := Event{Time: ev.Time.UTC(), Received: ev.Received.UTC(), Source: ev.Source, Dataset: ev.Dataset, Message: ev.Raw, Fields: map[string]string{}}
	values := map[string][]string{}
	for _, f := range ev.Fields {
		values[f.Name] = append(values[f.Name], f.Value)
	}
	for name, all := range values {
		out.Fields[name] = all[0]
		if len(all) > 1 {
			list, _ := json.Marshal(all) // strings always marshal
			out.Fields[name] = string(list)
		}
	}
	return out
}
