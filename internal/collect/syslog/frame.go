package syslog

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
)

// foreignError says that the client speaks another protocol; it is told so in hint, when its protocol allows an answer.
type foreignError struct{ protocol, hint string }

func (e foreignError) Error() string { return "the client speaks " + e.protocol + ", not syslog" }

// shortMessage is how long a message may be without asking for room, in bytes.
const shortMessage = 16 << 10

// bounds are the most bytes that are kept of a message. One longer than shortMessage asks for room for all of them first,
// once; where it gets none it is cut there.
type bounds struct {
	limit int
	room  func() bool
}

// of is the most that is kept of a message that is as long as length, or longer.
func (b bounds) of(length int) int {
	if length > shortMessage && b.limit > shortMessage && !b.room() {
		return shortMessage
	}
	return b.limit
}

// frame reads the next message. The returned bytes are the caller's. cut is how many bytes of it were left out because
// it is longer than its bounds. At the end of the stream it returns io.EOF, together with the last message if that had
// no LF.
func frame(r *bufio.Reader, most bounds) (msg []byte, cut int, err error) {
	for {
		b, err := r.Peek(1)
		if err != nil {
			return nil, 0, err
		}
		if b[0] != '\n' && b[0] != '\r' && b[0] != 0 {
			break
		}
		_, _ = r.Discard(1) // blank lines and the trailing LF that some senders add after a counted frame
	}
	if n, header, ok := octetCount(r); ok {
		_, _ = r.Discard(header)
		return counted(r, n, most)
	}
	return line(r, most)
}

// octetCount looks whether a frame begins with its length and a space.
func octetCount(r *bufio.Reader) (length, header int, ok bool) {
	for i := 1; i <= 11; i++ {
		b, err := r.Peek(i)
		if err != nil {
			return 0, 0, false
		}
		switch c := b[i-1]; {
		case c >= '0' && c <= '9' && i <= 10:
			length = length*10 + int(c-'0')
		case c == ' ' && i > 1 && length > 0:
			// "12 <34>…" is a count; "2026 started" is a line that begins with a number.
			next, err := r.Peek(i + 1)
			return length, i, err == nil && next[i] == '<'
		default:
			return 0, 0, false
		}
	}
	return 0, 0, false
}

func counted(r *bufio.Reader, length int, most bounds) ([]byte, int, error) {
	keep := min(length, most.of(length))
	msg := make([]byte, keep)
	n, err := io.ReadFull(r, msg)
	if err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = io.EOF
		}
		return msg[:n], 0, err
	}
	if _, err := r.Discard(length - keep); err != nil {
		return msg, length - keep, err
	}
	for len(msg) > 0 && (msg[len(msg)-1] == '\n' || msg[len(msg)-1] == '\r') {
		msg = msg[:len(msg)-1]
	}
	return msg, length - keep, nil
}

func line(r *bufio.Reader, most bounds) (msg []byte, cut int, err error) {
	if err := foreign(r); err != nil {
		return nil, 0, err
	}
	limit := min(shortMessage, most.limit)
	for {
		part, err := r.ReadSlice('\n')
		if limit <= shortMessage && len(msg)+len(part) > shortMessage && cut == 0 {
			limit = most.of(len(msg) + len(part))
			msg = slices.Grow(msg, limit-len(msg)) // all at once, as the room was given
		}
		room := max(limit-len(msg), 0)
		keep := part
		if err == nil {
			keep = part[:len(part)-1]
		}
		if len(keep) > room {
			cut += len(keep) - room
			keep = keep[:room]
		}
		msg = append(msg, keep...)
		if err == nil || !errors.Is(err, bufio.ErrBufferFull) {
			if n := len(msg); n > 0 && msg[n-1] == '\r' {
				msg = msg[:n-1]
			}
			return msg, cut, err
		}
	}
}

// foreign recognises clients of other protocols by their first bytes.
func foreign(r *bufio.Reader) error {
	b, _ := r.Peek(4)
	if len(b) < 4 {
		return nil
	}
	switch string(b) {
	case "GET ", "POST", "PUT ", "HEAD", "OPTI", "PRI ":
		const body = "This port takes syslog. Send HTTP to the port of the console, POST /ingest/v1/events.\n"
		return foreignError{"HTTP", fmt.Sprintf("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", len(body), body)}
	}
	if b[0] == 0x16 && b[1] == 3 {
		return foreignError{"TLS", ""}
	}
	return nil
}
