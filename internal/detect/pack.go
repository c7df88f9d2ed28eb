package detect

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
)

// SamplesFolder stands beside the rules of a pack. For the rule file x.yml it holds x.match.<any> with records that the
// rule must find, and x.nomatch.<any> with similar ones that it must leave alone.
const SamplesFolder = "samples"

// maxSample bounds one sample file.
const maxSample = 4 << 20

// Pack is rules with samples, to be tested.
type Pack struct {
	Files   fs.FS
	Options Options
	// Only narrows the test to one rule file, by its name within Files; empty for all. The others are compiled as well.
	Only string
	// Storied tells whether a rule file has a test of another kind beside it, so that it may do without samples; nil for
	// none.
	Storied func(file string) bool
	// Read turns the content of a sample file into events, as the pipeline would. The name tells what it is.
	Read func(name string, data []byte) []*vedette.Event
}

// PackResult is what became of one rule file of a pack. It passed when nothing failed.
type PackResult struct {
	File     string   `json:"file"`
	RuleID   string   `json:"rule_id"`
	Title    string   `json:"title"`
	Matched  int      `json:"matched"`  // events of the match samples that the rule found
	Spared   int      `json:"spared"`   // events of the nomatch samples that the rule looked at and left alone
	Failures []string `json:"failures"` // empty when the rule does what its samples say
}

// Test runs every rule of the pack over its samples. The result is in the order of the files; samples without a rule and
// rules that cannot run fail too.
func (p Pack) Test(ctx context.Context) []PackResult {
	files, problems := catalog.LoadFS(ctx, p.Files, "pack")
	rs := CompileWith(p.Options, files)
	results := make(map[string]*PackResult)
	at := func(file string) *PackResult {
		if results[file] == nil {
			results[file] = &PackResult{File: file, Failures: []string{}}
		}
		return results[file]
	}
	for _, problem := range append(problems, rs.Problems...) {
		r := at(problem.File)
		r.Failures = append(r.Failures, problem.String())
	}
	for _, r := range rs.Rules {
		if p.Only != "" && r.File != p.Only {
			continue
		}
		result := at(r.File)
		result.RuleID, result.Title = r.ID, r.Title
		if !p.storied(r.File) {
			p.testRule(r, result)
		}
	}
	for _, c := range rs.Correlations {
		result := at(c.Rule.File)
		result.RuleID, result.Title = c.Rule.ID, c.Rule.Title
		if !p.told(c.Rule.File) {
			result.Failures = append(result.Failures, "a correlation needs a test that tells a story: "+strings.TrimSuffix(path.Base(c.Rule.File), path.Ext(c.Rule.File))+".test")
		}
	}
	for _, orphan := range p.orphans(files) {
		r := at(orphan)
		r.Failures = append(r.Failures, "a sample without a rule")
	}
	out := make([]PackResult, 0, len(results))
	for _, r := range results {
		if p.Only == "" || r.File == p.Only {
			out = append(out, *r)
		}
	}
	slices.SortFunc(out, func(a, b PackResult) int { return cmp.Compare(a.File, b.File) })
	return out
}

// told tells whether a rule file has a test of another kind.
func (p Pack) told(file string) bool { return p.Storied != nil && p.Storied(file) }

// storied tells whether a rule file has only a test of another kind, and no samples.
func (p Pack) storied(file string) bool {
	if !p.told(file) {
		return false
	}
	match, _ := p.samples(file, "match")
	nomatch, _ := p.samples(file, "nomatch")
	return len(match)+len(nomatch) == 0
}

func (p Pack) testRule(r *Rule, result *PackResult) {
	fail := func(format string, args ...any) {
		result.Failures = append(result.Failures, fmt.Sprintf(format, args...))
	}
	match, err := p.samples(r.File, "match")
	if err != nil {
		fail("%v", err)
		return
	}
	for _, name := range match {
		found, _, missed := p.runSample(r, name)
		result.Matched += found
		if found == 0 {
			fail("%s: the rule does not fire: %s", name, missed)
		}
	}
	nomatch, err := p.samples(r.File, "nomatch")
	if err != nil {
		fail("%v", err)
		return
	}
	for _, name := range nomatch {
		found, spared, missed := p.runSample(r, name)
		result.Spared += spared
		switch {
		case found > 0:
			fail("%s: the rule fires %d times", name, found)
		case spared == 0:
			fail("%s: proves nothing, no event is of the rule's log source: %s", name, missed)
		}
	}
}

// samples lists a rule's samples of a kind; there must be one.
func (p Pack) samples(file, kind string) ([]string, error) {
	base := strings.TrimSuffix(path.Base(file), path.Ext(file))
	folder := path.Join(path.Dir(file), SamplesFolder)
	entries, err := fs.ReadDir(p.Files, folder)
	if err != nil {
		return nil, fmt.Errorf("no folder %s", folder)
	}
	var out []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), base+"."+kind+".") && !e.IsDir() {
			out = append(out, path.Join(folder, e.Name()))
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no sample %s.%s.* in %s", base, kind, folder)
	}
	return out, nil
}

// runSample counts the events that the rule finds and those of its log source that it does not, and says why it did not
// find the first of them.
func (p Pack) runSample(r *Rule, name string) (found, spared int, missed string) {
	data, err := readBounded(p.Files, name)
	if err != nil {
		return 0, 0, err.Error()
	}
	missed = "there is no event in it"
	first := true
	for _, ev := range p.Read(name, data) {
		ex := r.Explain(ev)
		switch {
		case ex.Matched:
			found++
		case ex.Fits:
			spared++
			if first {
				missed, first = ex.FirstFailed, false
			}
		case first:
			missed = ex.FirstFailed
		}
	}
	return found, spared, missed
}

func readBounded(fsys fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
	if info.Size() > maxSample {
		return nil, fmt.Errorf("larger than %d MiB", maxSample>>20)
	}
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
	return data, nil
}

// orphans lists samples that belong to no rule.
func (p Pack) orphans(files []catalog.File) []string {
	known := make(map[string]bool, len(files))
	for _, f := range files {
		known[strings.TrimSuffix(f.Path, path.Ext(f.Path))] = true
	}
	var out []string
	_ = fs.WalkDir(p.Files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Base(path.Dir(name)) != SamplesFolder {
			return nil //nolint:nilerr // an unreadable folder was reported when the rules were loaded
		}
		base, _, ok := cutKind(path.Base(name))
		if !ok || !known[path.Join(path.Dir(path.Dir(name)), base)] {
			out = append(out, name)
		}
		return nil
	})
	return out
}

// cutKind takes the name of a sample apart.
func cutKind(name string) (base, kind string, ok bool) {
	for _, kind := range []string{"match", "nomatch"} {
		if base, _, ok := strings.Cut(name, "."+kind+"."); ok {
			return base, kind, true
		}
	}
	return "", "", false
}
