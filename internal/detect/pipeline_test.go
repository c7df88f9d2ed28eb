package detect_test

import (
	"strings"
	"testing"

	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
)

func pipelineOf(t *testing.T, transformations string) *detect.Pipeline {
	t.Helper()
	p, err := detect.ParsePipeline(catalog.File{Path: "p.yml", Data: []byte(transformations)})
	if err != nil {
		t.Fatalf("%s: %v", transformations, err)
	}
	return p
}

func TestPipelines(t *testing.T) {
	const head = "name: P\nvars: {admins: [root, ops]}\ntransformations:\n"
	for _, c := range []struct{ name, steps, detection, event, problem string }{
		{"field_name_mapping", "- {type: field_name_mapping, mapping: {A: B}}", "s:\n  A|contains: x\ncondition: s", "B=axb", ""},
		{"to several", "- {type: field_name_mapping, mapping: {A: [B, C]}}", "s:\n  A: x\ncondition: s", "C=x", ""},
		{"fieldref", "- {type: field_name_mapping, mapping: {A: B, D: E}}", "s:\n  A|fieldref: D\ncondition: s", "B=x E=x", ""},
		{"prefix mapping", "- {type: field_name_prefix_mapping, mapping: {win.: w_, win.x.: longest_}}", "s:\n  win.x.A: 1\n  win.B: 2\ncondition: s", "longest_A=1 w_B=2", ""},
		{"prefix and suffix", "- {type: field_name_prefix, prefix: p_}\n- {type: field_name_suffix, suffix: _s}", "s:\n  A: 1\ncondition: s", "p_A_s=1", ""},
		{"drop", "- {type: drop_detection_item, field_name_conditions: [{type: include_fields, fields: [B]}]}", "s:\n  A: 1\n  B: never\ncondition: s", "A=1", ""},
		{"drop everything", "- {type: drop_detection_item, field_name_conditions: [{type: include_fields, fields: [A]}]}", "s:\n  A: 1\ncondition: s", "", "drop everything"},
		{"exclude_fields", "- {type: field_name_prefix, prefix: p_, field_name_conditions: [{type: exclude_fields, fields: ['B.*'], mode: re}]}", "s:\n  A: 1\n  Bx: 2\ncondition: s", "p_A=1 Bx=2", ""},
		{"add_condition", "- {type: add_condition, conditions: {Z: $product}, template: true}", "s:\n  A: 1\ncondition: s", "A=1 Z=testos", ""},
		{"add_condition negated", "- {type: add_condition, conditions: {Z: 1}, negated: true}", "s:\n  A: 1\ncondition: s", "A=1 Z=2", ""},
		{"change_logsource", "- {type: change_logsource, product: testos, service: shop}", "s:\n  A: 1\ncondition: s", "service=shop A=1", ""},
		{"replace_string", `- {type: replace_string, regex: '^C:(.*)', replacement: 'D:\1'}`, "s:\n  A: 'C:xy'\ncondition: s", "A=D:xy", ""},
		{"replace_string around wildcards", "- {type: replace_string, regex: '^a', replacement: 'b', skip_special: true}", "s:\n  A: 'a*ac'\ncondition: s", "A=b-between-bc", ""},
		{"keywords", "- {type: replace_string, regex: 'old', replacement: 'new'}", "s:\n  - old word\ncondition: s", "A=a_new_word", ""},
		{"map_string", "- {type: map_string, mapping: {one: [first, erste]}}", "s:\n  A: one\ncondition: s", "A=erste", ""},
		{"set_value", "- {type: set_value, value: 7, field_name_conditions: [{type: include_fields, fields: [A]}]}", "s:\n  A: 1\ncondition: s", "A=7", ""},
		{"case", "- {type: case, method: upper}", "s:\n  A|cased: root\ncondition: s", "A=ROOT", ""},
		{"value_placeholders", "- {type: value_placeholders}", "s:\n  A|expand: 'x-%admins%'\ncondition: s", "A=x-ops", ""},
		{"value_placeholders left to others", "- {type: value_placeholders, exclude: [admins]}", "s:\n  A|expand: '%admins%'\ncondition: s", "", "%admins% has no values in the configuration"},
		{"wildcard_placeholders", "- {type: wildcard_placeholders}", "s:\n  A|expand: 'x-%any%'\ncondition: s", "A=x-whatever", ""},
		{"rule_failure", "- {type: rule_failure, message: not here}", "s:\n  A: 1\ncondition: s", "", "a pipeline rejects the rule: not here"},
		{"detection_item_failure", "- {type: detection_item_failure, message: no, field_name_conditions: [{type: include_fields, fields: [A]}]}", "s:\n  A: 1\ncondition: s", "", `rejects "A": no`},
		{"rule condition", "- {type: field_name_prefix, prefix: p_, rule_conditions: [{type: logsource, product: other}]}", "s:\n  A: 1\ncondition: s", "A=1", ""},
		{"rule conditions with or", "- {type: field_name_prefix, prefix: p_, rule_cond_op: or, rule_conditions: [{type: logsource, product: other}, {type: contains_detection_item, field: A, value: 1}]}", "s:\n  A: 1\ncondition: s", "p_A=1", ""},
		{"rule conditions negated", "- {type: field_name_prefix, prefix: p_, rule_cond_not: true, rule_conditions: [{type: tag, tag: x}]}", "s:\n  A: 1\ncondition: s", "p_A=1", ""},
		{"is_sigma_rule", "- {type: field_name_prefix, prefix: p_, rule_conditions: [{type: is_sigma_rule}, {type: contains_field, field: A}, {type: rule_attribute, attribute: level, value: high}]}", "s:\n  A: 1\ncondition: s", "p_A=1", ""},
		{"match_string", "- {type: field_name_prefix, prefix: p_, detection_item_conditions: [{type: match_string, cond: any, pattern: '^x'}]}", "s:\n  A: x1\n  B: y1\ncondition: s", "p_A=x1 B=y1", ""},
		{"applied before", "- {id: one, type: field_name_mapping, mapping: {A: B}}\n- {type: field_name_suffix, suffix: _s, detection_item_conditions: [{type: processing_item_applied, processing_item_id: one}]}", "s:\n  A: 1\n  C: 1\ncondition: s", "B_s=1 C=1", ""},
		{"null", "- {type: field_name_prefix, prefix: p_, detection_item_conditions: [{type: is_null}]}", "s:\n  A: 1\n  B: null\ncondition: s", "A=1 B=there", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			opts := detect.Options{Pipelines: []*detect.Pipeline{pipelineOf(t, head+c.steps+"\n")}}
			rs := compile(t, opts, ruleOf(c.detection))
			if c.problem != "" {
				if len(rs.Problems) != 1 || !strings.Contains(rs.Problems[0].Reason, c.problem) {
					t.Errorf("problems %v, want %q", rs.Problems, c.problem)
				}
				return
			}
			for _, p := range rs.Problems {
				t.Fatal(p)
			}
			var fields []string
			service := ""
			for _, f := range strings.Fields(c.event) {
				if name, ok := strings.CutPrefix(f, "service="); ok {
					service = name
					continue
				}
				fields = append(fields, strings.ReplaceAll(f, "_word", " word"))
			}
			for i := range fields {
				fields[i] = strings.ReplaceAll(fields[i], "a_new", "a new")
			}
			ev := eventOf(fields...)
			ev.Logsource.Service = service
			if len(fires(rs, ev)) != 1 {
				t.Errorf("the rule does not fire: %s", rs.Rules[0].Explain(ev).FirstFailed)
			}
			if len(fires(rs, eventOf("A=other", "B=other"))) != 0 {
				t.Error("the rule fires on anything")
			}
		})
	}
}

func TestPipelinesGoByPriority(t *testing.T) {
	late := pipelineOf(t, "name: late\npriority: 20\ntransformations:\n- {type: field_name_suffix, suffix: _late}\n")
	early := pipelineOf(t, "name: early\npriority: 10\ntransformations:\n- {type: field_name_suffix, suffix: _early}\n")
	rs := compile(t, detect.Options{Pipelines: []*detect.Pipeline{late, early}}, ruleOf("s:\n  A: 1\ncondition: s"))
	if len(fires(rs, eventOf("A_early_late=1"))) != 1 {
		t.Error("the pipelines do not go by priority")
	}
}

func TestPipelinesThatAreRejected(t *testing.T) {
	for doc, want := range map[string]string{
		"transformations:\n- {type: nosuch}":                                                                                 `:2:3: the transformation type "nosuch" is not known`,
		"transformations:\n- {type: field_name_prefix, prefix: x, nosuch: 1}":                                                "unknown key",
		"transformations:\n- {type: field_name_prefix}":                                                                      "prefix is missing",
		"transformations:\n- {type: field_name_mapping, mapping: {A: []}}":                                                   "mapped to nothing",
		"transformations:\n- {type: drop_detection_item}":                                                                    "without conditions",
		"transformations:\n- {type: rule_failure, message: x, rule_conditions: [{type: nosuch}]}":                            "condition type",
		"transformations:\n- {type: rule_failure, message: x, rule_cond_op: xor, rule_conditions: []}":                       "and or or",
		"transformations:\n- {type: rule_failure, message: x, rule_cond_not: true}":                                          "to negate",
		"transformations:\n- {type: rule_failure, message: x, field_name_conditions: [{type: include_fields, fields: [A]}]}": "whole rules",
		"transformations:\n- {type: replace_string, regex: '(', replacement: x}":                                             "cannot run",
		"transformations:\n- {id: a, type: case, method: lower}\n- {id: a, type: case, method: lower}":                       "two transformations",
		"transformations: []\nfinalizers: [{type: concat}]":                                                                  "no query here",
		"transformations: []\nallowed_backends: [splunk]":                                                                    "for splunk only",
		"transformations: []\npriority: high":                                                                                "whole number",
		"name: x":                                                                                                            "no list of transformations",
		"transformations: []\nnosuch: 1":                                                                                     "unknown key",
		"transformations: &a [*a]":                                                                                           "anchors",
		"transformations: []\n---\nmore: 1":                                                                                  "one document",
		"[":                                                                                                                  "not valid YAML",
		"":                                                                                                                   "not valid YAML",
	} {
		list, problems := detect.LoadPipelines([]catalog.File{{Path: "p.yml", Data: []byte(doc)}})
		if len(list) != 0 || len(problems) != 1 || !strings.Contains(problems[0].String(), want) {
			t.Errorf("%q: %v, want %q", doc, problems, want)
		}
	}
}

func FuzzPipeline(f *testing.F) {
	for _, steps := range []string{
		"- {type: field_name_mapping, mapping: {A: [B, C]}}", "- {type: replace_string, regex: 'x', replacement: '\\1$1'}", "- {type: add_condition, conditions: {A: $product}, template: true}",
		"- {id: a, type: value_placeholders, include: [x]}", "- {type: drop_detection_item, field_name_conditions: [{type: include_fields, fields: [B]}]}", "- {type: map_string, mapping: {x: [y, z]}}",
	} {
		f.Add([]byte("name: P\nvars: {x: [1]}\ntransformations:\n" + steps + "\n"))
	}
	rule := ruleOf("s:\n  A|expand: 'a-%x%'\n  B|contains: [x, 'y*z']\nk:\n  - x\ncondition: s or k")
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := detect.ParsePipeline(catalog.File{Path: "p.yml", Data: data})
		if err != nil {
			return
		}
		rs := detect.CompileWith(detect.Options{Pipelines: []*detect.Pipeline{p}}, []catalog.File{{Path: "r.yml", Data: []byte(rule)}})
		if len(rs.Rules)+len(rs.Problems) != 1 {
			t.Errorf("%d rules, %d problems", len(rs.Rules), len(rs.Problems))
		}
		fires(rs, eventOf("A=a-1", "B=x"))
	})
}

// Filters and correlations name fields as the rules do, so they go the same way.
func TestPipelinesReachFiltersAndCorrelations(t *testing.T) {
	steps := "name: P\ntransformations:\n- {type: field_name_mapping, mapping: {Who: B, D: E}}\n- {type: change_logsource, product: testos, service: shop}\n"
	rule := "title: R\nid: r\nname: r\nlevel: low\nlogsource: {product: strangeos}\ndetection: {s: {A: 1}, condition: s}\n"
	broken := "---\ntitle: X\nid: x\nlogsource: {product: testos}\ndetection: {s: {A|nosuch: 1}, condition: s}\n"
	filter := "---\ntitle: F\nid: f\nlogsource: {product: strangeos}\nfilter: {rules: [r], s: {Who: bob}, condition: not s}\n"
	count := "---\ntitle: C\nid: c\ncorrelation: {type: event_count, rules: [r], group-by: [Who], timespan: 5m, condition: {gte: 2}, generate: true}\n"
	rs := compile(t, detect.Options{Pipelines: []*detect.Pipeline{pipelineOf(t, steps)}}, rule+broken+filter+count)
	if len(rs.Problems) != 1 || !strings.Contains(rs.Problems[0].Reason, "nosuch") {
		t.Fatalf("problems %v", rs.Problems)
	}
	for who, want := range map[string]int{"bob": 0, "ann": 1} {
		ev := eventOf("A=1", "B="+who)
		if ev.Logsource.Service = "shop"; len(fires(rs, ev)) != want {
			t.Errorf("%d alerts about %s, want %d", len(fires(rs, ev)), who, want)
		}
		if _, value, ok := rs.Correlations[0].Refs[0].Group[0].Find(ev); !ok || value != who {
			t.Errorf("the correlation groups by %q", value)
		}
	}
}
