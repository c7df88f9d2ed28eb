package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette"
)

// Exit codes of every command.
const (
	exitOK          = 0
	exitProblem     = 1 // something was found to be wrong, or could not be read
	exitUsage       = 2 // the command was called in a way it does not understand
	exitUnavailable = 3 // the server could not be reached, or could not answer
)

// streams are the command's input and outputs: data goes to out, everything said to a person to err.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// usageError is a mistake in how a command was called.
type usageError struct {
	message string
	try     string // what to do instead
}

func (e *usageError) Error() string { return e.message }

// quietError ends a command with exit code 1 after everything was said already.
var errQuiet = errors.New("problems were reported")

// run executes one command line and returns its exit code.
func run(ctx context.Context, args []string, s streams) int {
	root := newRoot(s)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	if errors.Is(err, errQuiet) {
		return exitProblem
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		_, _ = fmt.Fprintf(s.err, "vedette: %s\n", line)
	}
	if u, ok := errors.AsType[*usageError](err); ok {
		_, _ = fmt.Fprintf(s.err, "Try: %s\n", u.try)
		return exitUsage
	}
	switch vedette.CodeOf(err) {
	case vedette.CodeUnavailable, vedette.CodeUnauthenticated, vedette.CodeDenied, vedette.CodeLimited:
		return exitUnavailable
	}
	return exitProblem
}

func newRoot(s streams) *cobra.Command {
	root := &cobra.Command{
		Use:           "vedette",
		Short:         "Vedette sees attacks in what your systems say, explains them, and answers",
		SilenceErrors: true, SilenceUsage: true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: false},
	}
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return &usageError{err.Error(), cmd.CommandPath() + " --help"}
	})
	root.AddCommand(
		newServe(s), newDemo(s), newDetect(s), newTriage(s), newReplay(s), newQuery(s), newRules(s), newIntel(s), newWhyNot(s), newCheck(s), newDoctor(s), newUser(s), newBench(s),
		newVersion(s), newGenerate(s),
	)
	root.SuggestionsMinimumDistance = 2
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		explainArguments(cmd)
	}
	root.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		try := cmd.CommandPath() + " --help"
		if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
			try = cmd.CommandPath() + " " + near[0]
		}
		return &usageError{fmt.Sprintf("there is no command %q", args[0]), try}
	}
	root.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	return root
}

// explainArguments turns what cobra says about wrong arguments into usage errors.
func explainArguments(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return &usageError{err.Error(), cmd.CommandPath() + " --help"}
			}
			return nil
		}
	}
	if cmd.HasSubCommands() && !cmd.Runnable() {
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			return &usageError{fmt.Sprintf("%s needs one of its commands", cmd.CommandPath()), cmd.CommandPath() + " --help"}
		}
	}
	for _, sub := range cmd.Commands() {
		explainArguments(sub)
	}
}
