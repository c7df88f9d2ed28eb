package journal_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/s2"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/journal"
)

func sample() []vedette.Record {
	at := time.Date(2026, 5, 4, 3, 2, 1, 987654321, time.UTC)
	return []vedette.Record{
		{Tenant: "default", Source: "syslog/10.0.0.7", Receiver: "syslog", Peer: "10.0.0.7:5140", Format: vedette.FormatSyslog, Zone: "Asia/Shanghai", Received: at, Data: []byte("<34>one")},
		{Tenant: "default", Source: "syslog/10.0.0.7", Receiver: "syslog", Peer: "10.0.0.7:5140", Encoding: "gb18030", Parser: "nginx", Received: at.Add(time.Millisecond), Data: []byte{0, 0xff, 0xfe, '\n'}},
		{Received: time.Time{}, Data: []byte{}},
		{Tenant: "分行", Source: strings.Repeat("s", 4000), Received: time.Unix(-5, 7).UTC(), Data: bytes.Repeat([]byte("x"), 1<<20)},
	}
}

func encode(records []vedette.Record) []byte {
	var payload []byte
	for i := range records {
		payload = journal.AppendRecord(payload, &records[i])
	}
	return journal.EncodeBatch(payload, len(records))
}

func TestBatchRoundTrip(t *testing.T) {
	want := sample()
	batch := encode(want)
	got, err := journal.DecodeBatch(batch)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got %d records that differ from those that went in", len(got))
	}
	clear(batch)
	if !reflect.DeepEqual(got, want) {
		t.Fatal("the records share memory with the batch")
	}
	for i := range want {
		payload := journal.AppendRecord(nil, &want[i])
		if size := journal.RecordSize(&want[i]); len(payload) > size {
			t.Errorf("record %d takes %d bytes, RecordSize says at most %d", i, len(payload), size)
		}
	}
}

func TestDamagedBatchIsRefused(t *testing.T) {
	batch := encode(sample()[:3])
	for i := range batch {
		bad := bytes.Clone(batch)
		bad[i] ^= 0x40
		if _, err := journal.DecodeBatch(bad); vedette.CodeOf(err) != vedette.CodeInvalid {
			t.Errorf("byte %d flipped: got %v, want an invalid batch", i, err)
		}
		if _, err := journal.DecodeBatch(batch[:i]); vedette.CodeOf(err) != vedette.CodeInvalid {
			t.Errorf("cut to %d bytes: got %v, want an invalid batch", i, err)
		}
	}
}

// sign makes a batch with a right checksum of anything.
func sign(count uint64, block []byte) []byte {
	b := append(binary.AppendUvarint([]byte{1, 0, 0, 0, 0}, count), block...)
	binary.LittleEndian.PutUint32(b[1:], crc32.Checksum(b[5:], crc32.MakeTable(crc32.Castagnoli)))
	return b
}

func TestLyingBatchIsRefused(t *testing.T) {
	huge := binary.AppendUvarint(nil, 1<<40)
	one := journal.AppendRecord(nil, &sample()[0])
	for name, batch := range map[string][]byte{
		"more records than bytes":       sign(1<<50, s2.Encode(nil, one)),
		"fewer records than it has":     sign(1, s2.Encode(nil, append(bytes.Clone(one), one...))),
		"a block that decodes to 1 TiB": sign(1, huge),
		"a string longer than the rest": sign(1, s2.Encode(nil, append(bytes.Clone(huge), one...))),
		"nanoseconds over a second":     sign(1, s2.Encode(nil, append(make([]byte, 9), 0xff, 0xff, 0xff, 0xff, 0x0f, 0))),
		"no records but a payload":      sign(0, s2.Encode(nil, one)),
		"a bomb":                        sign(1, s2.Encode(nil, make([]byte, 64<<20))),
	} {
		if _, err := journal.DecodeBatch(batch); vedette.CodeOf(err) != vedette.CodeInvalid {
			t.Errorf("%s: got %v, want an invalid batch", name, err)
		}
	}
}

func FuzzDecodeBatch(f *testing.F) {
	f.Add(encode(sample()[:3]))
	f.Add(sign(3, []byte{0x20, 0x10}))
	f.Add([]byte{1, 2, 3})
	f.Fuzz(func(t *testing.T, data []byte) {
		check := func(batch []byte) {
			records, err := journal.DecodeBatch(batch)
			if err != nil {
				return
			}
			again, err := journal.DecodeBatch(encode(records))
			if err != nil || !reflect.DeepEqual(again, records) {
				t.Fatalf("a batch that decodes does not survive encoding: %v", err)
			}
		}
		check(data)
		if len(data) > 6 { // the same with a right checksum, so that the fuzzer gets past it
			binary.LittleEndian.PutUint32(data[1:], crc32.Checksum(data[5:], crc32.MakeTable(crc32.Castagnoli)))
			data[0] = 1
			check(data)
		}
	})
}

func BenchmarkBatch(b *testing.B) {
	line := []byte(strings.Repeat("May  4 03:02:01 web-01 sshd[812]: Failed password for root from 203.0.113.9 port 50122 ssh2 ", 11))
	records := make([]vedette.Record, 500)
	for i := range records {
		records[i] = vedette.Record{Tenant: "default", Source: "syslog/10.0.0.7", Receiver: "syslog", Received: time.Unix(int64(i), 0), Data: line}
	}
	b.Run("encode", func(b *testing.B) {
		b.SetBytes(int64(500 * len(line)))
		for b.Loop() {
			encode(records)
		}
	})
	batch := encode(records)
	b.Run("decode", func(b *testing.B) {
		b.SetBytes(int64(500 * len(line)))
		for b.Loop() {
			if _, err := journal.DecodeBatch(batch); err != nil {
				b.Fatal(err)
			}
		}
	})
}
