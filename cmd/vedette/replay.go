package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/recording"
)

// Limits of one request of a replay.
const (
	replayBatch = 500
	replayBytes = 1 << 20
)

type replayOptions struct {
	remote
	speed     float64
	rate      int
	shiftTime bool
}

func newReplay(s streams) *cobra.Command {
	var o replayOptions
	cmd := &cobra.Command{
		Use: "replay FILE…", Short: "Send recorded files to a running server as a client would", Args: cobra.MinimumNArgs(1),
		Long: "Reads NDJSON, JSON, EVTX and plain log files, also compressed and in archives, and sends their records over HTTP.\n" +
			"Without --speed and --rate it sends as fast as the server accepts.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.speed < 0 || o.rate < 0 || o.speed > 0 && o.rate > 0 {
				return &usageError{"--speed and --rate are both positive, and only one of them is given", "vedette replay --rate 1000 FILE"}
			}
			return o.run(cmd.Context(), args, s.err)
		},
	}
	o.flags(cmd, "to")
	cmd.Flags().Float64Var(&o.speed, "speed", 0, "so many times as fast as it was recorded")
	cmd.Flags().IntVar(&o.rate, "rate", 0, "so many records a second")
	cmd.Flags().BoolVar(&o.shiftTime, "shift-time", false, "move all times so that the first record happens now")
	return cmd
}

// player is one replay under way.
type player struct {
	o        *replayOptions
	c        *client
	progress *progress
	batch    bytes.Buffer
	held     int
	source   string
	begin    time.Time
	first    time.Time // the first time that was recorded
	sent     int
}

func (o *replayOptions) run(ctx context.Context, files []string, say io.Writer) error {
	c, err := o.client()
	if err != nil {
		return err
	}
	p := &player{o: o, c: c, progress: newProgress(say, files), begin: time.Now()}
	unread := 0
	for _, file := range files {
		var failed error // to send, which ends everything; what cannot be read is only named
		sum, err := recording.Walk(file, func(it recording.Item) error {
			failed = p.add(ctx, it)
			return failed
		})
		if failed != nil {
			return failed
		}
		if err != nil {
			unread++
			_, _ = fmt.Fprintf(say, "vedette: %s: %v\n", file, err)
		}
		for _, problem := range sum.Problems {
			unread++
			_, _ = fmt.Fprintf(say, "vedette: %s: %v\n", problem.File, problem.Err)
		}
		p.progress.fileDone()
	}
	if err := p.flush(ctx); err != nil {
		return err
	}
	p.progress.end(p.sent, time.Since(p.begin))
	if unread > 0 {
		return errQuiet
	}
	return nil
}

func (p *player) add(ctx context.Context, it recording.Item) error {
	record := it.Data
	now := time.Now()
	recorded, timed := firstStamp(record, now)
	if timed && p.first.IsZero() {
		p.first = recorded
	}
	if p.o.shiftTime && !p.first.IsZero() {
		record = shift(record, p.begin.Sub(p.first), now)
	}
	if source := filepath.Base(it.File); source != p.source || p.held >= replayBatch || p.batch.Len() >= replayBytes {
		if err := p.flush(ctx); err != nil {
			return err
		}
		p.source = source
	}
	p.append(record, it.Format)
	p.held++
	return p.pace(ctx, recorded, timed)
}

// append puts one record on one line.
func (p *player) append(record []byte, format string) {
	if format == vedette.FormatJSON && bytes.IndexByte(record, '\n') >= 0 {
		if json.Compact(&p.batch, record) == nil {
			p.batch.WriteByte('\n')
			return
		}
	}
	p.batch.Write(bytes.ReplaceAll(record, []byte{'\n'}, []byte{' '}))
	p.batch.WriteByte('\n')
}

// pace waits until the next record is due.
func (p *player) pace(ctx context.Context, recorded time.Time, timed bool) error {
	var due time.Time
	switch {
	case p.o.rate > 0:
		due = p.begin.Add(time.Duration(p.sent+p.held) * time.Second / time.Duration(p.o.rate))
	case p.o.speed > 0 && timed:
		due = p.begin.Add(time.Duration(float64(recorded.Sub(p.first)) / p.o.speed))
	default:
		return nil
	}
	wait := time.Until(due)
	if wait < 20*time.Millisecond {
		return nil
	}
	if err := p.flush(ctx); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(wait):
		return nil
	}
}

func (p *player) flush(ctx context.Context) error {
	if p.held == 0 {
		return nil
	}
	if err := p.c.ingest(ctx, "replay/"+p.source, p.batch.Bytes()); err != nil {
		return err
	}
	p.sent += p.held
	p.held = 0
	p.batch.Reset()
	p.progress.records(p.sent)
	return nil
}
