package text

// symbols is the size of the alphabet that strings are read in. It is what makes an exact table of 3-grams small: letters
// without case, one symbol for all digits (which number it is says nothing, and is not learnable), every mark of
// punctuation by itself, because that is what attacks are made of.
const (
	symbols     = 64
	boundary    = 0 // before and behind the string
	firstLetter = 1
	digit       = 27
	firstMark   = 29
	control     = 61
	follower    = 62 // continuation bytes of UTF-8
	leader      = 63 // all other bytes outside ASCII
)

// symbolOf reads bytes. It is a constant in all but name.
var symbolOf = alphabet()

func alphabet() (of [256]uint8) {
	mark := uint8(firstMark)
	for b := range of {
		c := byte(b)
		switch {
		case c >= 'a' && c <= 'z':
			of[b] = firstLetter + c - 'a'
		case c >= 'A' && c <= 'Z':
			of[b] = firstLetter + c - 'A'
		case c >= '0' && c <= '9':
			of[b] = digit
		case c == ' ':
			of[b] = digit + 1
		case c < ' ' || c == 0x7f:
			of[b] = control
		case c >= 0xC0:
			of[b] = leader
		case c >= 0x80:
			of[b] = follower
		default:
			of[b] = mark
			mark++
		}
	}
	return of
}
