package offline_test

import (
	"bytes"
	"io"
)

func newReader(text []byte) io.Reader { return bytes.NewReader(text) }
