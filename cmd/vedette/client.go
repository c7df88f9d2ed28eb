package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/server"
)

// client speaks to a running server as any program would.
type client struct {
	url, token string
	http       *http.Client
}

// remote holds the flags of the commands that speak to a server.
type remote struct {
	url, token string
	insecure   bool
}

func (r *remote) flags(cmd *cobra.Command, urlName string) {
	cmd.Flags().StringVar(&r.url, urlName, "", "address of the server (default: $VEDETTE_URL, or the server of this user on this machine)")
	cmd.Flags().StringVar(&r.token, "token", "", "API token (default: $VEDETTE_TOKEN, or the local server's)")
	cmd.Flags().BoolVar(&r.insecure, "insecure", false, "accept any certificate")
}

// client finds the server: by flag, by environment, or by what a server on this machine left in its data directory.
func (r *remote) client() (*client, error) {
	base, token := or(r.url, os.Getenv("VEDETTE_URL")), or(r.token, os.Getenv("VEDETTE_TOKEN"))
	if base == "" || token == "" {
		dir := or(os.Getenv("VEDETTE_DATA_DIR"), server.Defaults().Data.Dir)
		if found, err := server.ReadRunFile(dir); err == nil {
			base, token = or(base, found.URL), or(token, found.Token)
		}
	}
	if base == "" {
		return nil, &usageError{"no server is known", "vedette serve, or name one with --url https://host:8443 --token vdt_…"}
	}
	if !strings.Contains(base, "://") {
		base = "http://" + base
	}
	if _, err := url.Parse(base); err != nil {
		return nil, &usageError{fmt.Sprintf("%q is not an address", base), "--url https://host:8443"}
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{InsecureSkipVerify: r.insecure} //nolint:gosec // only when the user asks for it
	transport.MaxIdleConnsPerHost = 16
	return &client{url: strings.TrimRight(base, "/"), token: token, http: &http.Client{Transport: transport}}, nil
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// do sends a request and decodes the answer into out, unless out is nil. An error status becomes an error with the
// server's own code and words.
func (c *client) do(ctx context.Context, method, path string, body io.Reader, out any) error {
	resp, err := c.send(ctx, method, path, "application/json", body)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if out == nil {
		_, err = io.Copy(io.Discard, resp.Body)
	} else {
		err = json.NewDecoder(resp.Body).Decode(out)
	}
	if err != nil {
		return vedette.Errorf(vedette.CodeUnavailable, "read the server's answer: %w", err)
	}
	return nil
}

// upload sends rules and decodes the answer into out.
func (c *client) upload(ctx context.Context, path, yaml string, out any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+path, strings.NewReader(yaml))
	if err != nil {
		return vedette.Errorf(vedette.CodeInvalid, "make the request: %w", err)
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Content-Type", "application/yaml")
	resp, err := c.answer(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
		return vedette.Errorf(vedette.CodeUnavailable, "read the server's answer: %w", err)
	}
	return nil
}

func (c *client) send(ctx context.Context, method, path, accept string, body io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.url+path, body)
	if err != nil {
		return nil, vedette.Errorf(vedette.CodeInvalid, "make the request: %w", err)
	}
	req.Header.Set("Accept", accept)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return c.answer(req)
}

// answer sends a request. An error status becomes an error with the server's own code and words.
func (c *client) answer(req *http.Request) (*http.Response, error) {
	req.Header.Set("Authorization", "Bearer "+c.token)
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, vedette.Errorf(vedette.CodeUnavailable, "reach %s: %w", c.url, err)
	}
	if resp.StatusCode < 400 {
		return resp, nil
	}
	defer func() { _ = resp.Body.Close() }()
	var problem struct {
		Code          vedette.Code
		Title, Detail string
	}
	text, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if json.Unmarshal(text, &problem) != nil || problem.Code == "" {
		return nil, vedette.Errorf(vedette.CodeUnavailable, "%s answered %s", c.url, resp.Status)
	}
	return nil, vedette.Errorf(problem.Code, "the server says: %s", or(problem.Detail, problem.Title))
}

// ingest sends records, one a line, and waits out a server that is busy.
func (c *client) ingest(ctx context.Context, source string, lines []byte) error {
	for {
		err := c.do(ctx, http.MethodPost, "/ingest/v1/events?source="+url.QueryEscape(source), strings.NewReader(string(lines)), nil)
		if vedette.CodeOf(err) != vedette.CodeLimited || err == nil {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// tempDir is a data directory that is gone when the command ends.
func tempDir(name string) (dir string, remove func(), err error) {
	dir, err = os.MkdirTemp("", name)
	if err != nil {
		return "", nil, fmt.Errorf("make a temporary data directory: %w", err)
	}
	return filepath.Clean(dir), func() { _ = os.RemoveAll(dir) }, nil
}
