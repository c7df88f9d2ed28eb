package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/detect"
)

// fetchRules gets a file over https, within the bounds.
func fetchRules(ctx context.Context, address string) ([]byte, error) {
	return fetchWith(ctx, &http.Client{Timeout: fetchTime}, address)
}

func fetchWith(ctx context.Context, c *http.Client, address string) ([]byte, error) {
	c.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		if req.URL.Scheme != "https" || len(via) > mostHops {
			return fmt.Errorf("led to %s", req.URL.Redacted())
		}
		return nil
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil || req.URL.Scheme != "https" || req.URL.Host == "" {
		return nil, &usageError{fmt.Sprintf("%q is not an https address", address), "https://host/rules.tar.gz"}
	}
	resp, err := c.Do(req)
	if err != nil {
		return nil, vedette.Errorf(vedette.CodeUnavailable, "fetch the rules: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	switch {
	case resp.StatusCode != http.StatusOK:
		return nil, vedette.Errorf(vedette.CodeUnavailable, "%s answered %s", req.URL.Redacted(), resp.Status)
	case resp.ContentLength > maxFetched:
		return nil, tooLarge(req.URL.Redacted())
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxFetched+1))
	if err != nil {
		return nil, vedette.Errorf(vedette.CodeUnavailable, "fetch the rules: %w", err)
	}
	if len(data) > maxFetched {
		return nil, tooLarge(req.URL.Redacted())
	}
	return data, nil
}

// send uploads the rules in batches; what refers to others comes last.
func (r *importReport) send(ctx context.Context, o *importOptions, rules []*detect.Rule) error {
	c, err := o.client()
	if err != nil {
		return err
	}
	var batch strings.Builder
	n := 0
	flush := func() error {
		if n == 0 {
			return nil
		}
		added, err := r.upload(ctx, c, batch.String(), o.stage)
		r.Sent += added
		n = 0
		batch.Reset()
		return err
	}
	for _, rule := range rules {
		if n >= batchRules || batch.Len() > batchBytes {
			if err := flush(); err != nil {
				return err
			}
		}
		n++
		batch.WriteString("\n---\n")
		batch.WriteString(licensed(strings.TrimPrefix(rule.Source, "---\n"), rule.License))
	}
	return flush()
}

// upload sends one batch and waits while the server compiles another.
func (r *importReport) upload(ctx context.Context, c *client, text, stage string) (int, error) {
	q := url.Values{"name": {"import.yml"}}
	if stage != "" {
		q.Set("stage", stage)
	}
	for try := 1; ; try++ {
		var answer struct {
			Added    []string
			Rejected []struct{ File, Problem string }
		}
		err := c.upload(ctx, "/api/v1/rules?"+q.Encode(), text, &answer)
		if vedette.CodeOf(err) != vedette.CodeLimited || err == nil || try == uploadTries {
			for _, one := range answer.Rejected {
				r.Refused = append(r.Refused, catalog.Problem{File: one.File, Reason: one.Problem})
			}
			return len(answer.Added), err
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(time.Second):
		}
	}
}
