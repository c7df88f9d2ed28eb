package feed

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/intel"
	"github.com/vedette-soc/vedette/internal/intel/list"
	"github.com/vedette-soc/vedette/internal/intel/misp"
	"github.com/vedette-soc/vedette/internal/intel/stix"
)

// Formats of files.
const (
	FormatAuto = ""
	FormatSTIX = KindSTIX
	FormatMISP = "misp"
	FormatList = KindList
)

// mispCursor is the name of the time up to which a MISP feed was read.
const mispCursor = "events"

// Read reads indicators in one of the formats; without one, the beginning tells which it is.
func Read(r io.Reader, format string, columns map[string]string, yield func(intel.Item) error) (intel.Report, error) {
	b := bufio.NewReaderSize(r, 64<<10)
	if format == FormatAuto {
		format = sniff(b)
	}
	switch format {
	case FormatSTIX:
		report, _, err := stix.Read(b, yield)
		return report, err
	case FormatMISP:
		return misp.Read(b, yield)
	case FormatList:
		return list.Read(b, columns, yield)
	}
	return intel.Report{}, vedette.Errorf(vedette.CodeInvalid, "the format %q is not stix, misp or list", vedette.Shorten(format, 40))
}

// sniff tells the format of a file by its beginning.
func sniff(b *bufio.Reader) string {
	head, _ := b.Peek(32 << 10) // shorter files give what there is
	head = bytes.TrimLeft(head, "\xef\xbb\xbf \t\r\n")
	switch {
	case len(head) == 0:
		return FormatList
	case head[0] == '[' && !bytes.HasPrefix(bytes.TrimLeft(head[1:], " \t\r\n"), []byte("{")):
		return FormatList
	case head[0] != '{' && head[0] != '[':
		return FormatList
	case bytes.Contains(head, []byte(`"Event"`)), bytes.Contains(head, []byte(`"Attribute"`)), bytes.Contains(head, []byte(`"to_ids"`)):
		return FormatMISP
	}
	return FormatSTIX
}

// fetch polls one feed once and yields what it has. It changes cursors, which a later poll continues from.
func fetch(ctx context.Context, cfg *Config, cursors map[string]string, yield func(intel.Item) error) (intel.Report, error) {
	u, err := url.Parse(cfg.URL)
	if err != nil {
		return intel.Report{}, vedette.Errorf(vedette.CodeInvalid, "the URL of feed %s cannot be read", cfg.Name)
	}
	format := map[string]string{KindSTIX: FormatSTIX, KindList: FormatList, KindExport: FormatMISP}[cfg.Kind]
	if u.Scheme != "http" && u.Scheme != "https" {
		return fromFile(u.Path, cfg, format, yield)
	}
	c, err := newClient(cfg)
	if err != nil {
		return intel.Report{}, err
	}
	defer c.http.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(ctx, pollTime)
	defer cancel()
	switch cfg.Kind {
	case KindTAXII:
		t := &taxii{client: c, cursors: cursors}
		defer trimCursors(cursors)
		return t.poll(ctx, yield)
	case KindMISP:
		return c.mispFeed(ctx, cursors, yield)
	}
	var report intel.Report
	err = c.get(ctx, c.base, "*/*", func(_ http.Header, body io.Reader) (err error) {
		report, err = Read(body, format, cfg.Columns, yield)
		return err
	})
	return report, err
}

func fromFile(path string, cfg *Config, format string, yield func(intel.Item) error) (intel.Report, error) {
	f, err := os.Open(path)
	if err != nil {
		return intel.Report{}, vedette.Errorf(vedette.CodeUnavailable, "read feed %s: %w", cfg.Name, err)
	}
	defer func() { _ = f.Close() }()
	return Read(&bounded{r: f, left: maxAnswer}, format, cfg.Columns, yield)
}

// mispFeed reads the events of a MISP feed that changed since the last poll, oldest first.
func (c *client) mispFeed(ctx context.Context, cursors map[string]string, yield func(intel.Item) error) (intel.Report, error) {
	var all intel.Report
	var entries []misp.Entry
	folder := withSlash(c.base)
	err := c.get(ctx, folder.JoinPath("manifest.json"), "application/json", func(_ http.Header, body io.Reader) (err error) {
		entries, err = misp.Manifest(body)
		return err
	})
	if err != nil {
		return all, err
	}
	seconds, _ := strconv.ParseInt(cursors[mispCursor], 10, 64) // none is the beginning
	since := time.Unix(seconds, 0)
	entries = slices.DeleteFunc(entries, func(e misp.Entry) bool { return !e.Timestamp.After(since) })
	slices.SortFunc(entries, func(a, b misp.Entry) int {
		return cmp.Or(a.Timestamp.Compare(b.Timestamp), cmp.Compare(a.UUID, b.UUID))
	})
	for i, e := range entries {
		err := c.get(ctx, folder.JoinPath(e.UUID+".json"), "application/json", func(_ http.Header, body io.Reader) error {
			report, err := misp.Read(body, yield)
			all.Merge(report)
			return err
		})
		if code := vedette.CodeOf(err); err != nil && (code == vedette.CodeNotFound || code == vedette.CodeInvalid) && !errors.Is(err, context.Canceled) {
			all.Skip("events that the feed lists and cannot be read", e.UUID)
			err = nil
		}
		if err != nil {
			return all, err
		}
		if i == len(entries)-1 || entries[i+1].Timestamp.After(e.Timestamp) {
			cursors[mispCursor] = strconv.FormatInt(e.Timestamp.Unix(), 10)
		}
	}
	return all, nil
}
