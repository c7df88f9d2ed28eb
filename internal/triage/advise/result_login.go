package advise

import (
	"fmt"
	"slices"
	"strings"

	vedette "github.com/vedette-soc/vedette"
)

// How many failures make a login that follows them suspicious: people mistype their own passwords, and those of our own
// network do so every day.
const (
	outsideFailures = 5
	insideFailures  = 15
	sprayedAccounts = 4
)

// brokeIn finds the first login that follows guesses by the same address, or at the same machine and account. The login
// is nil when there is none.
func (v *view) brokeIn() (guess, login *piece) {
	guesses := v.all(func(p *piece) bool { return p.step == StepGuess && p.ended != worked })
	if len(guesses) == 0 {
		return nil, nil
	}
	for i := range v.pieces {
		in := &v.pieces[i]
		if in.step != StepLogin || in.ended != worked || in.Anomaly != nil || in.Indicator != nil {
			continue
		}
		if before := guessed(guesses, in); len(before) > 0 {
			return before[0], in
		}
	}
	return nil, nil
}

// guessed lists the guesses that a login follows, when they are more than a person's own mistakes.
func guessed(guesses []*piece, in *piece) []*piece {
	var before []*piece
	var failures int64
	var accounts uint64
	for _, p := range guesses {
		same := p.callers&in.callers != 0 && (sameHost(p, in) || p.outside) || sameHost(p, in) && p.persons&in.persons != 0
		if !same || !in.after(p, aDay) {
			continue
		}
		before = append(before, p)
		failures += p.tries()
		accounts |= p.persons
	}
	switch {
	case len(before) == 0:
		return nil
	case in.outside && (failures >= outsideFailures || slices.ContainsFunc(before, func(p *piece) bool { return p.Severity >= vedette.Medium })):
		return before
	case failures >= insideFailures, bits(accounts) >= sprayedAccounts && failures >= outsideFailures:
		return before
	}
	return nil
}

// tries is how many failures a piece stands for: a correlation has counted them already.
func (p *piece) tries() int64 {
	if p.Correlation != nil && p.Correlation.Value > float64(p.count) && p.Correlation.Value < 1e12 {
		return int64(p.Correlation.Value)
	}
	return p.count
}

// login is the row for the login that follows the guesses.
func login(v *view) finding {
	_, in := v.brokeIn()
	if in == nil {
		return finding{}
	}
	before := guessed(v.all(func(p *piece) bool { return p.step == StepGuess && p.ended != worked }), in)
	before = before[:min(len(before), maxCitation-1)]
	var count int64
	for _, p := range before {
		count += p.count
	}
	who, whoZh := in.source()
	where, whereZh := in.place()
	as, asZh := in.as()
	what, whatZh := fmt.Sprintf("%d alerts of guessing passwords", count), fmt.Sprintf("此前有 %d 条猜测口令的告警", count)
	if count == 1 {
		what, whatZh = "an alert of guessing passwords", "此前有猜测口令的告警"
	}
	return finding{append(slices.Clone(before), in), text(
		fmt.Sprintf("%s logged in to %s%s at %s after %s", who, where, as, in.clock(), what),
		fmt.Sprintf("%s 于 %s %s登录了%s，%s", whoZh, in.clock(), asZh, whereZh, whatZh))}
}

// loginThenInside is the row for what follows that login on the same machine, by the same account or by one of more rights.
func loginThenInside(v *view) finding {
	guess, in := v.brokeIn()
	if in == nil {
		return finding{}
	}
	for i := range v.pieces {
		q := &v.pieces[i]
		if !q.inside(vedette.Medium) || !q.after(in, aDay) {
			continue
		}
		own := sameHost(in, q) && (q.persons == 0 || in.persons&q.persons != 0 || slices.Contains(q.users, "root") || slices.Contains(q.users, "administrator"))
		if !own && (q.step != StepMove || in.persons&q.persons == 0) {
			continue
		}
		who, whoZh := in.source()
		where, whereZh := in.place()
		as, asZh := in.as()
		en, zh := q.did()
		return finding{[]*piece{guess, in, q}, text(
			fmt.Sprintf("%s logged in to %s%s at %s after guessing passwords, and %s", who, where, as, in.clock(), en),
			fmt.Sprintf("%s猜测口令后于 %s %s登录了%s，随后 %s", whoZh, in.clock(), asZh, whereZh, zh))}
	}
	return finding{}
}

// loginCorrelated is the row for correlations over time that say by their tags: passwords were guessed, one fitted.
func loginCorrelated(v *view) finding {
	for i := range v.pieces {
		p := &v.pieces[i]
		if p.Correlation == nil || !strings.HasPrefix(p.Correlation.Type, "temporal") || p.ended == failed || p.ended == stopped {
			continue
		}
		if !HasTechnique(p.Techniques, "T1110") || !HasTechnique(p.Techniques, "T1078") {
			continue
		}
		who, whoZh := p.source()
		where, whereZh := p.place()
		return finding{[]*piece{p}, text(
			fmt.Sprintf("the rule “%s” saw guesses by %s and then a login on %s at %s", Clean(p.RuleTitle, 100), who, where, p.clock()),
			fmt.Sprintf("规则“%s”在 %s 看到%s先猜测口令、随后登录%s", TitleZh(p.Alert), p.clock(), whoZh, whereZh))}
	}
	return finding{}
}

// cloudIdentity is the row for an identity in a cloud: refused or unlike itself first, then allowed to change what
// administrators change, by two rules.
func cloudIdentity(v *view) finding {
	var doubt *piece
	var changes []*piece
	worst := vedette.Info
	for i := range v.pieces {
		p := &v.pieces[i]
		cloud := slices.ContainsFunc(p.Entities, func(e vedette.EntityRef) bool { return e.Kind == vedette.EntityAccount })
		switch {
		case !cloud:
		case p.Anomaly != nil && (p.Anomaly.Family == vedette.FamilyIdentity || p.Anomaly.Family == vedette.FamilyNovelty) && !p.Anomaly.Learning, p.Anomaly == nil && p.ended == failed, p.Indicator != nil:
			if doubt == nil {
				doubt = p
			}
		case doubt != nil && p.ended == worked && p.step >= StepPersist && p.step <= StepDamage && (p.persons&doubt.persons != 0 || p.callers&doubt.callers != 0):
			if !slices.ContainsFunc(changes, func(q *piece) bool { return q.RuleID == p.RuleID }) && len(changes) < 4 {
				changes, worst = append(changes, p), max(worst, p.Severity)
			}
		}
	}
	if len(changes) < 2 || worst < grave {
		return finding{}
	}
	en, zh := "“"+Clean(changes[0].RuleTitle, 100)+"” and “"+Clean(changes[1].RuleTitle, 100)+"”", "“"+TitleZh(changes[0].Alert)+"”与“"+TitleZh(changes[1].Alert)+"”"
	who, whoZh := or(listEn(changes[0].users), "an identity"), or(listZh(changes[0].users), "某身份")
	return finding{append([]*piece{doubt}, changes[:2]...), text(
		who+" was refused or unlike itself, and then was allowed "+en, whoZh+"先被拒绝或行为反常，随后"+zh+"均获成功")}
}
