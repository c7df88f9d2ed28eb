//go:build !unix

package victorialogs

import "math"

// free is not known here; the engine's own watch of the disk remains.
func (s *Store) free() int64 { return math.MaxInt64 }
