package syslog

import (
	"bufio"
	"bytes"
	"testing"
)

func FuzzFrame(f *testing.F) {
	f.Add([]byte("9 <13>first\n<13>second\n"))
	f.Add([]byte("99999999999 <13>x"))
	f.Add([]byte{0x16, 3, 1, 0})
	f.Fuzz(func(t *testing.T, stream []byte) {
		r := bufio.NewReaderSize(bytes.NewReader(stream), 64)
		total := 0
		for range len(stream) + 2 {
			msg, cut, err := frame(r, 128)
			if len(msg) > 128 {
				t.Fatalf("a message of %d bytes", len(msg))
			}
			if total += len(msg) + cut; total > len(stream) {
				t.Fatalf("%d bytes came out of %d", total, len(stream))
			}
			if err != nil {
				return
			}
		}
		t.Fatal("the stream never ends")
	})
}
