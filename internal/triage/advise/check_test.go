package advise_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/VictoriaMetrics/VictoriaLogs/lib/logstorage"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/triage/advise"
)

var (
	citation = regexp.MustCompile(`\[(\d+)\]`)
	digits   = regexp.MustCompile(`\d+(\.\d+)?`)
	// sentenceEnd is a citation with the stop behind it: every sentence of a story ends so.
	sentenceEnd = regexp.MustCompile(`\]\.( |$)|\]。`)
)

func cited(text string) []int {
	var out []int
	for _, m := range citation.FindAllStringSubmatch(text, -1) {
		n, _ := strconv.Atoi(m[1])
		out = append(out, n)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// corpus is all that some evidence says, and what may be derived from it: times, amounts of data, sums of counts, and how
// many names a list leaves out.
func corpus(in *vedette.Incident, numbers []int) (said string, derived map[string]bool) {
	var b strings.Builder
	derived = map[string]bool{}
	names := map[string]map[string]bool{}
	total, alerts := int64(0), int64(0)
	for _, n := range numbers {
		e := in.Evidence[n-1]
		raw, _ := json.Marshal(e.Alert)
		b.Write(raw)
		b.WriteString(" " + strings.ToUpper(strings.Join(e.Alert.Techniques, " ")) + " ")
		for _, s := range []string{e.Alert.RuleTitle, e.Alert.RuleTitleZh} {
			b.WriteString(s + " ")
		}
		at := e.Alert.Time.UTC()
		b.WriteString(at.Format("2006-01-02 15:04 "))
		if e.Alert.Anomaly != nil {
			b.WriteString(e.Alert.Anomaly.Text.En + e.Alert.Anomaly.Text.Zh)
			derived[strconv.FormatFloat(e.Alert.Anomaly.Observed, 'f', -1, 64)], derived[strconv.FormatFloat(e.Alert.Anomaly.Expected, 'f', -1, 64)] = true, true
		}
		for _, field := range []string{"source.bytes", "destination.bytes", "http.response.bytes"} {
			if bytes, err := strconv.ParseFloat(e.Alert.Facts[field], 64); err == nil {
				for range 6 {
					derived[strconv.FormatFloat(bytes, 'f', 1, 64)] = true
					bytes /= 1000
				}
			}
		}
		alerts += e.Count
		if e.Alert.Techniques == nil || strings.HasPrefix(e.Alert.Techniques[0], "T1110") {
			total += e.Count
		}
		for _, ref := range e.Alert.Entities {
			kind := string(ref.Kind) + string(ref.Role)
			if names[kind] == nil {
				names[kind] = map[string]bool{}
			}
			names[kind][ref.Name] = true
			b.WriteString(" " + ref.Name)
		}
	}
	for _, r := range in.Reasons { // what the engine says of its own evidence
		b.WriteString(r.Text.En + " " + r.Text.Zh + " ")
	}
	derived[strconv.FormatInt(alerts, 10)], derived[strconv.FormatInt(total, 10)] = true, true
	all := 0
	for _, set := range names {
		all += len(set)
	}
	for n := 1; n <= all; n++ {
		derived[strconv.Itoa(n)] = true // how many names there are, and how many a list leaves out
	}
	return strings.ToLower(b.String()), derived
}

// grounded tells what a sentence claims that the evidence does not say.
func grounded(t *testing.T, in *vedette.Incident, sentence string, numbers []int, pool []string) {
	t.Helper()
	said, derived := corpus(in, numbers)
	bare := citation.ReplaceAllString(sentence, " ")
	for _, name := range pool {
		if strings.Contains(bare, name) && !strings.Contains(said, strings.ToLower(name)) {
			t.Errorf("%q names %s, which its evidence %v does not", sentence, name, numbers)
		}
	}
	for _, figure := range digits.FindAllString(bare, -1) {
		if !strings.Contains(said, figure) && !derived[figure] {
			t.Errorf("%q says %s, which its evidence %v does not", sentence, figure, numbers)
		}
	}
}

// checkAll holds an incident to every promise of the package.
func checkAll(t *testing.T, in *vedette.Incident, pool []string) {
	t.Helper()
	texts := []vedette.Text{in.Title, in.Story}
	texts = append(append(texts, in.WhyNot...), advise.Why(in)...)
	for _, s := range in.Next {
		texts = append(texts, s.Text)
	}
	result, proof, why := advise.Result(in)
	if result != in.Result || !slices.Equal(proof, in.Proof) || (result == "") != (len(proof) == 0) {
		t.Errorf("result %s %v, again %s %v", in.Result, in.Proof, result, proof)
	}
	if result != "" && !slices.Equal(cited(why.En), proof) {
		t.Errorf("%q does not cite %v", why.En, proof)
	}
	texts = append(texts, why)
	for _, text := range texts {
		if slices.Contains([]string{text.En, text.Zh}, "") && text != why {
			t.Errorf("an empty text: %+v", text)
		}
		if !slices.Equal(cited(text.En), cited(text.Zh)) {
			t.Errorf("the languages cite different evidence: %q %q", text.En, text.Zh)
		}
		for _, n := range cited(text.En) {
			if n < 1 || n > len(in.Evidence) {
				t.Errorf("%q cites what is not there", text.En)
			}
		}
		for _, s := range []string{text.En, text.Zh} {
			if strings.ContainsFunc(s, func(c rune) bool { return unicode.IsControl(c) || unicode.Is(unicode.Cf, c) }) || len(s) > 12000 {
				t.Errorf("text %q", s)
			}
		}
	}
	for _, story := range []string{in.Story.En, in.Story.Zh} {
		for _, sentence := range split(story) {
			numbers := cited(sentence)
			if len(numbers) == 0 {
				t.Errorf("%q cites nothing", sentence)
				continue
			}
			grounded(t, in, sentence, numbers, pool)
		}
	}
	if len(in.Next) == 0 || len(in.Next) > 10 || len(in.WhyNot) > 10 {
		t.Errorf("%d steps, %d counter-arguments", len(in.Next), len(in.WhyNot))
	}
	for _, s := range in.Next {
		if len(s.Evidence) == 0 {
			t.Errorf("step %s cites nothing", s.Code)
		}
		grounded(t, in, s.Text.En, s.Evidence, pool)
		grounded(t, in, s.Text.Zh, s.Evidence, pool)
		if strings.Contains(s.Code, "isolat") && s.Params["approval"] != "required" {
			t.Errorf("%s asks for no approval", s.Code)
		}
		if s.Query == "" {
			continue
		}
		if _, err := logstorage.ParseQuery(s.Query); err != nil {
			t.Errorf("%s: query %s: %v", s.Code, s.Query, err)
		}
	}
}

func split(story string) []string {
	var out []string
	for from := 0; from < len(story); {
		at := sentenceEnd.FindStringIndex(story[from:])
		if at == nil {
			return append(out, story[from:])
		}
		out = append(out, story[from:from+at[1]])
		from += at[1]
	}
	return out
}

func TestShapesAreGrounded(t *testing.T) {
	pool := []string{"web-01", "vpn-01", "ws-31", "file-01", "file-02", "his-db-01", "fin-07", "ws-12", "bastion-01", "ws-07", "203.0.113.", "198.51.100.", "192.0.2.", "deploy", "li.wei", "wang.fang", "zhao.lei", "xu.hao", "adm.chen", "svc_backup", "www-data"}
	for name := range shapes() {
		in := shape(t, name)
		advise.Complete(in)
		checkAll(t, in, pool)
	}
}

// Whatever evidence comes in whatever order, the words claim nothing that it does not say.
func TestWordsAreGrounded(t *testing.T) {
	pool := append(append(slices.Clone(hostPool), userPool...), addressPool...)
	results := map[vedette.AttackResult]int{}
	for seed := range uint64(1500) {
		in := generate(seed)
		advise.CompleteWith(in, advise.Setting{Line: 40})
		checkAll(t, in, append(pool, peerPool...))
		again := generate(seed)
		advise.CompleteWith(again, advise.Setting{Line: 40})
		a, _ := json.Marshal(in)
		b, _ := json.Marshal(again)
		if string(a) != string(b) {
			t.Errorf("seed %d: not the same twice", seed)
		}
		results[in.Result]++
		if t.Failed() {
			t.Fatalf("seed %d\n%s", seed, describe(in))
		}
	}
	t.Logf("%v", results)
	if len(results) < 4 {
		t.Errorf("the generated incidents show only %v", results)
	}
}

var (
	hostPool    = []string{"srv-alpha", "srv-bravo", "ws-carol", "db-delta", "pacs-echo"}
	userPool    = []string{"mallory", "trent", "peggy", "www-data", "root", "{addr}"}
	addressPool = []string{"203.0.113.41", "198.51.100.52", "192.0.2.63", "10.9.8.74"}
	peerPool    = []string{"evil.example", "drop.example.net", "100.100.100.85", "8.8.4.96"}
	hostile     = []string{"", "", "", "[1][99]", "\u202egnp", "\x1b[31m", "a\nb", "“”", "`'\""}
)

// generate makes an incident of anything.
func generate(seed uint64) *vedette.Incident {
	r := rand.New(rand.NewPCG(seed, 7))
	pick := func(from []string) string { return from[r.IntN(len(from))] }
	rules := []rule{webScan, command, leaving, shell, sudo, guess, spray, accepted, upload, fetch, hidden, lsass, moved, shadows, encrypt, looking, refused, keyMade, trail, met, dropped,
		{"odd", "Something " + pick(hostile), "", vedette.Medium, "no-such-tactic", []string{"T9999"}}, {"none", "Nothing known", "", vedette.Info, "", nil}}
	tale := &tale{}
	minute := 0
	for range 1 + r.IntN(14) {
		var refs []vedette.EntityRef
		if r.IntN(5) > 0 {
			refs = append(refs, host(pick(hostPool)))
		}
		if r.IntN(2) > 0 {
			refs = append(refs, user(pick(userPool)))
		}
		if r.IntN(2) > 0 {
			refs = append(refs, from(pick(addressPool)))
		}
		if r.IntN(3) == 0 {
			refs = append(refs, to(pick(peerPool[2:])))
		}
		if r.IntN(4) == 0 {
			refs = append(refs, domain(pick(peerPool[:2])), program("/opt/"+pick(hostile)+"/tool"))
		}
		known := facts("event.outcome", pick([]string{"success", "failure", ""}), "event.action", pick([]string{"login", "drop", "request", ""}))
		if r.IntN(3) == 0 {
			known["http.response.status_code"], known["http.response.bytes"], known["url.original"] = pick([]string{"200", "404", "500"}), pick([]string{"1200", "7"}), "/x?f=/etc/passwd"+pick(hostile)
		}
		if r.IntN(4) == 0 {
			known["source.bytes"], known["process.executable"], known["process.parent.executable"] = pick([]string{"5200000", "12"}), pick([]string{"/bin/sh", "/tmp/kit"}), "/usr/sbin/nginx"
		}
		minute += r.IntN(90)
		of := rules[r.IntN(len(rules))]
		if r.IntN(5) == 0 {
			an := vedette.Anomaly{Detector: "burst", Family: []vedette.Family{vedette.FamilyVolume, vedette.FamilyExfil, vedette.FamilyIdentity}[r.IntN(3)], Feature: "events" + pick(hostile),
				Observed: float64(r.IntN(5000)), Expected: float64(r.IntN(50)), Weight: r.Float64() * 3, Learning: r.IntN(3) == 0}
			if r.IntN(2) == 0 {
				an.Text = vedette.Text{En: fmt.Sprintf("%d seen%s", 777, pick(hostile)), Zh: fmt.Sprintf("出现 %d 次%s", 777, pick(hostile))}
			}
			tale.odd(minute, an, refs...)
		} else {
			tale.at(minute, of, 1+int64(r.IntN(3))*int64(r.IntN(5000)), known, refs...)
		}
		a := &tale.evidence[len(tale.evidence)-1].Alert
		if of.id == met.id && a.Anomaly == nil {
			a.Indicator = &vedette.Sighting{Value: pick(peerPool), Feeds: []string{"feed" + pick(hostile)}, Confidence: r.IntN(100)}
		}
	}
	for i := range 1 + r.IntN(6) {
		family := []vedette.Family{vedette.FamilyRule, vedette.FamilyNovelty, vedette.FamilyExculpatory}[i%3]
		weight := r.Float64() * 4
		if family == vedette.FamilyExculpatory {
			weight = -weight / 4
		}
		tale.speaks("reason", family, weight, vedette.Text{En: "A reason" + pick(hostile), Zh: "一个原因" + pick(hostile)}, 1+r.IntN(len(tale.evidence)+1))
	}
	return tale.incident()
}

func TestTimesAreInTheEvidence(t *testing.T) {
	in := shape(t, "merged")
	in.Evidence[3].Alert.Time = in.Evidence[3].Alert.Time.In(time.FixedZone("CST", 8*3600))
	advise.Complete(in)
	if !strings.Contains(in.Story.En, "At 09:25") {
		t.Errorf("times are not in UTC: %s", in.Story.En)
	}
}
