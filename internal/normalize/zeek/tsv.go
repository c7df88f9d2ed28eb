package zeek

import (
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// layout says what the columns of a tab-separated log are.
type layout struct {
	log     string
	columns []string
	types   []string // of the columns; empty when the log does not say
}

// current is the layout of the file that is being taken apart.
type current struct{ layout layout }

func open(in *normalize.Input) *current {
	return in.Own("zeek", func() any { return &current{} }).(*current) //nolint:forcetypeassert // made here only
}

// Split takes a tab-separated file apart, whose first lines say what its columns are.
func (*Parser) Split(in *normalize.Input, fn func(sub *normalize.Input) error) error {
	if in.JSON != nil || !strings.HasPrefix(in.Text, "#separator ") || !strings.Contains(in.Text, "\n#fields\t") {
		return normalize.ErrNotMine
	}
	state := open(in)
	defer func() { state.layout = layout{} }()
	for line := range strings.Lines(in.Text) {
		line = strings.TrimRight(line, "\r\n")
		if strings.HasPrefix(line, "#") {
			state.layout.head(line)
			continue
		}
		if line == "" {
			continue
		}
		if err := fn(&normalize.Input{Record: in.Record, Header: in.Header, Text: line}); err != nil {
			return err
		}
	}
	return nil
}

// maxColumns is how many columns of a log are read.
const maxColumns = 128

// head reads a line that says something about the lines that follow.
func (l *layout) head(line string) {
	word, rest, _ := strings.Cut(line, "\t")
	switch word {
	case "#path":
		l.log = logWord(rest)
	case "#fields":
		l.columns = strings.SplitN(rest, "\t", maxColumns+1)
		l.columns = l.columns[:min(len(l.columns), maxColumns)]
		l.types = nil
	case "#types":
		l.types = strings.SplitN(rest, "\t", maxColumns+1)
	}
}

// logWord is the name of a log, "other" when it is not a word.
func logWord(name string) string {
	if name == "" || len(name) > 32 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
		return "other"
	}
	return name
}

// parseTSV reads one line of a tab-separated log: of a file with its header, or a line that stands alone, whose columns
// are those that the log has unless it was changed.
func parseTSV(in *normalize.Input, ev *vedette.Event) error {
	if in.Text == "" || in.Text[0] < '0' || in.Text[0] > '9' || strings.Count(in.Text, "\t") < 3 {
		return normalize.ErrNotMine
	}
	values := strings.SplitN(in.Text, "\t", maxColumns+1)
	l := open(in).layout
	if l.columns == nil {
		l = usual(in, values)
	}
	if l.columns == nil || len(values) > len(l.columns) {
		return normalize.ErrNotMine
	}
	t, ok := normalize.ParseTime(values[0], time.UTC)
	if !ok {
		return normalize.ErrNotMine
	}
	ev.Time = t
	k := kinds[l.log]
	ev.Dataset = "zeek." + l.log
	ev.Logsource = vedette.Logsource{Product: "zeek", Service: l.log, Categories: k.categories}
	names := in.Names("zeek", "", l.log)
	for i, value := range values {
		l.add(ev, names, i, value)
	}
	derive(l.log, k, ev)
	in.AddObserver(ev)
	return nil
}

// add adds one column, the elements of a list one by one.
func (l *layout) add(ev *vedette.Event, names *normalize.Names, column int, value string) {
	if value == "-" || value == "" || value == "(empty)" || len(l.columns[column]) > 128 {
		return
	}
	name := l.columns[column]
	var kind string
	if column < len(l.types) {
		kind = l.types[column]
	} else {
		kind = usualTypes[name]
	}
	field := names.Of([]byte(name))
	switch {
	case kind == "bool" && (value == "T" || value == "F"):
		ev.AddKind(field, strconv.FormatBool(value == "T"), vedette.KindBool)
	case kind == "count" || kind == "port" || kind == "int":
		ev.AddKind(field, unescape(value), vedette.KindNumber)
	case strings.HasPrefix(kind, "vector[") || strings.HasPrefix(kind, "set["):
		for n, item := range strings.SplitN(value, ",", maxColumns) {
			if n < maxColumns-1 {
				ev.Add(field, unescape(item))
			}
		}
	default:
		ev.Add(field, unescape(value))
	}
}

// unescape turns \x09 and its kin into the bytes that they stand for.
func unescape(s string) string {
	if !strings.Contains(s, `\x`) {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) && s[i+1] == 'x' {
			if n, err := strconv.ParseUint(s[i+2:i+4], 16, 8); err == nil {
				out = append(out, byte(n))
				i += 3
				continue
			}
		}
		out = append(out, s[i])
	}
	return strings.ToValidUTF8(string(out), "\ufffd")
}

// usual finds the layout of a line that stands alone: by the name of its file, else by what stands in it.
func usual(in *normalize.Input, values []string) layout {
	name, _, _ := strings.Cut(path.Base(in.Record.Peer), ".")
	for i := range layouts {
		if l := &layouts[i]; l.log == name && len(values) == len(l.columns) {
			return *l
		}
	}
	if len(values) < 10 || !strings.Contains(values[0], ".") || !isUID(values[1]) || !normalize.IsAddress(values[2]) ||
		!normalize.IsNumber(values[3]) || !normalize.IsAddress(values[4]) || !normalize.IsNumber(values[5]) {
		return layout{}
	}
	for i := range layouts {
		l := &layouts[i]
		if len(values) == len(l.columns) && l.columns[1] == "uid" && fits(l.log, values) {
			return *l
		}
	}
	return layout{}
}

// isUID tells whether a text can be the id that Zeek gives a connection.
func isUID(s string) bool {
	return len(s) >= 10 && len(s) <= 24 && s[0] == 'C' && !strings.ContainsAny(s, " .:/-_\"")
}

// fits tells logs apart that have the same number of columns.
func fits(log string, values []string) bool {
	switch log {
	case "conn", "dns":
		return values[6] == "tcp" || values[6] == "udp" || values[6] == "icmp"
	case "smb_mapping":
		return values[9] == "DISK" || values[9] == "PIPE" || values[9] == "PRINT"
	case "http":
		return normalize.IsNumber(values[6])
	}
	return true
}
