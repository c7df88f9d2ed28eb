package statestore

// MaxPage is the most rows that one page holds; DefaultPage is what a page without a limit holds.
const (
	MaxPage     = 500
	DefaultPage = 50
)

// Page asks for one piece of a list.
type Page struct {
	Limit  int    // rows; 0 is DefaultPage, more than MaxPage is MaxPage
	Cursor string // what the page before gave as next; empty for the first page
}
