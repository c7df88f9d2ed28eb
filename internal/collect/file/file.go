package file

import (
	"context"
	"log/slog"
	"path/filepath"
	"sort"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/collect"
)

// lookAgain is how often the patterns are looked up for new files.
const lookAgain = 5 * time.Second

// Receiver follows files.
type Receiver struct {
	cfg        Config
	checkpoint string
	log        *slog.Logger
	tails      map[string]*tail // by path
	known      []position       // from the last run, for files not seen yet in this one
	full       bool             // more files than MaxFiles were found, and that was logged
}

var _ collect.Receiver = (*Receiver)(nil)

// New makes the receiver; checkpoint is the file that keeps the positions.
func New(cfg Config, checkpoint string, log *slog.Logger) (*Receiver, error) {
	known, err := loadPositions(checkpoint)
	if err != nil {
		return nil, err
	}
	return &Receiver{cfg: cfg, checkpoint: checkpoint, log: log, tails: map[string]*tail{}, known: known}, nil
}

// Name is "file".
func (*Receiver) Name() string { return "file" }

// Run follows the files until the context ends.
func (r *Receiver) Run(ctx context.Context, sink collect.Sink) error {
	defer r.closeAll()
	poll := time.NewTicker(r.cfg.Poll)
	defer poll.Stop()
	var looked time.Time
	for first := true; ; first = false {
		if now := time.Now(); now.Sub(looked) >= lookAgain {
			r.discover(first && r.cfg.FromEnd)
			looked = now
		}
		for _, path := range r.paths() {
			if err := r.follow(ctx, r.tails[path], sink); err != nil {
				if ctx.Err() != nil {
					return nil
				}
				r.log.Error("follow a file", "path", path, "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-poll.C:
		}
	}
}

func (r *Receiver) paths() []string {
	paths := make([]string, 0, len(r.tails))
	for p := range r.tails {
		paths = append(paths, p)
	}
	sort.Strings(paths)
	return paths
}

// discover opens the files that the patterns name and that are not open yet.
func (r *Receiver) discover(fromEnd bool) {
	for _, pattern := range r.cfg.Paths {
		matches, _ := filepath.Glob(pattern) // the pattern was checked by Validate
		for _, path := range matches {
			if r.tails[path] != nil {
				continue
			}
			if len(r.tails) >= r.cfg.MaxFiles {
				if !r.full {
					r.log.Warn("more files match than are followed", "limit", r.cfg.MaxFiles, "first_left_out", path)
				}
				r.full = true
				return
			}
			r.open(path, fromEnd)
		}
	}
}

func (r *Receiver) open(path string, fromEnd bool) {
	t, err := openTail(path)
	if err != nil {
		r.log.Warn("open a file to follow", "path", path, "error", err)
		return
	}
	r.tails[path] = t
	for _, p := range r.known {
		if t.resume(p) {
			t.pos.Path = path
			return
		}
	}
	if info, err := t.file.Stat(); err == nil && fromEnd {
		t.read, t.pos.Offset = info.Size(), info.Size()
	}
}

// follow hands in what was added to one file, and moves on to its successor when it was replaced.
func (r *Receiver) follow(ctx context.Context, t *tail, sink collect.Sink) error {
	if _, err := t.rewind(); err != nil {
		return err
	}
	replaced := t.replaced() // looked at before reading, so that nothing written before the change is missed
	for more := true; more; {
		var batch []vedette.Record
		var err error
		more, err = t.lines(int(r.cfg.MaxLine), func(line []byte, cut bool) {
			rec := vedette.Record{Source: "file/" + t.pos.Path, Receiver: "file", Peer: t.pos.Path, Received: time.Now(), Data: line}
			if cut {
				collect.Drop(sink, &rec, "line_cut", 1)
			}
			batch = append(batch, rec)
		})
		if err != nil {
			return err
		}
		if len(batch) == 0 {
			continue
		}
		if err := collect.AcceptPatiently(ctx, sink, batch); err != nil {
			t.read, t.partial, t.cutting = t.pos.Offset, nil, false
			return err
		}
		if err := r.save(); err != nil {
			return err
		}
	}
	if replaced {
		_ = t.file.Close()
		delete(r.tails, t.pos.Path)
		r.open(t.pos.Path, false)
	}
	return nil
}

func (r *Receiver) save() error {
	list := make([]position, 0, len(r.tails))
	for _, path := range r.paths() {
		list = append(list, r.tails[path].pos)
	}
	return savePositions(r.checkpoint, list)
}

func (r *Receiver) closeAll() {
	for _, t := range r.tails {
		_ = t.file.Close()
	}
}
