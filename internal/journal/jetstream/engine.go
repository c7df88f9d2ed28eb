package jetstream

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/journal"
)

const (
	streamName = "RECORDS"
	subject    = "vedette.records"

	startTimeout   = 2 * time.Minute // recovery of a large journal after a crash reads all of it
	requestTimeout = 10 * time.Second
	publishTimeout = 30 * time.Second // a very slow disk; a failing one is noticed by its error

	// Code of JetStream's API for a message that could not be stored; the description tells why.
	errStoreFailed = 10077
)

// engine is one life of the embedded server.
type engine struct {
	srv    *server.Server
	nc     *nats.Conn
	js     jetstream.JetStream
	stream jetstream.Stream
	opened jetstream.StreamState // what was stored at the start
	failed chan struct{}         // closed when the server could not write
}

func startEngine(cfg journal.Config, log *slog.Logger) (*engine, error) {
	srv, err := server.NewServer(&server.Options{
		ServerName:             "vedette-journal",
		DontListen:             true,
		NoSigs:                 true,
		JetStream:              true,
		StoreDir:               cfg.Dir,
		SyncAlways:             true,
		JetStreamMaxMemory:     1 << 20,
		JetStreamMaxStore:      1 << 62, // the stream has its own limit
		DisableJetStreamBanner: true,
		MaxPayload:             journal.MaxBatchBytes,
		MaxPending:             4 * journal.MaxBatchBytes,
	})
	if err != nil {
		return nil, fmt.Errorf("configure the embedded server: %w", err)
	}
	e := &engine{srv: srv, failed: make(chan struct{})}
	srv.SetLoggerV2(&logger{log: log, writeFailed: sync.OnceFunc(func() { close(e.failed) })}, false, false, false)
	srv.Start()
	if err := e.connect(cfg); err != nil {
		e.stop()
		return nil, err
	}
	return e, nil
}

func (e *engine) connect(cfg journal.Config) error {
	if !e.srv.ReadyForConnections(startTimeout) {
		return errors.New("the embedded server did not start; the log says why")
	}
	if !e.srv.JetStreamEnabled() {
		return errors.New("the embedded server has no storage; the log says why")
	}
	nc, err := nats.Connect("", nats.InProcessServer(e.srv), nats.NoReconnect(), nats.Name("journal"))
	if err != nil {
		return fmt.Errorf("connect in process: %w", err)
	}
	e.nc = nc
	if e.js, err = jetstream.New(nc, jetstream.WithDefaultTimeout(requestTimeout)); err != nil {
		return fmt.Errorf("prepare the client: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	want := jetstream.StreamConfig{
		Name:        streamName,
		Description: "records as receivers accepted them",
		Subjects:    []string{subject},
		Storage:     jetstream.FileStorage,
		Retention:   jetstream.LimitsPolicy,
		Discard:     jetstream.DiscardNew,
		MaxBytes:    cfg.MaxBytes,
		MaxMsgSize:  journal.MaxBatchBytes,
		AllowDirect: true,
		Replicas:    1,
	}
	if e.stream, err = e.open(ctx, want, cfg.After); err != nil {
		return fmt.Errorf("open the stream: %w", err)
	}
	e.opened = e.stream.CachedInfo().State
	return nil
}

// open opens the stream, or makes one that begins behind a sequence. One without batches that ends before it is made
// anew: there is nothing in it to lose.
func (e *engine) open(ctx context.Context, want jetstream.StreamConfig, after uint64) (jetstream.Stream, error) {
	stream, err := e.js.UpdateStream(ctx, want)
	if err == nil {
		state := stream.CachedInfo().State
		if state.Msgs > 0 || state.LastSeq >= after {
			return stream, nil
		}
		err = e.js.DeleteStream(ctx, streamName)
	}
	if err != nil && !errors.Is(err, jetstream.ErrStreamNotFound) {
		return nil, err
	}
	if after > 0 {
		want.FirstSeq = after + 1
	}
	return e.js.CreateStream(ctx, want)
}

// publish stores one batch and returns its sequence when it is synced.
func (e *engine) publish(batch []byte) (uint64, error) {
	ctx, cancel := context.WithTimeout(context.Background(), publishTimeout)
	defer cancel()
	go func() { // a server that cannot write does not answer
		select {
		case <-e.failed:
			cancel()
		case <-ctx.Done():
		}
	}()
	ack, err := e.js.Publish(ctx, subject, batch, jetstream.WithRetryAttempts(0))
	if err == nil {
		return ack.Sequence, nil
	}
	if api, ok := errors.AsType[*jetstream.APIError](err); ok && api.ErrorCode == errStoreFailed &&
		api.Description == server.ErrMaxBytes.Error() {
		return 0, vedette.Errorf(vedette.CodeLimited, "the journal is full; it takes records again when those it holds are indexed")
	}
	return 0, vedette.Errorf(vedette.CodeUnavailable, "write to the journal: %w", err)
}

// next returns the first batch at or after seq, and 0 when there is none.
func (e *engine) next(ctx context.Context, seq uint64) (uint64, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	msg, err := e.stream.GetMsg(ctx, seq, jetstream.WithGetMsgSubject(subject))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return 0, nil, nil
	}
	if err != nil {
		return 0, nil, fmt.Errorf("get batch %d: %w", seq, err)
	}
	return msg.Sequence, msg.Data, nil
}

// purge removes the batches up to and including through.
func (e *engine) purge(ctx context.Context, through uint64) error {
	if through == 0 {
		return nil // to the server a purge up to nothing is a purge of everything
	}
	return e.stream.Purge(ctx, jetstream.WithPurgeSequence(through+1))
}

func (e *engine) state(ctx context.Context) (jetstream.StreamState, error) {
	info, err := e.stream.Info(ctx)
	if err != nil {
		return jetstream.StreamState{}, err
	}
	return info.State, nil
}

// stop ends the server and waits until it has let go of its files.
func (e *engine) stop() {
	if e.nc != nil {
		e.nc.Close()
	}
	e.srv.Shutdown()
	e.srv.WaitForShutdown()
}
