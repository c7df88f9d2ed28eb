package access

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/argon2"

	"github.com/vedette-soc/vedette"
)

// The cost of a hash, one of the settings that the OWASP Password Storage Cheat Sheet lists as equal in strength; the
// one with more memory does not fit a small server.
const (
	hashMemory  = 19 << 10 // KiB
	hashTime    = 2
	hashThreads = 1
	hashSize    = 32
	saltSize    = 16
)

const (
	hashesAtOnce = 2  // 38 MiB
	hashesInLine = 64 // more callers than this are turned away
)

// hasher computes argon2id hashes, a few at a time.
type hasher struct {
	slots  chan struct{}
	inLine atomic.Int32
}

func newHasher() *hasher { return &hasher{slots: make(chan struct{}, hashesAtOnce)} }

// run calls work when there is room for it.
func (h *hasher) run(ctx context.Context, work func()) error {
	if h.inLine.Add(1) > hashesInLine {
		h.inLine.Add(-1)
		return vedette.Errorf(vedette.CodeLimited, "too many people are signing in at once; try again in a few seconds")
	}
	defer h.inLine.Add(-1)
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return vedette.Errorf(vedette.CodeUnavailable, "wait for a place to check a password: %w", context.Cause(ctx))
	}
	defer func() { <-h.slots }()
	work()
	return nil
}

// hash returns the PHC string of a password (https://github.com/P-H-C/phc-string-format).
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltSize)
	rand.Read(salt) // never fails
	p := phc{memory: hashMemory, time: hashTime, threads: hashThreads, salt: salt}
	err := h.run(ctx, func() { p.key = p.derive(password, hashSize) })
	return p.String(), err
}

// matches tells whether a password has this hash. It takes as long whether it does or not.
func (h *hasher) matches(ctx context.Context, encoded, password string) (bool, error) {
	p, err := parsePHC(encoded)
	if err != nil {
		return false, err
	}
	equal := 0
	err = h.run(ctx, func() { equal = subtle.ConstantTimeCompare(p.derive(password, len(p.key)), p.key) })
	return equal == 1, err
}

// phc is a hash with its parameters.
type phc struct {
	memory, time uint32
	threads      uint8
	salt, key    []byte
}

func (p phc) derive(password string, size int) []byte {
	return argon2.IDKey([]byte(password), p.salt, p.time, p.memory, p.threads, uint32(size))
}

func (p phc) String() string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.memory, p.time, p.threads, b64.EncodeToString(p.salt), b64.EncodeToString(p.key))
}

// current tells whether the hash was made with the parameters of today.
func (p phc) current() bool {
	return p.memory == hashMemory && p.time == hashTime && p.threads == hashThreads && len(p.key) == hashSize
}

// parsePHC reads a stored hash. Parameters that would hurt the server are refused.
func parsePHC(encoded string) (phc, error) {
	var p phc
	var version int
	wrong := vedette.Errorf(vedette.CodeInternal, "a stored password hash cannot be read")
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return p, wrong
	}
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &p.memory, &p.time, &p.threads); err != nil || version != argon2.Version {
		return p, wrong
	}
	var err1, err2 error
	p.salt, err1 = base64.RawStdEncoding.DecodeString(parts[4])
	p.key, err2 = base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || p.memory > 256<<10 || p.time < 1 || p.time > 10 || p.threads < 1 || p.threads > 8 || len(p.key) < 16 || len(p.key) > 64 {
		return p, wrong
	}
	return p, nil
}

// nobody is the hash that the password of an unknown name is compared with, so that the answer takes as long. Its key
// is all zero bytes: no password is known to have it.
func nobody() string {
	return phc{memory: hashMemory, time: hashTime, threads: hashThreads, salt: make([]byte, saltSize), key: make([]byte, hashSize)}.String()
}
