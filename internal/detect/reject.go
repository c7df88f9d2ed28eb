package detect

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

// rejection is why a rule cannot run, with the place in its file.
type rejection struct {
	line, column int
	reason       string
}

func (r *rejection) Error() string { return r.reason }

// rejectAt makes a rejection that points at a node; a nil node points at the whole file.
func rejectAt(node *yaml.Node, format string, args ...any) error {
	r := &rejection{reason: fmt.Sprintf(format, args...)}
	if node != nil {
		r.line, r.column = node.Line, node.Column
	}
	return r
}
