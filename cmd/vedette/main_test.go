package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/vedette-soc/vedette/internal/server"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"vedette": main})
}

// TestScripts runs the scripts of testdata/script: each is a session at the command line with the files it needs. Beside
// the commands of testscript they have
//
//	code N vedette …     the command ends with exit code N
//	pack ARCHIVE FILE…   writes files into an archive: .gz, .zip or .tar.gz
//	cut FILE N           leaves the first N bytes of a file
//	await [QUERY N]      waits until the server in $VEDETTE_DATA_DIR is ready, or until a query finds N events
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Setup: func(env *testscript.Env) error {
			env.Setenv("VEDETTE_DATA_DIR", filepath.Join(env.WorkDir, "data"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"code": code, "pack": pack, "cut": cut, "await": await, "until": until},
	})
}

func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N command…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("run %v: %v", args[1:], err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("%v ended with %d; want %d", args[1:], got, want)
	}
}

func pack(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: pack ARCHIVE FILE…")
	}
	var out bytes.Buffer
	switch name := args[0]; {
	case strings.HasSuffix(name, ".tar.gz"):
		ts.Check(packTar(ts, &out, args[1:]))
	case strings.HasSuffix(name, ".gz"):
		w := gzip.NewWriter(&out)
		_, err := io.WriteString(w, ts.ReadFile(args[1]))
		ts.Check(errors.Join(err, w.Close()))
	case strings.HasSuffix(name, ".zip"):
		w := zip.NewWriter(&out)
		for _, file := range args[1:] {
			member, err := w.Create(file)
			ts.Check(err)
			_, err = io.WriteString(member, ts.ReadFile(file))
			ts.Check(err)
		}
		ts.Check(w.Close())
	default:
		ts.Fatalf("%s is no archive", name)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), out.Bytes(), 0o600))
}

func packTar(ts *testscript.TestScript, out io.Writer, files []string) error {
	z := gzip.NewWriter(out)
	w := tar.NewWriter(z)
	for _, file := range files {
		text := ts.ReadFile(file)
		if err := w.WriteHeader(&tar.Header{Name: file, Mode: 0o600, Size: int64(len(text))}); err != nil {
			return err
		}
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
	}
	return errors.Join(w.Close(), z.Close())
}

func cut(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: cut FILE N")
	}
	n, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), n))
}

// until runs a command again and again until its output matches.
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: until PATTERN command…")
	}
	want, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(time.Minute); ; <-tick.C {
		ts.Check(ts.Exec(args[1], args[2:]...))
		if want.MatchString(ts.ReadFile("stdout")) {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("waited in vain for %s in what %v prints:\n%s", args[0], args[1:], ts.ReadFile("stdout"))
		}
	}
}

func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 && len(args) != 2 {
		ts.Fatalf("usage: await [QUERY N]")
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(time.Minute); !there(ts, args); <-tick.C {
		if time.Now().After(deadline) {
			ts.Fatalf("waited in vain for %v", args)
		}
	}
}

func there(ts *testscript.TestScript, args []string) bool {
	run, err := server.ReadRunFile(ts.Getenv("VEDETTE_DATA_DIR"))
	if err != nil {
		return false
	}
	c := &client{url: run.URL, token: run.Token, http: http.DefaultClient}
	if len(args) == 0 {
		return c.do(context.Background(), http.MethodGet, "/readyz", nil, nil) == nil
	}
	want, err := strconv.Atoi(args[1])
	ts.Check(err)
	var found bytes.Buffer
	o := queryOptions{remote: remote{url: run.URL, token: run.Token}, since: "30d", output: "json", limit: want + 1}
	return o.run(context.Background(), args[0], &found) == nil && bytes.Count(found.Bytes(), []byte{'\n'}) == want
}
