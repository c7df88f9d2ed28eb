package collect

import (
	"compress/gzip"
	"compress/zlib"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/sync/semaphore"

	"github.com/vedette-soc/vedette"
)

// MaxBody bounds one request's records after decompression, in bytes. Requests are accepted whole or not at all, so
// they must fit into memory.
const MaxBody = 16 << 20

const (
	smallRoom  = 64 << 20         // bytes that bodies up to smallBody may take in memory together, and the beginnings of others
	largeRoom  = 64 << 20         // bytes that longer bodies may take together
	smallBody  = 1 << 20          // bytes
	firstPiece = 64 << 10         // bytes taken for a body before anything of it has come
	pieceTime  = 20 * time.Second // in which a body must double, from firstPiece on, or end
	roomTime   = 2 * time.Second  // that a body waits for room
)

// Bodies reads request bodies without letting clients fill the memory. A body takes room as it grows, so a client that
// promises much and sends little holds up nobody; and small bodies do not wait behind large ones.
type Bodies struct{ small, large *semaphore.Weighted }

// NewBodies makes a reader of bodies; the HTTP receivers share one.
func NewBodies() *Bodies {
	return &Bodies{small: semaphore.NewWeighted(smallRoom), large: semaphore.NewWeighted(largeRoom)}
}

// Read returns the decompressed body. The caller calls release when it holds nothing of it any more. It understands
// gzip, deflate and zstd. Errors: vedette.CodeTooLarge for a body that is or unfolds to more than [MaxBody],
// vedette.CodeInvalid for one that cannot be decompressed or does not come, vedette.CodeLimited when there is no room.
func (b *Bodies) Read(w http.ResponseWriter, r *http.Request) (body []byte, release func(), err error) {
	f := &filling{Bodies: b, control: http.NewResponseController(w)}
	body, err = f.read(r)
	if err != nil {
		f.release()
		return nil, nil, err
	}
	return body, f.release, nil
}

// filling is one body being read, and the room it has.
type filling struct {
	*Bodies
	control        *http.ResponseController
	begun, further int64 // bytes taken of small and of large
}

func (f *filling) release() {
	f.small.Release(f.begun)
	f.large.Release(f.further)
}

// take takes room for size bytes in all, of a body that may come to most, and gives the client time to send them. What a
// large body may need is taken at once: bodies that wait for one another would all wait in vain.
func (f *filling) take(ctx context.Context, size, most int64) error {
	ctx, cancel := context.WithTimeout(ctx, roomTime)
	defer cancel()
	room, held, more := f.small, &f.begun, size-f.begun
	if size > smallBody {
		room, held, more = f.large, &f.further, most
		if f.further > 0 {
			more = 0
		}
	}
	if err := room.Acquire(ctx, more); err != nil {
		return vedette.Errorf(vedette.CodeLimited, "too many requests at once; send this one again later")
	}
	*held += more
	_ = f.control.SetReadDeadline(time.Now().Add(pieceTime)) // fails only for a connection that is no more
	return nil
}

func (f *filling) read(r *http.Request) ([]byte, error) {
	most := int64(MaxBody + 1)
	if r.ContentLength >= 0 && r.Header.Get("Content-Encoding") == "" {
		most = min(most, r.ContentLength+1) // one more, to see that it ends
	}
	size := min(firstPiece, most)
	if err := f.take(r.Context(), size, most); err != nil {
		return nil, err
	}
	in, done, err := f.decompress(r)
	if err != nil {
		return nil, err
	}
	defer done()
	for buf := make([]byte, 0, size); ; {
		if int64(len(buf)) == size {
			if size > MaxBody {
				return nil, vedette.Errorf(vedette.CodeTooLarge, "the body unfolds to more than %d MiB; send smaller batches", MaxBody>>20)
			}
			size = min(2*size, most)
			if err := f.take(r.Context(), size, most); err != nil {
				return nil, err
			}
			buf = append(make([]byte, 0, size), buf...)
		}
		n, err := in.Read(buf[len(buf):size])
		buf = buf[:len(buf)+n]
		switch {
		case errors.Is(err, io.EOF):
			return buf, nil
		case errors.Is(err, os.ErrDeadlineExceeded):
			return nil, vedette.Errorf(vedette.CodeInvalid, "the body comes too slowly: %w", err)
		case err != nil:
			return nil, vedette.Errorf(vedette.CodeInvalid, "read the body: %w", err)
		}
	}
}

// zstdWindow is the most that zstd may refer back, in bytes, and what its decoder takes besides the body.
const zstdWindow = 8 << 20

func (f *filling) decompress(r *http.Request) (in io.Reader, done func(), err error) {
	done = func() {}
	switch encoding := r.Header.Get("Content-Encoding"); encoding {
	case "", "identity":
		return r.Body, done, nil
	case "gzip":
		in, err = gzip.NewReader(r.Body)
	case "deflate":
		in, err = zlib.NewReader(r.Body)
	case "zstd":
		if err := f.take(r.Context(), MaxBody, MaxBody+zstdWindow); err != nil {
			return nil, nil, err
		}
		var z *zstd.Decoder
		z, err = zstd.NewReader(r.Body, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(MaxBody+1<<20), zstd.WithDecoderMaxWindow(zstdWindow))
		if err == nil {
			in, done = z, z.Close
		}
	default:
		return nil, nil, vedette.Errorf(vedette.CodeInvalid, "content encoding %q is not understood; use gzip, deflate or zstd", encoding)
	}
	if err != nil {
		return nil, nil, vedette.Errorf(vedette.CodeInvalid, "decompress the body: %w", err)
	}
	return in, done, nil
}

// Refuser is the optional ability of a sink to count requests that were answered with an error.
type Refuser interface {
	Refused(receiver string, code vedette.Code)
}

// Refuse answers a request with an error and counts it: as refused, and against its source when it would be refused
// again. from is a record without data that tells who sent it.
func Refuse(w http.ResponseWriter, r *http.Request, sink Sink, from vedette.Record, err error) {
	code := vedette.CodeOf(err)
	if counter, ok := sink.(Refuser); ok {
		counter.Refused(from.Receiver, code)
	}
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		Drop(sink, &from, "request_slow", 1)
	case r.Context().Err() != nil: // the client has gone, and knows that it was not answered
	case code == vedette.CodeTooLarge || code == vedette.CodeInvalid:
		Drop(sink, &from, "request_"+string(code), 1)
	}
	problem(w, err)
}

// problem answers a request with an error as application/problem+json.
func problem(w http.ResponseWriter, err error) {
	code := vedette.CodeOf(err)
	status, detail := code.Status(), err.Error()
	if status == http.StatusInternalServerError {
		detail = "the records could not be taken in"
	}
	w.Header().Set("Content-Type", "application/problem+json")
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", strconv.Itoa(1))
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"type": "about:blank", "title": http.StatusText(status), "status": status, "detail": detail, "code": code,
	})
}
