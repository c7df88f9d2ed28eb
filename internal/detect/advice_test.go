package detect_test

import (
	"strings"
	"testing"

	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
)

const soundRule = `title: A tool was started
id: 11111111-2222-4333-8444-555555555555
status: test
description: Somebody started the tool.
references: [https://example.org]
author: Vedette
date: 2026-01-31
modified: 2026-02-01
tags: [attack.execution, attack.t1059.001, cve.2021-44228, car.2013-05-002]
related: [{id: 11111111-2222-4333-8444-555555555556, type: similar}]
logsource: {product: windows, category: process_creation}
detection:
  selection:
    Image|endswith: '\tool.exe'
  filter_main_one:
    CommandLine|contains: harmless
  condition: selection and not 1 of filter_main_*
falsepositives: [unknown]
level: high
`

func lint(t *testing.T, text string) detect.Report {
	t.Helper()
	return detect.Lint(detect.Options{}, []catalog.File{{Path: "r.yml", Data: []byte(text)}})
}

func TestSoundRuleNeedsNoAdvice(t *testing.T) {
	if report := lint(t, soundRule); report.Rules != 1 || len(report.Problems)+len(report.Warnings) > 0 {
		t.Errorf("%+v", report)
	}
}

// Each case changes one thing of the sound rule and expects one warning with what to do.
func TestAdvice(t *testing.T) {
	for name, c := range map[string]struct{ old, new, reason, fix string }{
		"id":              {"id: 11111111-2222-4333-8444-555555555555", "id: tool", "not a UUID", "id: "},
		"no description":  {"description: Somebody started the tool.\n", "", "no description", "description:"},
		"no date":         {"date: 2026-01-31\nmodified: 2026-02-01\n", "", "no date", "date:"},
		"slashes":         {"date: 2026-01-31", "date: 2026/01/31", "YYYY-MM-DD", "2026-01-31"},
		"modified before": {"modified: 2026-02-01", "modified: 2025-02-01", "before it was written", ""},
		"status":          {"status: test", "status: testing", "not one of stable", "test"},
		"level":           {"level: high", "level: High", "not one of informational", "high"},
		"no level":        {"level: high\n", "", "no level", "level: medium"},
		"falsepositives":  {"falsepositives: [unknown]\n", "", "falsepositives", "falsepositives:"},
		"key":             {"falsepositives:", "falsepositive:", "not one of Sigma's", "falsepositives:"},
		"namespace":       {"car.2013-05-002", "cat.2013-05-002", "namespace", "car.2013-05-002"},
		"bare tag":        {"car.2013-05-002", "rootkit", "no namespace", ""},
		"technique":       {"attack.t1059.001", "attack.t9999", "knows no technique", ""},
		"replaced":        {"attack.t1059.001", "attack.t1086", "replaced by T1059.001", "attack.t1059.001"},
		"underscores":     {"attack.execution", "attack.lateral_movement", "hyphens", "attack.lateral-movement"},
		"tactic":          {"attack.execution", "attack.exeuction", "neither a tactic", "attack.execution"},
		"evasion":         {"attack.execution", "attack.defense-evasion", "split", "attack.stealth"},
		"tag twice":       {"attack.execution,", "attack.execution, attack.execution,", "stands twice", ""},
		"cve":             {"cve.2021-44228", "cve.log4shell", "number of a CVE", ""},
		"relation":        {"type: similar", "type: similer", "relation", "similar"},
		"logsource key":   {"category: process", "categroy: process", "no key", "category:"},
		"service":         {"category: process_creation", "service: securty", "no Windows channel", "security"},
		"field case":      {"CommandLine|", "Commandline|", "not known here", "CommandLine"},
		"swapped letters": {"CommandLine|", "CommnadLine|", "not known here", "CommandLine"},
		"contains":        {"Image|endswith: '\\tool.exe'", "Image: '*tool*'", "contains says in a word", "Image|contains: 'tool'"},
		"endswith":        {"Image|endswith: '\\tool.exe'", "Image: '*\\tool.exe'", "endswith", "Image|endswith"},
		"useless star":    {"'\\tool.exe'", "'*\\tool.exe'", "does nothing here", "'\\tool.exe'"},
		"star alone":      {"Image|endswith: '\\tool.exe'", "Image: '*'", "every value", "Image|exists: true"},
		"expression":      {"Image|endswith: '\\tool.exe'", "Image|re: '.*to{2}l'", "at its start does nothing", "'to{2}l'"},
		"plain":           {"Image|endswith: '\\tool.exe'", "Image|re: 'tool'", "plain text", "contains|cased in place of re"},
		"value twice":     {"contains: harmless", "contains: [harmless, Harmless]", "stands twice", ""},
		"offsets":         {"contains: harmless", "base64offset: harmless", "hardly ever", "base64offset|contains"},
		"unused":          {"and not 1 of filter_main_*", "", "never mentions", "filter_main_one"},
		"one of one":      {"not 1 of filter_main_*", "not 1 of filter_main_one", "one selection only", "selection and not filter_main_one"},
		"apart":           {"selection and not 1 of filter_main_*\n", "selection and filter_main_one and more\n  more: {User: a}\n  filter_main_one: {User: b}\n", "different values", ""},
		"excluded":        {"selection and not 1 of filter_main_*\n", "selection and more and not filter_main_one\n  more: {User: a}\n  filter_main_one: {User: [a, b]}\n", "never true", ""},
	} {
		t.Run(name, func(t *testing.T) {
			text := soundRule
			if strings.Contains(c.new, "\n  filter_main_one") {
				text = strings.Replace(text, "  filter_main_one:\n    CommandLine|contains: harmless\n", "", 1)
			}
			changed := strings.Replace(text, c.old, c.new, 1)
			if changed == text {
				t.Fatal("nothing changed")
			}
			report := lint(t, changed)
			for _, w := range report.Warnings {
				if strings.Contains(w.Reason, c.reason) && strings.Contains(w.Fix, c.fix) && w.Line > 0 {
					return
				}
			}
			t.Errorf("%+v", report)
		})
	}
}

func TestProblemsSayWhatToDo(t *testing.T) {
	for name, c := range map[string]struct{ old, new, fix string }{
		"modifier":    {"endswith", "endwith", "one of all"},
		"equalsfield": {"endswith", "equalsfield", "fieldref"},
		"pipe":        {"condition: selection", "condition: selection | count() > 5 or selection", "correlation rule"},
		"timeframe":   {"  condition:", "  timeframe: 5m\n  condition:", "timespan"},
		"placeholder": {"contains: harmless", "expand: '%hosts%'", "hosts"},
		"condition":   {"  condition: selection and not 1 of filter_main_*\n", "", "condition: selection"},
	} {
		report := lint(t, strings.Replace(soundRule, c.old, c.new, 1))
		if len(report.Problems) != 1 || !strings.Contains(report.Problems[0].Fix, c.fix) {
			t.Errorf("%s: %+v", name, report.Problems)
		}
	}
}

func TestMend(t *testing.T) {
	bad := strings.NewReplacer("2026-01-31", "2026/01/31", "status: test", "status: tset", "attack.t1059.001", "attack.t1086", "falsepositives:", "falsepositive:").Replace(soundRule)
	got, n := detect.Mend(detect.Options{}, catalog.File{Path: "r.yml", Data: []byte(bad)})
	if n != 4 || string(got) != soundRule {
		t.Errorf("%d\n%s", n, got)
	}
	if got, n := detect.Mend(detect.Options{}, catalog.File{Path: "r.yml", Data: []byte(soundRule)}); n != 0 || string(got) != soundRule {
		t.Errorf("%d\n%s", n, got)
	}
}

// The public collection is written with care: hardly anything is said of it, and nothing that is wrong.
func TestAdviceOnPublicRules(t *testing.T) {
	files := active(corpus(t))
	report := detect.Lint(detect.Options{}, files)
	kinds := map[string]int{}
	for _, w := range report.Warnings {
		kinds[strings.Join(strings.Fields(w.Reason)[:4], " ")]++
		if strings.Contains(w.Reason, "never true") || strings.Contains(w.Reason, "different values") || strings.Contains(w.Reason, "ATT&CK") {
			t.Errorf("%s", w)
		}
	}
	for reason, n := range kinds {
		if n > 3 {
			t.Logf("%5d %s …", n, reason)
		}
	}
	t.Logf("%d warnings of %d files", len(report.Warnings), len(files))
}
