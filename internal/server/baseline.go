package server

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/baseline"
	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/statestore"
)

// BaselineConfig says whether what is usual is learned, and how much of it is kept.
type BaselineConfig struct {
	Enabled  bool          `yaml:"enabled"`
	Learning time.Duration `yaml:"learning"` // before what is unusual has its full weight
	Memory   int64         `yaml:"memory"`   // bytes that all that is known may take
}

func (c BaselineConfig) validate() error {
	if c.Learning < time.Minute || c.Learning > 90*24*time.Hour || c.Memory < 16<<20 {
		return vedette.Errorf(vedette.CodeInvalid, "baseline.learning must be between 1m and 90d, baseline.memory at least 16MiB")
	}
	return nil
}

const (
	baselineFile    = "baseline.state"
	quarantineEvery = 15 * time.Second
)

// quarantineReceiver marks a record that says which entities of open incidents nothing is learned from. Like a tick it goes
// through the journal, so that it counts from the same place on when the journal is read again.
const quarantineReceiver = "vedette.quarantine"

// quarantine is what such a record says, in place of the one before it.
type quarantine struct {
	Entities []vedette.EntityRef `json:"entities"`
}

// baselines feeds the detectors of the unknown in the order of the journal, and writes what they know down behind the
// checkpoint.
type baselines struct {
	path   string
	log    *slog.Logger
	counts baselineCounts
	defect func(stage string)

	mu      sync.Mutex // a batch in full, and no snapshot in the midst of one
	engine  *baseline.Baseline
	fresh   bool      // there was no state on disk
	seq     uint64    // the last batch that was observed
	saved   uint64    // what the file holds
	pending bool      // a snapshot waits, beside the file, until the checkpoint has reached it
	through uint64    // its sequence
	taken   time.Time // when it was written
	rest    time.Duration
	before  baseline.Stats    // as published
	asked   map[string]string // by tenant: the quarantine that was last put into the journal
	looked  time.Time         // when open incidents were last looked at
}

// openBaselines builds the detectors and reads what they knew before the last stop.
func (s *Server) openBaselines(networks entity.Networks) error {
	if !s.cfg.Baseline.Enabled {
		return nil
	}
	var seed [8]byte
	_, _ = rand.Read(seed[:]) // never fails
	b := &baselines{
		path: filepath.Join(s.cfg.Data.Dir, baselineFile), log: s.log, counts: newBaselineCounts(s.metrics), taken: time.Now(), asked: map[string]string{},
		defect: func(stage string) { s.process.counts.defects.Add(1, stage) },
	}
	var err error
	b.engine, err = baseline.New(baseline.Config{
		Learning: s.cfg.Baseline.Learning, Memory: int(min(s.cfg.Baseline.Memory, math.MaxInt)), Networks: networks,
		Seed: binary.LittleEndian.Uint64(seed[:]), OnNotice: s.tellBaseline,
	})
	if err != nil {
		return err
	}
	if err := b.load(); err != nil {
		s.log.Error("baselines begin without what they knew; the journal is read again as far as it goes", "error", err)
	}
	b.before = b.engine.Stats() // figures count from the start of the server
	s.process.baselines = b
	return nil
}

// tellBaseline makes news of what the detectors have to say of themselves.
func (s *Server) tellBaseline(n baseline.Notice) {
	s.log.Info("baseline: "+n.Text.En, "tenant", n.Tenant, "detector", n.Detector, "count", n.Count)
	if s.house != nil && n.Kind != baseline.NoticeLearned {
		s.house.Tell(News{Kind: "baseline." + n.Kind, Reason: n.Text.En, Tenant: n.Tenant, Fields: map[string]string{
			"detector": n.Detector, "count": fmt.Sprint(n.Count), fieldRule: baseline.RulePrefix + n.Detector,
		}})
	}
}

func (b *baselines) load() error {
	file, err := os.Open(b.path)
	if errors.Is(err, fs.ErrNotExist) {
		b.fresh = true
		return nil
	}
	if err != nil {
		return fmt.Errorf("open the baselines: %w", err)
	}
	defer func() { _ = file.Close() }()
	b.saved, err = b.engine.Restore(file)
	return err
}

// begin tells from which sequence the journal must be read so that nothing is missing, given what others need. Where nothing
// was learned before, learning begins with what comes next. A state from ahead of the journal belongs to another journal,
// and is forgotten.
func (b *baselines) begin(from, indexed, last uint64) (uint64, error) {
	if b == nil {
		return from, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.saved > max(indexed, last) {
		b.log.Warn("the baselines are ahead of the journal; they begin anew", "state", b.saved, "journal", max(indexed, last))
		_, _ = b.engine.Restore(strings.NewReader("")) // forgets
		b.fresh, b.saved = true, 0
	}
	if !b.fresh {
		b.seq = b.saved
		return min(from, b.saved+1), nil
	}
	b.fresh, b.seq = false, indexed
	if err := b.encode(); err != nil {
		return from, err
	}
	return from, b.install()
}

// start lets the detectors look at a batch beside everything else that does; wait returns their alerts.
func (b *baselines) start(seq uint64, events []*vedette.Event, orders []vedette.Record, received time.Time) (wait func() []vedette.Alert) {
	if b == nil {
		return func() []vedette.Alert { return nil }
	}
	done := make(chan []vedette.Alert, 1)
	go func() { done <- b.observe(seq, events, orders, received) }()
	return func() []vedette.Alert { return <-done }
}

func (b *baselines) observe(seq uint64, events []*vedette.Event, orders []vedette.Record, received time.Time) (alerts []vedette.Alert) {
	b.mu.Lock()
	defer b.mu.Unlock()
	defer func() {
		if v := recover(); v != nil {
			b.defect("baseline")
			b.log.Error("a defect kept events from being compared with what is usual", "sequence", seq, "panic", v, "stack", string(debug.Stack()))
		}
	}()
	if seq <= b.seq {
		return nil
	}
	b.seq = seq
	for i := range orders {
		var q quarantine
		if err := json.Unmarshal(orders[i].Data, &q); err != nil {
			b.log.Error("read which entities nothing is learned from", "sequence", seq, "error", err)
			continue
		}
		b.engine.Quarantine(orders[i].Tenant, q.Entities...)
	}
	take := func(a vedette.Alert) { alerts = append(alerts, a) }
	for _, ev := range events {
		b.engine.Observe(ev, take)
	}
	if !received.IsZero() {
		b.engine.Advance(received, take)
	}
	return alerts
}

// keep writes what is known down when it is time to, and tells through which sequence the journal may be trimmed.
func (b *baselines) keep(indexed uint64) (through uint64, err error) {
	if b == nil {
		return math.MaxUint64, nil
	}
	b.mu.Lock()
	if !b.pending && b.seq > b.saved && time.Since(b.taken) >= max(snapshotEvery, b.rest) {
		err = b.encode()
	}
	ready := b.pending && b.through <= indexed
	b.mu.Unlock()
	if err == nil && ready { // nobody else touches a pending snapshot, and the disk may be slow
		err = b.install()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.saved, err
}

// encode writes a snapshot beside the file.
func (b *baselines) encode() (err error) {
	begin := time.Now()
	file, err := os.OpenFile(b.path+".new", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("write the baselines down: %w", err)
	}
	out := bufio.NewWriterSize(file, 1<<20)
	if err = b.engine.Snapshot(out, b.seq); err == nil {
		err = out.Flush()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("write the baselines down: %w", errors.Join(err, os.Remove(b.path+".new")))
	}
	b.pending, b.through, b.taken = true, b.seq, time.Now()
	b.rest = snapshotShare * b.taken.Sub(begin)
	return nil
}

// install puts the pending snapshot in place of the file.
func (b *baselines) install() error {
	if err := settleFile(b.path); err != nil {
		return fmt.Errorf("put the baselines in place: %w", err)
	}
	b.saved, b.pending = b.through, false
	return nil
}

// settleFile makes sure of path.new and puts it in place of path.
func settleFile(path string) error {
	file, err := os.OpenFile(path+".new", os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// finish writes what is known down after everything through a sequence was surely stored, and tells how far the journal may
// be trimmed.
func (b *baselines) finish(done uint64) (through uint64, err error) {
	if b == nil {
		return done, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.seq <= done && b.seq > b.saved {
		if err := b.encode(); err != nil {
			return min(done, b.saved), err
		}
	}
	if b.pending && b.through <= done {
		err = b.install()
	}
	return min(done, b.saved), err
}

// withoutOrders takes records out that are for the baselines alone.
func withoutOrders(records []vedette.Record) (rest, orders []vedette.Record) {
	if !slices.ContainsFunc(records, func(r vedette.Record) bool { return r.Receiver == quarantineReceiver }) {
		return records, nil
	}
	for i := range records {
		if records[i].Receiver == quarantineReceiver {
			orders = append(orders, records[i])
		} else {
			rest = append(rest, records[i])
		}
	}
	return rest, orders
}

// keepBaselines publishes figures, and tells the detectors of whom nothing is to be learned.
func (s *Server) keepBaselines(ctx context.Context) {
	b := s.process.baselines
	if b == nil {
		return
	}
	b.publish()
	if time.Since(b.looked) < quarantineEvery {
		return
	}
	b.looked = time.Now()
	orders, err := b.orders(time.Now(), func(tenant string) ([]vedette.EntityRef, error) { return suspects(ctx, s.state, tenant) })
	if err != nil {
		s.log.Error("look for entities of open incidents", "error", err)
	}
	if len(orders) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if _, err := s.journal.Append(ctx, orders); err != nil {
		s.log.Warn("entities of open incidents are learned from until the journal takes records", "error", err)
		return
	}
	for i := range orders {
		b.asked[orders[i].Tenant] = string(orders[i].Data)
	}
}

// orders are the quarantines that are not what the journal was told last, one for each tenant that has baselines. A tenant
// whose suspects cannot be asked for keeps what it has.
func (b *baselines) orders(now time.Time, suspectsOf func(tenant string) ([]vedette.EntityRef, error)) (list []vedette.Record, err error) {
	for _, tenant := range b.engine.Tenants() {
		entities, failed := suspectsOf(tenant)
		if failed != nil {
			err = errors.Join(err, fmt.Errorf("of tenant %s: %w", tenant, failed))
			continue
		}
		data, failed := json.Marshal(quarantine{Entities: entities})
		if failed != nil {
			err = errors.Join(err, failed)
			continue
		}
		if string(data) != b.asked[tenant] {
			list = append(list, vedette.Record{Tenant: tenant, Source: "vedette", Receiver: quarantineReceiver, Received: now, Data: data})
		}
	}
	return list, err
}

// usual tells what is usual of an entity; nil when nothing learns it.
func (b *baselines) usual() func(tenant string, ref vedette.EntityRef) []vedette.UsualFeature {
	if b == nil {
		return nil
	}
	return b.engine.Usual
}

// mostSuspects bounds the entities of a tenant that nothing is learned from.
const mostSuspects = 1000

// suspects are the hosts, accounts and addresses of a tenant's open incidents above the line. When they are more than
// mostSuspects, hosts and accounts go before addresses, and those of the highest score before others.
func suspects(ctx context.Context, state *statestore.Store, tenant string) ([]vedette.EntityRef, error) {
	open, _, _, err := state.Incidents(ctx, statestore.IncidentFilter{
		Tenant: tenant, Status: []vedette.IncidentStatus{vedette.StatusOpen, vedette.StatusWorking, vedette.StatusContained}, Line: "above",
	}, statestore.Page{Limit: 200})
	if err != nil {
		return nil, err
	}
	list, known := []vedette.EntityRef{}, map[vedette.EntityRef]bool{}
	take := func(kinds ...vedette.EntityKind) {
		for i := range open {
			for _, e := range open[i].Entities {
				ref := vedette.EntityRef{Kind: e.Kind, Name: e.Name}
				if slices.Contains(kinds, e.Kind) && !known[ref] && len(list) < mostSuspects {
					known[ref] = true
					list = append(list, ref)
				}
			}
		}
	}
	take(vedette.EntityHost, vedette.EntityUser)
	take(vedette.EntityAddress)
	slices.SortFunc(list, func(a, c vedette.EntityRef) int {
		return strings.Compare(string(a.Kind)+"\x00"+a.Name, string(c.Kind)+"\x00"+c.Name)
	})
	return list, nil
}
