package statestoretest

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

func entry(incident, text string) vedette.EvidenceEntry {
	return vedette.EvidenceEntry{Tenant: "default", IncidentID: incident, Time: start, Kind: vedette.EvidenceAnomaly, Detector: "burst", Family: vedette.FamilyVolume,
		Key: "burst\x00host-1", Text: vedette.Text{En: text, Zh: "突增"}, Entities: []vedette.EntityRef{{Kind: vedette.EntityHost, Name: "host-1", Role: vedette.RoleTarget}},
		Events: []string{"7-0"}, AlertID: "a1", Measured: true, Observed: 90, Expected: 3.5, Unit: "events", Baseline: 1000, Count: 2, Weight: 1.25}
}

func evidenceLedger(t *testing.T, b *bench) {
	ctx := t.Context()
	fold := statestore.Fold{Seq: 1, Incidents: []vedette.Incident{incident(1), incident(2)},
		Evidence: []vedette.EvidenceEntry{entry("inc-001", "first"), entry("inc-002", "other"), entry("inc-001", "second")}}
	must(t, b.SaveFold(ctx, fold))
	same(t, "numbers handed back", []int64{fold.Evidence[0].Number, fold.Evidence[1].Number, fold.Evidence[2].Number}, []int64{1, 1, 2})
	later := b.clock.advance(time.Hour)
	must(t, b.SaveFold(ctx, statestore.Fold{Seq: 2, Evidence: []vedette.EvidenceEntry{entry("inc-001", "third")}}))
	got, next, total, err := b.Evidence(ctx, "default", "inc-001", statestore.Page{Limit: 2})
	must(t, err)
	same(t, "page", [3]any{len(got), next != "", total}, [3]any{2, true, int64(3)})
	want := fold.Evidence[0]
	want.Key = "bursthost-1" // without NUL
	want.Time, want.Recorded = kept(start), kept(start)
	same(t, "first line", got[0], want)
	same(t, "chain", [2]string{got[0].Prev, got[1].Prev}, [2]string{"", got[0].Hash})
	rest, next, _, err := b.Evidence(ctx, "default", "inc-001", statestore.Page{Limit: 2, Cursor: next})
	must(t, err)
	same(t, "last page", [4]any{len(rest), next, rest[0].Prev, rest[0].Recorded}, [4]any{1, "", got[1].Hash, kept(later)})
	proof, err := b.VerifyEvidence(ctx, "default", "inc-001")
	must(t, err)
	same(t, "proof", proof, statestore.EvidenceProof{Entries: 3, Head: rest[0].Hash})
	proof, err = b.VerifyEvidence(ctx, "other", "inc-001")
	must(t, err)
	same(t, "another tenant", proof.Entries, 0)

	code(t, b.SaveFold(ctx, statestore.Fold{Seq: 3, Evidence: []vedette.EvidenceEntry{entry("inc-none", "x")}}), vedette.CodeNotFound)
	value, err := b.Progress(ctx, statestore.ProgressTriage)
	must(t, err)
	same(t, "watermark after a failed fold", value, 2)
}

func evidenceBounded(t *testing.T, b *bench) {
	ctx := t.Context()
	huge := entry("inc-001", strings.Repeat("ä\x00\xff", 5000))
	huge.Events, huge.Entities = make([]string, 100), make([]vedette.EntityRef, 100)
	huge.Weight = math.NaN()
	must(t, b.SaveFold(ctx, statestore.Fold{Seq: 1, Incidents: []vedette.Incident{incident(1)}, Evidence: []vedette.EvidenceEntry{huge}}))
	got, _, _, err := b.Evidence(ctx, "default", "inc-001", statestore.Page{})
	must(t, err)
	same(t, "bounded", [5]any{len(got[0].Events), len(got[0].Entities), len(got[0].Text.En) <= 1024, got[0].Weight, got[0].Count}, [5]any{8, 32, true, 0.0, int64(2)})
	fold := statestore.Fold{Seq: 2}
	for i := range statestore.MaxEvidence + 5 {
		fold.Evidence = append(fold.Evidence, entry("inc-001", fmt.Sprint(i)))
	}
	verdict := entry("inc-001", "judged")
	verdict.Kind, verdict.Key = vedette.EvidenceVerdict, string(vedette.VerdictTrue)
	fold.Evidence = append(fold.Evidence, verdict)
	must(t, b.SaveFold(ctx, fold))
	for _, asked := range []vedette.Verdict{vedette.VerdictTrue, vedette.VerdictFalse} {
		ever, err := b.EverJudged(ctx, "default", []string{"inc-001", "inc-002"}, asked)
		must(t, err)
		same(t, "ever judged "+string(asked), ever["inc-001"], asked == vedette.VerdictTrue)
		same(t, "others", ever["inc-002"], false)
	}
	proof, err := b.VerifyEvidence(ctx, "default", "inc-001")
	must(t, err)
	same(t, "full", [3]any{proof.Entries, proof.Omitted, proof.Intact()}, [3]any{int64(statestore.MaxEvidence + 1), int64(6), true})
	same(t, "without room", [2]int64{fold.Evidence[statestore.MaxEvidence].Number, fold.Evidence[len(fold.Evidence)-1].Number}, [2]int64{0, statestore.MaxEvidence + 1})
}

// rearrangement merges inc-002 into inc-001.
func rearrangement(t *testing.T, b *bench) statestore.Rearrangement {
	t.Helper()
	one, err := b.Incident(t.Context(), "default", "inc-001")
	must(t, err)
	two, err := b.Incident(t.Context(), "default", "inc-002")
	must(t, err)
	r := statestore.Rearrangement{Before: []vedette.Incident{one, two}}
	r.Change = vedette.IncidentChange{Tenant: "default", Kind: vedette.ChangeMerge, By: "ana", Reason: "one attacker", Alerts: two.Alerts, Rules: []string{"SSH guessing"},
		Sides: []vedette.ChangeSide{{Incident: one.ID, Before: one.Alerts, After: one.Alerts + two.Alerts}, {Incident: two.ID, Before: two.Alerts}}}
	one.Alerts += two.Alerts
	two.Status, two.Merged, two.Verdict, two.Same, two.Why = vedette.StatusClosed, one.ID, vedette.VerdictDuplicate, one.ID, vedette.ReasonDuplicateOf
	r.After = []vedette.Incident{one, two}
	line := entry("inc-001", "ana merged")
	line.Kind = vedette.EvidencePerson
	r.Evidence = []vedette.EvidenceEntry{line}
	host := func(name string) vedette.EntityRef { return vedette.EntityRef{Kind: vedette.EntityHost, Name: name} }
	r.Links = []vedette.LinkFeedback{{Tenant: "default", A: host("host-2"), B: host("host-1"), Together: 1}}
	return r
}

func changes(t *testing.T, b *bench) {
	ctx := t.Context()
	series(t, b, 3)
	must(t, b.SaveFold(ctx, statestore.Fold{Evidence: []vedette.EvidenceEntry{entry("inc-002", "seen")}}))
	r := rearrangement(t, b)
	before := r.Before
	change, err := b.SaveChange(ctx, r)
	must(t, err)
	same(t, "version handed back", [2]int64{r.After[0].Version, r.After[1].Version}, [2]int64{2, 2})
	two, err := b.Incident(ctx, "default", "inc-002")
	must(t, err)
	same(t, "absorbed", [4]any{two.Status, two.Merged, two.Same, two.Why}, [4]any{vedette.StatusClosed, "inc-001", "inc-001", vedette.ReasonDuplicateOf})
	_, err = b.SaveChange(ctx, statestore.Rearrangement{Change: change, Before: before, After: before})
	code(t, err, vedette.CodeConflict)
	entries, _, total, err := b.Evidence(ctx, "default", "inc-001", statestore.Page{})
	must(t, err)
	same(t, "evidence of both", [3]any{total, entries[0].IncidentID, entries[1].IncidentID}, [3]any{int64(2), "inc-001", "inc-002"})

	// Triage does not know of the merge yet, and folds into what it has.
	folded := before[1]
	folded.Alerts = 99
	must(t, b.SaveFold(ctx, statestore.Fold{Incidents: []vedette.Incident{folded}}))
	two, err = b.Incident(ctx, "default", "inc-002")
	must(t, err)
	same(t, "what people decided, after a fold", [3]any{two.Merged, two.Same, two.Status}, [3]any{"inc-001", "inc-001", vedette.StatusClosed})
	three, err := b.Incident(ctx, "default", "inc-000")
	must(t, err)
	three.Merged = "inc-001" // triage merges, too
	must(t, b.SaveFold(ctx, statestore.Fold{Incidents: []vedette.Incident{three}}))
	three, err = b.Incident(ctx, "default", "inc-000")
	must(t, err)
	same(t, "merged by triage", [2]any{three.Merged, three.Status}, [2]any{"inc-001", vedette.StatusClosed})
	working := vedette.StatusWorking
	_, err = b.EditIncident(ctx, "default", "inc-002", 0, statestore.IncidentEdit{Status: &working})
	code(t, err, vedette.CodeConflict)

	links, err := b.LinkFeedback(ctx, 10)
	must(t, err)
	same(t, "links", [4]any{len(links), links[0].A.Name, links[0].B.Name, links[0].Together}, [4]any{1, "host-1", "host-2", int64(1)})
	list, err := b.Changes(ctx, "default", "inc-002")
	must(t, err)
	same(t, "changes", [4]any{len(list), list[0].ID, list[0].Reason, list[0].Sides[1].Incident}, [4]any{1, change.ID, "one attacker", "inc-002"})
	none, err := b.Changes(ctx, "other", "inc-002")
	must(t, err)
	same(t, "changes of another tenant", len(none), 0)
	_, err = b.Change(ctx, "other", change.ID)
	code(t, err, vedette.CodeNotFound)
	undo(t, b, change.ID, before)
}

// undo takes a change back and compares with the incidents before it.
func undo(t *testing.T, b *bench, id string, before []vedette.Incident) {
	t.Helper()
	ctx := t.Context()
	r, err := b.Change(ctx, "default", id)
	must(t, err)
	same(t, "documents", r.Before, before)
	r.After, r.Change.UndoneBy = append([]vedette.Incident(nil), r.Before...), "bo"
	for i := range r.After {
		now, err := b.Incident(ctx, "default", r.After[i].ID)
		must(t, err)
		r.After[i].Version = now.Version
	}
	must(t, b.UndoChange(ctx, r))
	code(t, b.UndoChange(ctx, r), vedette.CodeConflict)
	for _, want := range before {
		got, err := b.Incident(ctx, "default", want.ID)
		must(t, err)
		got.Version, got.Updated = want.Version, want.Updated
		same(t, "restored", got, want)
	}
	list, err := b.Changes(ctx, "default", before[0].ID)
	must(t, err)
	same(t, "undone", [2]any{list[0].UndoneBy, list[0].Undone.IsZero()}, [2]any{"bo", false})
	links, err := b.LinkFeedback(ctx, 10)
	must(t, err)
	same(t, "links after undoing", len(links), 0)
}

// changesInOrder undoes only what no later change stands on.
func changesInOrder(t *testing.T, b *bench) {
	ctx := t.Context()
	series(t, b, 3)
	first, err := b.SaveChange(ctx, rearrangement(t, b))
	must(t, err)
	one, err := b.Incident(ctx, "default", "inc-001")
	must(t, err)
	next := statestore.Rearrangement{Before: []vedette.Incident{one}, After: []vedette.Incident{one},
		Change: vedette.IncidentChange{Tenant: "default", Kind: vedette.ChangeMove, Sides: []vedette.ChangeSide{{Incident: "inc-001"}}}}
	second, err := b.SaveChange(ctx, next)
	must(t, err)
	r, err := b.Change(ctx, "default", first.ID)
	must(t, err)
	same(t, "blocked by", r.Change.Blocked, second.ID)
	code(t, b.UndoChange(ctx, r), vedette.CodeConflict)
	r, err = b.Change(ctx, "default", second.ID)
	must(t, err)
	r.After[0].Version = next.After[0].Version
	must(t, b.UndoChange(ctx, r))
	r, err = b.Change(ctx, "default", first.ID)
	must(t, err)
	same(t, "no longer blocked", r.Change.Blocked, "")
}

// changesOfTriage come with a fold, beside people's; what people decided meanwhile is in the documents before. There is always
// room left for people.
func changesOfTriage(t *testing.T, b *bench) {
	ctx := t.Context()
	series(t, b, 3)
	owner := "ana"
	_, err := b.EditIncident(ctx, "default", "inc-002", 0, statestore.IncidentEdit{Owner: &owner})
	must(t, err)
	r := rearrangement(t, b)
	r.Before[1].Owner = "" // triage does not know
	r.Change.By, r.Change.Why, r.Links = "vedette", vedette.Text{En: "one machine", Zh: "同一台机器"}, nil
	for i := range statestore.MaxOwnChanges + 5 {
		one := r
		one.Change.ID = fmt.Sprintf("chg-%d", i)
		must(t, b.SaveFold(ctx, statestore.Fold{Incidents: r.After, Changes: []statestore.Rearrangement{one}}))
	}
	all, err := b.Changes(ctx, "default", "inc-001")
	must(t, err)
	same(t, "changes", len(all), statestore.MaxOwnChanges)
	same(t, "the first", [3]any{all[len(all)-1].By, all[len(all)-1].Why.Zh, all[len(all)-1].Time}, [3]any{"vedette", "同一台机器", kept(start)})
	got, err := b.Change(ctx, "default", "chg-0")
	must(t, err)
	same(t, "decided before", [2]any{got.Before[1].Owner, got.Before[1].Merged}, [2]any{"ana", ""})
	lines, _, total, err := b.Evidence(ctx, "default", "inc-001", statestore.Page{Limit: 1})
	must(t, err)
	same(t, "each is told", [2]any{total, lines[0].Kind}, [2]any{int64(statestore.MaxOwnChanges + 5), vedette.EvidencePerson})

	// Taking one back is learned.
	last, err := b.Change(ctx, "default", all[0].ID)
	must(t, err)
	last.Change.UndoneBy = "bo"
	last.After = append([]vedette.Incident(nil), last.Before...)
	for i := range last.After {
		now, err := b.Incident(ctx, "default", last.After[i].ID)
		must(t, err)
		last.After[i].Version = now.Version
	}
	host := vedette.EntityRef{Kind: vedette.EntityHost, Name: "host-1"}
	last.Evidence, last.Learned = nil, []vedette.LinkFeedback{{Tenant: "default", A: host, B: host, Apart: 1}}
	must(t, b.UndoChange(ctx, last))
	links, err := b.LinkFeedback(ctx, 10)
	must(t, err)
	same(t, "learned", [3]any{len(links), links[0].A.Name, links[0].Apart}, [3]any{1, "host-1", int64(1)})
}

func tasks(t *testing.T, b *bench) {
	ctx := t.Context()
	series(t, b, 2)
	due := start.Add(time.Hour)
	task, err := b.AddTask(ctx, "default", vedette.Task{IncidentID: "inc-000", Title: "问负责人", Owner: "bo", Due: due, Author: "ana"})
	must(t, err)
	same(t, "task", task, vedette.Task{ID: task.ID, IncidentID: "inc-000", Title: "问负责人", Owner: "bo", Due: kept(due), Author: "ana", Created: kept(start), Updated: kept(start), Version: 1})
	now, done, open := b.clock.advance(time.Hour), true, false
	task, err = b.EditTask(ctx, "default", "inc-000", task.ID, 1, statestore.TaskEdit{Done: &done, By: "bo"})
	must(t, err)
	same(t, "done", [4]any{task.Done, task.DoneBy, task.DoneTime, task.Version}, [4]any{true, "bo", kept(now), int64(2)})
	_, err = b.EditTask(ctx, "default", "inc-000", task.ID, 1, statestore.TaskEdit{Done: &open})
	code(t, err, vedette.CodeConflict)
	task, err = b.EditTask(ctx, "default", "inc-000", task.ID, 0, statestore.TaskEdit{Done: &open, Due: &time.Time{}})
	must(t, err)
	same(t, "open again", [4]any{task.Done, task.DoneBy, task.DoneTime.IsZero(), task.Due.IsZero()}, [4]any{false, "", true, true})
	_, err = b.EditTask(ctx, "default", "inc-001", task.ID, 0, statestore.TaskEdit{Done: &done})
	code(t, err, vedette.CodeNotFound)
	_, err = b.AddTask(ctx, "other", vedette.Task{IncidentID: "inc-000", Title: "x"})
	code(t, err, vedette.CodeNotFound)
	_, err = b.AddTask(ctx, "default", vedette.Task{IncidentID: "inc-000"})
	code(t, err, vedette.CodeInvalid)
	all, err := b.Tasks(ctx, "default", "inc-000")
	must(t, err)
	same(t, "tasks", len(all), 1)
	code(t, b.DeleteTask(ctx, "other", "inc-000", task.ID), vedette.CodeNotFound)
	must(t, b.DeleteTask(ctx, "default", "inc-000", task.ID))
}

func verdicts(t *testing.T, b *bench) {
	ctx := t.Context()
	series(t, b, 2)
	duplicate, benign := vedette.VerdictDuplicate, vedette.VerdictBenign
	in, err := b.EditIncident(ctx, "default", "inc-000", 0, statestore.IncidentEdit{Verdict: &duplicate, Why: vedette.ReasonDuplicateOf, Same: "inc-001",
		Evidence: []vedette.EvidenceEntry{entry("inc-000", "judged")}})
	must(t, err)
	same(t, "duplicate", [3]any{in.Verdict, in.Same, in.Why}, [3]any{duplicate, "inc-001", vedette.ReasonDuplicateOf})
	in, err = b.EditIncident(ctx, "default", "inc-000", 0, statestore.IncidentEdit{Verdict: &benign, Why: vedette.ReasonTest, WhyText: "演练"})
	must(t, err)
	same(t, "benign", [4]any{in.Verdict, in.Same, in.Why, in.WhyText}, [4]any{benign, "", vedette.ReasonTest, "演练"})
	list, _, _, err := b.Incidents(ctx, statestore.IncidentFilter{Tenant: "default", Search: "inc-000"}, statestore.Page{})
	must(t, err)
	same(t, "in lists", [2]any{list[0].Why, list[0].WhyText}, [2]any{vedette.ReasonTest, "演练"})
	for _, same := range []string{"inc-000", "none"} {
		if _, err := b.EditIncident(ctx, "default", "inc-000", 0, statestore.IncidentEdit{Verdict: &duplicate, Same: same}); err == nil {
			t.Fatalf("an incident repeats %q", same)
		}
	}
	_, err = b.EditIncident(ctx, "default", "inc-000", 0, statestore.IncidentEdit{Verdict: &benign, Why: "mood"})
	code(t, err, vedette.CodeInvalid)
}

func similar(t *testing.T, b *bench) {
	ctx := t.Context()
	series(t, b, 50)
	twin := incident(60)
	twin.Entities = []vedette.EntityRef{{Kind: vedette.EntityAddress, Name: "203.0.113.9"}}
	twin.Rules[0].RuleID = "rare"
	other := twin
	other.ID, other.Tactics = "inc-061", nil
	elsewhere := twin
	elsewhere.Tenant = "other"
	must(t, b.SaveFold(ctx, statestore.Fold{Incidents: []vedette.Incident{twin, other, elsewhere}}))
	found, err := b.SimilarIncidents(ctx, "default", twin.ID, 5)
	must(t, err)
	same(t, "found", [2]any{len(found), found[0].Incident.ID}, [2]any{1, "inc-061"})
	same(t, "likeness", found[0].Likeness > 0.7 && found[0].Likeness < 1, true)
	same(t, "shared", found[0].Shared, []statestore.Trait{{Kind: "address", Name: "203.0.113.9"}, {Kind: "rule", Name: "rare"}})
	found, err = b.SimilarIncidents(ctx, "default", "inc-000", 5)
	must(t, err)
	same(t, "same rule and host", [2]any{len(found), len(found[0].Shared)}, [2]any{5, 3})
	_, err = b.SimilarIncidents(ctx, "default", "none", 5)
	code(t, err, vedette.CodeNotFound)
}
