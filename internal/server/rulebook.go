package server

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/content"
	"github.com/vedette-soc/vedette/internal/api"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/statestore"
)

// rulebook gathers the rules from where they are kept: the starter pack, the configured paths, and uploads.
type rulebook struct {
	cfg      RulesConfig
	networks NetworksConfig
	starter  fs.FS
	state    *statestore.Store
	log      *slog.Logger

	mu     sync.Mutex // one load at a time
	engine *detect.Engine
	hidden []vedette.Exception // what exceptions hid and is not written down yet
	seen   int64               // as far as what came by is written down
}

// load reads and compiles everything. Rules that cannot run are logged with the reason; the others load.
func (b *rulebook) load(ctx context.Context) (*detect.Ruleset, error) {
	files, problems := b.read(ctx)
	uploads, err := b.state.RuleUploads(ctx, vedette.DefaultTenant)
	if err != nil {
		return nil, fmt.Errorf("load the uploaded rules: %w", err)
	}
	for _, u := range uploads {
		files = append(files, catalog.File{Path: u.Name, Origin: api.OriginUpload, Data: []byte(u.YAML)})
	}
	for _, p := range problems {
		b.log.Warn("read rules", "problem", p.String())
	}
	opts, wrong := b.options(ctx)
	for _, p := range wrong {
		b.log.Error("use what rules rely on", "problem", p.String())
	}
	ruleset := detect.CompileWith(opts, files)
	for _, p := range ruleset.Problems {
		b.log.Warn("reject a rule", "problem", p.String())
	}
	settings, err := b.settings(ctx)
	if err != nil {
		return nil, err
	}
	b.log.Info("rules loaded", "rules", len(ruleset.Rules), "rejected", len(ruleset.Problems))
	return ruleset.With(settings), nil
}

// options gathers what rules may rely on beside their own text.
func (b *rulebook) options(ctx context.Context) (detect.Options, []catalog.Problem) {
	values, problems := placeholders(b.cfg, b.networks)
	files, unread := catalog.Load(ctx, b.cfg.Pipelines)
	pipelines, wrong := detect.LoadPipelines(files)
	return detect.Options{Placeholders: values, Pipelines: pipelines}, append(append(problems, unread...), wrong...)
}

// read reads the starter pack and the configured paths.
func (b *rulebook) read(ctx context.Context) (files []catalog.File, problems []catalog.Problem) {
	if b.cfg.Starter {
		files, problems = catalog.LoadFS(ctx, b.starter, "starter")
	}
	more, troubles := catalog.Load(ctx, b.cfg.Paths)
	return append(files, more...), append(problems, troubles...)
}

// settings joins what people of each tenant chose with the rules that the configuration lets act.
func (b *rulebook) settings(ctx context.Context) (detect.Settings, error) {
	chosen, err := b.state.AllRuleSettings(ctx)
	if err != nil {
		return detect.Settings{}, fmt.Errorf("load the settings of rules: %w", err)
	}
	out := detect.Settings{
		Default: make(map[string]detect.Setting, len(b.cfg.Auto)),
		Tenants: make(map[string]map[string]detect.Setting, len(chosen)),
	}
	for _, id := range b.cfg.Auto {
		out.Default[id] = detect.Setting{Stage: vedette.StageAuto}
	}
	for tenant, rules := range chosen {
		out.Tenants[tenant] = make(map[string]detect.Setting, len(rules))
		for id, s := range rules {
			out.Tenants[tenant][id] = detect.Setting(s)
		}
	}
	if out.Exceptions, err = b.state.Exceptions(ctx, ""); err != nil {
		return out, fmt.Errorf("load the exceptions of rules: %w", err)
	}
	now := time.Now()
	out.Exceptions = slices.DeleteFunc(out.Exceptions, func(x vedette.Exception) bool { return !x.Expires.After(now) })
	return out, nil
}

// Reload loads everything again and puts it into the engine; no event is missed meanwhile. What was changed is stored by
// now, so it comes into force also when whoever changed it waits no longer.
func (b *rulebook) Reload(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	ruleset, err := b.load(context.WithoutCancel(ctx))
	if err != nil {
		return err
	}
	b.engine.Swap(ruleset)
	return nil
}

// Settle puts the settings of rules into the engine as they are kept now, without compiling the rules again.
func (b *rulebook) Settle(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	settings, err := b.settings(context.WithoutCancel(ctx))
	if err != nil {
		return err
	}
	b.engine.Swap(b.engine.Ruleset().With(settings))
	return nil
}

// unknownAuto names the configured ids that no rule has.
func (b *rulebook) unknownAuto() []string {
	return slices.DeleteFunc(slices.Clone(b.cfg.Auto), func(id string) bool {
		_, known := b.engine.Ruleset().Rule(id)
		return known
	})
}

// CountRules tells how many of the configured rules run, how many are rejected, and how many files cannot be read.
func CountRules(ctx context.Context, cfg Config) (loaded, rejected, unread int) {
	b := &rulebook{cfg: cfg.Rules, networks: cfg.Networks, starter: content.Rules()}
	files, problems := b.read(ctx)
	opts, wrong := b.options(ctx)
	ruleset := detect.CompileWith(opts, files)
	return len(ruleset.All()), len(ruleset.Problems), len(problems) + len(wrong)
}
