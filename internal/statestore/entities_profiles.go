package statestore

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/vedette-soc/vedette"
)

// Bounds of what people may say of an entity, and of how much one import says.
const (
	MaxTags        = 32
	MaxTag         = 64
	MaxProfileText = 256
	MaxImport      = 20_000
)

// ProfileEdit is what a person changes of what is said of an entity; nil leaves as it is. A criticality of -1 takes back
// what was said.
type ProfileEdit struct {
	Criticality *int
	Owner       *string
	Department  *string
	Tags        *[]string
}

func (e ProfileEdit) check() error {
	if e.Criticality != nil && (*e.Criticality < -1 || *e.Criticality > 4) {
		return vedette.Errorf(vedette.CodeInvalid, "a criticality is 0 to 4, or -1 for nobody having said; %d is neither", *e.Criticality)
	}
	for _, text := range []*string{e.Owner, e.Department} {
		if text != nil && len(*text) > MaxProfileText {
			return vedette.Errorf(vedette.CodeInvalid, "an owner or department has at most %d bytes", MaxProfileText)
		}
	}
	if e.Tags == nil {
		return nil
	}
	if len(*e.Tags) > MaxTags || slices.ContainsFunc(*e.Tags, func(tag string) bool { return tag == "" || len(tag) > MaxTag }) {
		return vedette.Errorf(vedette.CodeInvalid, "an entity has at most %d tags, each of 1 to %d bytes", MaxTags, MaxTag)
	}
	return nil
}

func (e ProfileEdit) applyTo(p *vedette.EntityProfile) {
	if e.Criticality != nil {
		p.Criticality = levelOf(int64(*e.Criticality))
	}
	if e.Owner != nil {
		p.Owner = cleanText(*e.Owner)
	}
	if e.Department != nil {
		p.Department = cleanText(*e.Department)
	}
	if e.Tags != nil {
		p.Tags = slices.Compact(slices.Sorted(slices.Values(*e.Tags)))
	}
}

// levelOf is a criticality as it is stored; nil for nobody having said.
func levelOf(stored int64) *int {
	if stored < 0 {
		return nil
	}
	level := int(stored)
	return &level
}

// ProfileOf is an edit and whose it is.
type ProfileOf struct {
	Kind vedette.EntityKind
	Name string
	Edit ProfileEdit
}

// EditProfiles changes what is said of entities: all of it or nothing. An entity that was never seen is known from then
// on. It returns the profiles as they are now, in the order given.
func (s *Store) EditProfiles(ctx context.Context, by vedette.EntityProfile, edits []ProfileOf) ([]vedette.EntityProfile, error) {
	if len(edits) > MaxImport {
		return nil, vedette.Errorf(vedette.CodeTooLarge, "%d entities at once; at most %d", len(edits), MaxImport)
	}
	for _, e := range edits {
		if err := named("an entity", e.Name); err != nil {
			return nil, err
		}
		if err := e.Edit.check(); err != nil {
			return nil, err
		}
	}
	var all []vedette.EntityProfile
	err := s.transaction(ctx, "change what is said of entities", func(q session) error {
		all = make([]vedette.EntityProfile, 0, len(edits))
		for _, e := range edits {
			p, err := s.editProfile(ctx, q, by, e)
			if err != nil {
				return err
			}
			all = append(all, p)
		}
		return nil
	})
	return all, err
}

func (s *Store) editProfile(ctx context.Context, q session, by vedette.EntityProfile, e ProfileOf) (vedette.EntityProfile, error) {
	p, err := profile(ctx, q, by.Tenant, e.Kind, e.Name)
	if err != nil {
		return p, err
	}
	e.Edit.applyTo(&p)
	p.Author, p.Imported, p.Updated = by.Author, by.Imported, moment(micros(s.now()))
	tags, err := json.Marshal(append([]string{}, p.Tags...))
	if err != nil {
		return p, fmt.Errorf("encode tags: %w", err)
	}
	level := int64(-1)
	if p.Criticality != nil {
		level = int64(*p.Criticality)
	}
	_, err = q.exec(ctx, `INSERT INTO entity_profiles (tenant, kind, name, criticality, owner, department, tags, author, imported, updated)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, kind, name) DO UPDATE SET criticality = excluded.criticality,
		owner = excluded.owner, department = excluded.department, tags = excluded.tags, author = excluded.author,
		imported = excluded.imported, updated = excluded.updated`,
		key(p.Tenant), key(string(p.Kind)), key(p.Name), level, p.Owner, p.Department, string(tags), key(p.Author), p.Imported, p.Updated)
	if err != nil {
		return p, err
	}
	_, err = q.exec(ctx, `INSERT INTO entities (tenant, kind, name, first_time, last_time, alerts, incidents, severity, internal, protected)
		VALUES (?, ?, ?, ?, ?, 0, 0, 0, 0, 0) ON CONFLICT (tenant, kind, name) DO NOTHING`,
		key(p.Tenant), key(string(p.Kind)), key(p.Name), p.Updated, p.Updated)
	return p, err
}

// Profile returns what people say of an entity; all but its name is empty when nobody said anything.
func (s *Store) Profile(ctx context.Context, tenant string, kind vedette.EntityKind, name string) (vedette.EntityProfile, error) {
	p, err := profile(ctx, s.reading(), tenant, kind, name)
	return p, s.engine.failure("read what is said of an entity", err)
}

func profile(ctx context.Context, q session, tenant string, kind vedette.EntityKind, name string) (vedette.EntityProfile, error) {
	p := vedette.EntityProfile{Tenant: tenant, Kind: kind, Name: name}
	var level, imported, updated int64
	var tags string
	found, err := q.one(ctx, []any{&level, &p.Owner, &p.Department, &tags, &p.Author, &imported, &updated},
		`SELECT criticality, owner, department, tags, author, imported, updated FROM entity_profiles WHERE tenant = ? AND kind = ? AND name = ?`,
		key(tenant), key(string(kind)), key(name))
	if err != nil || !found {
		return p, err
	}
	p.Criticality, p.Imported, p.Updated = levelOf(level), imported != 0, moment(updated)
	if err := json.Unmarshal([]byte(tags), &p.Tags); err != nil {
		return p, fmt.Errorf("decode the tags of %s %q: %w", kind, name, err)
	}
	return p, nil
}

// Criticalities hands over every entity of every tenant of which somebody has said how critical it is.
func (s *Store) Criticalities(ctx context.Context, fn func(tenant string, kind vedette.EntityKind, name string, level int)) error {
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		var tenant, name string
		var kind vedette.EntityKind
		var level int
		if err := scan(&tenant, &kind, &name, &level); err != nil {
			return err
		}
		fn(tenant, kind, name, level)
		return nil
	}, "SELECT tenant, kind, name, criticality FROM entity_profiles WHERE criticality >= 0")
	return s.engine.failure("read how critical entities are", err)
}
