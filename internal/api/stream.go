package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/vedette-soc/vedette/internal/access"
)

// writeTime is how long a client of the stream may take to accept one write.
const writeTime = 15 * time.Second

type streamInput struct {
	LastEventID string `header:"Last-Event-ID" maxLength:"64" doc:"The last id received; what came since is sent first"`
}

// streamOutput writes its own body, for as long as the client listens.
type streamOutput struct {
	Body func(huma.Context)
}

// StreamHello is the first message of a stream.
type StreamHello struct{}

// StreamReset tells a client that it has missed changes.
type StreamReset struct {
	Reason string `json:"reason" enum:"slow,gap" doc:"slow: this client did not read fast enough; gap: what came since its last id is no longer kept"`
}

// openStream joins the hub before the answer begins, so that a refusal is still a problem.
func (a *API) openStream(ctx context.Context, in *streamInput) (*streamOutput, error) {
	start := a.hub.newest() // before it joins: what comes between is then sent twice, never missed
	c, err := a.hub.join(requestOf(ctx).principal.Tenant, in.LastEventID, a.cfg.Streams)
	if err != nil {
		return nil, err
	}
	return &streamOutput{Body: func(hc huma.Context) {
		defer a.hub.leave(c)
		_, w := humago.Unwrap(hc)
		rc := http.NewResponseController(w)
		defer func() { _ = rc.SetWriteDeadline(time.Time{}) }() // the connection may serve other requests later
		hc.SetHeader("Content-Type", "text/event-stream")
		hc.SetHeader("X-Accel-Buffering", "no") // proxies: do not hold it back
		hc.SetStatus(http.StatusOK)
		out := streamWriter{w: w, rc: rc}
		// A new client gets an id at once, so that it can resume even when nothing has happened yet; one that resumes
		// keeps its own until it has the rest.
		id := ""
		if !c.resumed {
			id = start
		}
		out.write([]byte("retry: 3000\n"), frameOf(kindHello, id, []byte("{}")))
		if c.gap {
			out.reset("gap", id)
		}
		a.follow(hc.Context(), c, &out)
	}}, nil
}

// follow writes what the hub offers until the client leaves, is too slow, may no longer listen, or the hub closes.
func (a *API) follow(ctx context.Context, c *listener, out *streamWriter) {
	beat := time.NewTicker(a.cfg.Heartbeat)
	defer beat.Stop()
	for !out.failed {
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
			if !a.stillMay(ctx) {
				return
			}
			out.write([]byte(": beat\n\n"))
		case <-c.wake:
			frames, slow, ended := c.take()
			out.write(frames...)
			if slow {
				out.reset("slow", a.hub.newest())
			}
			if slow || ended {
				return
			}
		}
	}
}

// stillMay asks again whether the session or token holds and may read.
func (a *API) stillMay(ctx context.Context) bool {
	p, _, err := a.credentials(ctx, requestOf(ctx).r)
	return err == nil && p.May(access.Read)
}

// streamWriter writes frames, each batch within its time.
type streamWriter struct {
	w      http.ResponseWriter
	rc     *http.ResponseController
	failed bool
}

func (s *streamWriter) write(frames ...[]byte) {
	if s.failed || len(frames) == 0 {
		return
	}
	_ = s.rc.SetWriteDeadline(time.Now().Add(writeTime)) // not every connection has one; then the kernel's limit holds
	for _, f := range frames {
		if _, err := s.w.Write(f); err != nil {
			s.failed = true
			return
		}
	}
	s.failed = s.rc.Flush() != nil
}

func (s *streamWriter) reset(reason, id string) {
	data, _ := json.Marshal(StreamReset{Reason: reason}) // a plain string
	s.write(frameOf(kindReset, id, data))
}
