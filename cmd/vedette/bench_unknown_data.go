package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/vedette-soc/vedette/internal/recording"
)

// path finds a file of the data folder; where it is missing, that is noted.
func (b *unknownBench) path(what string, parts ...string) (string, bool) {
	if b.data == "" {
		return "", false
	}
	path := filepath.Join(append([]string{b.data}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		b.skip(what, filepath.Join(parts...)+" is not in the data folder")
		return "", false
	}
	return path, true
}

// distinct leaves out what reads alike but for numbers and case, so that nothing tested was learned and no repetition
// counts twice. Known is what was read before.
func distinct(list []string, known map[string]bool) []string {
	var out []string
	for _, s := range list {
		key := strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return '0'
			}
			return r
		}, strings.ToLower(strings.TrimSpace(s)))
		if key != "" && !known[key] {
			known[key] = true
			out = append(out, s)
		}
	}
	return out
}

// halves splits strings by their hash: two in three to learn, one to test.
func halves(list []string) (learn, test []string) {
	for _, s := range distinct(list, map[string]bool{}) {
		h := fnv.New32a()
		_, _ = io.WriteString(h, s)
		if h.Sum32()%3 == 0 {
			test = append(test, s)
		} else {
			learn = append(learn, s)
		}
	}
	return learn, test
}

// linesOf reads a file of text.
func linesOf(path string) ([]string, error) {
	file, err := os.Open(path) //nolint:gosec // a file that the user named by its folder
	if err != nil {
		return nil, fmt.Errorf("read a data set: %w", err)
	}
	defer func() { _ = file.Close() }()
	var out []string
	in := bufio.NewScanner(file)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		out = append(out, in.Text())
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("read a data set: %w", err)
	}
	return out, nil
}

// tableOf reads a file of comma-separated values.
func tableOf(path string) ([][]string, error) {
	file, err := os.Open(path) //nolint:gosec // a file that the user named by its folder
	if err != nil {
		return nil, fmt.Errorf("read a data set: %w", err)
	}
	defer func() { _ = file.Close() }()
	in := csv.NewReader(bufio.NewReader(file))
	in.LazyQuotes, in.FieldsPerRecord = true, -1
	rows, err := in.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read a data set: %w", err)
	}
	return rows, nil
}

// records reads files and all files below folders, archives among them.
func (b *unknownBench) records(path string, fn func(recording.Item) error) error {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return fmt.Errorf("read a data set: %w", err)
	}
	err = filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(entry.Name(), "metadata") || strings.HasSuffix(entry.Name(), ".md") {
			return err
		}
		sum, err := recording.Walk(file, fn)
		if err == nil && len(sum.Problems) > 0 {
			_, _ = fmt.Fprintf(b.say, "%s: %d members could not be read whole\n", entry.Name(), len(sum.Problems)+sum.More)
		}
		return err
	})
	if err != nil && !errors.Is(err, errEnough) {
		return fmt.Errorf("read a data set: %w", err)
	}
	return nil
}
