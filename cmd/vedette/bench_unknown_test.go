package main

import (
	"bytes"
	"encoding/json"
	"math"
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
