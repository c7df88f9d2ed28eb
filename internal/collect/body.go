package collect

import (
	"compress/gzip"
	"compress/zlib"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/sync/semaphore"

	"github.com/vedette-soc/vedette"
)

// MaxBody bounds one request's records after decompression, in bytes. Requests are accepted whole or not at all, so
// they must fit into memory.
const MaxBody = 16 << 20

// budget bounds the bodies that all HTTP clients together may have in memory.
const budget = 192 << 20

// Bodies reads request bodies without letting clients fill the memory.
type Bodies struct{ room *semaphore.Weighted }

// NewBodies makes a reader of bodies; the HTTP receivers share one.
func NewBodies() *Bodies { return &Bodies{room: semaphore.NewWeighted(budget)} }

// Read returns the decompressed body. The caller calls release when it holds nothing of it any more. It understands
// gzip, deflate and zstd; a body that is or unfolds to more than [MaxBody] is vedette.CodeTooLarge.
func (b *Bodies) Read(r *http.Request) (body []byte, release func(), err error) {
	weight := int64(MaxBody)
	if n := r.ContentLength; n >= 0 && n < MaxBody && r.Header.Get("Content-Encoding") == "" {
		weight = n + 512
	}
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if err := b.room.Acquire(ctx, weight); err != nil {
		return nil, nil, vedette.Errorf(vedette.CodeLimited, "too many requests at once; send this one again later")
	}
	release = func() { b.room.Release(weight) }
	body, err = read(r, weight)
	if err != nil {
		release()
		return nil, nil, err
	}
	return body, release, nil
}

func read(r *http.Request, size int64) ([]byte, error) {
	in, err := decompress(r)
	if err != nil {
		return nil, err
	}
	buf := make([]byte, 0, min(size, 1<<20))
	for {
		if len(buf) > MaxBody {
			return nil, vedette.Errorf(vedette.CodeTooLarge, "the body unfolds to more than %d MiB; send smaller batches", MaxBody>>20)
		}
		if len(buf) == cap(buf) {
			buf = append(buf, 0)[:len(buf)]
		}
		n, err := in.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if errors.Is(err, io.EOF) {
			return buf, nil
		}
		if err != nil {
			return nil, vedette.Errorf(vedette.CodeInvalid, "read the body: %w", err)
		}
	}
}

func decompress(r *http.Request) (io.Reader, error) {
	var in io.Reader
	var err error
	switch encoding := r.Header.Get("Content-Encoding"); encoding {
	case "", "identity":
		return r.Body, nil
	case "gzip":
		in, err = gzip.NewReader(r.Body)
	case "deflate":
		in, err = zlib.NewReader(r.Body)
	case "zstd":
		var z *zstd.Decoder
		z, err = zstd.NewReader(r.Body, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(MaxBody+1<<20), zstd.WithDecoderMaxWindow(8<<20))
		if err == nil {
			in = z.IOReadCloser()
		}
	default:
		return nil, vedette.Errorf(vedette.CodeInvalid, "content encoding %q is not understood; use gzip, deflate or zstd", encoding)
	}
	if err != nil {
		return nil, vedette.Errorf(vedette.CodeInvalid, "decompress the body: %w", err)
	}
	return in, nil
}

// Problem answers a request with an error as application/problem+json.
func Problem(w http.ResponseWriter, err error) {
	code := vedette.CodeOf(err)
	status := map[vedette.Code]int{
		vedette.CodeInvalid: http.StatusBadRequest, vedette.CodeTooLarge: http.StatusRequestEntityTooLarge,
		vedette.CodeLimited: http.StatusTooManyRequests, vedette.CodeUnavailable: http.StatusServiceUnavailable,
	}[code]
	detail := err.Error()
	if status == 0 {
		status, code, detail = http.StatusInternalServerError, vedette.CodeInternal, "the records could not be taken in"
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
