package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
)

type lintOptions struct {
	ruleOptions
	output string
	strict bool
	fix    bool
}

// lintReport is what "vedette rules lint -o json" prints.
type lintReport struct {
	Files    int               `json:"files"`
	Rules    int               `json:"rules"` // that can run
	Problems []catalog.Problem `json:"problems"`
	Warnings []catalog.Problem `json:"warnings"`
	Mended   int               `json:"mended"` // places changed by --fix
}

func newRulesLint(s streams) *cobra.Command {
	var o lintOptions
	cmd := &cobra.Command{
		Use: "lint [PATH…]", Short: "Say what is wrong with rules, what could be better, and what to write instead", Args: cobra.ArbitraryArgs,
		Long: "Prints file:line:column: reason, then what to try. An error keeps a rule from running, a warning does not. Exit status 1 when there are errors;\n" +
			"with --strict also when there are warnings. Without a path the rules that come with vedette are looked at.\n" +
			"--fix changes what is safe to change in place, such as a date with slashes or a technique that has a successor; archives are left alone.",
		Example: "  vedette rules lint rules/\n  vedette rules lint --strict -o json rules/ | jq .warnings",
		RunE:    func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args, s) },
	}
	o.flags(cmd)
	cmd.Flags().StringVarP(&o.output, "output", "o", "text", "text or json (one object)")
	cmd.Flags().BoolVar(&o.strict, "strict", false, "warnings give exit status 1 as well")
	cmd.Flags().BoolVar(&o.fix, "fix", false, "change the files where that is safe")
	return cmd
}

func (o *lintOptions) run(ctx context.Context, paths []string, s streams) error {
	if o.output != "text" && o.output != "json" {
		return &usageError{fmt.Sprintf("output %q is not text or json", o.output), "-o json"}
	}
	opts, err := o.options()
	if err != nil {
		return err
	}
	if o.fix && len(paths) == 0 {
		return &usageError{"--fix needs files to change", "vedette rules lint --fix FOLDER"}
	}
	files, problems := loadRules(ctx, paths)
	mended := 0
	if o.fix {
		if mended, err = mend(opts, files, s.err); err != nil {
			return err
		}
	}
	found := detect.Lint(opts, files)
	report := lintReport{Files: len(files), Rules: found.Rules, Problems: append(append([]catalog.Problem{}, problems...), found.Problems...),
		Warnings: found.Warnings, Mended: mended}
	if err := report.write(s.out, o.output); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(s.err, "%d files, %d errors, %d warnings\n", len(files), len(report.Problems), len(report.Warnings))
	if len(report.Problems) > 0 || o.strict && len(report.Warnings) > 0 {
		return errQuiet
	}
	return nil
}

func (r lintReport) write(out io.Writer, format string) error {
	if format == "json" {
		enc := json.NewEncoder(out)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(r); err != nil {
			return fmt.Errorf("write the report: %w", err)
		}
		return nil
	}
	for kind, list := range []([]catalog.Problem){r.Problems, r.Warnings} {
		for _, p := range list {
			text := fmt.Sprintf("%s: %s\n", [...]string{"error", "warning"}[kind], printable(p.String()))
			if p.Fix != "" {
				text += "  Try: " + printable(p.Fix) + "\n"
			}
			if _, err := io.WriteString(out, text); err != nil {
				return fmt.Errorf("write the report: %w", err)
			}
		}
	}
	return nil
}

// printable keeps what a rule's text says from steering the terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, text)
}

// mend changes files in place and puts their new text into the list. Members of archives and compressed files stay.
func mend(opts detect.Options, files []catalog.File, say io.Writer) (int, error) {
	total := 0
	for i := range files {
		info, err := os.Stat(files[i].Path)
		if err != nil || !info.Mode().IsRegular() || strings.HasSuffix(files[i].Path, ".gz") {
			continue
		}
		text, n := detect.Mend(opts, files[i])
		if n == 0 {
			continue
		}
		if err := os.WriteFile(files[i].Path, text, info.Mode().Perm()); err != nil {
			return total, fmt.Errorf("change a rule: %w", err)
		}
		files[i].Data = text
		total += n
		_, _ = fmt.Fprintf(say, "%s: %d places changed\n", files[i].Path, n)
	}
	return total, nil
}
