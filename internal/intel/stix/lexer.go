package stix

import (
	"strings"

	"github.com/vedette-soc/vedette"
)

type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenWord
	tokenString
	tokenNumber
	tokenSign
)

type token struct {
	kind tokenKind
	text string
}

// lex splits a pattern into tokens. Object paths are one word, with their quoted keys and their brackets.
func lex(text string) ([]token, error) {
	var tokens []token
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case c == '\'':
			value, next, ok := quoted(text, i)
			if !ok {
				return nil, vedette.Errorf(vedette.CodeInvalid, "a text in the pattern has no end")
			}
			tokens, i = append(tokens, token{tokenString, value}), next
		case strings.IndexByte("[](),", c) >= 0:
			tokens, i = append(tokens, token{tokenSign, text[i : i+1]}), i+1
		case strings.IndexByte("=!<>", c) >= 0:
			end := i + 1
			for end < len(text) && end < i+2 && strings.IndexByte("=>", text[end]) >= 0 {
				end++
			}
			tokens, i = append(tokens, token{tokenSign, text[i:end]}), end
		case c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.':
			end := i + 1
			for end < len(text) && (text[end] >= '0' && text[end] <= '9' || text[end] == '.') {
				end++
			}
			tokens, i = append(tokens, token{tokenNumber, text[i:end]}), end
		case letter(c):
			word, next, err := word(text, i)
			if err != nil {
				return nil, err
			}
			tokens, i = append(tokens, word), next
		default:
			return nil, vedette.Errorf(vedette.CodeInvalid, "the pattern has %q, which has no meaning there", text[i:i+1])
		}
	}
	return tokens, nil
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' }

// word reads a keyword, a typed constant such as t'2026-01-01T00:00:00Z', or an object path.
func word(text string, i int) (token, int, error) {
	end, path := i, false
	for end < len(text) {
		c := text[end]
		switch {
		case letter(c) || c >= '0' && c <= '9' || c == '-' || path && c == '.':
			end++
		case c == ':' && !path:
			path = true
			end++
		case path && c == '[': // an element of a list: [0] or [*]
			closing := strings.IndexByte(text[end:min(len(text), end+12)], ']')
			if closing < 0 {
				return token{}, 0, vedette.Errorf(vedette.CodeInvalid, "an element in a path of the pattern has no end")
			}
			end += closing + 1
		case c == '\'' && (path || end == i+1):
			value, next, ok := quoted(text, end)
			if !ok {
				return token{}, 0, vedette.Errorf(vedette.CodeInvalid, "a text in the pattern has no end")
			}
			if !path {
				return token{tokenString, value}, next, nil
			}
			end = next
		default:
			return token{tokenWord, text[i:end]}, end, nil
		}
	}
	return token{tokenWord, text[i:end]}, end, nil
}

// quoted reads a text in quotes from its opening quote on.
func quoted(text string, i int) (value string, next int, ok bool) {
	var b strings.Builder
	for i++; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text):
			i++
			b.WriteByte(text[i])
		case c == '\'':
			return b.String(), i + 1, true
		default:
			b.WriteByte(c)
		}
	}
	return "", 0, false
}
