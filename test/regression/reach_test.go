package regression_test

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
)

// reachable is the share of active rules, at least, whose log source some parser yields, and whose every field stood in
// some record of that source.
const (
	reachableSources = 0.999
	reachableFields  = 0.985
)

// Every log source and every field that the public rules ask for must come out of real records: the samples of all
// parsers, recorded attacks, and the fields that the collection itself says Windows records have.
func TestRulesAreReachable(t *testing.T) {
	rs := activeRules(t)
	h := &horizon{seen: map[string]*seenKind{}}
	r := newReader(t)
	h.samples(t, r)
	for _, recorded := range []string{"windows/evtx-attack-samples.tar.gz", "sigma/regression.tar.gz", "cloud/stratus-detonation-logs.tar.gz", "cloud/aws-cloudtrail-invictus.tar.gz"} {
		for _, ev := range r.events(data(t, recorded)) {
			h.add(ev)
		}
	}
	h.declared(t, r)
	sources, fields := 0, 0
	missing := map[string]int{}
	for _, rule := range rs.Rules {
		kinds := h.fitting(rule.Logsource)
		if len(kinds) == 0 {
			missing[rule.Logsource.String()+" has no source"]++
			continue
		}
		sources++
		lacking := lackingFields(rule, kinds)
		if len(lacking) == 0 {
			fields++
		}
		for _, name := range lacking {
			missing[rule.Logsource.String()+" "+name]++
		}
	}
	total := float64(len(rs.Rules))
	t.Logf("%d rules: source reachable %d (%.4f), all fields too %d (%.4f)", len(rs.Rules), sources, float64(sources)/total, fields, float64(fields)/total)
	for _, name := range slices.Sorted(maps.Keys(missing)) {
		t.Logf("  %d rules: %s", missing[name], name)
	}
	if float64(sources)/total < reachableSources || float64(fields)/total < reachableFields {
		t.Errorf("fewer rules are reachable than were: %.4f and %.4f, want %.3f and %.3f", float64(sources)/total, float64(fields)/total, reachableSources, reachableFields)
	}
}

// horizon is what can be seen: the kinds of events, and the fields that events of each had.
type horizon struct{ seen map[string]*seenKind }

type seenKind struct {
	source vedette.Logsource
	fields map[string]bool
}

func (h *horizon) add(ev *vedette.Event) {
	if _, bad := ev.Get(vedette.FieldParseError); bad {
		return
	}
	key := fmt.Sprintf("%+v", ev.Logsource)
	k := h.seen[key]
	if k == nil {
		l := ev.Logsource
		l.Categories = slices.Clone(l.Categories)
		k = &seenKind{source: l, fields: map[string]bool{}}
		h.seen[key] = k
	}
	for i := range ev.Fields {
		k.fields[ev.Fields[i].Name] = true
	}
}

func (h *horizon) fitting(l detect.Logsource) (out []*seenKind) {
	for _, k := range h.seen {
		if k.source.Fits(l.Product, l.Category, l.Service) {
			out = append(out, k)
		}
	}
	return out
}

// samples reads what the parsers' own tests read.
func (h *horizon) samples(t *testing.T, r *reader) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "internal", "normalize", "*", "testdata", "*"))
	if err != nil || len(files) < 10 {
		t.Fatalf("samples of parsers: %v", err)
	}
	for _, file := range files {
		separator := map[string]string{".log": "\n", ".multi": "\n--\n"}[filepath.Ext(file)]
		if separator == "" || strings.Contains(filepath.ToSlash(file), "/house/") {
			continue
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for text := range strings.SplitSeq(strings.TrimRight(string(content), "\n"), separator) {
			h.record(r, text)
		}
	}
}

func (h *horizon) record(r *reader, text string) {
	r.norm.Normalize(&vedette.Record{Tenant: vedette.DefaultTenant, Source: "sample", Data: []byte(text)}, h.add)
}

// thorSource is a log source as the collection's own mapping describes it.
type thorSource struct {
	Category   string
	Product    string
	Service    string
	Conditions map[string]any
	Rewrite    struct{ Service string }
	Sources    []string
}

// beyondThor are the channels of services that rules use and the mapping leaves out.
var beyondThor = map[string]string{
	"dns-server": "DNS Server", "dns-server-analytic": "Microsoft-Windows-DNS-Server/Analytical",
	"driver-framework":            "Microsoft-Windows-DriverFrameworks-UserMode/Operational",
	"microsoft-servicebus-client": "Microsoft-ServiceBus-Client/Operational",
}

// declared makes an event for each Windows source of the collection's own mapping, with the fields that the collection
// says such an event has, and checks that it becomes an event of that source.
func (h *horizon) declared(t *testing.T, r *reader) {
	t.Helper()
	var legit struct {
		Legit map[string]struct{ Service, Category map[string][]string }
	}
	var thor struct{ Logsources map[string]thorSource }
	found := 0
	members(t, data(t, "sigma/rules.tar.gz"), func(name string, content []byte) {
		switch {
		case path.Base(name) == "logsource.json" && json.Unmarshal(content, &legit) == nil, path.Base(name) == "thor.yml" && yaml.Unmarshal(content, &thor) == nil:
			found++
		}
	})
	if found != 2 {
		t.Fatal("the collection does not say which fields its log sources have")
	}
	channels := maps.Clone(beyondThor)
	for _, one := range thor.Logsources {
		if one.Product == "windows" && len(one.Sources) > 0 {
			channels[one.Service] = strings.TrimPrefix(one.Sources[0], "WinEventLog:")
		}
	}
	for service, channel := range channels {
		ev := h.windows(t, r, channel, 1, legit.Legit["windows"].Service[service], "")
		if !ev.Logsource.Fits("windows", "", service) {
			t.Errorf("%s is %+v, not the service %s", channel, ev.Logsource, service)
		}
	}
	for _, one := range thor.Logsources {
		if one.Category == "" || one.Rewrite.Service == "" {
			continue
		}
		change, _ := one.Conditions["EventType"].(string)
		ids, many := one.Conditions["EventID"].([]any)
		if !many {
			ids = []any{one.Conditions["EventID"]}
		}
		for _, id := range ids {
			ev := h.windows(t, r, channels[one.Rewrite.Service], id, legit.Legit["windows"].Category[one.Category], change)
			if !ev.Logsource.Fits(one.Product, one.Category, "") {
				t.Errorf("event %v of %s is %+v, not the category %s", id, one.Rewrite.Service, ev.Logsource, one.Category)
			}
		}
	}
}

// windows makes one event of a channel.
func (h *horizon) windows(t *testing.T, r *reader, channel string, id any, fields []string, change string) *vedette.Event {
	t.Helper()
	values := map[string]string{}
	for _, name := range fields {
		values[name] = "x"
	}
	if change != "" {
		values["EventType"] = change
	}
	provider := "P"
	if channel == "Microsoft-Windows-Sysmon/Operational" {
		provider = "Microsoft-Windows-Sysmon"
	}
	text, err := json.Marshal(map[string]any{"Event": map[string]any{
		"System":    map[string]any{"EventID": id, "Channel": channel, "Level": 4, "Computer": "ws1", "Provider": map[string]any{"#attributes": map[string]any{"Name": provider}}},
		"EventData": values,
	}})
	if err != nil {
		t.Fatal(err)
	}
	var out *vedette.Event
	r.norm.Normalize(&vedette.Record{Tenant: vedette.DefaultTenant, Source: "sample", Data: text}, func(ev *vedette.Event) { out = ev })
	h.add(out)
	return out
}

// lackingFields lists the fields that a rule asks for and no event of its source had.
func lackingFields(rule *detect.Rule, kinds []*seenKind) (out []string) {
	plan := rule.Plan()
	var walk func(p *detect.Plan)
	walk = func(p *detect.Plan) {
		for i := range p.Kids {
			walk(&p.Kids[i])
		}
		if p.Test == nil || len(p.Test.Names) == 0 {
			return
		}
		for _, k := range kinds {
			if slices.ContainsFunc(p.Test.Names, func(name string) bool { return k.fields[name] }) {
				return
			}
		}
		if name := p.Test.Names[0]; !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	walk(&plan)
	return out
}

// members calls fn with every file of an archive.
func members(t *testing.T, archive string, fn func(name string, content []byte)) {
	t.Helper()
	f, err := os.Open(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for in := tar.NewReader(z); ; {
		header, err := in.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		fn(header.Name, content)
	}
}
