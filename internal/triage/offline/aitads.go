package offline

import (
	"bytes"
	"errors"
	"io"
	"net/netip"
	"strings"

	vedette "github.com/vedette-soc/vedette"
)

// Columns of a table of the AIT Alert Data Set, in their order.
var aitColumns = [...]string{"time", "name", "ip", "host", "short", "time_label", "event_label"}

// maxSeconds is a time far beyond any record.
const maxSeconds = 1 << 40

// maxField bounds a name of an alert, host or address.
const maxField = 512

// ReadAITADS reads a table of the AIT Alert Data Set. The columns that say what was an attack are skipped.
func ReadAITADS(name string, r io.Reader) (*Set, error) {
	set, _, err := readAIT(name, r, false)
	return set, err
}

// ReadAITADSLabelled reads a table and, apart from it, its labels: for measuring, after triage has spoken.
func ReadAITADSLabelled(name string, r io.Reader) (*Set, *Labels, error) {
	return readAIT(name, r, true)
}

func readAIT(name string, r io.Reader, labelled bool) (*Set, *Labels, error) {
	t := &aitTable{b: NewBuilder(name), lines: newLines(r), kinds: map[string]uint32{}, hosts: map[string]string{}}
	if labelled {
		t.labels = newLabels()
	}
	head, _, err := t.lines.next()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	head = bytes.TrimPrefix(head, []byte("\ufeff"))
	if want := strings.Join(aitColumns[:], ","); !strings.HasPrefix(string(head)+",", want[:len("time,name,ip,host,")]) {
		return nil, nil, vedette.Errorf(vedette.CodeInvalid, "%s does not begin with the columns %s", name, want)
	}
	for record := int64(1); ; record++ {
		line, cut, err := t.lines.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, err
		}
		if err := t.line(line, cut, record); err != nil {
			return nil, nil, err
		}
	}
	return t.b.Set(), t.labels, nil
}

// aitTable reads the lines of one table.
type aitTable struct {
	b      *Builder
	lines  *lines
	kinds  map[string]uint32 // by name, address and host as they stand in the line
	hosts  map[string]string // the first address of each host name
	labels *Labels
}

func (t *aitTable) line(line []byte, cut bool, record int64) error {
	var fields [len(aitColumns)][]byte
	n := splitCSV(line, fields[:])
	at, ok := parseSeconds(fields[0])
	if t.labels != nil {
		t.labels.add(at, fields[5], fields[6])
	}
	switch {
	case cut:
		return t.b.misread(record, "the line is longer than a record may be")
	case n < 4:
		return t.b.misread(record, "the line has too few columns")
	case !ok:
		return t.b.misread(record, "the time is not a number of seconds since 1970")
	}
	// Name, address and host stand next to one another, so what is between two commas names the kind.
	same := line[len(fields[0])+1:]
	if line[0] != '"' && !bytes.ContainsRune(line, '"') {
		same = same[:len(fields[1])+len(fields[2])+len(fields[3])+2]
	}
	kind, known := t.kinds[string(same)]
	if !known {
		var err error
		if kind, err = t.b.Kind(t.alert(fields[1], fields[2], fields[3])); err != nil {
			return err
		}
		t.kinds[string(same)] = kind
	}
	return t.b.add(at, kind, record)
}

// alert makes what the alerts of a name on a machine share.
func (t *aitTable) alert(name, address, host []byte) vedette.Alert {
	a := Named(clip(name))
	h, ip := clip(host), clip(address)
	if addr, err := netip.ParseAddr(ip); err == nil {
		ip = addr.Unmap().String()
	} else {
		ip = ""
	}
	if h != "" {
		first, known := t.hosts[h]
		if !known {
			t.hosts[h], first = ip, ip
		}
		if ip != "" && first != "" && ip != first {
			h += "@" + ip // another machine of the same name
		}
		a.Entities = append(a.Entities, vedette.EntityRef{Kind: vedette.EntityHost, Name: h, Role: vedette.RoleTarget})
	}
	if ip != "" {
		a.Entities = append(a.Entities, vedette.EntityRef{Kind: vedette.EntityAddress, Name: ip})
	}
	return a
}

func clip(text []byte) string {
	return strings.ToValidUTF8(vedette.Cut(string(text), maxField), "\ufffd")
}

// splitCSV cuts a line of comma-separated values into fields and returns how many there were. Quotes are as in RFC 4180.
func splitCSV(line []byte, fields [][]byte) int {
	for n := range fields {
		if len(line) > 0 && line[0] == '"' {
			fields[n], line = unquote(line)
		} else {
			end := bytes.IndexByte(line, ',')
			if end < 0 {
				fields[n] = line
				return n + 1
			}
			fields[n], line = line[:end], line[end:]
		}
		if len(line) == 0 {
			return n + 1
		}
		line = line[1:]
	}
	return len(fields)
}

// unquote reads a quoted value and returns it with what follows, which begins with a comma or is empty.
func unquote(line []byte) (value, rest []byte) {
	value = make([]byte, 0, len(line))
	for i := 1; i < len(line); i++ {
		if line[i] != '"' {
			value = append(value, line[i])
			continue
		}
		if i+1 < len(line) && line[i+1] == '"' {
			value = append(value, '"')
			i++
			continue
		}
		rest = line[i+1:]
		if end := bytes.IndexByte(rest, ','); end >= 0 {
			return value, rest[end:]
		}
		return value, nil
	}
	return value, nil
}

// parseSeconds reads seconds since 1970 with up to six decimals; further ones are cut.
func parseSeconds(text []byte) (micros int64, ok bool) {
	whole, fraction, _ := bytes.Cut(text, []byte("."))
	if len(whole) == 0 || len(whole) > 12 {
		return 0, false
	}
	for _, c := range whole {
		if c < '0' || c > '9' {
			return 0, false
		}
		micros = micros*10 + int64(c-'0')
	}
	if micros > maxSeconds {
		return 0, false
	}
	micros *= 1e6
	unit := int64(1e5)
	for _, c := range fraction {
		if c < '0' || c > '9' {
			return 0, false
		}
		micros += unit * int64(c-'0')
		unit /= 10
	}
	return micros, true
}
