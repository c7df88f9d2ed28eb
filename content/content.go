// Package content holds the packs that come with Vedette. Every rule has a sample in the folder samples beside it that
// must fire and one that must not; a test runs them all.
package content

import (
	"embed"
	"io/fs"
)

//go:embed rules
var files embed.FS

// Rules returns the starter pack of detection rules, with its samples.
func Rules() fs.FS {
	sub, err := fs.Sub(files, "rules")
	if err != nil {
		panic(err) // the name is a constant that fs.Sub accepts
	}
	return sub
}
