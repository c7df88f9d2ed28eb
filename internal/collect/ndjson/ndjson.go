package ndjson

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/collect"
)

// MaxRecords bounds the records of one request.
const MaxRecords = 50_000

// Receiver answers POST /ingest/v1/events.
type Receiver struct {
	bodies *collect.Bodies
	now    func() time.Time
}

var _ collect.HTTPReceiver = (*Receiver)(nil)

// New makes the receiver.
func New(bodies *collect.Bodies, now func() time.Time) *Receiver { return &Receiver{bodies, now} }

// Name is "http".
func (*Receiver) Name() string { return "http" }

// Routes is the one route.
func (rc *Receiver) Routes(sink collect.Sink) []collect.Route {
	return []collect.Route{{Pattern: "POST /ingest/v1/events", Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from := sender(r)
		n, err := rc.accept(w, r, sink, from)
		if err != nil {
			collect.Refuse(w, r, sink, from, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, "{\"accepted\":%d}\n", n)
	})}}
}

// sender is a record without data: who sends it, under which name.
func sender(r *http.Request) vedette.Record {
	who, peer, name := collect.SenderOf(r.Context()), Peer(r), r.Header.Get("X-Vedette-Source")
	if q := r.URL.Query().Get("source"); q != "" {
		name = q
	}
	return vedette.Record{Tenant: who.Tenant, Source: Source("http", name, who.Name, peer), Receiver: "http", Peer: peer}
}

func (rc *Receiver) accept(w http.ResponseWriter, r *http.Request, sink collect.Sink, from vedette.Record) (int, error) {
	body, release, err := rc.bodies.Read(w, r)
	if err != nil {
		return 0, err
	}
	defer release()
	pieces, err := split(body)
	if err != nil || len(pieces) == 0 {
		return 0, err
	}
	records := make([]vedette.Record, len(pieces))
	from.Received = rc.now()
	for i, piece := range pieces {
		records[i] = from
		records[i].Data = piece
		if piece[0] == '{' {
			records[i].Format = vedette.FormatJSON
		}
	}
	return len(records), sink.Accept(r.Context(), records)
}

// Source names a source by the best that is known of it, at most 128 bytes long.
func Source(receiver string, names ...string) string {
	for _, name := range names {
		if name != "" {
			return receiver + "/" + name[:min(len(name), 128)]
		}
	}
	return receiver + "/unknown"
}

// Peer is the client's address.
func Peer(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// split cuts a body into its records: the elements of one JSON array, or the lines.
func split(body []byte) ([][]byte, error) {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))
	if len(body) > 0 && body[0] == '[' {
		var array []json.RawMessage
		if json.Unmarshal(body, &array) == nil {
			return bounded(array)
		}
	}
	var pieces [][]byte
	for line := range bytes.SplitSeq(body, []byte{'\n'}) {
		if line = bytes.TrimRight(line, "\r"); len(bytes.TrimSpace(line)) > 0 {
			pieces = append(pieces, line)
		}
		if len(pieces) > MaxRecords {
			break
		}
	}
	return bounded(pieces)
}

func bounded[T ~[]byte](pieces []T) ([][]byte, error) {
	if len(pieces) > MaxRecords {
		return nil, vedette.Errorf(vedette.CodeTooLarge, "the body holds more than %d records; send smaller batches", MaxRecords)
	}
	out := make([][]byte, len(pieces))
	for i, piece := range pieces {
		if len(piece) > collect.MaxRecord {
			return nil, vedette.Errorf(vedette.CodeTooLarge, "record %d is %d bytes long; at most %d are taken", i+1, len(piece), collect.MaxRecord)
		}
		out[i] = piece
	}
	return out, nil
}
