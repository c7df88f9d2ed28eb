package syslog

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"
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
			msg, cut, err := frame(r, bounds{limit: 128})
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

func TestLongMessagesAskForRoom(t *testing.T) {
	long := strings.Repeat("x", 3*shortMessage)
	for name, stream := range map[string]string{"line": "<13>" + long + "\nnext\n", "counted": fmt.Sprintf("%d <13>%snext\n", len(long)+4, long)} {
		for _, granted := range []bool{true, false} {
			asked := 0
			r := bufio.NewReaderSize(strings.NewReader(stream), 512)
			msg, cut, err := frame(r, bounds{limit: 2 * shortMessage, room: func() bool { asked++; return granted }})
			want := shortMessage
			if granted {
				want = 2 * shortMessage
			}
			if err != nil || asked != 1 || len(msg) != want || len(msg)+cut != len(long)+4 {
				t.Errorf("%s, room %v: asked %d times, kept %d, cut %d, %v", name, granted, asked, len(msg), cut, err)
			}
			if msg, _, err := frame(r, bounds{limit: 2 * shortMessage}); string(msg) != "next" || err != nil {
				t.Errorf("%s: the next message is %q: %v", name, msg, err)
			}
		}
	}
}
