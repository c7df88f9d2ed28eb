// Package recording reads recorded files: what was once exported, captured or collected, to be searched, replayed or
// tested again.
//
// In comes a path. Out goes every record in it, in order, with the file (and the member, inside an archive) and its
// place there. What a file is is told by its content, not by its name: text lines; JSON, one object per line, one
// after another over many lines, or a list of objects; Windows event XML; binary Windows event logs; each of them plain
// or compressed with gzip or bzip2, and inside zip and tar archives, which may lie inside each other.
//
// Recordings are evidence, often of unknown origin, so the package promises:
//   - one bad member never hides the others: it becomes a [Problem] with its name, and reading goes on;
//   - nothing in a file decides how much memory is used: decompressed sizes, ratios, nesting, records and JSON depth
//     have limits ([Limits]), and what goes over them is reported;
//   - nothing is written, except that a large member which must be read at random goes to an unnamed temporary file;
//     member names are never used as paths.
package recording
