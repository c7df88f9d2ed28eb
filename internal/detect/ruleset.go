package detect

import (
	"cmp"
	"slices"
	"sync"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
)

// Ruleset is rules compiled together. It never changes; settings and other rules make another one.
type Ruleset struct {
	Rules    []*Rule           // those that can run, in the order of their files
	Problems []catalog.Problem // why the others cannot

	Correlations []*Correlation // each behind those it refers to
	Filters      []*Filter      // already added to the rules they are for

	rejected []vedette.RuleStatus
	byID     map[string]*Rule
	names    *names
	index    *index
	linked   []bool           // by place among Rules: a correlation uses the rule, so its matches are told
	speakers [][]*Correlation // by place among Rules: correlations that speak for it, so it raises no alert of its own
	above    [][]*Correlation // the same by place among Correlations
	settings Settings
	general  *decided
	tenants  map[string]*decided
	shield   *shield
	opts     Options
	views    *sync.Pool
}

// Compile makes a ruleset of rule files with default options.
func Compile(files []catalog.File) *Ruleset { return CompileWith(Options{}, files) }

// CompileWith makes a ruleset of rule files. A file that cannot be used is a problem with file, line and reason; the
// others load. Of two rules with one id the first is kept.
func CompileWith(opts Options, files []catalog.File) *Ruleset {
	rs := &Ruleset{byID: make(map[string]*Rule), names: newNames(), opts: opts}
	c := &compiler{opts: opts, names: rs.names, pipelines: orderedPipelines(opts.Pipelines)}
	var correlations []*Correlation
	var filters []*Filter
	for _, f := range files {
		c.file = f
		for _, out := range c.compileFile() {
			if out.ok {
				if first := rs.byID[out.rule.ID]; first != nil {
					out.ok = false
					out.problem = catalog.Problem{File: f.Path, Line: out.rule.Line,
						Reason: "another rule has the same id " + out.rule.ID + ": " + first.File}
				}
			}
			switch {
			case out.ok && out.rule.correlation != nil:
				rs.byID[out.rule.ID] = out.rule
				correlations = append(correlations, out.rule.correlation)
			case out.ok && out.rule.filter != nil:
				rs.byID[out.rule.ID] = out.rule
				filters = append(filters, out.rule.filter)
			default:
				rs.add(out)
			}
		}
	}
	rs.applyFilters(c, filters)
	rs.link(correlations)
	rs.index = buildIndex(rs.Rules)
	rs.views = &sync.Pool{New: func() any { return newView(rs.names, len(rs.Rules)) }}
	return rs.With(Settings{})
}

func (rs *Ruleset) add(out outcome) {
	if out.ok {
		rs.Rules = append(rs.Rules, out.rule)
		rs.byID[out.rule.ID] = out.rule
		return
	}
	rs.Problems = append(rs.Problems, out.problem)
	status := out.rule.status(Setting{Stage: vedette.StageOff})
	status.State, status.Problem = vedette.RuleRejected, out.problem.String()
	if status.ID == "" || rs.byID[status.ID] != nil {
		status.ID = nameless(out.problem.File + out.rule.Source)
	}
	if status.Title == "" {
		status.Title = out.problem.File
	}
	rs.rejected = append(rs.rejected, status)
}

// Rule finds a rule by its id.
func (rs *Ruleset) Rule(id string) (*Rule, bool) {
	r, ok := rs.byID[id]
	return r, ok
}

// Statuses describes every rule under the settings of the whole installation, the rejected ones last. How often they
// fired is not known here.
func (rs *Ruleset) Statuses() []vedette.RuleStatus { return rs.StatusesFor("") }

// StatusesFor describes every rule under the settings of a tenant.
func (rs *Ruleset) StatusesFor(tenant string) []vedette.RuleStatus {
	out := make([]vedette.RuleStatus, 0, len(rs.Rules)+len(rs.rejected))
	var all int64
	for _, r := range rs.Rules {
		all += r.spent.Load()
	}
	for _, r := range rs.Rules {
		s := r.status(rs.settings.Of(tenant, r.ID))
		if all > 0 {
			s.CostShare = float64(r.spent.Load()) / float64(all)
		}
		out = append(out, s)
	}
	for _, c := range rs.Correlations {
		out = append(out, c.Rule.status(rs.settings.Of(tenant, c.Rule.ID)))
	}
	for _, f := range rs.Filters {
		out = append(out, f.status())
	}
	return append(out, rs.rejected...)
}

// Slowest returns the n rules that took longest on average, of those that were timed at least a few times.
func (rs *Ruleset) Slowest(n int) []Cost {
	const enough = 16
	var out []Cost
	for _, r := range rs.Rules {
		if c := r.cost(); c.Sampled >= enough || c.Problem != "" && c.Sampled > 0 {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b Cost) int { return cmp.Compare(b.Mean, a.Mean) })
	return out[:min(n, len(out))]
}

// view returns an event as rules look at it; release gives it back.
func (rs *Ruleset) view(ev *vedette.Event) *view {
	v := rs.views.Get().(*view)
	v.bind(ev)
	return v
}

func (rs *Ruleset) release(v *view) {
	v.release()
	rs.views.Put(v)
}
