package file

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// position is how far a file was handed in. The file is known again by its identity on disk and its first bytes.
type position struct {
	Path   string `json:"path"`
	Device uint64 `json:"device"`
	Inode  uint64 `json:"inode"`
	Head   uint64 `json:"head"`      // hash of the file's first bytes
	HeadN  int64  `json:"head_size"` // how many first bytes that is
	Offset int64  `json:"offset"`
}

// loadPositions reads the checkpoint file; there is none before the first time.
func loadPositions(path string) ([]position, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the file positions: %w", err)
	}
	var list []position
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, fmt.Errorf("read the file positions in %s: %w", path, err)
	}
	return list, nil
}

// savePositions replaces the checkpoint file as a whole, synced, so that a crash leaves the old or the new one.
func savePositions(path string, list []position) error {
	text, err := json.Marshal(list)
	if err != nil {
		return fmt.Errorf("write the file positions: %w", err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".positions-*")
	if err != nil {
		return fmt.Errorf("write the file positions: %w", err)
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	_, err = tmp.Write(text)
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write the file positions: %w", err)
	}
	return nil
}
