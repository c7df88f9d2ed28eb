package evtx_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/evtx"
)

func read(t testing.TB, log []byte) (out []evtx.Record, err error) {
	t.Helper()
	err = evtx.Read(bytes.NewReader(log), int64(len(log)), func(r evtx.Record) error {
		if !json.Valid(r.JSON) {
			t.Errorf("record %d is not JSON: %s", r.ID, r.JSON)
		}
		out = append(out, r)
		return nil
	})
	return out, err
}

func le16(v uint16) []byte { return binary.LittleEndian.AppendUint16(nil, v) }
func le32(v uint32) []byte { return binary.LittleEndian.AppendUint32(nil, v) }
func le64(v uint64) []byte { return binary.LittleEndian.AppendUint64(nil, v) }

// sample is a log in which a second record uses the template of the first.
func sample() *logBuilder {
	b := newLog()
	values := func(user string) []val {
		return []val{
			{kind: 0x06, raw: le16(4624)}, {kind: 0x06, raw: le16(7)}, {kind: 0x11, raw: le64(fileTimeOf)}, {kind: 0x01, raw: wide(user)}, {kind: 0x15, raw: le64(0x8020000000000000)},
			{kind: 0x0f, raw: []byte{0x01, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}}, {kind: 0x00, raw: nil},
			{kind: 0x13, raw: []byte{1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0}}, {kind: 0x0d, raw: le32(1)}, {kind: 0x0e, raw: []byte{0xca, 0xfe}},
			{kind: 0x81, raw: append(wide("one\x00two"), 0, 0)}, {kind: 0x86, raw: append(le16(80), le16(443)...)}, {kind: 0x07, raw: le32(0xfffffffe)},
		}
	}
	var at int
	b.record(func() {
		at = b.template(0, func() {
			b.element("Event", []any{"xmlns", b.lit("urn:example")}, func() {
				b.element("System", nil, func() {
					b.element("Provider", []any{"Name", b.lit("Vedette \"Test\""), "Guid", b.sub(5, true)}, nil)
					b.element("EventID", []any{"Qualifiers", b.sub(1, true)}, b.sub(0, true))
					b.element("Keywords", nil, b.sub(4, true))
					b.element("TimeCreated", []any{"SystemTime", b.sub(2, true)}, nil)
					b.element("Correlation", []any{"ActivityID", b.sub(6, true)}, nil)
					b.element("Security", []any{"UserID", b.sub(7, true)}, nil)
				})
				b.element("EventData", nil, func() {
					b.element("Data", []any{"Name", b.lit("User")}, b.sub(3, false))
					b.element("Data", []any{"Name", b.lit("Elevated")}, b.sub(8, false))
					b.element("Data", []any{"Name", b.lit("Blob")}, b.sub(9, false))
					b.element("Data", []any{"Name", b.lit("Names")}, b.sub(10, false))
					b.element("Data", []any{"Name", b.lit("Ports")}, b.sub(11, false))
					b.element("Data", []any{"Name", b.lit("Offset")}, b.sub(12, false))
					b.element("Data", []any{"Name", b.lit("Nothing")}, b.sub(6, false))
					b.element("Data", []any{"Name", b.lit("Empty")}, func() { b.lit("")() })
					b.element("Data", []any{"Name", b.lit("Beyond")}, b.sub(99, false))
					b.element("Mixed", nil, func() { b.lit("a ")(); b.u8(0x09); b.name("amp"); b.lit(" ")(); b.sub(0, false)() })
				})
			})
		}, values("ann")...)
	})
	b.record(func() { b.template(at, nil, values("böb\n\U0001F600\x01")...) })
	return b
}

func TestRead(t *testing.T) {
	got, err := read(t, sample().bytes())
	if err != nil || len(got) != 2 {
		t.Fatalf("%d records, %v", len(got), err)
	}
	const want = `{"Event":{"#attributes":{"xmlns":"urn:example"},"System":{` +
		`"Provider":{"#attributes":{"Name":"Vedette \"Test\"","Guid":"04030201-0605-0807-090A-0B0C0D0E0F10"}},` +
		`"EventID":{"#attributes":{"Qualifiers":7},"#text":4624},"Keywords":"0x8020000000000000",` +
		`"TimeCreated":{"#attributes":{"SystemTime":"2026-01-02T03:04:05.678901Z"}},"Correlation":null,` +
		`"Security":{"#attributes":{"UserID":"S-1-5-32-544"}}},"EventData":{"User":"ann","Elevated":true,"Blob":"CAFE",` +
		`"Names":["one","two"],"Ports":[80,443],"Offset":-2,"Nothing":null,"Empty":"","Beyond":null,"Mixed":"a & 4624"}}}`
	if string(got[0].JSON) != want {
		t.Errorf("got  %s\nwant %s", got[0].JSON, want)
	}
	if second := strings.Replace(want, `"ann"`, `"böb\n`+"\U0001F600"+`\u0001"`, 1); string(got[1].JSON) != second {
		t.Errorf("got  %s\nwant %s", got[1].JSON, second)
	}
	if when := time.Date(2026, 1, 2, 3, 4, 5, 678901000, time.UTC); got[1].ID != 2 || !got[1].Time.Equal(when) {
		t.Errorf("id %d, time %v", got[1].ID, got[1].Time)
	}
}

// A value can itself be binary XML: elements alone, or a template of its own.
func TestNestedFragmentsAndRepeatedElements(t *testing.T) {
	b := newLog()
	template := val{kind: 0x21, write: func() {
		b.u8(0x0f, 1, 1, 0)
		b.template(0, func() {
			b.element("Changed", nil, func() {
				b.element("Old", nil, b.sub(0, false))
				b.element("Old", nil, b.lit("2"))
				b.element("Old", nil, b.lit("3"))
			})
		}, val{kind: 0x08, raw: le32(1)})
		b.u8(0)
	}}
	elements := val{kind: 0x21, write: func() {
		b.u8(0x0f, 1, 1, 0)
		b.bare("Plain", b.lit("x"))
		b.u8(0)
	}}
	b.record(func() {
		b.template(0, func() {
			b.element("Event", nil, func() { b.element("UserData", nil, b.sub(0, true)); b.sub(1, true)() })
		}, template, elements)
	})
	got, err := read(t, b.bytes())
	if err != nil || len(got) != 1 {
		t.Fatalf("%d records, %v", len(got), err)
	}
	const want = `{"Event":{"UserData":{"Changed":{"Old_1":1,"Old_2":"2","Old":"3"}},"Plain":"x"}}`
	if string(got[0].JSON) != want {
		t.Errorf("got  %s\nwant %s", got[0].JSON, want)
	}
}

func TestUnnamedData(t *testing.T) {
	for name, c := range map[string]struct {
		content func(b *logBuilder)
		want    string
	}{
		"one list": {func(b *logBuilder) { b.element("Data", nil, b.sub(0, false)) }, `{"#text":["x","y"]}`},
		"several":  {func(b *logBuilder) { b.element("Data", nil, b.lit("x")); b.element("Data", nil, b.lit("y")) }, `{"#text":["x","y"]}`},
		"nothing":  {func(b *logBuilder) { b.element("Data", nil, nil) }, `null`},
	} {
		t.Run(name, func(t *testing.T) {
			b := newLog()
			b.record(func() {
				b.template(0, func() {
					b.element("Event", nil, func() { b.element("EventData", nil, func() { c.content(b) }) })
				}, val{kind: 0x81, raw: wide("x\x00y\x00")})
			})
			got, err := read(t, b.bytes())
			if err != nil || len(got) != 1 {
				t.Fatalf("%d records, %v", len(got), err)
			}
			if want := `{"Event":{"EventData":{"Data":` + c.want + `}}}`; string(got[0].JSON) != want {
				t.Errorf("got  %s\nwant %s", got[0].JSON, want)
			}
		})
	}
}

func TestDamageCostsOnlyItself(t *testing.T) {
	two := sample().bytes()
	second := 4096 + 512 + int(binary.LittleEndian.Uint32(two[4096+512+4:]))
	broken := func(change func(log []byte)) []byte {
		log := append(append([]byte(nil), two...), two[4096:]...) // two chunks
		change(log)
		return log
	}
	for name, c := range map[string]struct {
		change  func(log []byte)
		records int
		damaged bool
	}{
		"nothing":             {func([]byte) {}, 4, false},
		"chunk magic":         {func(l []byte) { l[4096] = 'X' }, 2, true},
		"chunk of zeroes":     {func(l []byte) { clear(l[4096 : 4096+65536]) }, 2, false},
		"header checksum":     {func(l []byte) { l[4096+130]++ }, 4, true},
		"first record's size": {func(l []byte) { l[4096+512+5] = 0xff }, 3, true},
		"unknown token":       {func(l []byte) { l[second+24] = 0x3f }, 3, true},
		"used part too small": {func(l []byte) { binary.LittleEndian.PutUint32(l[4096+48:], uint32(second-4096)) }, 4, true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := read(t, broken(c.change))
			_, damaged := errors.AsType[*evtx.Damage](err)
			if len(got) != c.records || damaged != c.damaged || err != nil && !damaged {
				t.Errorf("%d records, error %v", len(got), err)
			}
		})
	}
	t.Run("cut short", func(t *testing.T) {
		got, err := read(t, two[:second+10])
		if len(got) != 1 || err == nil {
			t.Errorf("%d records, error %v", len(got), err)
		}
	})
}

func TestRefusesOtherFiles(t *testing.T) {
	for _, data := range []string{"", "ElfFile", strings.Repeat("x", 5000)} {
		if _, err := read(t, []byte(data)); vedette.CodeOf(err) != vedette.CodeInvalid {
			t.Errorf("%.10q: %v", data, err)
		}
	}
}

func TestStopsWhenAsked(t *testing.T) {
	stop := errors.New("enough")
	log := sample().bytes()
	if err := evtx.Read(bytes.NewReader(log), int64(len(log)), func(evtx.Record) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("got %v", err)
	}
}

// A template that uses the same nested value many times over must not become gigabytes.
func TestAmplificationIsBounded(t *testing.T) {
	b := newLog()
	big := wide(strings.Repeat("A", 12000))
	b.record(func() {
		b.template(0, func() {
			b.element("Event", nil, func() {
				for range 2000 {
					b.sub(0, false)()
				}
			})
		}, val{kind: 0x01, raw: big})
	})
	got, err := read(t, b.bytes())
	if _, ok := errors.AsType[*evtx.Damage](err); !ok || len(got) != 0 {
		t.Errorf("%d records, %v", len(got), err)
	}
}

func FuzzRead(f *testing.F) {
	sound := sample()
	f.Add(sound.bytes()[4096 : 4096+len(sound.chunk)])
	header := sound.bytes()[:128]
	binary.LittleEndian.PutUint16(header[40:], 128)
	f.Fuzz(func(t *testing.T, chunk []byte) {
		log := append(bytes.Clone(header), chunk...)
		_, err := read(t, log)
		if _, damaged := errors.AsType[*evtx.Damage](err); err != nil && !damaged && vedette.CodeOf(err) != vedette.CodeInvalid {
			t.Errorf("unexpected error %v", err)
		}
	})
}
