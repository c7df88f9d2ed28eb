package api_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/api"
)

// frame is one server-sent event.
type frame struct{ id, event, data string }

// listen opens the stream and hands out its frames; the channel is closed when the stream ends.
func (c *client) listen(ctx context.Context, last string) <-chan frame {
	c.h.t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.h.server.URL+"/api/v1/stream", nil)
	must(c.h.t, err)
	req.Header.Set("Authorization", c.header)
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	res, err := c.h.server.Client().Do(req)
	must(c.h.t, err)
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" {
		c.h.t.Fatalf("the stream answers %d %s", res.StatusCode, res.Header.Get("Content-Type"))
	}
	frames := make(chan frame, 10000)
	go func() {
		defer close(frames)
		defer res.Body.Close()
		lines := bufio.NewScanner(res.Body)
		lines.Buffer(nil, 1<<20)
		var f frame
		for lines.Scan() {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "id":
				f.id = value
			case "event":
				f.event = value
			case "data":
				f.data = value
			case "":
				if f.event != "" || value == "beat" {
					frames <- f
				}
				f = frame{}
			}
		}
	}()
	return frames
}

func next(t *testing.T, frames <-chan frame) frame {
	t.Helper()
	for {
		select {
		case f, ok := <-frames:
			if !ok {
				t.Fatal("the stream has ended")
			}
			if f.event != "" {
				return f
			}
		case <-time.After(10 * time.Second):
			t.Fatal("nothing came")
		}
	}
}

func ended(t *testing.T, frames <-chan frame) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		select {
		case _, ok := <-frames:
			if !ok {
				return
			}
		case <-deadline:
			t.Fatal("the stream goes on")
		}
	}
}

func TestStreamResumesWhereItBroke(t *testing.T) {
	h := open(t)
	h.fold(incident("inc-1", 90))
	c := h.people["viewer"]
	ctx, cancel := context.WithCancel(t.Context())
	frames := c.listen(ctx, "")
	hello := next(t, frames)
	if hello.event != "hello" || hello.id == "" {
		t.Fatalf("%+v", hello)
	}
	h.people["analyst"].do("PATCH", "/api/v1/incidents/inc-1", map[string]any{"status": "working"}).want(t, 200)
	first := next(t, frames)
	if first.event != "incident" || !strings.Contains(first.data, `"status":"working"`) || strings.Contains(first.data, "null") || strings.Contains(first.data, "a-1") {
		t.Fatalf("%+v", first)
	}
	cancel()
	ended(t, frames)
	hub := h.api.Hub()
	hub.Publish(api.KindAction, "act-1", vedette.Action{ID: "act-1", Tenant: vedette.DefaultTenant})
	hub.Publish(api.KindAction, "act-2", vedette.Action{ID: "act-2", Tenant: "other"})
	hub.Publish(api.KindStats, "stats", api.Ingest{Rate: 1})
	hub.Publish(api.KindStats, "stats", api.Ingest{Rate: 2})
	frames = c.listen(t.Context(), first.id)
	if f := next(t, frames); f.event != "hello" || f.id != "" {
		t.Errorf("%+v", f)
	}
	if f := next(t, frames); f.event != "action" || !strings.Contains(f.data, "act-1") {
		t.Errorf("%+v", f)
	}
	if f := next(t, frames); f.event != "stats" || !strings.Contains(f.data, `"rate":2`) {
		t.Errorf("not the newest state alone: %+v", f)
	}
	h.api.Close()
	ended(t, frames)
	c.do("GET", "/api/v1/stream", nil).want(t, 503)
}

func TestStreamSaysWhenItForgot(t *testing.T) {
	h := open(t, func(c *api.Config) { c.Ring = 3 })
	c := h.people["viewer"]
	ctx, cancel := context.WithCancel(t.Context())
	last := next(t, c.listen(ctx, "")).id
	cancel()
	for i := range 5 {
		h.api.Hub().Publish(api.KindSource, fmt.Sprint(i), vedette.SourceStatus{Name: fmt.Sprint(i), Tenant: vedette.DefaultTenant})
	}
	for _, id := range []string{last, "other-1", "nonsense"} {
		frames := c.listen(t.Context(), id)
		next(t, frames)
		if f := next(t, frames); f.event != "reset" || !strings.Contains(f.data, "gap") {
			t.Errorf("after %s: %+v", id, f)
		}
	}
}

// A client that comes back to more than it may have waiting starts over, and does not come back to the same again.
func TestStreamDoesNotSendTheSameClientAwayForEver(t *testing.T) {
	h := open(t, func(c *api.Config) { c.Queue = 4 })
	c := h.people["viewer"]
	ctx, cancel := context.WithCancel(t.Context())
	last := next(t, c.listen(ctx, "")).id
	cancel()
	publish := func(from, n int) {
		for i := range n {
			id := fmt.Sprint(from + i)
			h.api.Hub().Publish(api.KindSource, id, vedette.SourceStatus{Name: id, Tenant: vedette.DefaultTenant})
		}
	}
	publish(0, 50)
	ctx, cancel = context.WithCancel(t.Context())
	frames := c.listen(ctx, last)
	next(t, frames)
	reset := next(t, frames)
	if reset.event != "reset" || reset.id == "" || reset.id == last {
		t.Fatalf("%+v", reset)
	}
	cancel()
	publish(100, 1)
	frames = c.listen(t.Context(), reset.id)
	next(t, frames)
	if f := next(t, frames); f.event != "source" || !strings.Contains(f.data, `"100"`) {
		t.Errorf("%+v", f)
	}
}

func TestStreamIsForThoseWhoMayRead(t *testing.T) {
	h := open(t, func(c *api.Config) { c.Streams, c.Heartbeat = 1, 20*time.Millisecond })
	h.anon.do("GET", "/api/v1/stream", nil).want(t, 401)
	h.people["ingester"].do("GET", "/api/v1/stream", nil).want(t, 403)
	made := into[api.NewToken](t, h.people["admin"].do("POST", "/api/v1/tokens", map[string]any{"name": "x", "scopes": []string{"read"}}).want(t, 201))
	c := &client{h: h, header: "Bearer " + made.Secret}
	frames := c.listen(t.Context(), "")
	next(t, frames)
	c.do("GET", "/api/v1/stream", nil).want(t, 503) // one is as many as may
	h.people["admin"].do("DELETE", "/api/v1/tokens/"+made.ID, nil).want(t, 204)
	ended(t, frames)
}

// stuck is a connection that takes nothing until it is let go.
type stuck struct {
	*httptest.ResponseRecorder
	mu    sync.Mutex
	let   chan struct{}
	began chan struct{}
	once  sync.Once
}

func (s *stuck) Write(b []byte) (int, error) {
	if strings.Contains(string(b), "event: source") {
		s.once.Do(func() { close(s.began) })
		<-s.let
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ResponseRecorder.Write(b)
}

func TestSlowClientIsSentAway(t *testing.T) {
	h := open(t, func(c *api.Config) { c.Queue = 4 })
	w := &stuck{ResponseRecorder: httptest.NewRecorder(), let: make(chan struct{}), began: make(chan struct{})}
	req := httptest.NewRequestWithContext(t.Context(), "GET", "/api/v1/stream", nil)
	req.Header.Set("Authorization", h.people["viewer"].header)
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.api.Handler().ServeHTTP(w, req)
	}()
	publish := func(i int) {
		h.api.Hub().Publish(api.KindSource, fmt.Sprint(i), vedette.SourceStatus{Name: fmt.Sprint(i), Tenant: vedette.DefaultTenant})
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for began := false; !began; {
		publish(0)
		select {
		case <-w.began:
			began = true
		case <-tick.C:
		case <-time.After(10 * time.Second):
			t.Fatal("the stream does not begin")
		}
	}
	for i := range 10000 { // never waits for the client
		publish(i)
	}
	close(w.let)
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("the slow client stays")
	}
	if body := w.Body.String(); !strings.Contains(body, "event: reset\ndata: {\"reason\":\"slow\"}") {
		t.Errorf("it is not told why: %.300s", body)
	}
}
