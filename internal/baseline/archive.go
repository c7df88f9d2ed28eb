package baseline

import (
	"bufio"
	"encoding/binary"
	"hash"
	"hash/crc32"
	"io"
	"math"

	"github.com/vedette-soc/vedette"
)

// archive writes state down or reads it, by the same walk over it, so that the two cannot differ. The first error stays.
type archive struct {
	out  *bufio.Writer
	in   *bufio.Reader
	sum  hash.Hash32
	err  error
	room [8]byte

	version int // of the format; older ones lack the newer parts
}

const maxArchiveText = 4 << 10

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func writeArchive(w io.Writer) *archive {
	sum := crc32.New(castagnoli)
	return &archive{out: bufio.NewWriterSize(io.MultiWriter(w, sum), 1<<16), sum: sum}
}

func readArchive(r io.Reader) *archive {
	return &archive{in: bufio.NewReaderSize(r, 1<<16), sum: crc32.New(castagnoli)}
}

func (a *archive) reading() bool { return a.in != nil }

type damage string

func (d damage) Error() string { return "it is damaged: " + string(d) }

func (a *archive) damaged(how string) {
	if a.err == nil {
		a.err = damage(how)
	}
}

// bytes writes or reads n bytes through the room.
func (a *archive) bytes(p []byte) {
	switch {
	case a.err != nil:
	case a.in == nil:
		_, a.err = a.out.Write(p)
	default:
		if _, err := io.ReadFull(a.in, p); err != nil {
			a.damaged("it ends too early")
			clear(p)
			return
		}
		_, _ = a.sum.Write(p)
	}
}

func (a *archive) u8(v *uint8) {
	a.room[0] = *v
	a.bytes(a.room[:1])
	*v = a.room[0]
}

func (a *archive) u16(v *uint16) {
	binary.LittleEndian.PutUint16(a.room[:], *v)
	a.bytes(a.room[:2])
	*v = binary.LittleEndian.Uint16(a.room[:])
}

func (a *archive) u32(v *uint32) {
	binary.LittleEndian.PutUint32(a.room[:], *v)
	a.bytes(a.room[:4])
	*v = binary.LittleEndian.Uint32(a.room[:])
}

func (a *archive) u64(v *uint64) {
	binary.LittleEndian.PutUint64(a.room[:], *v)
	a.bytes(a.room[:8])
	*v = binary.LittleEndian.Uint64(a.room[:])
}

func (a *archive) i64(v *int64) {
	u := uint64(*v)
	a.u64(&u)
	*v = int64(u)
}

func (a *archive) f32(v *float32) {
	u := math.Float32bits(*v)
	a.u32(&u)
	*v = math.Float32frombits(u)
	if *v != *v { // not a number: nothing of ours ever is
		a.damaged("a number is none")
		*v = 0
	}
}

func (a *archive) f64(v *float64) {
	u := math.Float64bits(*v)
	a.u64(&u)
	*v = math.Float64frombits(u)
	if *v != *v {
		a.damaged("a number is none")
		*v = 0
	}
}

func (a *archive) flag(v *bool) {
	var u uint8
	if *v {
		u = 1
	}
	a.u8(&u)
	*v = u != 0
}

// count writes or reads how many of something follow.
func (a *archive) count(n *int, most int) {
	u := uint32(*n)
	a.u32(&u)
	*n = int(u)
	if a.err == nil && int64(u) > int64(most) {
		a.damaged("there is more of something than may be")
	}
	if a.err != nil {
		*n = 0
	}
}

func (a *archive) text(s *string) {
	n := 0
	if !a.reading() {
		*s = vedette.Cut(*s, maxArchiveText)
		n = len(*s)
	}
	a.count(&n, maxArchiveText)
	if a.reading() {
		p := make([]byte, n)
		a.bytes(p)
		*s = string(p)
		return
	}
	if a.err == nil {
		_, a.err = a.out.WriteString(*s)
	}
}
