package main

import (
	"context"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/baseline/text/corpus"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/normalize"
	"github.com/vedette-soc/vedette/internal/recording"
)

func benchCommands(ctx context.Context, b *unknownBench) error {
	known := map[string]bool{}
	own := unknownStrings{set: "cmdline", name: "own command lines"}
	own.learn = distinct(corpus.Commands(1, 40000), known)
	own.benign = distinct(corpus.Commands(2, 40000), known)
	own.hostiles = distinct(corpus.HostileCommands(3, 6000), known)
	if err := b.model(own); err != nil {
		return err
	}
	if err := b.shell(); err != nil {
		return err
	}
	return b.windows(ctx)
}

// shell measures NL2Bash, what people ask how to do in a shell, against the templates of reverse shells of QuasarNix.
func (b *unknownBench) shell() error {
	commands, ok := b.path("NL2Bash", "nl2bash", "all.cm")
	shells, ok2 := b.path("QuasarNix templates", "quasarnix")
	if !ok || !ok2 {
		return nil
	}
	lines, err := linesOf(commands)
	if err != nil {
		return err
	}
	in := unknownStrings{set: "cmdline", name: "NL2Bash; hostile: QuasarNix reverse shells"}
	in.learn, in.benign = halves(lines)
	fill := strings.NewReplacer("NIX_SHELL", "/bin/sh", "PROTOCOL_TYPE", "tcp", "IP_ADDRESS", "203.0.113.7", "PORT_NUMBER", "4444", "FD_NUMBER", "5",
		"VARIABLE_NAME_1", "s", "VARIABLE_NAME_2", "c", "FILE_PATH", "/tmp/f")
	for _, file := range []string{"/templates_train.txt", "/templates_test.txt"} {
		templates, err := linesOf(shells + file)
		if err != nil {
			return err
		}
		for _, t := range templates {
			in.hostiles = append(in.hostiles, fill.Replace(t))
		}
	}
	in.hostiles = distinct(in.hostiles, map[string]bool{})
	return b.model(in)
}

// windows measures recorded command lines: hostile are those that a Sigma rule of level high or critical knows, ordinary
// those of captures that no rule knows at all. The model sees neither rules nor verdicts.
func (b *unknownBench) windows(ctx context.Context) error {
	rules, ok := b.path("recorded Windows command lines", "sigma", "rules.tar.gz")
	if !ok {
		return nil
	}
	captures, ok := b.path("recorded Windows command lines", "mordor")
	if !ok {
		return nil
	}
	files, problems := catalog.Load(ctx, []string{rules})
	if len(problems) > 0 {
		return vedette.Errorf(vedette.CodeInvalid, "load rules: %s", problems[0])
	}
	n, err := newNormalizer()
	if err != nil {
		return err
	}
	r := commandReader{normalizer: n, engine: detect.New(detect.Config{}, detect.Compile(files))}
	if err := b.records(captures, func(it recording.Item) error { return r.take(ctx, it) }); err != nil {
		return err
	}
	quiet := r.quiet
	for _, parts := range [][]string{{"sigma", "regression.tar.gz"}, {"windows", "evtx-attack-samples.tar.gz"}} {
		path, ok := b.path("attack samples", parts...)
		if !ok {
			continue
		}
		if err := b.records(path, func(it recording.Item) error { return r.take(ctx, it) }); err != nil {
			return err
		}
	}
	known := map[string]bool{}
	hostile := distinct(r.hostile, known)
	in := unknownStrings{set: "cmdline", name: "recorded Windows", hostiles: hostile}
	in.learn, in.benign = halves(distinct(quiet, known))
	in.learn = append(in.learn, distinct(corpus.Commands(1, 20000), known)...)
	if err := b.model(in); err != nil {
		return err
	}
	in.name, in.benign = "recorded Windows; ordinary: also our own", append(in.benign, distinct(corpus.Commands(2, 20000), known)...)
	return b.model(in)
}

// commandReader sorts the command lines of started processes by what rules say of them.
type commandReader struct {
	normalizer     *normalize.Normalizer
	engine         *detect.Engine
	quiet, hostile []string
}

func (r *commandReader) take(ctx context.Context, it recording.Item) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !isJSON(it) {
		return nil
	}
	rec := vedette.Record{
		Tenant: vedette.DefaultTenant, Source: "bench", Receiver: "recording", Format: vedette.FormatJSON, Received: time.Now(), Data: it.Data,
	}
	r.normalizer.Normalize(&rec, func(ev *vedette.Event) {
		line, ok := ev.Get("process.command_line")
		if !ok || !ev.Logsource.Fits("windows", "process_creation", "") {
			return
		}
		worst, fired := vedette.Severity(0), false
		r.engine.Detect(ev, func(a vedette.Alert) { worst, fired = max(worst, a.Severity), true })
		switch {
		case !fired:
			r.quiet = append(r.quiet, strings.Clone(line))
		case worst >= vedette.High:
			r.hostile = append(r.hostile, strings.Clone(line))
		}
	})
	return nil
}
