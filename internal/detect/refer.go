package detect

import (
	"bytes"

	"go.yaml.in/yaml/v3"

	"github.com/vedette-soc/vedette/internal/catalog"
)

// Referred returns, as files, the rules of this ruleset that correlations and filters in some files refer to and that
// these files do not hold, and those that these refer to in turn. Compiled together with them, the files mean what they
// would mean among all rules.
func (rs *Ruleset) Referred(files []catalog.File) []catalog.File {
	byName := make(map[string][]*Rule)
	for _, r := range rs.All() {
		byName[r.ID] = append(byName[r.ID], r)
		if r.Name != "" && r.Name != r.ID {
			byName[r.Name] = append(byName[r.Name], r)
		}
	}
	seen := make(map[string]bool)
	var refs []string
	look := func(data []byte) {
		own, more := referencesIn(data)
		for _, id := range own {
			seen[id] = true
		}
		refs = append(refs, more...)
	}
	for _, f := range files {
		look(f.Data)
	}
	var out []catalog.File
	for len(refs) > 0 && len(out) < catalog.MaxFiles {
		ref := refs[0]
		refs = refs[1:]
		for _, r := range byName[ref] {
			if !seen[r.ID] {
				seen[r.ID] = true
				out = append(out, catalog.File{Path: r.File, Origin: r.Origin, Data: []byte(r.Source), License: r.License})
				look([]byte(r.Source))
			}
		}
	}
	return out
}

// referencesIn reads which documents some YAML holds, by id, and which rules its correlations and filters name. What
// cannot be read is left to the compiler to complain about.
func referencesIn(data []byte) (own, refs []string) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var doc struct {
			ID          string    `yaml:"id"`
			Name        string    `yaml:"name"`
			Correlation referring `yaml:"correlation"`
			Filter      referring `yaml:"filter"`
		}
		if err := dec.Decode(&doc); err != nil {
			return own, refs
		}
		own = append(own, doc.ID)
		refs = append(append(refs, listOf(&doc.Correlation.Rules)...), listOf(&doc.Filter.Rules)...)
	}
}

type referring struct {
	Rules yaml.Node `yaml:"rules"`
}
