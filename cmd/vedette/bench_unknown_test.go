package main

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestRates(t *testing.T) {
	var neg, pos []float64
	for i := range 1000 {
		neg = append(neg, float64(i))
	}
	for i := range 100 {
		pos = append(pos, 900+float64(i)+0.5) // half a step above the negatives from 900 on
	}
	auc, at1, at01 := ratesOf(neg, pos)
	if want := 0.9505; math.Abs(auc-want) > 1e-9 {
		t.Errorf("AUC %v, want %v", auc, want)
	}
	if at1 != 0.11 { // above 989: those from 989.5 on
		t.Errorf("%v at 1 %%", at1)
	}
	if at01 != 0.02 { // above 998
		t.Errorf("%v at 0.1 %%", at01)
	}
}

// Without any data the strings of our own making are measured, and the output says what is missing.
func TestUnknownNeedsNoData(t *testing.T) {
	var out, say bytes.Buffer
	o := unknownOptions{set: "payload"}
	if err := o.run(t.Context(), streams{out: &out, err: &say}); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Tasks   []unknownResult
		Skipped []map[string]string
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatalf("%v: %s", err, out.Bytes())
	}
	if len(got.Tasks) != 1 || got.Tasks[0].At1 < 0.99 || got.Tasks[0].Negatives < 10000 || got.Tasks[0].Bytes > 2<<20 || len(got.Skipped) != 1 {
		t.Errorf("%s", out.Bytes())
	}
	if err := (&unknownOptions{set: "dreams"}).run(t.Context(), streams{out: &out, err: &say}); err == nil {
		t.Error("a set that does not exist was measured")
	}
}

// The figures in the documentation are those that the command prints, for every set that is at hand.
func TestTheDocumentationHasTheUnknown(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a quarter of a minute")
	}
	doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "explanation", "unknown-threats.md"))
	if err != nil {
		t.Fatal(err)
	}
	data := os.Getenv("VEDETTE_DATA")
	if data == "" {
		data = filepath.Join("..", "..", "..", "shared", "data")
	}
	if _, err := os.Stat(data); err != nil {
		data = ""
	}
	var out, say bytes.Buffer
	o := unknownOptions{set: "all", data: data}
	if err := o.run(t.Context(), streams{out: &out, err: &say}); err != nil {
		t.Fatal(err)
	}
	var got struct{ Tasks []unknownResult }
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Tasks) < 4 {
		t.Errorf("%d sets were measured", len(got.Tasks))
	}
	for _, task := range got.Tasks {
		row := rowWith(string(doc), grouped(task.Positives)+" / "+grouped(task.Negatives)+")")
		if row == nil {
			t.Errorf("%s: %d hostile and %d ordinary strings are in no table", task.Name, task.Positives, task.Negatives)
			continue
		}
		for i, want := range []float64{task.AUC, task.At1, task.At01} {
			cell := strings.Trim(row[i+1], " *")
			if cell == "–" { // too few for a figure, which the text says
				continue
			}
			if digits := len(cell) - strings.Index(cell, ".") - 1; cell != strconv.FormatFloat(want, 'f', digits, 64) {
				t.Errorf("%s: the documentation says %s, the command %v", row[0], cell, want)
			}
		}
	}
}

// rowWith finds the row of a table by what is in its first cell.
func rowWith(doc, part string) []string {
	for line := range strings.Lines(doc) {
		if cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|"); len(cells) >= 4 && strings.Contains(cells[0], part) {
			return cells
		}
	}
	return nil
}

// grouped writes a number as people read it: 12,345.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
