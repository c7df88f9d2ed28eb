package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/vedette-soc/vedette"
)

// The kinds of message on the stream.
const (
	KindIncident = "incident"
	KindAction   = "action"
	KindAlert    = "alert"
	KindSource   = "source"
	KindStats    = "stats"
	kindHello    = "hello"
	kindReset    = "reset"
)

const (
	ringBytes    = 16 << 20
	messageBytes = 64 << 10
	alertsPerSec = 50
)

// Hub passes changes on to everyone who listens. It keeps the newest in a ring, so that a client whose connection broke
// can be told what it missed. A client that does not read fast enough gets only the newest state of each object, and is
// sent away with a reset when even those are too many.
type Hub struct {
	most   int // messages in the ring
	queue  int // objects that one client may have waiting
	epoch  string
	alerts *rate.Limiter
	log    *slog.Logger

	mu      sync.Mutex
	seq     uint64
	ring    []message // oldest first
	size    int
	clients map[*listener]struct{}
	closed  bool
	skipped int64 // alerts not sent because there were too many
}

// message is one server-sent event, ready to be written.
type message struct {
	seq    uint64
	tenant string // empty: for everyone
	key    string // kind and id: a later message with the same key makes this one needless
	frame  []byte
}

func newHub(most, queue int, epoch time.Time, log *slog.Logger) *Hub {
	return &Hub{
		most: most, queue: queue, epoch: strconv.FormatInt(epoch.UnixMilli(), 36),
		alerts: rate.NewLimiter(alertsPerSec, alertsPerSec), log: log, clients: map[*listener]struct{}{},
	}
}

// Publish tells everyone who may see it that the object id of a kind is now as payload says. It never waits for a client.
// The payload is written as JSON before Publish returns; its Tenant decides who gets it. Alerts are thinned out to 50 a
// second: the incidents that they are folded into are what tells the story. A nil hub does nothing.
func (h *Hub) Publish(kind, id string, payload any) {
	if h == nil || kind == KindAlert && !h.allowAlert() {
		return
	}
	tenant, payload := slim(payload)
	data, err := json.Marshal(filled(reflect.ValueOf(payload)).Interface())
	if err != nil || len(data) > messageBytes {
		h.log.Warn("a change is too large for the stream", slog.String("kind", kind), slog.String("id", id), slog.Int("bytes", len(data)), slog.Any("error", err))
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	h.seq++
	m := message{seq: h.seq, tenant: tenant, key: kind + "\x00" + id, frame: frameOf(kind, h.epoch+"-"+strconv.FormatUint(h.seq, 10), data)}
	h.keep(m)
	for c := range h.clients {
		c.offer(m)
	}
}

func (h *Hub) allowAlert() bool {
	if h.alerts.Allow() {
		return true
	}
	h.mu.Lock()
	h.skipped++
	h.mu.Unlock()
	return false
}

// keep puts a message into the ring, which is bounded in number and in bytes.
func (h *Hub) keep(m message) {
	h.ring = append(h.ring, m)
	h.size += len(m.frame)
	drop := 0
	for len(h.ring)-drop > h.most || h.size > ringBytes {
		h.size -= len(h.ring[drop].frame)
		h.ring[drop] = message{}
		drop++
	}
	h.ring = h.ring[drop:]
}

// join adds a listener and gives it what came after last. When that is no longer known it is told to start over.
func (h *Hub) join(tenant, last string, most int) (*listener, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, vedette.Errorf(vedette.CodeUnavailable, "the server is stopping")
	}
	if len(h.clients) >= most {
		return nil, vedette.Errorf(vedette.CodeUnavailable, "%d clients listen already, as many as may", most)
	}
	c := newListener(tenant, h.queue)
	if seq, ok := h.known(last); ok {
		for _, m := range h.ring {
			if m.seq > seq {
				c.offer(m)
			}
		}
		if c.slow { // too much was missed: fetching everything anew is less than this
			c, ok = newListener(tenant, h.queue), false
		}
		c.resumed = ok
	}
	c.gap = last != "" && !c.resumed
	h.clients[c] = struct{}{}
	return c, nil
}

// newest returns the id of the newest message: whoever fetches everything after hearing it may go on from there.
func (h *Hub) newest() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.epoch + "-" + strconv.FormatUint(h.seq, 10)
}

// known reads an id of ours and tells whether everything after it is still in the ring.
func (h *Hub) known(last string) (uint64, bool) {
	epoch, number, ok := strings.Cut(last, "-")
	seq, err := strconv.ParseUint(number, 10, 64)
	if !ok || err != nil || epoch != h.epoch || seq > h.seq {
		return 0, false
	}
	if len(h.ring) == 0 {
		return seq, seq == h.seq
	}
	return seq, seq+1 >= h.ring[0].seq
}

func (h *Hub) leave(c *listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.clients, c)
}

// close ends every stream; clients come back to whatever serves next.
func (h *Hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for c := range h.clients {
		c.end()
	}
}

// stats returns how many listen, and how many alerts were left out so far.
func (h *Hub) stats() (clients int, skipped int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.clients), h.skipped
}

func frameOf(kind, id string, data []byte) []byte {
	var b bytes.Buffer
	if id != "" {
		fmt.Fprintf(&b, "id: %s\n", id)
	}
	fmt.Fprintf(&b, "event: %s\ndata: %s\n\n", kind, data)
	return b.Bytes()
}

// slim takes the heavy parts off an object, and finds whose it is.
func slim(payload any) (tenant string, light any) {
	switch v := payload.(type) {
	case vedette.Incident:
		v.Evidence = nil
		return v.Tenant, v
	case vedette.Action:
		return v.Tenant, v
	case vedette.Alert:
		return v.Tenant, v
	case vedette.SourceStatus:
		v.Samples = nil
		return v.Tenant, v
	case LiveStats:
		return "", v.Ingest
	}
	return "", payload
}
