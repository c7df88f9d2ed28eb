package advise

import (
	"fmt"
	"slices"
	"strings"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// verdict is how far the attack came, and what proves it.
type verdict struct {
	result vedette.AttackResult
	proof  []int
	why    vedette.Text
	by     string // the row of the table that decided
}

// finding is what a row of the table found: the evidence that proves it and what it says.
type finding struct {
	proof []*piece
	text  vedette.Text
}

// results is the table by which the result is judged, the worst first; the first row that finds something decides. Every
// row for more than an attempt asks for two things that agree, or for an answer that only success gives. A firm row
// stands although something speaks against the incident, such as a maintenance window. Read-only.
var results = [...]struct {
	name   string
	result vedette.AttackResult
	firm   bool
	find   func(*view) finding
}{
	// A web server that starts a shell does what it never does by itself; after an attack on it, that is the intruder.
	{"web-shell", vedette.ResultCompromised, true, webShell},
	// Data or its backups are destroyed after or beside another step on the same machine.
	{"damage", vedette.ResultCompromised, false, damage},
	// Who guessed a password, got in and then works there as intruders do.
	{"login-then-inside", vedette.ResultCompromised, false, loginThenInside},
	// The account of the web server downloads, takes rights or sends data within an hour of an attack that was not refused.
	{"web-then-inside", vedette.ResultCompromised, false, webThenInside},
	// What was fetched from outside then ran.
	{"fetched-then-run", vedette.ResultCompromised, false, fetchedThenRun},
	// An office program that starts a shell, and further steps on the same machine.
	{"document-then-shell", vedette.ResultCompromised, false, documentThenShell},
	// Stolen credentials that were then used on another machine.
	{"stolen-then-moved", vedette.ResultCompromised, false, stolenThenMoved},
	// A cloud identity that was refused or is unlike itself, then changes what only administrators change.
	{"cloud-identity", vedette.ResultCompromised, false, cloudIdentity},
	// A machine talks to a known bad address, is let through, and shows another step.
	{"indicator-and-step", vedette.ResultCompromised, false, indicatorAndStep},
	// Three kinds of step on one machine, two of them grave.
	{"many-steps", vedette.ResultCompromised, false, manySteps},
	// The login that follows the guesses.
	{"login", vedette.ResultSucceeded, false, login},
	// A file of the system was asked for through the web, and the server sent something.
	{"file-served", vedette.ResultSucceeded, true, fileServed},
	// A correlation that itself says: guesses, then a login.
	{"login-correlated", vedette.ResultSucceeded, false, loginCorrelated},
	// Data left, by a rule and by its amount.
	{"data-left", vedette.ResultSucceeded, false, dataLeft},
	{"all-refused", vedette.ResultAttempted, true, allRefused},
	{"only-tries", vedette.ResultAttempted, true, onlyTries},
}

// judge goes through the table.
func (v *view) judge() verdict {
	excused := slices.ContainsFunc(v.Reasons, func(r vedette.Reason) bool { return r.Family == vedette.FamilyExculpatory && r.Code != "attempt_only" })
	for _, row := range results {
		if excused && !row.firm {
			continue
		}
		found := row.find(v)
		if len(found.proof) == 0 {
			continue
		}
		en, zh := resultWords(row.result)
		cites := cite(found.proof...)
		return verdict{
			result: row.result, proof: numbersOf(found.proof), by: row.name,
			why: text(en+found.text.En+" "+cites+".", Spaced(zh+found.text.Zh+cites+"。")),
		}
	}
	return verdict{}
}

func resultWords(r vedette.AttackResult) (en, zh string) {
	switch r {
	case vedette.ResultCompromised:
		return "Result: compromised, because ", "结论：已失陷，依据是"
	case vedette.ResultSucceeded:
		return "Result: the attack succeeded, because ", "结论：攻击成功，依据是"
	}
	return "Result: an attempt, because ", "结论：仅为尝试，依据是"
}

// clock writes the time of a piece.
func (p *piece) clock() string { return p.Time.UTC().Format("15:04") }

// all lists the pieces that pass a test, in order.
func (v *view) all(test func(*piece) bool) []*piece {
	var out []*piece
	for i := range v.pieces {
		if test(&v.pieces[i]) {
			out = append(out, &v.pieces[i])
		}
	}
	return out
}

// pair finds the first two pieces, the second after the first within so long, that fit together.
func pair(first, second []*piece, within time.Duration, fit func(p, q *piece) bool) (p, q *piece) {
	for _, q := range second {
		for _, p := range first {
			if q.after(p, within) && fit(p, q) {
				return p, q
			}
		}
	}
	return nil, nil
}

func sameHost(p, q *piece) bool { return p.machines&q.machines != 0 }

// inside tells whether a rule saw a step that somebody takes who is in: it happened on a machine of ours, nothing stood
// in its way, and its author finds it at least so grave.
func (p *piece) inside(least vedette.Severity) bool {
	if p.Anomaly != nil || p.step < StepDownload || p.step > StepDamage || p.ended == stopped || p.ended == failed || p.Severity < least {
		return false
	}
	return len(p.hosts) > 0 && !p.isWeb()
}

// isWeb tells whether the evidence is a request to a web server.
func (p *piece) isWeb() bool {
	_, answered := number(p.Alert, "http.response.status_code")
	return answered || fact(p.Alert, "url.original") != "" && fact(p.Alert, "process.command_line") == ""
}

// as names the first account, or the machine's own words for nobody.
func (p *piece) as() (en, zh string) {
	return prefixed(" as ", listEn(p.users)), wrapped("以 ", listZh(p.users), " 身份")
}

// place names the machine of a piece.
func (p *piece) place() (en, zh string) {
	return or(listEn(p.hosts), "a machine"), or(listZh(p.hosts), "某台主机")
}

// source names where a piece comes from.
func (p *piece) source() (en, zh string) {
	return or(listEn(p.actors), "somebody"), or(listZh(p.actors), "有人")
}

// did names a piece by its rule, as a clause.
func (p *piece) did() (en, zh string) {
	where, whereZh := p.place()
	return fmt.Sprintf("“%s” followed on %s at %s", strings.TrimRight(Clean(p.RuleTitle, 100), "."), where, p.clock()),
		fmt.Sprintf("%s 在%s出现“%s”", p.clock(), whereZh, TitleZh(p.Alert))
}

// Ended says in one word how the thing that an alert speaks of ended: "worked", "failed", "stopped" or "" when its event
// does not say. Alerts that ended differently show different things and should not stand for one another.
func Ended(a *vedette.Alert) string {
	return [...]string{unknown: "", worked: "worked", failed: "failed", stopped: "stopped"}[endingOf(a)]
}
