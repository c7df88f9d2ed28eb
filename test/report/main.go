// Command report makes the output of "go test -json" readable: one line a package, why each skipped test was skipped,
// and everything that a failed test said. It reads standard input to its end; whether tests passed is go test's to say.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// event is one line of "go test -json"; build failures come as events of the action build-output.
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
}

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer func() { _ = out.Flush() }()
	said := map[string][]string{} // by package and test
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			_, _ = fmt.Fprintln(out, lines.Text()) // what is no event is worth seeing as it is
			continue
		}
		key := e.Package + " " + e.Test
		switch e.Action {
		case "build-output":
			_, _ = fmt.Fprint(out, e.Output)
		case "output":
			if worth(e.Output) {
				said[key] = append(said[key], e.Output)
			}
		case "fail", "skip":
			if e.Test == "" && e.Action == "skip" { // a package without tests
				break
			}
			_, _ = fmt.Fprint(out, strings.Join(said[key], ""))
			delete(said, key)
		case "pass":
			if e.Test == "" {
				_, _ = fmt.Fprint(out, strings.Join(said[key], ""))
			}
			delete(said, key)
		}
		_ = out.Flush()
	}
	for _, rest := range said { // of tests that a crash cut short
		_, _ = fmt.Fprint(out, strings.Join(rest, ""))
	}
}

// worth tells what a test said from the frame around it.
func worth(line string) bool {
	text := strings.TrimSpace(line)
	return !strings.HasPrefix(text, "=== ") && text != "PASS"
}
