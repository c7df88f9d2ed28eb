package text

// symbols is the size of the alphabet that strings are read in. It is what makes an exact table of 3-grams small: letters
// without case, every mark of punctuation by itself, because that is what attacks are made of, and one symbol for what
// machines number things with.
const (
	symbols     = 74
	boundary    = 0 // before and behind the string
	firstLetter = 1
	firstDigit  = 27
	space       = 37
	firstMark   = 38
	control     = 70
	follower    = 71 // continuation bytes of UTF-8
	leader      = 72 // all other bytes outside ASCII
	number      = 73 // each character of a number of eight hexadecimal or decimal digits and more
)

const (
	numberLength = 8 // of a number, at least
	numberPart   = 4 // of what follows a number behind a hyphen, as in a GUID
)

// alphabet tells the symbols of bytes.
type alphabet [256]uint8

// newAlphabet makes the alphabet; with alike, all digits are one symbol.
func newAlphabet(alike bool) (of alphabet) {
	mark := uint8(firstMark)
	for b := range of {
		c := byte(b)
		switch {
		case c >= 'a' && c <= 'z':
			of[b] = firstLetter + c - 'a'
		case c >= 'A' && c <= 'Z':
			of[b] = firstLetter + c - 'A'
		case c >= '0' && c <= '9' && alike:
			of[b] = firstDigit
		case c >= '0' && c <= '9':
			of[b] = firstDigit + c - '0'
		case c == ' ':
			of[b] = space
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

func isDigit(symbol uint8) bool  { return symbol >= firstDigit && symbol < firstDigit+10 }
func isLetter(symbol uint8) bool { return symbol >= firstLetter && symbol < firstDigit }

// reader reads a string symbol by symbol, looking ahead only as far as a number goes.
type reader struct {
	of       *alphabet
	s        string
	at       int
	word     int // where the run of letters and digits ends that was looked at last
	numberTo int // where the last number ends
}

// next is the symbol at the place, and moves on.
func (r *reader) next() uint32 {
	c := r.of[r.s[r.at]]
	if r.at >= r.word && (isDigit(c) || isLetter(c)) {
		r.look()
	}
	r.at++
	if r.at <= r.numberTo {
		return number
	}
	return uint32(c)
}

// look finds the end of the run of letters and digits that begins here, and whether it is a number.
func (r *reader) look() {
	end, digits, hexadecimal := r.at, false, true
	for ; end < len(r.s); end++ {
		c := r.of[r.s[end]]
		if !isDigit(c) && !isLetter(c) {
			break
		}
		digits = digits || isDigit(c)
		hexadecimal = hexadecimal && (isDigit(c) || c <= firstLetter+5)
	}
	r.word = end
	further := r.at > 0 && r.s[r.at-1] == '-' && r.numberTo == r.at-1 && end-r.at >= numberPart
	if hexadecimal && (further || digits && end-r.at >= numberLength) {
		r.numberTo = end
	}
}

// cell is the place of a triple of symbols in a table.
func cell(a, b, c uint32) uint32 { return (a*symbols+b)*symbols + c }
