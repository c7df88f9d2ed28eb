package victorialogs

import (
	"errors"
	"os"
	"path/filepath"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// The engine ends the process when it cannot write rows that it has already taken. Whoever else fills the disk must not
// bring it there: a file of this size is held, and given up as soon as less than half of it is free, so that what was
// taken still finds room.
const (
	reserveBytes = 96 << 20
	reserveName  = "reserve"
	reserveLook  = 200 * time.Millisecond
)

// roomToWrite refuses while the disk is too full.
func (s *Store) roomToWrite() error {
	if s.engine.IsReadOnly() || s.free() < s.cfg.MinFreeBytes {
		return vedette.Errorf(vedette.CodeUnavailable, "the event store's disk has less than %d MiB left", s.cfg.MinFreeBytes>>20)
	}
	return nil
}

// keepReserve holds the reserve while there is plenty of space, and gives it up when there is hardly any.
func (s *Store) keepReserve() {
	path := filepath.Join(s.cfg.Dir, reserveName)
	_, err := os.Stat(path)
	held := err == nil
	tick := time.NewTicker(reserveLook)
	defer tick.Stop()
	for {
		switch free := s.free(); {
		case held && free < reserveBytes/2:
			s.log.Warn("the event store's disk is full; its reserve is given up", "free_mib", free>>20)
			held = os.Remove(path) != nil
		case !held && free > s.cfg.MinFreeBytes+4*reserveBytes:
			held = allocate(path, reserveBytes) == nil
		}
		select {
		case <-s.closing:
			return
		case <-tick.C:
		}
	}
}

// allocate makes a file that really takes the space.
func allocate(path string, size int) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	zeros := make([]byte, 1<<20)
	for range size / len(zeros) {
		if _, err = f.Write(zeros); err != nil {
			break
		}
	}
	if err = errors.Join(err, f.Close()); err != nil {
		_ = os.Remove(path)
	}
	return err
}
