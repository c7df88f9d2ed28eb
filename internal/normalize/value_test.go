package normalize_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/valyala/fastjson"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// probe keeps the JSON of what it is given as text.
type probe struct {
	seen func(in *normalize.Input)
}

func (probe) Name() string { return "probe" }

func (p probe) Parse(in *normalize.Input, ev *vedette.Event) error {
	ev.Dataset = "probe"
	p.seen(in)
	return nil
}

// plain makes of a value what encoding/json makes of its text, with numbers as written.
func plain(v *normalize.Value) any {
	switch v.Type() {
	case normalize.TypeObject:
		m := map[string]any{}
		v.Visit(func(key string, item *normalize.Value) { m[key] = plain(item) })
		return m
	case normalize.TypeArray:
		list := []any{}
		for _, item := range v.GetArray() {
			list = append(list, plain(item))
		}
		return list
	case normalize.TypeString:
		return v.GetString()
	case normalize.TypeNumber:
		return json.Number(v.AppendJSON(nil))
	case normalize.TypeTrue, normalize.TypeFalse:
		return v.Type() == normalize.TypeTrue
	default:
		return nil
	}
}

func readJSON(t testing.TB, text string) (got any, ok bool) {
	t.Helper()
	p := probe{seen: func(in *normalize.Input) {
		if in.JSON != nil {
			got, ok = plain(in.JSON), true
		}
	}}
	n, err := normalize.New(normalize.Config{}, []normalize.Parser{p}, nil)
	if err != nil {
		t.Fatal(err)
	}
	n.Normalize(&vedette.Record{Data: []byte(text), Format: vedette.FormatJSON}, func(*vedette.Event) {})
	return got, ok
}

// FuzzJSON compares the reader of JSON with two others: with encoding/json on what is JSON beyond doubt, and with
// fastjson, which is as lenient, on whether something can be read at all.
func FuzzJSON(f *testing.F) {
	for _, text := range []string{
		`{}`, `{"a":1}`, ` { "a" : [ 1 , -2.5e+7 , "x" , true , false , null , {} , [] ] } `, `{"a":"\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00"}`,
		`{"a":"\ud800","b":"\ud800\u0041","c":"\uzzzz","d":"\x"}`, `{"a":NaN,"b":-inf,"c":+,"d":1.2.3}`, `{"a":"` + strings.Repeat("long ", 40) + `\\"}`,
		`{"\\k":"v","k":"w","k":"x"}`, `{"a":tru}`, `{"a":1}x`, `{"a" 1}`, `{"a":1,}`, `{"a":"`, `{"a":"\`, `{"a":"\\\"`, `{`, `{"a":[1,2`, `{"a":"\u12`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		trimmed := strings.TrimSpace(text)
		if strings.ToValidUTF8(text, "") != text || !strings.HasPrefix(trimmed, "{") || strings.ContainsAny(text, "\x00\ufeff") {
			return
		}
		got, ok := readJSON(t, text)
		lenient, err := fastjson.Parse(trimmed)
		if ok != (err == nil && lenient.Type() == fastjson.TypeObject) {
			t.Fatalf("%q: read %v, fastjson says %v", text, ok, err)
		}
		var want any
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		if !ok || d.Decode(&want) != nil || strings.Contains(strings.ToLower(text), `\ud`) {
			return // half of a pair stays as it is written here
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%q is read as %#v, want %#v", text, got, want)
		}
	})
}
