package journal

import (
	"encoding/binary"
	"hash/crc32"
	"time"

	"github.com/klauspost/compress/s2"

	vedette "github.com/vedette-soc/vedette"
)

// A batch is
//
//	version (1 byte, 1) | CRC-32C of all that follows (4 bytes, little endian) | count (uvarint) | S2 block
//
// and the block holds count records, each
//
//	tenant source receiver peer format parser encoding zone (uvarint length and bytes, each)
//	received: seconds since 1970 (varint), nanoseconds (uvarint)
//	data (uvarint length and bytes)
const (
	batchVersion  = 1
	batchHeader   = 5
	recordStrings = 8
	minRecordSize = recordStrings + 3 // every length and number takes a byte at least
)

// MaxBatchBytes bounds a batch, compressed or not, whatever it says of itself.
const MaxBatchBytes = 2 * maxRecordBytes

// RecordSize returns how many bytes AppendRecord writes at most.
func RecordSize(r *vedette.Record) int {
	return len(r.Tenant) + len(r.Source) + len(r.Receiver) + len(r.Peer) + len(r.Format) + len(r.Parser) +
		len(r.Encoding) + len(r.Zone) + len(r.Data) + (recordStrings+3)*binary.MaxVarintLen32 + binary.MaxVarintLen64
}

// AppendRecord appends the encoding of one record to a batch's payload.
func AppendRecord(payload []byte, r *vedette.Record) []byte {
	for _, s := range [recordStrings]string{r.Tenant, r.Source, r.Receiver, r.Peer, r.Format, r.Parser, r.Encoding, r.Zone} {
		payload = binary.AppendUvarint(payload, uint64(len(s)))
		payload = append(payload, s...)
	}
	payload = binary.AppendVarint(payload, r.Received.Unix())
	payload = binary.AppendUvarint(payload, uint64(r.Received.Nanosecond()))
	payload = binary.AppendUvarint(payload, uint64(len(r.Data)))
	return append(payload, r.Data...)
}

// EncodeBatch makes a batch of a payload of count records.
func EncodeBatch(payload []byte, count int) []byte {
	batch := make([]byte, batchHeader, batchHeader+binary.MaxVarintLen64+s2.MaxEncodedLen(len(payload)))
	batch[0] = batchVersion
	batch = binary.AppendUvarint(batch, uint64(count))
	block := s2.Encode(batch[len(batch):cap(batch)], payload)
	batch = append(batch, block...) // in place: block already lies there
	binary.LittleEndian.PutUint32(batch[1:], crc32.Checksum(batch[batchHeader:], castagnoli()))
	return batch
}

// castagnoli returns the table of CRC-32C; the standard library makes it once.
func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// DecodeBatch takes a batch apart. It trusts nothing in it: what it allocates is bounded by MaxBatchBytes and by what
// is really there. The records share one new piece of memory and none with batch. Any error is vedette.CodeInvalid.
func DecodeBatch(batch []byte) ([]vedette.Record, error) {
	if len(batch) < batchHeader+1 || len(batch) > MaxBatchBytes {
		return nil, vedette.Errorf(vedette.CodeInvalid, "a batch cannot be %d bytes long", len(batch))
	}
	if batch[0] != batchVersion {
		return nil, vedette.Errorf(vedette.CodeInvalid, "batch version %d is not known here", batch[0])
	}
	if sum := crc32.Checksum(batch[batchHeader:], castagnoli()); sum != binary.LittleEndian.Uint32(batch[1:]) {
		return nil, vedette.Errorf(vedette.CodeInvalid, "the batch is damaged: its checksum is wrong")
	}
	count, n := binary.Uvarint(batch[batchHeader:])
	if n <= 0 {
		return nil, vedette.Errorf(vedette.CodeInvalid, "the batch has no count")
	}
	block := batch[batchHeader+n:]
	size, err := s2.DecodedLen(block)
	if err != nil || size > MaxBatchBytes || count > uint64(size/minRecordSize) {
		return nil, vedette.Errorf(vedette.CodeInvalid, "a batch cannot hold %d records in %d bytes", count, size)
	}
	payload, err := s2.Decode(make([]byte, 0, size), block)
	if err != nil {
		return nil, vedette.Errorf(vedette.CodeInvalid, "decompress the batch: %w", err)
	}
	return decodeRecords(payload, int(count))
}

func decodeRecords(payload []byte, count int) ([]vedette.Record, error) {
	records := make([]vedette.Record, count)
	d := decoder{rest: payload}
	var same [recordStrings]string
	for i := range records {
		for j := range same {
			if b := d.bytes(); string(b) != same[j] {
				same[j] = string(b)
			}
		}
		r := &records[i]
		r.Tenant, r.Source, r.Receiver, r.Peer = same[0], same[1], same[2], same[3]
		r.Format, r.Parser, r.Encoding, r.Zone = same[4], same[5], same[6], same[7]
		r.Received = d.time()
		r.Data = d.bytes()
	}
	if d.bad || len(d.rest) > 0 {
		return nil, vedette.Errorf(vedette.CodeInvalid, "the batch's records do not add up")
	}
	return records, nil
}

// decoder reads a payload from the front; after the first thing that does not fit it is bad and reads zeros.
type decoder struct {
	rest []byte
	bad  bool
}

func (d *decoder) bytes() []byte {
	n, w := binary.Uvarint(d.rest)
	if w <= 0 || n > uint64(len(d.rest)-w) {
		d.fail()
		return nil
	}
	end := w + int(n)
	b := d.rest[w:end:end]
	d.rest = d.rest[end:]
	return b
}

func (d *decoder) time() time.Time {
	sec, w := binary.Varint(d.rest)
	if w <= 0 {
		d.fail()
		return time.Time{}
	}
	nsec, v := binary.Uvarint(d.rest[w:])
	if v <= 0 || nsec >= 1e9 {
		d.fail()
		return time.Time{}
	}
	d.rest = d.rest[w+v:]
	return time.Unix(sec, int64(nsec)).UTC()
}

func (d *decoder) fail() { d.bad, d.rest = true, nil }
