package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

var update = flag.Bool("update", false, "write the reference of the command line anew")

// The reference of the command line is what the commands say of themselves, nothing written by hand.
func TestReference(t *testing.T) {
	file := filepath.Join("..", "..", "docs", "reference", "cli.md")
	want := reference(newRoot(streams{in: strings.NewReader(""), out: io.Discard, err: io.Discard}))
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, want) {
		t.Errorf("%s is not what the commands say. Try: go test ./cmd/vedette -run TestReference -update", file)
	}
}

const referenceHead = `# Command line

Made from the program by ` + "`go test ./cmd/vedette -run TestReference -update`" + `; not written by hand. ` + "`vedette generate man FOLDER`" + ` writes the same as manual pages, ` + "`vedette completion bash`" + ` (zsh, fish, powershell) prints shell completions.

Data goes to standard output, everything said to a person to standard error.

| exit status | means |
|---|---|
| %d | done |
| %d | something was found to be wrong, or could not be read |
| %d | the command was called in a way it does not understand; the line ` + "`Try:`" + ` says what to do instead |
| %d | the server could not be reached, or did not let you in |

Commands that speak to a running server (` + "`query`, `replay`" + `) find it by their flags, then by ` + "`VEDETTE_URL` and `VEDETTE_TOKEN`" + `, then by what a server of this user left in its data directory (` + "`VEDETTE_DATA_DIR`" + ` or the default one).

`

// reference writes the whole command line as one page.
func reference(root *cobra.Command) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, referenceHead, exitOK, exitProblem, exitUsage, exitUnavailable)
	b.WriteString("| command | does |\n|---|---|\n")
	var all []*cobra.Command
	walk(root, func(cmd *cobra.Command) {
		all = append(all, cmd)
		name := strings.TrimPrefix(cmd.CommandPath(), root.Name()+" ")
		fmt.Fprintf(&b, "| [`%s`](#%s) | %s |\n", name, strings.ReplaceAll(cmd.CommandPath(), " ", "-"), cmd.Short)
	})
	for _, cmd := range all {
		describe(&b, cmd)
	}
	return b.Bytes()
}

// walk visits every command that does something, in alphabetical order.
func walk(cmd *cobra.Command, visit func(*cobra.Command)) {
	for _, sub := range cmd.Commands() {
		if sub.Name() == "help" || sub.Name() == "completion" || sub.Hidden {
			continue
		}
		if !sub.HasSubCommands() {
			visit(sub)
		}
		walk(sub, visit)
	}
}

func describe(b *bytes.Buffer, cmd *cobra.Command) {
	fmt.Fprintf(b, "\n## %s\n", cmd.CommandPath())
	text := cmd.Long
	if text == "" {
		text = cmd.Short + "."
	}
	fmt.Fprintf(b, "%s\n\n```\n%s\n```\n", text, cmd.UseLine())
	if cmd.Example != "" {
		fmt.Fprintf(b, "```sh\n%s\n```\n", strings.ReplaceAll(strings.TrimPrefix(cmd.Example, "  "), "\n  ", "\n"))
	}
	if flags := cmd.LocalFlags().FlagUsages(); flags != "" {
		fmt.Fprintf(b, "```\n%s```\n", flags)
	}
}
