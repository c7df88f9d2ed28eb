package list

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/intel"
)

// maxLine is the longest line that is read, in bytes.
const maxLine = 64 << 10

// Read reads a list and calls yield for every value. columns says which column is what ("value", "kind", "confidence",
// "from", "until", "seen", "tlp", "labels", "reference"), by its name in the header or its number from 1; without it the
// header tells, or else the values themselves.
func Read(r io.Reader, columns map[string]string, yield func(intel.Item) error) (intel.Report, error) {
	s := &session{yield: yield, columns: columns}
	lines := bufio.NewScanner(decoded(r))
	lines.Buffer(make([]byte, 0, 4096), maxLine)
	for lines.Scan() {
		if err := s.line(lines.Text()); err != nil {
			return s.report, err
		}
	}
	err := lines.Err()
	if errors.Is(err, bufio.ErrTooLong) {
		err = vedette.Errorf(vedette.CodeInvalid, "a line has more than %d bytes: this is no list", maxLine)
	}
	return s.report, err
}

// decoded turns the bytes of a list into UTF-8, whatever they are.
func decoded(r io.Reader) io.Reader {
	b := bufio.NewReaderSize(r, 32<<10)
	head, _ := b.Peek(16 << 10) // shorter lists give what there is
	var from encoding.Encoding
	switch {
	case len(head) > 1 && (head[0] == 0xff && head[1] == 0xfe || head[0] == 0xfe && head[1] == 0xff):
		from = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
	case len(head) > 2 && head[0] == 0xef && head[1] == 0xbb && head[2] == 0xbf:
		from = unicode.UTF8BOM
	case !utf8.Valid(head[:whole(head)]):
		from = simplifiedchinese.GB18030
	default:
		return b
	}
	return transform.NewReader(b, from.NewDecoder())
}

// whole is the length of a beginning without the character that it may cut in two.
func whole(head []byte) int {
	for i := 1; i <= min(3, len(head)); i++ {
		if c := head[len(head)-i]; utf8.RuneStart(c) {
			if !utf8.FullRune(head[len(head)-i:]) {
				return len(head) - i
			}
			break
		}
	}
	return len(head)
}

type session struct {
	yield   func(intel.Item) error
	columns map[string]string
	comma   rune
	roles   []role // of columns; nil while there is no header
	started bool
	report  intel.Report
}

func (s *session) line(line string) error {
	line = strings.TrimSpace(strings.Trim(line, "\ufeff"))
	comment := strings.TrimLeft(line, "#;/ ")
	switch {
	case line == "":
		return nil
	case line[0] == '#' || line[0] == ';' || strings.HasPrefix(line, "//"):
		if !s.started {
			s.header(s.cells(comment)) // some feeds keep their header in a comment
		}
		return nil
	}
	cells := s.cells(line)
	if !s.started {
		s.started = true
		if s.header(cells) {
			return nil
		}
	}
	if s.roles == nil && len(s.columns) > 0 {
		s.numbered(len(cells))
	}
	if s.roles != nil {
		return s.row(cells)
	}
	return s.plain(line, cells)
}

// cells splits a line at the separator that the list uses.
func (s *session) cells(line string) []string {
	comma := s.comma
	if comma == 0 {
		for _, c := range []rune{',', '\t', ';', '|'} {
			if strings.ContainsRune(line, c) {
				comma = c
				break
			}
		}
	}
	if comma == 0 {
		return []string{line}
	}
	r := csv.NewReader(strings.NewReader(line))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord, r.TrimLeadingSpace = comma, true, -1, comma != '\t'
	cells, err := r.Read()
	if err != nil {
		return strings.Split(line, string(comma))
	}
	return cells
}

// header reads the names of columns, and tells whether these are some.
func (s *session) header(cells []string) bool {
	roles, values := make([]role, len(cells)), 0
	for i, cell := range cells {
		name := strings.ToLower(strings.Trim(cell, " \"'\t"))
		roles[i] = roleOf(name)
		for what, column := range s.columns {
			if strings.EqualFold(column, name) {
				roles[i] = roleOf(what)
			}
		}
		if roles[i].what == isValue {
			values++
		}
	}
	if values == 0 {
		return false
	}
	if len(cells) == 1 && s.looksLikeValue(cells[0]) {
		return false
	}
	s.roles = roles
	return true
}

func (s *session) looksLikeValue(cell string) bool {
	_, _, err := intel.Guess(cell)
	return err == nil
}

// numbered takes the roles of columns from their numbers.
func (s *session) numbered(count int) {
	roles, values := make([]role, count), 0
	for what, column := range s.columns {
		if n, err := strconv.Atoi(column); err == nil && n >= 1 && n <= count {
			if roles[n-1] = roleOf(what); roles[n-1].what == isValue {
				values++
			}
		}
	}
	if values > 0 {
		s.roles = roles
	}
}

// row reads a line whose columns are known.
func (s *session) row(cells []string) error {
	var base intel.Item
	kind := vedette.IndicatorKind("")
	for i, cell := range cells {
		if i < len(s.roles) {
			kind = s.roles[i].read(&base, strings.TrimSpace(cell), kind)
		}
	}
	found := 0
	for i, cell := range cells {
		cell = strings.TrimSpace(cell)
		if i >= len(s.roles) || s.roles[i].what != isValue || cell == "" || cell == "-" || strings.EqualFold(cell, "n/a") || strings.EqualFold(cell, "none") {
			continue
		}
		item := base
		item.Kind, item.Value = s.roles[i].kind, cell
		if item.Kind == "" {
			item.Kind = kind
		}
		item = portless(item)
		found++
		if err := s.yield(item); err != nil {
			return err
		}
	}
	if found == 0 {
		s.report.Skip("lines without a value", strings.Join(cells, ","))
	}
	return nil
}

// plain reads a line of a list without columns: the first thing in it that is a value.
func (s *session) plain(line string, cells []string) error {
	if fields := strings.Fields(line); len(fields) > 1 && (fields[0] == "0.0.0.0" || fields[0] == "127.0.0.1" || fields[0] == "::1") {
		return s.yield(intel.Item{Kind: vedette.IndicatorDomain, Value: fields[1]}) // a hosts file
	}
	for _, cell := range cells {
		cell = strings.TrimSpace(cell)
		words := strings.Fields(cell)
		if len(words) == 0 {
			continue
		}
		item := portless(intel.Item{Value: words[0]})
		if _, _, err := intel.Guess(item.Value); err == nil {
			return s.yield(item)
		}
	}
	if len(cells) == 1 {
		return s.yield(intel.Item{Value: strings.Fields(line)[0]}) // the reason is told by whoever takes it in
	}
	s.report.Skip("lines without a value", line)
	return nil
}

// portless takes the port off an address or a name: "203.0.113.9:443".
func portless(item intel.Item) intel.Item {
	host, port, ok := strings.Cut(intel.Refang(item.Value), ":")
	if ok && port != "" && len(port) <= 5 && strings.Trim(port, "0123456789") == "" && !strings.Contains(host, "@") &&
		(item.Kind == "" || item.Kind == vedette.IndicatorNetwork || item.Kind == vedette.IndicatorDomain) {
		item.Value = host
	}
	return item
}

// moment reads the times that lists have; seconds since 1970 are among them.
func moment(text string) time.Time {
	text = strings.TrimSuffix(strings.Trim(text, "\"' "), " UTC")
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n > 1e8 && n < 1e11 {
		return time.Unix(n, 0).UTC()
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02T15:04:05", time.DateOnly, "2006/01/02 15:04:05", "2006/01/02", "20060102", "02/01/2006"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC()
		}
	}
	return time.Time{}
}
