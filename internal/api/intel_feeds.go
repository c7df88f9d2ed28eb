package api

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/access"
	"github.com/vedette-soc/vedette/internal/config"
	"github.com/vedette-soc/vedette/internal/intel/feed"
)

type listFeedsInput struct{ PageParams }

type feedInput struct {
	Name string `path:"name" maxLength:"64"`
}

// FeedSettings is what people can say of a feed.
type FeedSettings struct {
	Kind        *string           `json:"kind,omitempty" enum:"taxii,misp,misp-export,stix,list"`
	URL         *string           `json:"url,omitempty" maxLength:"2048" doc:"Of TAXII: the discovery, an API root or one collection; of MISP: the folder of manifest.json"`
	Collections []string          `json:"collections,omitempty" maxItems:"100" doc:"Of TAXII, by id or title; none means all that can be read"`
	Columns     map[string]string `json:"columns,omitempty" doc:"Of a list: value, kind, confidence, from, until, seen, tlp, labels or reference, each with a column's name, or its number from 1"`
	Username    *string           `json:"username,omitempty" maxLength:"256"`
	Password    *string           `json:"password,omitempty" maxLength:"1024" writeOnly:"true"`
	Token       *string           `json:"token,omitempty" maxLength:"4096" writeOnly:"true"`
	Interval    *int64            `json:"interval_seconds,omitempty" minimum:"60" maximum:"2592000"`
	Confidence  *int              `json:"confidence,omitempty" minimum:"0" maximum:"100"`
	TLP         *string           `json:"tlp,omitempty" enum:"clear,green,amber,amber+strict,red"`
	Lifetime    *int64            `json:"lifetime_seconds,omitempty" minimum:"0" maximum:"315360000"`
	Labels      []string          `json:"labels,omitempty" maxItems:"16"`
	Off         *bool             `json:"off,omitempty"`
}

type createFeedInput struct {
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"64"`
		FeedSettings
	}
}

type updateFeedInput struct {
	Name string `path:"name" maxLength:"64"`
	Body FeedSettings
}

type allowanceInput struct {
	ID string `path:"id" maxLength:"64"`
}

type listAllowInput struct {
	Q string `query:"q" maxLength:"256" doc:"Part of the value or of the reason"`
	PageParams
}

type createAllowInput struct {
	Body struct {
		Kind   string `json:"kind,omitempty" enum:"network,domain,url,email,hash" doc:"Without one the value tells"`
		Value  string `json:"value" minLength:"1" maxLength:"2048"`
		Below  bool   `json:"below,omitempty" doc:"For a domain: every name below it too"`
		Reason string `json:"reason" minLength:"1" maxLength:"1000"`
	}
}

func (a *API) registerFeeds() {
	register(a, "listFeeds", a.listFeeds)
	register(a, "createFeed", a.createFeed)
	register(a, "updateFeed", a.updateFeed)
	register(a, "pollFeed", a.pollFeed)
	register(a, "deleteFeed", a.deleteFeed)
	register(a, "listAllowances", a.listAllowances)
	register(a, "createAllowance", a.createAllowance)
	register(a, "deleteAllowance", a.deleteAllowance)
}

func (a *API) listFeeds(ctx context.Context, in *listFeedsInput) (*pageOutput[feed.Feed], error) {
	page, err := slicePage(a.deps.Feeds.List(), in.PageParams)
	if err != nil {
		return nil, err
	}
	for i := range page.Items {
		page.Items[i] = shownTo(ctx, page.Items[i])
	}
	return &pageOutput[feed.Feed]{Body: page}, nil
}

// shownTo leaves out of a feed's URL what may be a key, for those who could not change the feed either.
func shownTo(ctx context.Context, f feed.Feed) feed.Feed {
	if may(requestOf(ctx).principal, access.Admin) != nil {
		f.URL = withoutQuery(f.URL)
	}
	return f
}

func withoutQuery(address string) string {
	short, _, has := strings.Cut(address, "?")
	if !has {
		return address
	}
	return short + "?…"
}

// put changes a configuration by what was said; what was not said stays.
func (s *FeedSettings) put(c *feed.Config) {
	set(&c.Kind, s.Kind)
	set(&c.URL, s.URL)
	set(&c.Username, s.Username)
	set(&c.Confidence, s.Confidence)
	set(&c.TLP, s.TLP)
	set(&c.Off, s.Off)
	if s.Password != nil {
		c.Password = config.Secret(*s.Password)
	}
	if s.Token != nil {
		c.Token = config.Secret(*s.Token)
	}
	for to, seconds := range map[*time.Duration]*int64{&c.Interval: s.Interval, &c.Lifetime: s.Lifetime} {
		if seconds != nil {
			*to = time.Duration(min(*seconds, math.MaxInt32)) * time.Second
		}
	}
	if s.Collections != nil {
		c.Collections = s.Collections
	}
	if s.Columns != nil {
		c.Columns = s.Columns
	}
	if s.Labels != nil {
		c.Labels = s.Labels
	}
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

func (a *API) createFeed(ctx context.Context, in *createFeedInput) (*bodyOutput[feed.Feed], error) {
	cfg := feed.Config{Name: in.Body.Name}
	in.Body.put(&cfg)
	status, err := a.deps.Feeds.Add(ctx, a.audited(ctx, "feed.create", cfg.Name, cfg.Kind+" "+withoutQuery(cfg.URL)), cfg)
	if err != nil {
		return nil, err
	}
	requestOf(ctx).kept = true
	return &bodyOutput[feed.Feed]{Body: status}, nil
}

func (a *API) updateFeed(ctx context.Context, in *updateFeedInput) (*bodyOutput[feed.Feed], error) {
	detail := ""
	if in.Body.URL != nil {
		detail = "now at " + withoutQuery(*in.Body.URL)
	}
	status, err := a.deps.Feeds.Change(ctx, a.audited(ctx, "feed.update", in.Name, detail), in.Name, in.Body.put)
	if err != nil {
		return nil, err
	}
	requestOf(ctx).kept = true
	return &bodyOutput[feed.Feed]{Body: status}, nil
}

func (a *API) pollFeed(ctx context.Context, in *feedInput) (*bodyOutput[feed.Feed], error) {
	status, err := a.deps.Feeds.Poll(in.Name)
	if err != nil {
		return nil, err
	}
	return &bodyOutput[feed.Feed]{Body: shownTo(ctx, status)}, nil
}

func (a *API) deleteFeed(ctx context.Context, in *feedInput) (*nothing, error) {
	if err := a.deps.Feeds.Remove(ctx, a.audited(ctx, "feed.delete", in.Name, ""), in.Name); err != nil {
		return nil, err
	}
	requestOf(ctx).kept = true
	return nil, nil
}

func (a *API) listAllowances(_ context.Context, in *listAllowInput) (*pageOutput[vedette.Allowance], error) {
	q := strings.ToLower(strings.TrimSpace(in.Q))
	all := slices.DeleteFunc(a.deps.Intel.Allowances(), func(e vedette.Allowance) bool {
		return !strings.Contains(strings.ToLower(e.Value+" "+e.Reason), q)
	})
	page, err := slicePage(all, in.PageParams)
	if err != nil {
		return nil, err
	}
	return &pageOutput[vedette.Allowance]{Body: page}, nil
}

func (a *API) createAllowance(ctx context.Context, in *createAllowInput) (*bodyOutput[vedette.Allowance], error) {
	q, b := requestOf(ctx), &in.Body
	entry := vedette.Allowance{Kind: b.Kind, Value: b.Value, Below: b.Below, Reason: b.Reason, By: q.principal.Name}
	kept, err := a.deps.Intel.AllowOne(ctx, a.audited(ctx, "allow.create", vedette.Shorten(b.Value, 200), b.Reason), entry)
	if err != nil {
		return nil, err
	}
	q.kept = true
	return &bodyOutput[vedette.Allowance]{Body: kept}, nil
}

func (a *API) deleteAllowance(ctx context.Context, in *allowanceInput) (*nothing, error) {
	if err := a.deps.Intel.Disallow(ctx, a.audited(ctx, "allow.delete", in.ID, ""), in.ID); err != nil {
		return nil, err
	}
	requestOf(ctx).kept = true
	return nil, nil
}
