// Package endpoint understands sensors of hosts that speak JSON of their own: Apple's Endpoint Security, as eslogger and
// its kin write it, and the tables of osquery.
package endpoint

import (
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// Parser takes records of these sensors.
type Parser struct{}

// New makes the parser.
func New() *Parser { return &Parser{} }

// Name is "endpoint".
func (*Parser) Name() string { return "endpoint" }

// Parse fills the event.
func (*Parser) Parse(in *normalize.Input, ev *vedette.Event) error {
	v := in.JSON
	switch {
	case v == nil:
		return normalize.ErrNotMine
	case isSecurity(v):
		return security(in, v, ev)
	case isTable(in, v):
		return table(in, v, ev)
	}
	return normalize.ErrNotMine
}

// Split takes apart what osquery sends at once: {"data":[…]} of its TLS logger, and the rows of a snapshot.
func (*Parser) Split(in *normalize.Input, fn func(sub *normalize.Input) error) error {
	if in.JSON == nil {
		return normalize.ErrNotMine
	}
	rows := in.JSON.GetArray("data")
	if len(rows) == 0 || !isTable(in, rows[0]) {
		return normalize.ErrNotMine
	}
	return in.SplitList(rows, fn)
}

// file files an event.
func file(ev *vedette.Event, product, dataset string, k kind) {
	ev.Logsource = vedette.Logsource{Product: product}
	if k.sigma != "" {
		ev.Logsource.Categories = []string{k.sigma}
	}
	ev.Dataset = dataset
	add(ev, "event.category", k.category)
	add(ev, "event.action", k.action)
	if k.class != 0 {
		normalize.Classify(ev, k.class, k.activity)
	}
}

// kind says what an event is.
type kind struct {
	sigma, category, action string
	class                   normalize.Class
	activity                int
}

var (
	started   = kind{"process_creation", "process", "process_started", normalize.ClassProcess, 1}
	ended     = kind{"process_termination", "process", "process_ended", normalize.ClassProcess, 2}
	created   = kind{"file_event", "file", "file_created", normalize.ClassFileActivity, 1}
	written   = kind{"file_event", "file", "file_written", normalize.ClassFileActivity, 3}
	deleted   = kind{"file_delete", "file", "file_deleted", normalize.ClassFileActivity, 4}
	renamed   = kind{"file_rename", "file", "file_renamed", normalize.ClassFileActivity, 5}
	connected = kind{"network_connection", "network", "connection", normalize.ClassNetwork, 1}
)

// add adds a field unless its value is empty.
func add(ev *vedette.Event, name, value string) {
	if value != "" {
		ev.Add(name, value)
	}
}

// image adds the program of a process.
func image(ev *vedette.Event, prefix, path string) {
	add(ev, prefix+".executable", path)
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		add(ev, prefix+".name", path[i+1:])
	}
}

// maxArgs is how many arguments of a command line are read.
const maxArgs = 512

// commandLine joins the arguments of a command.
func commandLine(in *normalize.Input, args []*normalize.Value) string {
	var out []string
	for _, arg := range args[:min(len(args), maxArgs)] {
		text, _ := in.Leaf(arg)
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

// unix reads the time of osquery.
func unix(in *normalize.Input, v *normalize.Value, names ...string) time.Time {
	for _, name := range names {
		if t, ok := normalize.ParseTime(in.At(v, name), time.UTC); ok {
			return t
		}
	}
	return time.Time{}
}
