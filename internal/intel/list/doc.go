// Package list reads indicators out of plain lists and of CSV: one value a line, or columns with or without a header, with
// comments, defanged values (hxxp, [.]), hosts files, and text in UTF-8, UTF-16 or GB18030.
//
// In come bytes; out go [intel.Item] values. A line that holds no value is counted with the reason.
package list
