package harness

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
)

// Client speaks to a server's HTTP side.
type Client struct {
	URL, Token string
	HTTP       *http.Client
}

// NewClient makes a client with connections of its own.
func NewClient(url, token string) *Client {
	return &Client{URL: url, Token: token, HTTP: &http.Client{
		Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 4, IdleConnTimeout: 5 * time.Second},
	}}
}

// Do sends a request with the client's token. The caller closes the body. A question that came too soon is asked again
// when the answer says so; what sends something is answered as it was.
func (c *Client) Do(ctx context.Context, method, path string, header http.Header, body io.Reader) (*http.Response, error) {
	for {
		resp, err := c.once(ctx, method, path, header, body)
		if err != nil || method != http.MethodGet || resp.StatusCode != http.StatusTooManyRequests {
			return resp, err
		}
		_ = resp.Body.Close()
		seconds, err := strconv.Atoi(resp.Header.Get("Retry-After"))
		if err != nil {
			return nil, fmt.Errorf("%s: 429 without a Retry-After in seconds: %w", path, err)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(time.Duration(seconds) * time.Second):
		}
	}
}

func (c *Client) once(ctx context.Context, method, path string, header http.Header, body io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.URL+path, body)
	if err != nil {
		return nil, err
	}
	for name, values := range header {
		req.Header[name] = values
	}
	req.Header.Set("Authorization", "Bearer "+c.Token)
	return c.HTTP.Do(req)
}

// JSON sends a request and decodes a good answer. An answer of 400 or more is an error with its text, and its status.
func (c *Client) JSON(ctx context.Context, method, path string, body []byte, out any) (status int, err error) {
	resp, err := c.Do(ctx, method, path, http.Header{"Content-Type": {"application/json"}}, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return resp.StatusCode, err
	}
	if resp.StatusCode >= 400 {
		return resp.StatusCode, fmt.Errorf("%s %s: %s: %s", method, path, resp.Status, text)
	}
	if out != nil {
		err = json.Unmarshal(text, out)
	}
	return resp.StatusCode, err
}

// Ingest sends records, one a line. They were acknowledged if and only if the status is 200.
func (c *Client) Ingest(ctx context.Context, source string, lines []byte) (status int, err error) {
	resp, err := c.Do(ctx, "POST", "/ingest/v1/events?source="+url.QueryEscape(source), nil, bytes.NewReader(lines))
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if resp.StatusCode != http.StatusOK && err == nil {
		err = fmt.Errorf("%s: %s", resp.Status, text)
	}
	return resp.StatusCode, err
}

// Event is an event as the API gives it.
type Event struct {
	ID      string
	Time    time.Time
	Source  string
	Dataset string
	Message string
	Fields  map[string]string
}

// span is wide enough for everything a test sends with a believable clock.
func span() url.Values {
	return url.Values{"since": {time.Now().Add(-20 * 24 * time.Hour).UTC().Format(time.RFC3339)}}
}

// Events returns the first events, at most 1000, that a query in LogsQL finds.
func (c *Client) Events(ctx context.Context, query string) ([]Event, error) {
	q := span()
	q.Set("query", query)
	q.Set("limit", "1000")
	var page struct{ Items []Event }
	_, err := c.JSON(ctx, "GET", "/api/v1/events?"+q.Encode(), nil, &page)
	return page.Items, err
}

// Count asks how many events a query finds, and how many different values a field has in them.
func (c *Client) Count(ctx context.Context, query, field string) (rows, unique int64, err error) {
	items, err := c.Events(ctx, fmt.Sprintf("%s | stats count() rows, count_uniq(%s) unique", query, field))
	if err != nil || len(items) == 0 {
		return 0, 0, err
	}
	if rows, err = strconv.ParseInt(items[0].Fields["rows"], 10, 64); err != nil {
		return 0, 0, err
	}
	unique, err = strconv.ParseInt(items[0].Fields["unique"], 10, 64)
	return rows, unique, err
}

// Rows asks how many events a query finds.
func (c *Client) Rows(ctx context.Context, query string) (int64, error) {
	items, err := c.Events(ctx, query+" | stats count() rows")
	if err != nil || len(items) == 0 {
		return 0, err
	}
	return strconv.ParseInt(items[0].Fields["rows"], 10, 64)
}

// Export streams all events since a time, with hardly any fields.
func (c *Client) Export(ctx context.Context, since time.Time, fn func(Event)) error {
	q := url.Values{"since": {since.UTC().Format(time.RFC3339Nano)}, "fields": {"vedette.seq"}}
	q.Set("limit", "1000000")
	resp, err := c.Do(ctx, "GET", "/api/v1/events?"+q.Encode(), http.Header{"Accept": {"application/x-ndjson"}}, nil)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
		return fmt.Errorf("export: %s: %s", resp.Status, text)
	}
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 8<<20)
	for lines.Scan() {
		var ev Event
		if err := json.Unmarshal(lines.Bytes(), &ev); err != nil {
			return fmt.Errorf("export: %w", err)
		}
		fn(ev)
	}
	return lines.Err()
}

// Each pages through one of the API's lists.
func Each[T any](ctx context.Context, c *Client, path string, fn func(T)) error {
	at, err := url.Parse(path)
	if err != nil {
		return err
	}
	q := at.Query()
	q.Set("limit", "500")
	for {
		var page struct {
			Items []T
			Next  string
		}
		if _, err := c.JSON(ctx, "GET", at.Path+"?"+q.Encode(), nil, &page); err != nil {
			return err
		}
		for _, item := range page.Items {
			fn(item)
		}
		if page.Next == "" {
			return nil
		}
		q.Set("cursor", page.Next)
	}
}

// Sources lists who has sent, by name.
func (c *Client) Sources(ctx context.Context) (map[string]vedette.SourceStatus, error) {
	var list struct{ Items []vedette.SourceStatus }
	_, err := c.JSON(ctx, "GET", "/api/v1/sources", nil, &list)
	byName := map[string]vedette.SourceStatus{}
	for _, src := range list.Items {
		byName[src.Name] = src
	}
	return byName, err
}

// Backlog is how many accepted batches are not processed yet.
func (c *Client) Backlog(ctx context.Context) (int64, error) {
	var today struct{ Ingest struct{ Backlog int64 } }
	_, err := c.JSON(ctx, "GET", "/api/v1/today", nil, &today)
	return today.Ingest.Backlog, err
}

// Metric sums the samples of a metric whose labels contain all the texts given; 0 when there are none.
func (c *Client) Metric(ctx context.Context, name string, labels ...string) (float64, error) {
	resp, err := c.Do(ctx, "GET", "/metrics", nil, nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err
	}
	if resp.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("metrics: %s: %s", resp.Status, text)
	}
	sum := 0.0
line:
	for line := range strings.SplitSeq(string(text), "\n") {
		rest, ok := strings.CutPrefix(line, name)
		if !ok || rest == "" || rest[0] != '{' && rest[0] != ' ' {
			continue
		}
		for _, label := range labels {
			if !strings.Contains(rest, label) {
				continue line
			}
		}
		value, err := strconv.ParseFloat(rest[strings.LastIndexByte(rest, ' ')+1:], 64)
		if err != nil {
			return 0, err
		}
		sum += value
	}
	return sum, nil
}
