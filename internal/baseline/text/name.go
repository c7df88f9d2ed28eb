package text

import (
	"strings"

	"golang.org/x/net/publicsuffix"
)

const maxName = 255 // bytes of a DNS name that are read

// Registered splits a DNS name into the domain that somebody registered, by the list of public suffixes, and what lies
// below it: "a.b.example.co.uk." gives "example.co.uk" and "a.b". Services under which anybody gets a name, such as
// dynamic DNS, count as suffixes. Names of one label, suffixes alone and reverse names of addresses have no domain.
func Registered(name string) (domain, below string) {
	name = lower(name)
	if name == "" || strings.HasSuffix(name, ".arpa") {
		return "", ""
	}
	suffix, _ := publicsuffix.PublicSuffix(name)
	if len(suffix) >= len(name) || len(suffix) == 0 {
		return "", ""
	}
	front := name[:len(name)-len(suffix)-1]
	dot := strings.LastIndexByte(front, '.')
	if dot == len(front)-1 { // an empty label
		return "", ""
	}
	return name[dot+1:], front[:max(dot, 0)]
}

// lower brings a name into the form that names are compared in; it allocates only where there is a capital letter.
func lower(name string) string {
	name = strings.TrimSuffix(name[:min(len(name), maxName)], ".")
	for i := range len(name) {
		if c := name[i]; c >= 'A' && c <= 'Z' {
			b := []byte(name)
			for j := i; j < len(b); j++ {
				if b[j] >= 'A' && b[j] <= 'Z' {
					b[j] += 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return name
}
