package detect

import (
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
)

// Rule is a Sigma rule ready to run. It does not change after [Compile], apart from its own counters.
type Rule struct {
	ID             string
	Name           string // the author's short name, by which correlations and filters may refer to it
	Title          string
	TitleZh        string // in Chinese, when the author gave the custom attribute title_zh
	Description    string
	Author         string
	License        string
	Attribution    string // who wrote it, under which licence, and where it comes from
	Status         string // the author's word: stable, test, experimental
	Severity       vedette.Severity
	Tags           []string
	Tactics        []string
	Techniques     []string
	References     []string
	FalsePositives []string
	Logsource      Logsource
	File           string // as the catalog names it
	Line           int    // where the rule begins in its file
	Origin         string
	Source         string // the YAML
	Warnings       []catalog.Problem
	Filters        []string // ids of the filters that were added to it

	selections []selection
	condition  *expr
	names      *names
	piped      *pipelineRun // the pipelines it went through; nil when there were none

	correlation *Correlation // what it stands for, when it is not about one event
	filter      *Filter      // what it stands for, when it is none at all

	broken  atomic.Pointer[string] // why the engine stopped running it
	runs    atomic.Int64           // timed evaluations
	spent   atomic.Int64           // nanoseconds they took
	excess  atomic.Int64           // nanoseconds that count against the budget
	strikes atomic.Int32
	watched atomic.Bool // it was very slow once, and is timed always
}

// Logsource is the kind of record a rule is written for; empty words stand for any.
type Logsource struct{ Product, Category, Service string }

// String writes product/category/service with the empty ones left out.
func (l Logsource) String() string {
	var words []string
	for _, w := range []string{l.Product, l.Category, l.Service} {
		if w != "" {
			words = append(words, w)
		}
	}
	return strings.Join(words, "/")
}

// selection is a named part of a rule's detection.
type selection struct {
	name     string
	root     *expr
	line     int
	used     bool // the condition mentions it
	positive bool // somewhere not under "not"
}

// status describes the rule for the rules page; how often it fired is known elsewhere.
func (r *Rule) status(s Setting) vedette.RuleStatus {
	out := vedette.RuleStatus{
		ID: r.ID, Title: r.Title, TitleZh: r.TitleZh, Description: r.Description, Author: r.Author, License: r.License,
		Severity: r.Severity, Status: r.Status, Tags: r.Tags, Tactics: r.Tactics, Techniques: r.Techniques,
		Product: r.Logsource.Product, Category: r.Logsource.Category, Service: r.Logsource.Service,
		Kind: vedette.KindRule, Level: r.Severity, Attribution: r.Attribution,
		Filters: r.Filters, State: vedette.RuleLive, Stage: s.Stage, Origin: r.Origin, File: r.File,
	}
	if r.correlation != nil {
		out.Kind = vedette.KindCorrelation
	}
	if r.filter != nil {
		out.Kind = vedette.KindFilter
	}
	if s.Severity != nil {
		out.Severity = *s.Severity
	}
	if s.Stage == vedette.StageOff {
		out.State = vedette.RuleOff
	}
	if reason := r.broken.Load(); reason != nil {
		out.State, out.Problem = vedette.RuleOff, *reason
	}
	out.CostUS = float64(r.cost().Mean.Nanoseconds()) / 1000
	return out
}

// Cost says how long a rule took, from a sample of its evaluations.
type Cost struct {
	RuleID  string
	Title   string
	Sampled int64
	Mean    time.Duration
	Problem string // why it was taken out of service; empty while it runs
}

func (r *Rule) cost() Cost {
	c := Cost{RuleID: r.ID, Title: r.Title, Sampled: r.runs.Load()}
	if c.Sampled > 0 {
		c.Mean = time.Duration(r.spent.Load() / c.Sampled)
	}
	if reason := r.broken.Load(); reason != nil {
		c.Problem = *reason
	}
	return c
}

var (
	techniqueTag = regexp.MustCompile(`^t\d{4}(\.\d{3})?$`)
	otherTag     = regexp.MustCompile(`^(s|g|c|m|ta|ds|det|an)\d+(\.\d+)?$`)
)

// attack reads ATT&CK tactics and techniques off the tags.
func attack(tags []string) (tactics, techniques []string) {
	tactics, techniques = []string{}, []string{}
	for _, tag := range tags {
		name, ok := strings.CutPrefix(strings.ToLower(tag), "attack.")
		switch {
		case !ok || name == "" || otherTag.MatchString(name):
		case techniqueTag.MatchString(name):
			if t := strings.ToUpper(name); !slices.Contains(techniques, t) {
				techniques = append(techniques, t)
			}
		default:
			if t := strings.ReplaceAll(name, "_", "-"); !slices.Contains(tactics, t) {
				tactics = append(tactics, t)
			}
		}
	}
	return tactics, techniques
}
