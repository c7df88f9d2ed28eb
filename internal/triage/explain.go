package triage

import (
	"slices"
	"strings"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/triage/advise"
)

// explains tells whether an alert that names an entity of a fact is of the sort that it accounts for.
func explains(f *vedette.Fact, a *vedette.Alert) bool {
	if !f.Holds(a.Time) || len(f.Rules) > 0 && !slices.Contains(f.Rules, a.RuleID) {
		return false
	}
	switch f.Kind {
	case vedette.FactScanner: // it looks and tries; what got in is another matter
		return !succeeded(a) && (onlyLooks(a) || isAttempt(a) && advise.Ended(a) != "worked") && acts(f, a)
	case vedette.FactNotVulnerable:
		return !succeeded(a) && absent(f, entity.CVEs(a)) && aimedAt(f, a)
	case vedette.FactMFA:
		return logsIn(a) && both(f, a)
	case vedette.FactChange, vedette.FactMaintenance:
		return true
	}
	return false
}

// absent tells whether every weakness that an alert names is one that is not there.
func absent(f *vedette.Fact, named []string) bool {
	for _, cve := range named {
		if !slices.ContainsFunc(f.CVEs, func(x string) bool { return strings.EqualFold(x, cve) }) {
			return false
		}
	}
	return len(named) > 0
}

// logsIn tells alerts that report somebody logging in.
func logsIn(a *vedette.Alert) bool {
	if a.Anomaly != nil {
		return a.Anomaly.Family == vedette.FamilyIdentity && hasTechnique(a.Techniques, "T1078")
	}
	return advise.StepOf(a.Techniques, a.Tactics) == stepLogin
}

// somebodyActs tells whether an alert names the machine that acts: then what else it names is not where it came from.
func somebodyActs(a *vedette.Alert) bool {
	return slices.ContainsFunc(a.Entities, func(ref vedette.EntityRef) bool { return isMachine(ref) && ref.Role == vedette.RoleActor })
}

func isMachine(ref vedette.EntityRef) bool {
	return ref.Kind == vedette.EntityHost || ref.Kind == vedette.EntityAddress
}

// acts tells whether the one who acts is the fact's: by its role, and failing that because nobody else does.
func acts(f *vedette.Fact, a *vedette.Alert) bool {
	named := somebodyActs(a)
	return slices.ContainsFunc(a.Entities, func(ref vedette.EntityRef) bool {
		return (ref.Role == vedette.RoleActor || !named && ref.Role == "") && f.Concerns(ref)
	})
}

// aimedAt tells whether the fact is about what was attacked, not about who did.
func aimedAt(f *vedette.Fact, a *vedette.Alert) bool {
	return slices.ContainsFunc(a.Entities, func(ref vedette.EntityRef) bool { return ref.Role != vedette.RoleActor && f.Concerns(ref) })
}

// onlyLooks tells rules that report looking around.
func onlyLooks(a *vedette.Alert) bool {
	for _, tactic := range a.Tactics {
		if t := normalTactic(tactic); t != "reconnaissance" && t != "discovery" {
			return false
		}
	}
	return len(a.Tactics) > 0
}

// both tells whether an alert names the user of a fact, and its device as the one where the login came from.
func both(f *vedette.Fact, a *vedette.Alert) bool {
	user, device, named := false, false, somebodyActs(a)
	for _, ref := range a.Entities {
		switch {
		case !f.Concerns(ref):
		case !isMachine(ref):
			user = true
		default:
			device = device || !named || ref.Role == vedette.RoleActor
		}
	}
	return user && device
}

// secondFactor tells logins whose event says that the user gave a second factor on a device that is known to be in order, as
// sign-in logs of Entra do.
func secondFactor(a *vedette.Alert) bool {
	return (len(a.Facts) > 0 || len(a.Matched) > 0) && strings.EqualFold(said(a, "src.authenticationRequirement"), "multiFactorAuthentication") &&
		strings.EqualFold(said(a, "src.deviceDetail.isCompliant"), "true") && advise.Ended(a) == "worked" && logsIn(a)
}

// said is what the event of an alert says in a field.
func said(a *vedette.Alert, field string) string {
	if v := a.Matched[field]; v != "" {
		return v
	}
	return a.Facts[field]
}

// factOfEvent is what the event of an alert itself says against an attack. Those of one kind of log are one source.
func factOfEvent(a *vedette.Alert) *vedette.Fact {
	return &vedette.Fact{
		ID: "event:" + string(vedette.FactMFA) + ":" + a.Dataset, Tenant: a.Tenant, Kind: vedette.FactMFA, Entities: a.Entities[:min(len(a.Entities), vedette.MaxFactEntities)],
		From: a.Time.Add(-vedette.MaxFactTime), Until: a.Time.Add(vedette.MaxFactTime), Source: a.Dataset, By: a.Source,
	}
}

// ofEvent tells that nobody wrote a fact down: an event says it.
func ofEvent(f *vedette.Fact) bool { return f.Created.IsZero() && strings.HasPrefix(f.ID, "event:") }
