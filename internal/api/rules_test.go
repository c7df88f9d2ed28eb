package api_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"mime/multipart"
	"strings"
	"testing"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/api"
)

func uploaded(id, level string) string {
	return fmt.Sprintf("title: %s\nid: %s\nlevel: %s\nlogsource: {product: linux, service: sshd}\ndetection:\n  s:\n    source.ip: 192.0.2.7\n  condition: s\nfalsepositives: [none]\n", id, id, level)
}

func TestRulesFromUploadToRemoval(t *testing.T) {
	h := open(t)
	c := h.people["analyst"]
	body := uploaded("up-1", "high") + "---\n" + uploaded("up-2", "low") + "---\ntitle: bad\nid: up-3\nlogsource: {product: linux}\ndetection: {s: {a|nosuch: b}, condition: s}\n"
	got := into[api.RuleUpload](t, c.do("POST", "/api/v1/rules?name=mine.yml", body, "Content-Type", "application/yaml").want(t, 200))
	if strings.Join(got.Added, " ") != "up-1 up-2" || len(got.Rejected) != 1 || !strings.Contains(got.Rejected[0].File, "mine.yml") {
		t.Fatalf("%+v", got)
	}
	page := into[api.Page[vedette.RuleStatus]](t, c.do("GET", "/api/v1/rules?limit=2", nil).want(t, 200))
	if page.Total != 3 || page.Next == "" || len(page.Items[0].FiredDays) != 30 {
		t.Errorf("%+v", page)
	}
	if p := into[api.Page[vedette.RuleStatus]](t, c.do("GET", "/api/v1/rules?q=ssh+failed&state=live", nil)); p.Total != 1 {
		t.Errorf("the search found %d", p.Total)
	}
	one := into[vedette.RuleStatus](t, c.do("GET", "/api/v1/rules/up-1", nil).want(t, 200))
	if one.Origin != api.OriginUpload || !strings.Contains(one.Source, "id: up-1") || strings.Contains(one.Source, "up-2") {
		t.Errorf("%+v", one)
	}
	off := into[vedette.RuleStatus](t, c.do("PATCH", "/api/v1/rules/up-1", map[string]any{"stage": "off"}).want(t, 200))
	if off.State != vedette.RuleOff || off.Stage != vedette.StageOff {
		t.Errorf("state %s, stage %s", off.State, off.Stage)
	}
	loud := into[vedette.RuleStatus](t, c.do("PATCH", "/api/v1/rules/up-1", map[string]any{"stage": "shadow", "severity": "critical"}).want(t, 200))
	if loud.Severity != vedette.Critical || loud.Level != vedette.High || loud.Stage != vedette.StageShadow || loud.State != vedette.RuleLive {
		t.Errorf("%+v", loud)
	}
	if back := into[vedette.RuleStatus](t, c.do("PATCH", "/api/v1/rules/up-1", map[string]any{"severity": "author"}).want(t, 200)); back.Severity != vedette.High || back.Stage != vedette.StageShadow {
		t.Errorf("%+v", back)
	}
	c.do("PATCH", "/api/v1/rules/up-1", map[string]any{"stage": "loud"}).want(t, 400)
	c.do("PATCH", "/api/v1/rules/up-1", map[string]any{"stage": "auto"}).want(t, 403) // an analyst may not let it act alone
	h.people["responder"].do("PATCH", "/api/v1/rules/up-1", map[string]any{"stage": "auto"}).want(t, 200)
	c.do("PATCH", "/api/v1/rules/none", map[string]any{"stage": "off"}).want(t, 404)
	c.do("DELETE", "/api/v1/rules/11111111-1111-4111-8111-111111111111", nil).want(t, 409)
	c.do("DELETE", "/api/v1/rules/up-1", nil).want(t, 204)
	c.do("GET", "/api/v1/rules/up-1", nil).want(t, 404)
}

func TestUploadDoesNotReplaceARuleOfAnotherOrigin(t *testing.T) {
	h := open(t)
	got := into[api.RuleUpload](t, h.people["analyst"].do("POST", "/api/v1/rules", starterRule, "Content-Type", "application/yaml").want(t, 200))
	if len(got.Added) != 0 || len(got.Rejected) != 1 || !strings.Contains(got.Rejected[0].Problem, "starter") {
		t.Errorf("%+v", got)
	}
}

func tarGz(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for name, data := range files {
		must(t, w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(data)), Typeflag: tar.TypeReg}))
		_, err := w.Write([]byte(data))
		must(t, err)
	}
	must(t, w.Close())
	must(t, z.Close())
	return b.Bytes()
}

func TestUploadOfArchivesAndForms(t *testing.T) {
	h := open(t)
	c := h.people["analyst"]
	packed := tarGz(t, map[string]string{"a/one.yml": uploaded("tar-1", "high"), "../../etc/two.yaml": uploaded("tar-2", "low"), "readme.txt": "x"})
	got := into[api.RuleUpload](t, c.do("POST", "/api/v1/rules", packed, "Content-Type", "application/gzip").want(t, 200))
	if len(got.Added) != 2 || len(got.Rejected) != 0 {
		t.Errorf("tar.gz: %+v", got)
	}
	var zipped bytes.Buffer
	z := zip.NewWriter(&zipped)
	w, err := z.Create("three.yml")
	must(t, err)
	_, err = w.Write([]byte(uploaded("zip-1", "high")))
	must(t, err)
	must(t, z.Close())
	var form bytes.Buffer
	m := multipart.NewWriter(&form)
	for name, data := range map[string][]byte{"x.zip": zipped.Bytes(), "y.yml": []byte(uploaded("form-1", "low"))} {
		part, err := m.CreateFormFile("file", name)
		must(t, err)
		_, err = part.Write(data)
		must(t, err)
	}
	must(t, m.Close())
	got = into[api.RuleUpload](t, c.do("POST", "/api/v1/rules", form.Bytes(), "Content-Type", m.FormDataContentType()).want(t, 200))
	if len(got.Added) != 2 {
		t.Errorf("form: %+v", got)
	}
}

func TestUploadBombs(t *testing.T) {
	h := open(t)
	c := h.people["analyst"]
	// 64 MiB of nothing, packed small: refused as a rule by its size.
	bomb := tarGz(t, map[string]string{"bomb.yml": strings.Repeat("a", 64<<20)})
	got := into[api.RuleUpload](t, c.do("POST", "/api/v1/rules", bomb, "Content-Type", "application/gzip").want(t, 200))
	if len(got.Added) != 0 || len(got.Rejected) == 0 {
		t.Errorf("the bomb gave %+v", got)
	}
	// YAML that doubles itself.
	lol := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for i := 'b'; i < 'l'; i++ {
		lol += fmt.Sprintf("%c: &%c [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%c,", i-1), 10), ","))
	}
	lol += "title: lol\nid: lol\nlogsource: {product: linux}\ndetection: {s: {f: *k}, condition: s}\n"
	got = into[api.RuleUpload](t, c.do("POST", "/api/v1/rules", lol, "Content-Type", "application/yaml").want(t, 200))
	if len(got.Added) != 0 {
		t.Errorf("the laughing rule gave %+v", got)
	}
	c.do("POST", "/api/v1/rules", make([]byte, 17<<20), "Content-Type", "application/zip").want(t, 413)
	c.do("POST", "/api/v1/rules", []byte{}, "Content-Type", "application/yaml").want(t, 400)
	c.do("POST", "/api/v1/rules", []byte("--x--"), "Content-Type", "multipart/form-data").want(t, 400)
	c.do("POST", "/api/v1/rules/test", `{"record":"`+strings.Repeat("a", 2<<20)+`"}`).want(t, 413)
	c.do("POST", "/api/v1/rules/test", strings.Repeat(`{"record":`, 20000)).want(t, 400)
}

const sshd = `<38>Nov 23 10:00:00 web-01 sshd[411]: Failed password for root from 203.0.113.9 port 4711 ssh2`

func TestRuleExplainsItself(t *testing.T) {
	h := open(t)
	c := h.people["viewer"]
	test := func(body map[string]any) api.RuleTest {
		return into[api.RuleTest](t, c.do("POST", "/api/v1/rules/test", body).want(t, 200))
	}
	id := "11111111-1111-4111-8111-111111111111"
	yes := test(map[string]any{"rule_id": id, "record": sshd, "format": "syslog"})
	if !yes.Matched || !yes.Applies || yes.Alert == nil || yes.Event == nil || len(yes.Selections) != 2 || len(yes.Alert.Entities) == 0 {
		t.Errorf("%+v", yes)
	}
	no := test(map[string]any{"yaml": strings.ReplaceAll(starterRule, "203.0.113.", "198.51.100."), "record": sshd})
	if no.Matched || no.FirstFailed == "" || no.Alert != nil || no.Selections[1].Fields[0].Actual != "203.0.113.9" {
		t.Errorf("%+v", no)
	}
	c.do("POST", "/api/v1/rules/test", map[string]any{"rule_id": "none", "record": sshd}).want(t, 404)
	c.do("POST", "/api/v1/rules/test", map[string]any{"yaml": "title: x", "record": sshd}).want(t, 400)
	c.do("POST", "/api/v1/rules/test", map[string]any{"rule_id": id}).want(t, 400)
	c.do("POST", "/api/v1/rules/test", map[string]any{"record": sshd}).want(t, 400)
	c.do("POST", "/api/v1/rules/test", map[string]any{"rule_id": id, "event_id": "x"}).want(t, 400)
	c.do("POST", "/api/v1/rules/test", map[string]any{"rule_id": id, "event_id": "1-1"}).want(t, 404)
}

// Who may write but not respond must not decide what a rule that acts alone looks for.
func TestRulesThatActAloneAreNotReplacedByAnybody(t *testing.T) {
	h := open(t)
	c, boss := h.people["analyst"], h.people["responder"]
	send := func(who *client, body string) api.RuleUpload {
		t.Helper()
		return into[api.RuleUpload](t, who.do("POST", "/api/v1/rules", body, "Content-Type", "application/yaml").want(t, 200))
	}
	many := "title: many\nid: many\nlevel: high\ncorrelation: {type: event_count, rules: [base], group-by: [source.ip], timespan: 1m, condition: {gte: 9}}\nfalsepositives: [none]\n"
	if got := send(c, uploaded("alone", "high")+"---\n"+uploaded("base", "low")+"---\n"+uploaded("other", "low")+"---\n"+many); len(got.Added) != 4 {
		t.Fatalf("%+v", got)
	}
	for _, id := range []string{"alone", "many"} {
		boss.do("PATCH", "/api/v1/rules/"+id, map[string]any{"stage": "auto"}).want(t, 200)
	}
	got := send(c, uploaded("alone", "low")+"---\n"+uploaded("base", "high")+"---\n"+uploaded("other", "high"))
	if strings.Join(got.Added, " ") != "other" || len(got.Rejected) != 2 || !strings.Contains(got.Rejected[0].Problem, "permission to respond") {
		t.Errorf("an analyst: %+v", got)
	}
	c.do("DELETE", "/api/v1/rules/alone", nil).want(t, 204)
	if got := send(c, uploaded("alone", "low")); len(got.Added) != 0 {
		t.Errorf("an analyst, after it was removed: %+v", got)
	}
	if got := send(boss, uploaded("alone", "low")+"---\n"+uploaded("base", "high")); len(got.Added) != 2 {
		t.Errorf("a responder: %+v", got)
	}
}

// A text without a rule about single events is no rule that could be tested.
func TestNothingToTest(t *testing.T) {
	h := open(t)
	for _, text := range []string{"# nothing\n", "---\n", "title: many\nid: many\ncorrelation: {type: event_count, rules: [11111111-1111-4111-8111-111111111111], group-by: [a], timespan: 1m, condition: {gte: 9}}\n",
		"title: f\nid: f\nlogsource: {product: linux}\nfilter: {rules: any, s: {a: b}, condition: s}\n"} {
		h.people["viewer"].do("POST", "/api/v1/rules/test", map[string]any{"yaml": text, "record": "{}"}).want(t, 400)
	}
}
