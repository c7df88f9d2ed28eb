package server

import (
	"context"
	"errors"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect/hunt"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/intel"
	"github.com/vedette-soc/vedette/internal/intel/feed"
)

// IntelConfig says which indicators are looked for.
type IntelConfig struct {
	Feeds    []feed.Config `yaml:"feeds"`
	Allow    []string      `yaml:"allow"`     // addresses, networks, domains, URLs, e-mails and hashes that never fire
	CutOff   int           `yaml:"cut_off"`   // confidence below which an indicator does not fire
	Max      int           `yaml:"max"`       // indicators that may be live
	HuntBack time.Duration `yaml:"hunt_back"` // how far back a new indicator is searched for; 0 does not
}

func intelDefaults() IntelConfig {
	c := intel.DefaultConfig()
	return IntelConfig{CutOff: c.Policy.CutOff, Max: c.Max, HuntBack: c.Hunt}
}

// library turns the settings into those of the library; the operator's own networks are on its allow-list.
func (c Config) library() (intel.Config, error) {
	ic := intel.DefaultConfig()
	ic.Policy.CutOff, ic.Max, ic.Hunt = c.Intel.CutOff, c.Intel.Max, c.Intel.HuntBack
	own, _ := prefixes(c.Networks.Internal)
	if len(own) == 0 {
		own = entity.PrivateRanges()
	}
	for _, p := range own {
		ic.Allow = append(ic.Allow, vedette.Allowance{Kind: intel.AllowNetwork, Value: p.String(), Reason: "one of the networks of our own (networks.internal)"})
	}
	for _, value := range c.Intel.Allow {
		a, err := intel.NewAllowance(vedette.Allowance{Value: value, Below: true, Reason: "allowed by the configuration (intel.allow)"})
		if err != nil {
			return ic, vedette.Errorf(vedette.CodeInvalid, "intel.allow: %w", err)
		}
		ic.Allow = append(ic.Allow, a)
	}
	if c.Intel.Max < 1 || c.Intel.HuntBack < 0 {
		return ic, vedette.Errorf(vedette.CodeInvalid, "intel.max must be at least 1 and intel.hunt_back not negative")
	}
	return ic, ic.Policy.Validate()
}

func (c Config) validateIntel() error {
	_, err := c.library()
	errs := []error{err}
	for _, f := range c.Intel.Feeds {
		errs = append(errs, f.Validate())
	}
	return errors.Join(errs...)
}

// openIntel reads the stored indicators and the feeds. It needs the engines.
func (s *Server) openIntel(ctx context.Context) error {
	cfg, err := s.cfg.library()
	if err != nil {
		return err
	}
	hunter, err := hunt.New(hunt.DefaultConfig(), s.events)
	if err != nil {
		return err
	}
	s.intel, err = intel.Open(ctx, cfg, intel.Deps{
		Store: s.state, Log: s.log, Metrics: s.metrics, Now: time.Now, Entities: entity.Of, Found: s.foundBack,
		Hunt: func(ctx context.Context, kind vedette.IndicatorKind, values []string, since time.Time, fn func(*vedette.Event) error) error {
			wanted := hunt.Wanted{Kind: kind, Values: values, Fields: intel.MatchedFields(kind)}
			_, err := hunter.Values(ctx, wanted, hunt.Span{Tenant: vedette.DefaultTenant, Since: since}, fn)
			return err
		},
	})
	if err != nil {
		return err
	}
	s.feeds, err = feed.New(ctx, s.cfg.Intel.Feeds, feed.Deps{Store: s.state, Library: s.intel, Log: s.log, Metrics: s.metrics, Now: time.Now})
	return err
}

// foundBack takes the alerts that new indicators raise on events of the past: those that are not stored yet are put into
// incidents and stored. Nothing answers them by itself.
func (s *Server) foundBack(ctx context.Context, alerts []vedette.Alert) error {
	var fresh []vedette.Alert
	for i := range alerts {
		_, err := s.events.Alert(ctx, alerts[i].Tenant, alerts[i].ID)
		switch {
		case err != nil && vedette.CodeOf(err) == vedette.CodeNotFound:
			fresh = append(fresh, alerts[i])
		case err != nil:
			return err
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	folded, err := s.triage.Fold(ctx, 0, fresh)
	if err != nil {
		return err
	}
	if err := s.events.Append(ctx, nil, folded); err != nil {
		return err
	}
	s.intel.Saw(folded)
	for i := range folded {
		s.process.counts.alerts.Add(1, folded[i].Severity.String())
		s.process.publish("alert", folded[i].ID, folded[i])
	}
	return nil
}
