package stix

import (
	"crypto/sha256"
	"encoding/hex"
)

// uuid makes a UUID of version 8 (RFC 9562) from a name: the same name always gives the same one.
func uuid(name string) string {
	sum := sha256.Sum256([]byte("vedette\x00" + name))
	b := sum[:16]
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80
	h := hex.EncodeToString(b)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
