package harness

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// RunFile is what a running server leaves in its data directory for the commands of its user.
type RunFile struct {
	PID    int    `json:"pid"`
	URL    string `json:"url"`
	Token  string `json:"token"`
	Syslog string `json:"syslog_tcp"`
}

// ReadRunFile reads the run file of a data directory. One that a killed process left is there still.
func ReadRunFile(dir string) (run RunFile, err error) {
	text, err := os.ReadFile(filepath.Join(dir, "run.json"))
	if err != nil {
		return run, err
	}
	return run, json.Unmarshal(text, &run)
}
