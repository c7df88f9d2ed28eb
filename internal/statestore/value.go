package statestore

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
)

// MaxKey is the longest name in bytes by which something is found; longer ones are shortened. An index entry of
// PostgreSQL has room for about 2,700 bytes.
const MaxKey = 512

// storable turns arguments into what both engines keep alike: text as valid UTF-8 without NUL, times as microseconds,
// truth as 0 and 1.
func storable(args []any) []any {
	for i, arg := range args {
		switch v := arg.(type) {
		case string:
			args[i] = cleanText(v)
		case time.Time:
			args[i] = micros(v)
		case bool:
			args[i] = number(v)
		case vedette.IncidentStatus:
			args[i] = cleanText(string(v))
		case vedette.ActionState:
			args[i] = cleanText(string(v))
		}
	}
	return args
}

func cleanText(s string) string {
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "")
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

func number(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// micros is a time as it is stored; the zero time is 0.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// moment is a stored time.
func moment(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

// key shortens a name to MaxKey bytes. Names that differ stay different: the end is a hash of the whole.
func key(name string) string {
	name = cleanText(name)
	if len(name) <= MaxKey {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return vedette.Cut(name, MaxKey-33) + "#" + hex.EncodeToString(sum[:16])
}

// named checks something that must have a name of its own.
func named(what, name string) error {
	if name == "" || len(name) > MaxKey {
		return vedette.Errorf(vedette.CodeInvalid, "%s needs a name of 1 to %d bytes", what, MaxKey)
	}
	return nil
}
