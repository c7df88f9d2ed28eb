package file

import (
	"path/filepath"
	"time"

	"github.com/vedette-soc/vedette"
)

// Config says which files to follow.
type Config struct {
	Paths    []string      `yaml:"paths"`     // files and patterns such as /var/log/nginx/*.log
	Poll     time.Duration `yaml:"poll"`      // how often a file is looked at for more
	FromEnd  bool          `yaml:"from_end"`  // a file seen for the first time at start is read from its end
	MaxFiles int           `yaml:"max_files"` // further files are not followed, and that is logged
	MaxLine  int64         `yaml:"max_line"`  // bytes; a longer line is cut and the cut counted
}

// Defaults follows nothing until paths are given.
func Defaults() Config {
	return Config{Poll: 250 * time.Millisecond, MaxFiles: 1024, MaxLine: 256 << 10}
}

// Validate checks the settings.
func (c Config) Validate() error {
	for _, p := range c.Paths {
		if _, err := filepath.Match(p, "x"); err != nil || !filepath.IsAbs(p) {
			return vedette.Errorf(vedette.CodeInvalid, "files.paths: %q is not an absolute path or pattern", p)
		}
	}
	if c.Poll < 10*time.Millisecond || c.MaxFiles < 1 || c.MaxLine < 1024 || c.MaxLine > 1<<20 {
		return vedette.Errorf(vedette.CodeInvalid, "files: poll must be at least 10ms, max_files at least 1, max_line 1KiB to 1MiB")
	}
	return nil
}
