package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"path"
	"slices"
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/access"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/statestore"
)

// OriginUpload is the origin of rules that people uploaded.
const OriginUpload = "upload"

const (
	maxUploadRules = 10_000 // that one tenant may have uploaded
	maxUploadFiles = 100    // in one form
	maxRejected    = 1_000  // told in one answer
)

// RuleUpload says what became of the rules that were sent.
type RuleUpload struct {
	Added    []string       `json:"added" doc:"Ids of the rules that run now"`
	Rejected []RuleRejected `json:"rejected"`
}

// RuleRejected says why a file was not taken.
type RuleRejected struct {
	File    string `json:"file"`
	Problem string `json:"problem" doc:"What is wrong or unsupported, with the line"`
}

type ruleUploadInput struct {
	ContentType string `header:"Content-Type" hidden:"true"`
	Name        string `query:"name" maxLength:"128" doc:"What to call the file in the answer, for a body that is one file or archive"`
	Stage       string `query:"stage" enum:"off,shadow,alert,auto" doc:"How far the added rules may go from the start; left out, they alert, or stay where they were"`
	RawBody     []byte `contentType:"application/yaml"`
}

// uploadRules takes one upload at a time: unpacking and compiling is the costliest thing that a caller can ask for.
func (a *API) uploadRules(ctx context.Context, in *ruleUploadInput) (*bodyOutput[RuleUpload], error) {
	select {
	case a.uploads <- struct{}{}:
		defer func() { <-a.uploads }()
	default:
		return nil, limitedFor(bodyTime, "another upload is being compiled")
	}
	files, problems, err := unpack(ctx, in)
	if err != nil {
		return nil, err
	}
	q := requestOf(ctx)
	if err := may(q.principal, access.Respond); in.Stage == string(vedette.StageAuto) && err != nil {
		return nil, err
	}
	compiled, wrong := a.compileAmong(files)
	var result RuleUpload
	for _, p := range append(problems, wrong...) {
		result.reject(p.File, strings.TrimPrefix(p.String(), p.File+": "))
	}
	kept, err := a.deps.Store.RuleUploads(ctx, q.principal.Tenant)
	if err != nil {
		return nil, err
	}
	if len(kept)+len(compiled) > maxUploadRules {
		return nil, vedette.Errorf(vedette.CodeTooLarge, "with these there would be more than %d uploaded rules; larger collections belong under a configured path", maxUploadRules)
	}
	running := a.deps.Rules.Ruleset()
	for _, r := range compiled {
		if other, ok := running.Rule(r.ID); ok && other.Origin != OriginUpload {
			result.reject(r.File, fmt.Sprintf("the rule %s is there already, from %s: switch that one off and give yours an id of its own", r.ID, other.Origin))
			continue
		}
		if may(q.principal, access.Respond) != nil && actsAlone(running, q.principal.Tenant, r.ID) {
			result.reject(r.File, fmt.Sprintf("the rule %s leads to answers without a person: who changes it needs the permission to respond", r.ID))
			continue
		}
		upload := statestore.RuleUpload{Name: r.ID + ".yml", YAML: r.Source, By: q.principal.Name, Time: a.deps.Now().UTC()}
		if err := a.deps.Store.SaveRuleUpload(ctx, q.principal.Tenant, upload); err != nil {
			return nil, fmt.Errorf("keep the rule %s: %w", r.ID, err)
		}
		if err := a.stageUpload(ctx, r, in.Stage); err != nil {
			return nil, err
		}
		result.Added = append(result.Added, r.ID)
	}
	q.note(in.Name, fmt.Sprintf("%d added, %d rejected: %s", len(result.Added), len(result.Rejected), strings.Join(result.Added, " ")))
	if len(result.Added) == 0 {
		return &bodyOutput[RuleUpload]{Body: result}, nil
	}
	if err := a.deps.Reload(ctx); err != nil {
		return nil, fmt.Errorf("use the uploaded rules: %w", err)
	}
	return &bodyOutput[RuleUpload]{Body: result}, nil
}

// compileAmong compiles files as they would mean among the rules that run, and returns what of the files themselves can
// run and what cannot.
func (a *API) compileAmong(files []catalog.File) (good []*detect.Rule, wrong []catalog.Problem) {
	mine := make(map[string]bool, len(files))
	for _, f := range files {
		mine[f.Path] = true
	}
	compiled := detect.CompileWith(a.deps.Rules.Ruleset().Options(), append(slices.Clone(files), a.referred(files...)...))
	for _, r := range compiled.All() {
		if mine[r.File] {
			good = append(good, r)
		}
	}
	for _, p := range compiled.Problems {
		if mine[p.File] {
			wrong = append(wrong, p)
		}
	}
	return good, wrong
}

// actsAlone tells whether what a rule of that id finds may be answered without a person: it is in that stage, also when
// there is no such rule now, or a correlation is that looks at it.
func actsAlone(rs *detect.Ruleset, tenant, id string) bool {
	auto := func(id string) bool { return rs.Settings().Of(tenant, id).Stage == vedette.StageAuto }
	return auto(id) || slices.ContainsFunc(rs.Correlations, func(c *detect.Correlation) bool { return auto(c.Rule.ID) && looksAt(c, id) })
}

func looksAt(c *detect.Correlation, id string) bool {
	return slices.ContainsFunc(c.Refs, func(ref detect.CorrelationRef) bool {
		if ref.Correlation != nil {
			return ref.Correlation.Rule.ID == id || looksAt(ref.Correlation, id)
		}
		return ref.Rule != nil && ref.Rule.ID == id
	})
}

// stageUpload keeps the stage that an uploaded rule shall begin in.
func (a *API) stageUpload(ctx context.Context, r *detect.Rule, stage string) error {
	if stage == "" || r.Filter() != nil {
		return nil
	}
	tenant := requestOf(ctx).principal.Tenant
	settings, err := a.deps.Store.RuleSettings(ctx, tenant)
	if err != nil {
		return err
	}
	setting := settings[r.ID]
	setting.Stage = vedette.RuleStage(stage)
	if err := a.deps.Store.SetRuleSetting(ctx, tenant, r.ID, setting); err != nil {
		return fmt.Errorf("keep the stage of the rule %s: %w", r.ID, err)
	}
	return nil
}

func (u *RuleUpload) reject(file, problem string) {
	if len(u.Rejected) < maxRejected {
		u.Rejected = append(u.Rejected, RuleRejected{File: file, Problem: problem})
	}
}

// unpack finds the rule files in a body.
func unpack(ctx context.Context, in *ruleUploadInput) ([]catalog.File, []catalog.Problem, error) {
	media, params, err := mime.ParseMediaType(in.ContentType)
	if err != nil && in.ContentType != "" {
		return nil, nil, vedette.Errorf(vedette.CodeInvalid, "the Content-Type is not readable")
	}
	if media != "multipart/form-data" {
		files, problems := catalog.LoadBytes(ctx, firstOf(in.Name, "upload.yml"), in.RawBody)
		return files, problems, nothingFound(files, problems)
	}
	form := multipart.NewReader(bytes.NewReader(in.RawBody), params["boundary"])
	var files []catalog.File
	var problems []catalog.Problem
	for n := 0; ; n++ {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return files, problems, nothingFound(files, problems)
		}
		if err != nil {
			return nil, nil, vedette.Errorf(vedette.CodeInvalid, "the form is damaged")
		}
		if n >= maxUploadFiles {
			return nil, nil, vedette.Errorf(vedette.CodeTooLarge, "a form may have at most %d files; send an archive", maxUploadFiles)
		}
		if part.FileName() == "" {
			continue
		}
		data, err := io.ReadAll(part) // no larger than the body, which is bounded
		if err != nil {
			return nil, nil, vedette.Errorf(vedette.CodeInvalid, "the form is damaged")
		}
		more, wrong := catalog.LoadBytes(ctx, vedette.Shorten(path.Base(part.FileName()), 128), data)
		files, problems = append(files, more...), append(problems, wrong...)
		if total(files) > catalog.MaxTotalBytes {
			return nil, nil, vedette.Errorf(vedette.CodeTooLarge, "the form unpacks to too much")
		}
	}
}

func nothingFound(files []catalog.File, problems []catalog.Problem) error {
	if len(files)+len(problems) == 0 {
		return vedette.Errorf(vedette.CodeInvalid, "there is no rule in this: send YAML, or a tar.gz or zip with .yml files in it")
	}
	return nil
}

func total(files []catalog.File) int {
	n := 0
	for _, f := range files {
		n += len(f.Data)
	}
	return n
}
