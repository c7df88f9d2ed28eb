//go:build !unix

package jetstream

import (
	"os"
	"path/filepath"
)

// lockDir only marks dir as used: there is no portable lock that ends with its process.
func lockDir(dir string) (*os.File, error) {
	return os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
}

// freeBytes tells how much of the disk under dir is left to us, when that can be known.
func freeBytes(string) (int64, bool) { return 0, false }
