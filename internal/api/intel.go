package api

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/intel"
	"github.com/vedette-soc/vedette/internal/intel/feed"
	"github.com/vedette-soc/vedette/internal/intel/stix"
	"github.com/vedette-soc/vedette/internal/statestore"
)

type indicatorsInput struct {
	Kind  string `query:"kind" enum:"address,network,domain,url,email,md5,sha1,sha256,sha512,imphash"`
	Q     string `query:"q" maxLength:"256" doc:"Words in the value or in a label"`
	Feed  string `query:"feed" maxLength:"64"`
	State string `query:"state" enum:"live,expired,revoked" doc:"By validity; an indicator in its time may still be faded or allowed"`
	PageParams
}

type indicatorInput struct {
	ID string `path:"id" maxLength:"64"`
}

type importInput struct {
	Feed       string `query:"feed" maxLength:"64" default:"manual" doc:"Who says so"`
	Format     string `query:"format" enum:"stix,misp,list" doc:"Of a file; without one its beginning tells"`
	Confidence int    `query:"confidence" minimum:"0" maximum:"100" doc:"Of values that do not say; 0 is 50"`
	TLP        string `query:"tlp" enum:"clear,green,amber,amber+strict,red" doc:"Of values without a marking"`
	RawBody    []byte `contentType:"application/octet-stream"`
}

// NewIndicator is one indicator as people add it.
type NewIndicator struct {
	Kind       vedette.IndicatorKind `json:"kind,omitempty"`
	Value      string                `json:"value"`
	Confidence int                   `json:"confidence,omitempty"`
	TLP        string                `json:"tlp,omitempty"`
	ValidFrom  time.Time             `json:"valid_from,omitzero"`
	ValidUntil time.Time             `json:"valid_until,omitzero"`
	Labels     []string              `json:"labels,omitempty"`
	Subdomains *bool                 `json:"subdomains,omitempty"`
	Reference  string                `json:"reference,omitempty"`
}

type exportInput struct {
	MaxTLP string `query:"max_tlp" enum:"clear,green,amber,amber+strict" default:"green"`
	Kind   string `query:"kind" enum:"address,network,domain,url,email,md5,sha1,sha256,sha512,imphash"`
	Feed   string `query:"feed" maxLength:"64"`
	PageParams
}

type bundleOutput struct {
	Next string `header:"X-Next-Cursor" doc:"Cursor of the next page; absent on the last one"`
	Body stix.Bundle
}

type sightingsInput struct{ PageParams }

func (a *API) registerIntel() {
	register(a, "listIndicators", a.listIndicators)
	register(a, "importIndicators", a.importIndicators)
	register(a, "getIndicator", a.getIndicator)
	register(a, "deleteIndicator", a.deleteIndicator)
	register(a, "exportIndicators", a.exportIndicators)
	register(a, "listSightings", a.listSightings)
	a.registerFeeds()
}

func (a *API) listIndicators(ctx context.Context, in *indicatorsInput) (*pageOutput[vedette.Indicator], error) {
	filter := statestore.IndicatorFilter{
		Tenant: requestOf(ctx).principal.Tenant, Kind: vedette.IndicatorKind(in.Kind), Feed: in.Feed, Search: in.Q, State: in.State, Now: a.deps.Now(),
	}
	items, next, total, err := a.deps.Store.Indicators(ctx, filter, in.page())
	if err != nil {
		return nil, err
	}
	for i := range items {
		a.deps.Intel.Judge(&items[i])
	}
	return &pageOutput[vedette.Indicator]{Body: Page[vedette.Indicator]{Items: items, Next: next, Total: total}}, nil
}

func (a *API) getIndicator(ctx context.Context, in *indicatorInput) (*bodyOutput[vedette.Indicator], error) {
	one, err := a.deps.Store.Indicator(ctx, requestOf(ctx).principal.Tenant, in.ID)
	if err != nil {
		return nil, err
	}
	a.deps.Intel.Judge(&one)
	return &bodyOutput[vedette.Indicator]{Body: one}, nil
}

// importIndicators takes one file at a time, as uploadRules does.
func (a *API) importIndicators(ctx context.Context, in *importInput) (*bodyOutput[intel.Report], error) {
	select {
	case a.uploads <- struct{}{}:
		defer func() { <-a.uploads }()
	default:
		return nil, limitedFor(bodyTime, "another upload is being read")
	}
	if err := a.importable(in.Feed); err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(in.RawBody)) == 0 {
		return nil, vedette.Errorf(vedette.CodeInvalid, "there is nothing in this: send an indicator, a STIX bundle, MISP JSON or a list")
	}
	defaults := intel.Defaults{Confidence: in.Confidence, TLP: vedette.TLP(in.TLP)}
	report, err := a.deps.Intel.Import(ctx, in.Feed, defaults, func(yield func(intel.Item) error) (intel.Report, error) {
		item, ok, err := oneIndicator(in.RawBody)
		switch {
		case !ok || in.Format != "":
			return feed.Read(bytes.NewReader(in.RawBody), in.Format, nil, yield)
		case err != nil:
			return intel.Report{}, err
		}
		return intel.Report{}, yield(item)
	})
	requestOf(ctx).note(in.Feed, report.String())
	if err != nil {
		return nil, err
	}
	return &bodyOutput[intel.Report]{Body: report}, nil
}

// importable refuses names of feeds that are polled: their next poll would not know what people added.
func (a *API) importable(name string) error {
	if strings.TrimSpace(name) == "" || strings.ContainsAny(name, "/\\\n\x00") {
		return vedette.Errorf(vedette.CodeInvalid, "%q is no name of a feed", name)
	}
	if _, err := a.deps.Feeds.Get(name); err == nil {
		return vedette.Errorf(vedette.CodeConflict, "%q is a feed that is polled: choose another name for what you add", name)
	}
	return nil
}

// ownForm tells our own form of an indicator from a STIX bundle, MISP JSON or a list.
func ownForm(body []byte) bool {
	var names map[string]json.RawMessage
	return body[0] == '{' && json.Unmarshal(body, &names) == nil && names["value"] != nil && names["type"] == nil
}

// oneIndicator reads a body that is a single indicator of our own form.
func oneIndicator(body []byte) (item intel.Item, ok bool, err error) {
	if body = bytes.TrimSpace(body); !ownForm(body) {
		return item, false, nil
	}
	var one NewIndicator
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&one); err != nil {
		return item, true, vedette.Errorf(vedette.CodeInvalid, "the indicator cannot be read: %s", vedette.Shorten(err.Error(), 200))
	}
	kind, value := one.Kind, one.Value
	if kind == "" {
		kind, _, err = intel.Guess(value)
	} else {
		_, _, err = intel.Normal(kind, value)
	}
	if err != nil {
		return item, true, err
	}
	tlp, known := vedette.ParseTLP(one.TLP)
	if one.TLP != "" && !known {
		return item, true, vedette.Errorf(vedette.CodeInvalid, "tlp %q is not clear, green, amber, amber+strict or red", vedette.Shorten(one.TLP, 40))
	}
	if one.TLP == "" {
		tlp = ""
	}
	return intel.Item{
		Kind: kind, Value: value, Confidence: min(max(one.Confidence, 0), 100), TLP: tlp, Labels: one.Labels, From: one.ValidFrom, Until: one.ValidUntil,
		Exact: one.Subdomains != nil && !*one.Subdomains, Reference: one.Reference,
	}, true, nil
}

func (a *API) deleteIndicator(ctx context.Context, in *indicatorInput) (*nothing, error) {
	one, err := a.deps.Store.Indicator(ctx, requestOf(ctx).principal.Tenant, in.ID)
	if err != nil {
		return nil, err
	}
	detail := string(one.Kind) + " " + one.Value
	if err := a.deps.Intel.Delete(ctx, a.audited(ctx, "indicator.delete", in.ID, detail), in.ID); err != nil {
		return nil, err
	}
	requestOf(ctx).kept = true
	return nil, nil
}

func (a *API) exportIndicators(ctx context.Context, in *exportInput) (*bundleOutput, error) {
	items, next, _, err := a.deps.Store.Indicators(ctx, statestore.IndicatorFilter{
		Tenant: requestOf(ctx).principal.Tenant, Kind: vedette.IndicatorKind(in.Kind), Feed: in.Feed, State: "live", MaxTLP: vedette.TLP(in.MaxTLP), Now: a.deps.Now(),
	}, in.page())
	if err != nil {
		return nil, err
	}
	live := items[:0:0]
	for i := range items {
		if a.deps.Intel.Judge(&items[i]); items[i].State == vedette.IndicatorLive {
			live = append(live, items[i])
		}
	}
	return &bundleOutput{Next: next, Body: stix.Write(live, vedette.TLPAmber)}, nil
}

func (a *API) listSightings(ctx context.Context, in *sightingsInput) (*pageOutput[vedette.IndicatorSightings], error) {
	items, next, total, err := a.deps.Store.Sightings(ctx, requestOf(ctx).principal.Tenant, in.page())
	if err != nil {
		return nil, err
	}
	return &pageOutput[vedette.IndicatorSightings]{Body: Page[vedette.IndicatorSightings]{Items: items, Next: next, Total: total}}, nil
}
