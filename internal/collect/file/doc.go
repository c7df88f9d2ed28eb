// Package file follows files that grow, as tail -F does, and remembers how far it came.
//
// Files are found by patterns, looked for again every few seconds. A file that is renamed is read to its end and its
// successor from the beginning; one that is cut back is read from the beginning. How far each file was handed in is
// written to disk after the records are durable: a restart goes on where it stopped, and after a crash between those
// two moments at most the last batch is handed in twice.
package file
