package normalize

import (
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"

	"github.com/vedette-soc/vedette"
)

// Normalizer turns records into events. It reuses its memory and is therefore for one goroutine; make one per worker.
type Normalizer struct {
	cfg     Config
	parsers []Parser
	byName  map[string]Parser
	log     *slog.Logger
	panics  map[string]uint64

	scratch scratch
	json    tree
	inner   tree // for JSON within an envelope of JSON
	head    SyslogHeader
	work    vedette.Event
	job     job
	input   Input
}

// New makes a Normalizer that asks the parsers in the order given. Two parsers of one name are an error.
func New(cfg Config, parsers []Parser, log *slog.Logger) (*Normalizer, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	n := &Normalizer{cfg: cfg.withDefaults(), parsers: parsers, byName: map[string]Parser{}, log: log, panics: map[string]uint64{}}
	n.scratch.init(n.cfg)
	for _, p := range parsers {
		if n.byName[p.Name()] != nil {
			return nil, vedette.Errorf(vedette.CodeInvalid, "normalize: two parsers are called %q", p.Name())
		}
		n.byName[p.Name()] = p
	}
	return n, nil
}

// Normalize calls fn once per event of the record, in order: usually one, several when the record holds a list. It
// never fails; what cannot be understood is an event with vedette.parse_error. The event belongs to fn and shares no
// memory with the record or the Normalizer. Seq and Place are left to the caller.
func (n *Normalizer) Normalize(rec *vedette.Record, fn func(*vedette.Event)) {
	n.normalize(rec, false, fn)
}

// Glance is Normalize for a caller that keeps nothing: the event and every text in it are valid only until fn returns,
// and the record must not change meanwhile. In exchange no memory is asked for.
func (n *Normalizer) Glance(rec *vedette.Record, fn func(*vedette.Event)) { n.normalize(rec, true, fn) }

func (n *Normalizer) normalize(rec *vedette.Record, brief bool, fn func(*vedette.Event)) {
	n.scratch.open(brief)
	raw, encoding := n.decode(rec)
	j, in := &n.job, &n.input
	*j = job{Normalizer: n, encoding: encoding, raw: raw, fn: fn}
	*in = Input{Record: rec, scratch: &n.scratch}
	in.Text = strings.TrimRight(strings.TrimPrefix(raw, "\ufeff"), " \t\r\n\x00")
	if err := j.open(in); err != nil {
		j.raw = raw
		j.unparsed(in, reasonOf(err))
	}
}

// open takes the header off, finds out whether the rest is JSON, and treats it accordingly. A defect of this room is
// isolated like one of a parser.
func (j *job) open(in *Input) (err error) {
	defer j.recovered("normalize", &err)
	if head, rest := j.header(in.Record, in.Text); head != nil {
		in.Header, in.Text = head, rest
	}
	if strings.TrimSpace(in.Text) == "" {
		return ReasonEmpty
	}
	list := j.readJSON(in)
	switch {
	case list.err != "":
		return list.err
	case list.values != nil:
		j.each(in, list.values)
	case !j.unwrap(in):
		j.one(in)
	}
	return nil
}

// Panics returns how often each parser had to be stopped, by name.
func (n *Normalizer) Panics() map[string]uint64 {
	out := make(map[string]uint64, len(n.panics))
	for name, count := range n.panics {
		out[name] = count
	}
	return out
}

// job is the work on one record.
type job struct {
	*Normalizer
	raw      string
	encoding string
	events   int
	fresh    bool // the working event is ready for the current input
	outside  bool // the caller has the event; what panics now is not ours to recover
	fn       func(*vedette.Event)
}

// each treats the objects of a JSON list as messages of their own.
func (j *job) each(in *Input, list []*Value) {
	for _, v := range list {
		if v.Type() != TypeObject {
			continue
		}
		sub := *in
		sub.JSON, sub.Text = v, v.Compact()
		j.scratch.part = true
		j.raw, j.fresh = sub.Text, false
		if j.events >= j.cfg.MaxEvents {
			return
		}
		j.one(&sub)
	}
	if j.events == 0 {
		j.unparsed(in, ReasonNoParser)
	}
}

// one finds the parser of an input and emits its event or events.
func (j *job) one(in *Input) {
	if name := in.Record.Parser; name != "" && j.byName[name] != nil {
		if err := j.try(j.byName[name], in); err != nil {
			j.unparsed(in, notThat(err))
		}
		return
	}
	for _, p := range j.parsers {
		err := j.try(p, in)
		if errors.Is(err, ErrNotMine) {
			continue
		}
		if err != nil {
			j.unparsed(in, reasonOf(err))
		}
		return
	}
	j.unparsed(in, ReasonNoParser)
}

// try asks one parser. It emits on success and reports why not otherwise.
func (j *job) try(p Parser, in *Input) error {
	if s, ok := p.(Splitter); ok {
		err := j.split(s, in)
		if !errors.Is(err, ErrNotMine) {
			return err
		}
	}
	if err := j.parse(p, in); err != nil {
		return err
	}
	j.emit(in)
	return nil
}

// split lets a parser take a record apart; a part that cannot be parsed does not spoil the others.
func (j *job) split(s Splitter, in *Input) (err error) {
	defer j.recovered(s.Name(), &err)
	whole := j.raw
	defer func() { j.raw, j.scratch.part = whole, false }()
	return s.Split(in, func(sub *Input) error {
		if j.events >= j.cfg.MaxEvents {
			return nil
		}
		sub.scratch, sub.Record = &j.scratch, in.Record
		j.scratch.part = true
		j.raw, j.fresh = sub.Text, false
		if err := j.parse(s, sub); err != nil {
			j.unparsed(sub, notThat(err))
			return nil
		}
		j.emit(sub)
		return nil
	})
}

// parse runs one parser over the working event.
func (j *job) parse(p Parser, in *Input) (err error) {
	defer j.recovered(p.Name(), &err)
	if !j.fresh || len(j.work.Fields) > 0 {
		j.begin(in)
	}
	if err := p.Parse(in, &j.work); !errors.Is(err, ErrNotMine) {
		j.fresh = false
		return err
	}
	return ErrNotMine
}

// recovered turns a panic of a parser into an error, and remembers it.
func (j *job) recovered(name string, err *error) {
	r := recover()
	if r == nil {
		return
	}
	if j.outside {
		panic(r)
	}
	j.panics[name]++
	if count := j.panics[name]; count == 1 || count%1000 == 0 {
		j.log.Error("parser panicked", "parser", name, "panic", fmt.Sprint(r), "times", count, "stack", string(debug.Stack()))
	}
	j.fresh = false
	*err = ReasonPanic
}

// reasonOf gives the word for an error of a parser.
func reasonOf(err error) Reason {
	if r, ok := errors.AsType[Reason](err); ok {
		return r
	}
	return ReasonDefect
}

func notThat(err error) Reason {
	if errors.Is(err, ErrNotMine) {
		return ReasonNotThat
	}
	return reasonOf(err)
}
