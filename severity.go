package vedette

import "strings"

// Severity orders alerts and incidents. It is written as its lower-case word.
type Severity uint8

// The severities, in order.
const (
	Info Severity = iota
	Low
	Medium
	High
	Critical
)

var severityWords = [...]string{"info", "low", "medium", "high", "critical"}

// String returns the word.
func (s Severity) String() string {
	if int(s) < len(severityWords) {
		return severityWords[s]
	}
	return "info"
}

// MarshalText writes the word.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the word; "informational" is Sigma's spelling of info.
func (s *Severity) UnmarshalText(text []byte) error {
	v, err := ParseSeverity(string(text))
	*s = v
	return err
}

// ParseSeverity reads a severity word in any case.
func ParseSeverity(word string) (Severity, error) {
	word = strings.ToLower(word)
	if word == "informational" {
		return Info, nil
	}
	for i, w := range severityWords {
		if w == word {
			return Severity(i), nil
		}
	}
	return Info, Errorf(CodeInvalid, "severity %q is not one of info, low, medium, high, critical", word)
}
