// Package catalog fetches content — detection rules today — from where an operator keeps it, as named bytes.
//
// A path may be a folder, a single YAML file, or a .tar, .tar.gz, .tgz or .zip archive of them; an embedded file system
// works the same way. Out come files in a stable order with their origin, and a problem with a reason for everything
// that could not be read: one bad file or archive never hides the others.
//
// The room promises bounds: no more than [MaxFiles] files, [MaxFileBytes] for one and [MaxTotalBytes] together are ever
// held, whatever an archive claims about itself. It knows nothing of what the content means.
package catalog
