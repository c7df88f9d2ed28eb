package intel

import (
	"context"
	"fmt"
	"slices"

	"github.com/vedette-soc/vedette"
)

// Allowances returns the whole allow-list: what people added, what stands in the configuration, what comes with the
// program.
func (l *Library) Allowances() []vedette.Allowance {
	all := slices.Clone(l.allow.Load().entries)
	rank := map[string]int{"person": 0, "config": 1, "builtin": 2}
	slices.SortStableFunc(all, func(a, b vedette.Allowance) int { return rank[a.Origin] - rank[b.Origin] })
	return all
}

// AllowOne puts an entry on the allow-list, in the store given, which may write an audit line with it. It is in force
// when this returns.
func (l *Library) AllowOne(ctx context.Context, in Store, a vedette.Allowance) (vedette.Allowance, error) {
	a, err := NewAllowance(a)
	if err != nil {
		return a, err
	}
	a.Origin, a.Created = "person", l.deps.Now().UTC()
	if err := in.SaveAllowance(ctx, a); err != nil {
		return a, err
	}
	return a, l.reloadAllow(context.WithoutCancel(ctx))
}

// Disallow takes an entry off the allow-list.
func (l *Library) Disallow(ctx context.Context, in Store, id string) error {
	for _, a := range l.Allowances() {
		if a.ID == id && a.Origin != "person" {
			return vedette.Errorf(vedette.CodeConflict, "this entry comes from the configuration and can only be changed there")
		}
	}
	if err := in.DeleteAllowance(ctx, id); err != nil {
		return err
	}
	return l.reloadAllow(context.WithoutCancel(ctx))
}

func (l *Library) reloadAllow(ctx context.Context) error {
	people, err := l.deps.Store.Allowances(ctx)
	if err != nil {
		return fmt.Errorf("load the allow-list: %w", err)
	}
	list := make([]vedette.Allowance, 0, len(l.cfg.Allow)+len(people))
	for _, a := range l.cfg.Allow {
		a.Origin = "config"
		if checked, err := NewAllowance(a); err == nil {
			list = append(list, checked)
		} else {
			return fmt.Errorf("read the allow-list of the configuration: %w", err)
		}
	}
	l.Allow(append(list, people...))
	return nil
}
