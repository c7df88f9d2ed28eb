package offline_test

import (
	"bytes"
	"errors"
	"io"
)

func newReader(text []byte) io.Reader { return bytes.NewReader(text) }

func errorsOf(all ...error) error { return errors.Join(all...) }
