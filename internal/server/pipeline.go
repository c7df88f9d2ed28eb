package server

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
)

// How long each stage has, from left to right, when the server is asked to stop. Together they stay under ten seconds.
const (
	drainReceivers = 2500 * time.Millisecond // what clients have sent is taken in
	drainProcess   = 2 * time.Second         // what is in the journal is processed; the rest is there at the next start
)

// Run is the way of a record through the house, and the order in which the house is closed.
//
//	receivers ─ Accept ─▶ journal ─ Read ─▶ process: normalize ▶ detect ▶ triage ▶ respond ▶ eventstore
//
// It returns when the context has ended and everything was drained and closed, or with the error of the stage that
// failed.
func (s *Server) Run(ctx context.Context) error {
	defer s.removeRunFile()
	// Stages are stopped one after another, so each has a context of its own that ctx does not end.
	house := context.WithoutCancel(ctx)
	in, stopIn := context.WithCancelCause(house)
	process, stopProcess := context.WithCancelCause(house)
	upkeep, stopUpkeep := context.WithCancelCause(house)

	var receivers, processing, keeping errgroup.Group
	for _, r := range s.receivers {
		receivers.Go(func() error { return stage(stopIn, r.Name(), r.Run(in, s.intake)) })
	}
	receivers.Go(func() error { return stage(stopIn, "house", s.house.Run(in)) })
	receivers.Go(func() error { return stage(stopIn, "http", s.door.run(in, s.api.Close)) })
	processing.Go(func() error { return stage(stopIn, "process", s.process.Run(process)) })
	keeping.Go(func() error { return stage(stopIn, "respond", s.responder.Run(upkeep)) })
	keeping.Go(func() error { s.keepUp(upkeep); return nil })
	keeping.Go(func() error { return stage(stopIn, "intel", s.intel.Run(upkeep)) })
	keeping.Go(func() error { return stage(stopIn, "noise", s.noise.Run(upkeep)) })
	keeping.Go(func() error { return stage(stopIn, "facts", s.facts.Run(upkeep)) })
	keeping.Go(func() error { return stage(stopIn, "feeds", s.feeds.Run(upkeep)) })
	keeping.Go(func() error { return stage(stopIn, "entities", s.entities.Run(upkeep)) })

	select {
	case <-ctx.Done():
	case <-in.Done(): // a stage failed; its error is returned by its group
	}
	begin := time.Now()
	s.log.Info("stopping: what was accepted is processed and stored first")
	stopIn(context.Canceled)
	errs := []error{s.await("receivers", drainReceivers, receivers.Wait)}
	s.drain(house)
	stopProcess(context.Canceled)
	errs = append(errs, processing.Wait())
	stopUpkeep(context.Canceled)
	errs = append(errs, keeping.Wait(), s.close(house))
	s.log.Info("stopped", "took", time.Since(begin).Round(time.Millisecond))
	return errors.Join(errs...)
}

// stage names the stage that failed and makes the others stop.
func stage(stop context.CancelCauseFunc, name string, err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return nil
	}
	err = fmt.Errorf("%s: %w", name, err)
	stop(err)
	return err
}

// await waits for a stage, but not for ever.
func (s *Server) await(name string, most time.Duration, wait func() error) error {
	done := make(chan error, 1)
	go func() { done <- wait() }()
	select {
	case err := <-done:
		return err
	case <-time.After(most):
		s.log.Warn("a stage takes long to stop; going on", "stage", name)
		return nil
	}
}

// drain waits until the process has caught up with the journal, for a moment. What is left is processed at the next
// start.
func (s *Server) drain(ctx context.Context) {
	held, err := s.journal.State(ctx)
	if err != nil {
		return
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(drainProcess); time.Now().Before(end); <-tick.C {
		if s.process.done.Load() >= held.Last {
			return
		}
	}
	s.log.Info("the journal keeps what is not processed yet", "batches", held.Last-s.process.done.Load())
}

// close writes everything down. Closing the eventstore is the one full barrier there is: afterwards all that the process
// has done is surely on disk.
func (s *Server) close(ctx context.Context) error {
	done := s.process.done.Load()
	errs := []error{s.saveSources(ctx), s.ledger.Close(ctx)}
	err := s.events.Close()
	if err == nil {
		err = s.state.SetProgress(ctx, progressIndexed, done)
	}
	if err == nil {
		var through uint64
		through, err = s.process.correlations.finish(done)
		learned, failed := s.process.baselines.finish(done)
		err = errors.Join(err, failed, s.journal.Trim(ctx, min(through, learned)))
	}
	errs = append(errs, err, s.journal.Close())
	if s.closeActuator != nil {
		errs = append(errs, s.closeActuator())
	}
	return errors.Join(append(errs, s.state.Close())...)
}
