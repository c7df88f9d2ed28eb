package server

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/collect"
	"github.com/vedette-soc/vedette/internal/telemetry"
)

// How much the house may say of itself. News are facts for people: what goes beyond is told in one sentence.
const (
	newsWaiting  = 256              // in the queue; more are dropped and counted
	newsPerKind  = 20               // in each pace
	newsPace     = 10 * time.Minute // also how long the same news are not repeated
	newsKinds    = 64
	newsRecent   = 2048
	newsField    = 1 << 10 // bytes of a value
	newsFields   = 32
	sumUpEvery   = time.Minute
	phaseBegan   = "began"
	phaseEnded   = "ended"
	fieldPhase   = "phase"
	fieldSource  = "source"
	fieldRule    = "rule_id"
	newsDropFull = "queue_full"
	newsDropRefd = "refused"
)

// News is something that the house has to say of itself. Kind is "<what>.<happened>", such as "rule.failed"; Reason is a
// sentence. Fields become fields of the event: source, rule_id and rule, host and address are those that rules and
// people look for; phase is "began" unless it is given.
type News struct {
	Kind, Reason string
	Tenant       string // empty: the default tenant
	Fields       map[string]string
}

// house makes records of the house's own news, as records of the source "vedette". Tell never blocks; the same news are
// told once in ten minutes, and of each kind only some. News about the source "vedette" itself make no news.
type house struct {
	sink   collect.Sink
	queue  chan vedette.Record
	now    func() time.Time
	log    *slog.Logger
	told   *telemetry.Counter
	missed *telemetry.Counter

	mu     sync.Mutex
	paces  map[string]*pace
	recent map[string]time.Time
}

// pace is how much was said of a kind lately.
type pace struct {
	begin time.Time
	n     int
	muted int // and not said
	last  News
}

func newHouse(sink collect.Sink, now func() time.Time, m *telemetry.Metrics, log *slog.Logger) *house {
	return &house{
		sink: sink, queue: make(chan vedette.Record, newsWaiting), now: now, log: log,
		told:   m.Counter("vedette_house_news_total", "News of the house itself that became records, by kind.", "kind"),
		missed: m.Counter("vedette_house_dropped_total", "News that were not said: repeated, too many of a kind, or the journal took none.", "reason"),
		paces:  map[string]*pace{}, recent: map[string]time.Time{},
	}
}

// Tell says something once. It may be called from anywhere, at any rate.
func (h *house) Tell(n News) {
	if n.Kind == "" || n.Fields[fieldSource] == vedette.HouseSource {
		return
	}
	now := h.now()
	h.mu.Lock()
	reason := h.restrain(n, now)
	h.mu.Unlock()
	if reason != "" {
		h.missed.Add(1, reason)
		return
	}
	h.offer(n, now)
}

// restrain tells why something is not said; empty when it is. The lock is held.
func (h *house) restrain(n News, now time.Time) string {
	same := strings.Join([]string{n.Kind, n.Tenant, n.Fields[fieldSource], n.Fields[fieldRule], n.Fields["logsource"], n.Fields[fieldPhase]}, "\x00")
	if last, has := h.recent[same]; has && now.Sub(last) < newsPace {
		return "repeated"
	}
	p := h.paces[n.Kind]
	if p == nil {
		if len(h.paces) >= newsKinds {
			return "too_many_kinds"
		}
		p = &pace{begin: now}
		h.paces[n.Kind] = p
	}
	if now.Sub(p.begin) >= newsPace {
		p.begin, p.n = now, 0
	}
	if p.n >= newsPerKind {
		p.muted, p.last = p.muted+1, n
		return "too_many"
	}
	p.n++
	if len(h.recent) >= newsRecent {
		maps.DeleteFunc(h.recent, func(_ string, last time.Time) bool { return now.Sub(last) >= newsPace })
	}
	if len(h.recent) < newsRecent {
		h.recent[same] = now
	}
	return ""
}

// sumUp says of each kind of which too many came how many more there were.
func (h *house) sumUp() {
	now := h.now()
	var list []News
	h.mu.Lock()
	for kind, p := range h.paces {
		if p.muted > 0 {
			list = append(list, News{Kind: kind, Tenant: p.last.Tenant, Reason: fmt.Sprintf("%d more of the kind; the last: %s", p.muted, p.last.Reason),
				Fields: map[string]string{"more": fmt.Sprint(p.muted), fieldPhase: p.last.Fields[fieldPhase]}})
			p.muted = 0
		}
	}
	h.mu.Unlock()
	for _, n := range list {
		h.offer(n, now)
	}
}

func (h *house) offer(n News, now time.Time) {
	rec, err := record(n, now)
	if err != nil {
		h.log.Error("write news of the house", "kind", n.Kind, "error", err)
		return
	}
	select {
	case h.queue <- rec:
		h.told.Add(1, n.Kind)
	default:
		h.missed.Add(1, newsDropFull)
	}
}

// record writes news as the parser house reads them.
func record(n News, now time.Time) (vedette.Record, error) {
	fields := make(map[string]string, len(n.Fields)+5)
	for _, name := range slices.Sorted(maps.Keys(n.Fields)) {
		if len(fields) < newsFields && n.Fields[name] != "" {
			fields[name] = vedette.Cut(n.Fields[name], newsField)
		}
	}
	if fields[fieldPhase] == "" {
		fields[fieldPhase] = phaseBegan
	}
	fields["vedette"], fields["kind"], fields["reason"] = "news", n.Kind, vedette.Cut(n.Reason, newsField)
	fields["time"] = now.UTC().Format(time.RFC3339Nano)
	data, err := json.Marshal(fields)
	if err != nil {
		return vedette.Record{}, fmt.Errorf("write news: %w", err)
	}
	tenant := n.Tenant
	if tenant == "" {
		tenant = vedette.DefaultTenant
	}
	return vedette.Record{Tenant: tenant, Source: vedette.HouseSource, Receiver: vedette.HouseSource, Format: vedette.FormatJSON, Received: now.UTC(), Data: data}, nil
}

// Run hands the records in until the context ends. While the journal takes none it waits, and the queue fills up.
func (h *house) Run(ctx context.Context) error {
	tick := time.NewTicker(sumUpEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			h.sumUp()
		case rec := <-h.queue:
			if err := collect.AcceptPatiently(ctx, h.sink, []vedette.Record{rec}); err != nil && ctx.Err() == nil {
				h.missed.Add(1, newsDropRefd)
				h.log.Error("keep news of the house", "error", err)
			}
		}
	}
}

// hostIn reads the machine off the name of a source, when the name is one: "syslog/web-01", "http/10.0.0.7".
func hostIn(source string) (host, address string) {
	_, name, found := strings.Cut(source, "/")
	if !found || name == "" || len(name) > 253 {
		return "", ""
	}
	if addr, err := netip.ParseAddr(name); err == nil {
		return "", addr.String()
	}
	plain := strings.IndexFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '.' && r != '_'
	}) < 0
	if !plain {
		return "", ""
	}
	return name, ""
}
