package server

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"slices"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/telemetry"
)

// How often, and how much at a time, what is known of entities is written down.
const (
	entitiesEvery  = 3 * time.Second
	entitiesLinks  = 1_000                  // in one transaction
	entitiesWork   = 300 * time.Millisecond // that weighing incidents may take before it waits for the next time
	entitiesBatch  = 20                     // incidents read at once
	entitiesRescan = time.Minute            // edits may come this late into the order of updates
	entitiesBound  = time.Hour
	openLogonsKept = 10_000
)

// entities writes down what events show of entities, and keeps their risk up with incidents. It is the one writer of
// both; what it has not written yet is learnt again from the events that follow.
type entities struct {
	state    *statestore.Store
	watch    *entity.Watch
	assets   *entity.Register
	said     func([]vedette.EntityProfile) // told of what people say; incidents about them may be another team's
	networks entity.Networks
	log      *slog.Logger
	now      func() time.Time
	since    time.Time // incidents updated before were all weighed
	bounded  time.Time

	links, sessions, weighed *telemetry.Counter
	dropped                  *telemetry.Gauge
}

// openEntities reads how critical things are and which sessions go on.
func (s *Server) openEntities(ctx context.Context, networks entity.Networks) error {
	e := &entities{
		state: s.state, watch: entity.NewWatch(), assets: s.assets, said: s.noise.said, networks: networks, log: s.log, now: time.Now,
		links:    s.metrics.Counter("vedette_entity_links_total", "Names and uses of entities that were written down."),
		sessions: s.metrics.Counter("vedette_entity_sessions_total", "Sessions of accounts that were written down, each as often as it changed."),
		weighed:  s.metrics.Counter("vedette_entity_weighed_total", "Incidents weighed for the risk of their entities."),
		dropped:  s.metrics.Gauge("vedette_entity_dropped_count", "Links and sessions that found no room, since the start."),
	}
	open, err := s.state.OpenLogons(ctx, time.Now().Add(-time.Hour), openLogonsKept)
	if err != nil {
		return err
	}
	e.watch.Resume(open)
	s.entities = e
	return s.state.Criticalities(ctx, e.assets.Set)
}

// Run works until the context ends, and then writes down what is left.
func (e *entities) Run(ctx context.Context) error {
	tick := time.NewTicker(entitiesEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			defer cancel()
			return e.flush(last)
		case <-tick.C:
		}
		for doing, work := range map[string]func(context.Context) error{
			"write down what events show of entities": e.flush, "weigh incidents for the risk of entities": e.weigh, "keep entities within bounds": e.bound,
		} {
			if err := work(ctx); err != nil && ctx.Err() == nil {
				e.log.Error(doing, "error", err)
			}
		}
	}
}

// flush writes down what the watch has learnt.
func (e *entities) flush(ctx context.Context) error {
	e.dropped.Set(float64(e.watch.Dropped()))
	links, sessions := e.watch.Drain(entitiesLinks)
	if len(links)+len(sessions) == 0 {
		return nil
	}
	err := e.state.SaveSeen(ctx, statestore.Seen{Links: links, Sessions: sessions, Entities: e.spokenOf(links, sessions)})
	if err == nil {
		e.links.Add(float64(len(links)))
		e.sessions.Add(float64(len(sessions)))
	}
	return err
}

// spokenOf lists the hosts, users and addresses of ours that links and sessions speak of, so that they are known without
// any alert.
func (e *entities) spokenOf(links []vedette.EntityLink, sessions []vedette.LogonSession) []vedette.Entity {
	type name struct {
		tenant, name string
		kind         vedette.EntityKind
	}
	known := map[name]*vedette.Entity{}
	add := func(tenant string, kind vedette.EntityKind, text string, first, last time.Time) {
		one := vedette.Entity{Tenant: tenant, Kind: kind, Name: text, First: first, Last: last}
		if kind == vedette.EntityAddress {
			addr, err := netip.ParseAddr(text)
			if err != nil || !e.networks.IsInternal(addr) {
				return
			}
			one.Internal = true
			_, one.Protected = e.networks.ProtectedBy(netip.PrefixFrom(addr, addr.BitLen()))
		}
		if have := known[name{tenant, text, kind}]; have == nil {
			known[name{tenant, text, kind}] = &one
		} else {
			have.First, have.Last = earlier(have.First, first), later(have.Last, last)
		}
	}
	for i := range links {
		l := &links[i]
		add(l.Tenant, l.Kind, l.Name, l.First, l.Last)
		if kind := vedette.EntityKind(l.OtherKind); kind == vedette.EntityHost || kind == vedette.EntityAddress {
			add(l.Tenant, kind, l.Other, l.First, l.Last)
		}
	}
	for i := range sessions {
		add(sessions[i].Tenant, vedette.EntityUser, sessions[i].User, sessions[i].From, sessions[i].To)
		add(sessions[i].Tenant, vedette.EntityHost, sessions[i].Host, sessions[i].From, sessions[i].To)
	}
	list := make([]vedette.Entity, 0, len(known))
	for _, one := range known {
		list = append(list, *one)
	}
	return list
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// weigh looks at incidents that changed, and brings the risk of their entities up to date.
func (e *entities) weigh(ctx context.Context) error {
	for begin := time.Now(); time.Since(begin) < entitiesWork; {
		from := e.now()
		changed, err := e.state.ChangedIncidents(ctx, e.since, entitiesBatch)
		if err != nil {
			return err
		}
		if len(changed) > 0 {
			if err := e.weighAll(ctx, changed); err != nil {
				return err
			}
			e.weighed.Add(float64(len(changed)))
		}
		if len(changed) < entitiesBatch {
			e.since = from.Add(-entitiesRescan)
			return nil
		}
	}
	return nil
}

func (e *entities) weighAll(ctx context.Context, changed []statestore.ChangedIncident) error {
	touched := map[statestore.EntityOf]bool{}
	for i := range changed {
		in := &changed[i]
		stakes := entity.Stakes(&in.Incident)
		var exposed []statestore.ExposedEntity
		for _, w := range entity.Weaknesses(&in.Incident) {
			exposed = append(exposed, statestore.ExposedEntity{EntityOf: entityOf(in.Tenant, w.Ref), Exposure: w.Exposure})
		}
		before, err := e.state.SaveStakes(ctx, *in, stakes, exposed)
		if err != nil {
			return err
		}
		for _, of := range before {
			touched[of] = true
		}
		for j := range stakes {
			touched[entityOf(in.Tenant, stakes[j].Ref)] = true
		}
	}
	return e.stand(ctx, touched, changed)
}

// stand computes where entities stand, and notes the incidents as weighed.
func (e *entities) stand(ctx context.Context, touched map[statestore.EntityOf]bool, changed []statestore.ChangedIncident) error {
	now := e.now()
	list := make([]statestore.Standing, 0, len(touched))
	for of := range touched {
		stakes, err := e.state.StakesOf(ctx, of, now.Add(-entity.RiskSpan))
		if err != nil {
			return err
		}
		factor := entity.RiskFactor(e.assets.Criticality(of.Tenant, of.EntityRef))
		list = append(list, statestore.Standing{EntityOf: of, Standing: entity.Standing(stakes, now, factor)})
	}
	slices.SortFunc(list, func(a, b statestore.Standing) int {
		return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	return e.state.SetStandings(ctx, list, changed)
}

func entityOf(tenant string, ref vedette.EntityRef) statestore.EntityOf {
	ref.Role = ""
	return statestore.EntityOf{Tenant: tenant, EntityRef: ref}
}

// bound removes what is too much, now and then.
func (e *entities) bound(ctx context.Context) error {
	if now := e.now(); now.Sub(e.bounded) >= entitiesBound {
		e.bounded = now
		_, err := e.state.BoundSeen(ctx)
		return err
	}
	return nil
}

// rated takes what people say of entities: triage weighs by it from now on, and the list by risk follows.
func (e *entities) rated(ctx context.Context, said []vedette.EntityProfile) error {
	if e.said != nil {
		e.said(said)
	}
	var errs []error
	for part := range slices.Chunk(said, 500) {
		touched := map[statestore.EntityOf]bool{}
		for _, p := range part {
			level := -1
			if p.Criticality != nil {
				level = *p.Criticality
			}
			e.assets.Set(p.Tenant, p.Kind, p.Name, level)
			touched[statestore.EntityOf{Tenant: p.Tenant, EntityRef: vedette.EntityRef{Kind: p.Kind, Name: p.Name}}] = true
		}
		errs = append(errs, e.stand(ctx, touched, nil))
	}
	return errors.Join(errs...)
}
