package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/valyala/fastjson"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
	"github.com/vedette-soc/vedette/internal/normalize/all"
	"github.com/vedette-soc/vedette/internal/recording"
)

// errEnough ends the reading of recordings when enough was read.
var errEnough = errors.New("enough")

// recordLoader keeps the records that are wanted.
type recordLoader struct {
	service    string
	room       int64 // bytes that may still be kept
	normalizer *normalize.Normalizer
	records    []vedette.Record
	other      int // records that are not JSON objects
	unwanted   int // records without an event of the service
}

// load reads the recordings. Everything that is no work of the engine's is done here: archives are unpacked, event logs
// decoded.
func (o *benchDetectOptions) load(ctx context.Context, paths []string, say io.Writer) ([]vedette.Record, error) {
	normalizer, err := newNormalizer()
	if err != nil {
		return nil, err
	}
	l := &recordLoader{service: o.service, room: int64(o.memory) << 20, normalizer: normalizer}
	for _, path := range paths {
		sum, err := recording.Walk(path, func(it recording.Item) error { return l.take(ctx, it) })
		if err != nil && !errors.Is(err, errEnough) {
			return nil, err
		}
		for _, problem := range sum.Problems {
			_, _ = fmt.Fprintf(say, "vedette: %s: %v\n", problem.File, problem.Err)
		}
		if errors.Is(err, errEnough) {
			_, _ = fmt.Fprintf(say, "vedette: the recordings are larger than %d MiB; what comes behind %d records is left out\n", o.memory, len(l.records))
			break
		}
	}
	if l.other > 0 {
		_, _ = fmt.Fprintf(say, "vedette: %d records are not JSON objects and were left out\n", l.other)
	}
	switch {
	case len(l.records) > 0:
		_, _ = fmt.Fprintf(say, "%d records, %d bytes each on average\n", len(l.records), (int64(o.memory)<<20-l.room)/int64(len(l.records)))
		return l.records, nil
	case l.unwanted > 0:
		return nil, vedette.Errorf(vedette.CodeNotFound, "none of the %d records is an event of the service %q", l.unwanted, o.service)
	}
	return nil, vedette.Errorf(vedette.CodeNotFound, "there is no JSON record and no Windows event in the recordings")
}

func newNormalizer() (*normalize.Normalizer, error) {
	return normalize.New(normalize.Config{}, all.Parsers(), slog.New(slog.DiscardHandler))
}

func (l *recordLoader) take(ctx context.Context, it recording.Item) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !isJSON(it) {
		l.other++
		return nil
	}
	rec := vedette.Record{
		Tenant: vedette.DefaultTenant, Source: "bench", Receiver: "recording", Format: vedette.FormatJSON, Received: time.Now(), Data: it.Data,
	}
	if l.service != "" && !l.of(&rec) {
		l.unwanted++
		return nil
	}
	if l.room -= int64(len(it.Data)); l.room < 0 {
		l.room += int64(len(it.Data))
		return errEnough
	}
	l.records = append(l.records, rec)
	return nil
}

func isJSON(it recording.Item) bool {
	return it.Format == vedette.FormatJSON && fastjson.ValidateBytes(it.Data) == nil
}

// of tells whether a record holds an event of the service that is asked for.
func (l *recordLoader) of(rec *vedette.Record) (found bool) {
	l.normalizer.Normalize(rec, func(ev *vedette.Event) { found = found || ev.Logsource.Service == l.service })
	return found
}
