package statestore

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/vedette-soc/vedette"
)

// MaxPage is the most rows that one page holds; DefaultPage is what a page without a limit holds.
const (
	MaxPage     = 500
	DefaultPage = 50
)

// maxSearch bounds a search text in bytes, maxWords the words of one.
const (
	maxSearch = 256
	maxWords  = 8
	maxCursor = 4 * MaxKey
)

// Page asks for one piece of a list.
type Page struct {
	Limit  int    // rows; 0 is DefaultPage, more than MaxPage is MaxPage
	Cursor string // what the page before gave as next; empty for the first page
}

func (p Page) limit() int {
	if p.Limit <= 0 {
		return DefaultPage
	}
	return min(p.Limit, MaxPage)
}

// cursor is the place of the last row of a page: which list it belongs to, and that row's values in the list's order.
// A page starts behind the place, so that rows added meanwhile neither repeat nor hide others.
type cursor struct {
	List  string   `json:"l"`
	Times []int64  `json:"t"`
	Names []string `json:"s,omitempty"`
}

func (c cursor) String() string {
	data, err := json.Marshal(c)
	if err != nil {
		return "" // integers and strings always marshal
	}
	return base64.RawURLEncoding.EncodeToString(data)
}

// place reads the page's cursor. It is nil on the first page; anything that this list did not give out is invalid.
func (p Page) place(list string, times, names int) (*cursor, error) {
	if p.Cursor == "" {
		return nil, nil
	}
	wrong := vedette.Errorf(vedette.CodeInvalid, "the cursor is not one that this list gave: start again without it")
	if len(p.Cursor) > maxCursor {
		return nil, wrong
	}
	data, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	if err != nil {
		return nil, wrong
	}
	var c cursor
	if json.Unmarshal(data, &c) != nil || c.List != list || len(c.Times) != times || len(c.Names) != names {
		return nil, wrong
	}
	return &c, nil
}

// condition gathers the conditions of a WHERE clause, which all must hold, and their arguments.
type condition struct {
	text string
	args []any
}

func (c *condition) and(text string, args ...any) {
	if c.text != "" {
		c.text += " AND "
	}
	c.text += text
	c.args = append(c.args, args...)
}

// join adds another condition, which may be empty.
func (c *condition) join(other condition) {
	if other.text != "" {
		c.and(other.text, other.args...)
	}
}

// with returns the condition narrowed, leaving the receiver as it is.
func (c condition) with(text string, args ...any) condition {
	c.args = c.args[:len(c.args):len(c.args)]
	c.and(text, args...)
	return c
}

// paged gathers the rows of a page. A query asks for one row more than the page holds, to learn whether another page
// follows.
type paged[T any] struct {
	items []T
	limit int
	more  bool
}

// adder returns the function that takes each row of the query.
func (p *paged[T]) adder(read func(scan func(...any) error) (T, error)) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		if len(p.items) == p.limit {
			p.more = true
			return nil
		}
		item, err := read(scan)
		if err == nil {
			p.items = append(p.items, item)
		}
		return err
	}
}

// next is the cursor behind the last row, "" when no page follows.
func (p *paged[T]) next(last cursor) string {
	if !p.more {
		return ""
	}
	return last.String()
}

// searchWords splits a search text into words in lower case.
func searchWords(text string) ([]string, error) {
	words := strings.Fields(strings.ToLower(cleanText(text)))
	if len(text) > maxSearch || len(words) > maxWords {
		return nil, vedette.Errorf(vedette.CodeInvalid, "a search has at most %d words and %d bytes", maxWords, maxSearch)
	}
	return words, nil
}

// containing adds the condition that a column contains each of the words.
func (e engine) containing(where *condition, column string, words []string) {
	for _, word := range words {
		where.and(strings.Replace(e.contains, "%s", column, 1), e.pattern.Replace(word))
	}
}

// anys turns a list into arguments.
func anys[T int64 | vedette.IncidentStatus | vedette.ActionState](list []T) []any {
	args := make([]any, len(list))
	for i, v := range list {
		args[i] = v
	}
	return args
}
