package baseline

import "math/bits"

// Odd constants of the multiply-and-fold hash, after wyhash by Wang Yi.
const (
	hashA = 0xa0761d6478bd642f
	hashB = 0xe7037ed1a0b428db
	hashC = 0x8ebc6af09c88c6e3
)

func fold(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

// join makes one key of two; it is never 0, which marks an empty place.
func join(a, b uint64) uint64 {
	return fold(a^hashA, b^hashB) | 1<<63
}

func load64(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// hashText is a seeded hash of a text, never 0. The seed is secret, so that nobody can choose texts that meet.
func hashText(seed uint64, s string) uint64 {
	h := seed ^ uint64(len(s))*hashC
	for len(s) >= 8 {
		h = fold(h^load64(s), hashA)
		s = s[8:]
	}
	var tail uint64
	for i := 0; i < len(s); i++ {
		tail |= uint64(s[i]) << (8 * i)
	}
	return fold(h^tail, hashB) | 1
}

// spin makes further hashes of one.
func spin(h uint64, n int) uint64 {
	return fold(h^uint64(n)*hashC, hashA^uint64(n))
}
