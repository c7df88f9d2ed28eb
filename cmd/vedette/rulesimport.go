package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
)

type importOptions struct {
	ruleOptions
	remote
	to       string
	force    bool
	download bool
	dryRun   bool
	stage    string
	output   string
}

// importReport is what "vedette rules import -o json" prints.
type importReport struct {
	Source   string            `json:"source"`
	Files    int               `json:"files"`
	Loaded   int               `json:"loaded"` // rules, correlations and filters that can run
	Rejected []catalog.Problem `json:"rejected"`
	Licenses map[string]int    `json:"licenses"` // rules by licence; "" for none that is known
	Authors  int               `json:"authors"`  // rules that name their author
	Sent     int               `json:"sent"`     // rules that the server took
	Refused  []catalog.Problem `json:"refused"`  // what the server, or the folder, did not take
	Written  int               `json:"written"`  // files written with --to
}

func newRulesImport(s streams) *cobra.Command {
	var o importOptions
	cmd := &cobra.Command{
		Use: "import SOURCE", Short: "Take over a collection of rules", Args: cobra.ExactArgs(1),
		Long: "SOURCE is a folder, a rule file, an archive, or with --download an https address of an archive or a file. Says how many rules can run and why the\n" +
			"others cannot, then sends those that can to the running server, or writes their files to a folder with --to. Author and licence are kept; a rule\n" +
			"that names none gets the licence of the LICENSE file beside or above it, so that its alerts can say whom to thank. Nothing is fetched without\n" +
			"--download. Exit status 1 when something was rejected or refused.",
		Example: "  vedette rules import sigma.tar.gz --stage shadow\n  vedette rules import https://example.org/rules.zip --download --to rules/",
		RunE:    func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args[0], s) },
	}
	o.ruleOptions.flags(cmd)
	o.remote.flags(cmd, "url")
	f := cmd.Flags()
	f.StringVar(&o.to, "to", "", "write the files to this folder instead of sending the rules to a server")
	f.BoolVar(&o.force, "force", false, "with --to: replace files that are there and differ")
	f.BoolVar(&o.download, "download", false, "allow fetching SOURCE over the network: at most 128 MiB, two minutes, https only")
	f.BoolVar(&o.dryRun, "dry-run", false, "only say what would be taken over")
	f.StringVar(&o.stage, "stage", "", "how far the rules may go on the server: off, shadow, alert (default: alert, or what they have there)")
	f.StringVarP(&o.output, "output", "o", "text", "text or json (one object)")
	return cmd
}

func (o *importOptions) run(ctx context.Context, source string, s streams) error {
	switch {
	case o.output != "text" && o.output != "json":
		return &usageError{fmt.Sprintf("output %q is not text or json", o.output), "-o json"}
	case o.stage != "" && !slices.Contains([]string{"off", "shadow", "alert"}, o.stage):
		return &usageError{fmt.Sprintf("the stage %q is not off, shadow or alert", o.stage), "--stage shadow"}
	}
	opts, err := o.options()
	if err != nil {
		return err
	}
	files, problems, err := o.load(ctx, source)
	if err != nil {
		return err
	}
	rs := detect.CompileWith(opts, files)
	report := importReport{Source: source, Files: len(files), Rejected: slices.Concat([]catalog.Problem{}, problems, rs.Problems), Licenses: map[string]int{}, Refused: []catalog.Problem{}}
	rules := importable(rs)
	for _, r := range rules {
		report.Loaded++
		report.Licenses[r.License]++
		if r.Author != "" {
			report.Authors++
		}
	}
	switch {
	case o.dryRun || len(rules) == 0:
	case o.to != "":
		err = report.write(o, files, rules, source)
	default:
		err = report.send(ctx, o, rules)
	}
	if said := report.say(s, o.output); err == nil {
		err = said
	}
	if err == nil && len(report.Rejected)+len(report.Refused) > 0 {
		return errQuiet
	}
	return err
}

// load reads the source.
func (o *importOptions) load(ctx context.Context, source string) ([]catalog.File, []catalog.Problem, error) {
	if !strings.Contains(source, "://") {
		files, problems := catalog.Load(ctx, []string{source})
		return files, problems, nil
	}
	if !o.download {
		return nil, nil, &usageError{"nothing is fetched over the network unless you say so", "vedette rules import --download " + source}
	}
	data, err := fetchRules(ctx, source)
	if err != nil {
		return nil, nil, err
	}
	address, err := url.Parse(source)
	if err != nil {
		return nil, nil, &usageError{fmt.Sprintf("%q is not an address", source), "https://host/rules.tar.gz"}
	}
	files, problems := catalog.LoadBytes(ctx, cmp.Or(filepath.Base(address.Path), "rules.yml"), data)
	return files, problems, nil
}

// importable lists what can run, each before what refers to it.
func importable(rs *detect.Ruleset) []*detect.Rule {
	out := slices.Clone(rs.Rules)
	for _, c := range rs.Correlations {
		out = append(out, c.Rule)
	}
	for _, f := range rs.Filters {
		out = append(out, f.Rule)
	}
	return out
}

var ownLicense = regexp.MustCompile(`(?m)^license:`)

// licensed gives a rule's text, with the licence of its collection when it names none itself.
func licensed(text, license string) string {
	if license == "" || ownLicense.MatchString(text) {
		return text
	}
	longer := strings.TrimRight(text, "\n") + "\nlicense: " + license + "\n"
	before := detect.Compile([]catalog.File{{Path: "r", Data: []byte(text)}})
	after := detect.Compile([]catalog.File{{Path: "r", Data: []byte(longer)}})
	if len(after.Problems) != len(before.Problems) || len(after.Rules) != len(before.Rules) || len(after.Rules) == 1 && after.Rules[0].License != license {
		return text // not a map in block style
	}
	return longer
}

// write puts the files of the rules into a folder, under the names that they have in their collection.
func (r *importReport) write(o *importOptions, files []catalog.File, rules []*detect.Rule, source string) error {
	wanted := make(map[string][]*detect.Rule)
	for _, rule := range rules {
		wanted[rule.File] = append(wanted[rule.File], rule)
	}
	if err := os.MkdirAll(o.to, 0o755); err != nil {
		return fmt.Errorf("make the folder: %w", err)
	}
	root, err := os.OpenRoot(o.to) // names come from outside: nothing is written beyond the folder
	if err != nil {
		return fmt.Errorf("open the folder: %w", err)
	}
	defer func() { _ = root.Close() }()
	for _, f := range files {
		if len(wanted[f.Path]) == 0 {
			continue
		}
		text := string(f.Data)
		if len(wanted[f.Path]) == 1 {
			text = licensed(text, f.License)
		}
		name := memberName(f.Path, source)
		if have, err := root.ReadFile(name); err == nil && string(have) != text && !o.force {
			r.Refused = append(r.Refused, catalog.Problem{File: f.Path, Reason: fmt.Sprintf("%s is there already and differs", filepath.Join(o.to, name)), Fix: "--force"})
			continue
		}
		if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return fmt.Errorf("make a folder: %w", err)
		}
		if err := root.WriteFile(name, []byte(text), 0o644); err != nil {
			return fmt.Errorf("write a rule: %w", err)
		}
		r.Written++
	}
	return nil
}

// memberName gives a file its name within its collection.
func memberName(path, source string) string {
	if _, member, ok := strings.Cut(path, "!"); ok {
		path = member
	} else if rest, ok := strings.CutPrefix(path, filepath.Clean(source)+string(filepath.Separator)); ok {
		path = rest
	} else {
		path = filepath.Base(path)
	}
	path = strings.TrimSuffix(filepath.FromSlash(path), ".gz")
	return filepath.Clean(strings.TrimLeft(path, string(filepath.Separator)))
}

// say prints the report.
func (r importReport) say(s streams, format string) error {
	if format == "json" {
		enc := json.NewEncoder(s.out)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(r); err != nil {
			return fmt.Errorf("write the report: %w", err)
		}
		return nil
	}
	var b strings.Builder
	for kind, list := range map[string][]catalog.Problem{"rejected": r.Rejected, "refused": r.Refused} {
		for _, p := range list {
			fmt.Fprintf(&b, "%s: %s\n", kind, printable(p.String()))
		}
	}
	if _, err := io.WriteString(s.out, b.String()); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	var licenses []string
	for _, name := range slices.Sorted(maps.Keys(r.Licenses)) {
		licenses = append(licenses, fmt.Sprintf("%s %d", cmp.Or(name, "no licence"), r.Licenses[name]))
	}
	_, _ = fmt.Fprintf(s.err, "%d files, %d rules loaded, %d rejected; licences: %s; %d name their author\n",
		r.Files, r.Loaded, len(r.Rejected), cmp.Or(strings.Join(licenses, ", "), "none"), r.Authors)
	if r.Written > 0 {
		_, _ = fmt.Fprintf(s.err, "%d files written\n", r.Written)
	}
	if r.Sent > 0 {
		_, _ = fmt.Fprintf(s.err, "%d rules run on the server\n", r.Sent)
	}
	return nil
}

// Bounds on what is fetched.
const (
	maxFetched  = 128 << 20
	fetchTime   = 2 * time.Minute
	mostHops    = 5
	batchRules  = 500
	batchBytes  = 8 << 20
	uploadTries = 30
)

func tooLarge(address string) error {
	return vedette.Errorf(vedette.CodeTooLarge, "%s is larger than %d MiB", address, maxFetched>>20)
}
