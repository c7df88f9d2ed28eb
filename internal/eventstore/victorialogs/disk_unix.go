//go:build unix

package victorialogs

import "golang.org/x/sys/unix"

// free is the space on the store's disk that this process may use, in bytes; a disk that cannot be asked has none.
func (s *Store) free() int64 {
	var st unix.Statfs_t
	if err := unix.Statfs(s.cfg.Dir, &st); err != nil {
		return 0
	}
	return int64(st.Bavail) * int64(st.Bsize) //nolint:unconvert // the types differ between systems
}
