package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// RunFile tells commands of the same user on the same machine how to reach the running server.
type RunFile struct {
	PID     int    `json:"pid"`
	URL     string `json:"url"`
	Token   string `json:"token"`
	Syslog  string `json:"syslog_tcp"`
	Version string `json:"version"`
}

const runFileName = "run.json"

// ReadRunFile reads what a running server left in its data directory.
func ReadRunFile(dir string) (RunFile, error) {
	var r RunFile
	text, err := os.ReadFile(filepath.Join(dir, runFileName))
	if err != nil {
		return r, fmt.Errorf("find a running server: %w", err)
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return r, fmt.Errorf("read %s: %w", runFileName, err)
	}
	return r, nil
}

// write leaves the file, readable by this user alone. It appears whole or not at all.
func (r RunFile) write(dir string) (remove func(), err error) {
	text, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", runFileName, err)
	}
	path := filepath.Join(dir, runFileName)
	if err := errors.Join(os.WriteFile(path+".new", text, 0o600), os.Rename(path+".new", path)); err != nil {
		return nil, fmt.Errorf("write %s: %w", runFileName, err)
	}
	return func() { _ = os.Remove(path) }, nil
}
