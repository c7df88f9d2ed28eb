package hostile_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/vedette-soc/vedette/test/harness"
)

func TestMain(m *testing.M) { harness.Main(m) }

// most is the memory that the server may have resident at its worst, in MiB.
const most = 600

// attack is one thing that a hostile sender does. Its syslog comes from an address of its own, so that its source can be
// told from the neighbour's.
type attack struct {
	*testing.T
	s    *harness.Server
	from string // address of its own
}

// dial opens a syslog connection from the attack's own address.
func (a *attack) dial() net.Conn {
	a.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(a.from)}, Timeout: 10 * time.Second}
	conn, err := d.DialContext(a.Context(), "tcp", a.s.Run().Syslog)
	if err != nil {
		a.Fatal(err)
	}
	return conn
}

// say sends bytes over syslog and leaves.
func (a *attack) say(r io.Reader) {
	a.Helper()
	conn := a.dial()
	defer func() { _ = conn.Close() }()
	if _, err := io.Copy(conn, r); err != nil {
		a.Logf("the server broke the connection off: %v", err)
	}
}

// post sends a body and expects a status and a word in the answer.
func (a *attack) post(source, encoding string, body io.Reader, status int, word string) {
	a.Helper()
	header := http.Header{}
	if encoding != "" {
		header.Set("Content-Encoding", encoding)
	}
	resp, err := a.s.Client().Do(a.Context(), "POST", "/ingest/v1/events?source="+source, header, body)
	if err != nil {
		a.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10)) // the server may hang up on a body that it refuses
	if resp.StatusCode != status || !strings.Contains(string(text), word) {
		a.Errorf("answered %s: %.300s; want %d and %q", resp.Status, text, status, word)
	}
}

// counted waits until a source has dropped records for a reason.
func (a *attack) counted(source, reason string) {
	a.Helper()
	var got map[string]int64
	if !harness.Within(time.Minute, func() bool {
		list, err := a.s.Client().Sources(a.Context())
		got = list[source].Dropped
		return err == nil && got[reason] > 0
	}) {
		a.Errorf("source %s has counted %v; want %s", source, got, reason)
	}
}

// event waits for the first event that a query finds.
func (a *attack) event(query string) (found harness.Event) {
	a.Helper()
	ok := harness.Within(30*time.Second, func() bool {
		list, err := a.s.Client().Events(a.Context(), query)
		if err == nil && len(list) > 0 {
			found = list[0]
		}
		return err == nil && len(list) > 0
	})
	if !ok {
		list, _ := a.s.Client().Sources(a.Context())
		a.Errorf("nothing is found by %s; the sources are %v", query, list)
	}
	return found
}

func (a *attack) syslogSource() string { return "syslog/" + a.from }

// TestHostileSenders lets one attack after the other loose on one server.
func TestHostileSenders(t *testing.T) {
	s := harness.Start(t, harness.Settings{"HTTP_TLS": "127.0.0.1:0"})
	good := startNeighbour(t, s)
	for i, c := range []struct {
		name string
		run  func(*attack)
	}{
		{"a line of 100 MB over syslog", longLine},
		{"a line of 100 MB over HTTP", longBody},
		{"gzip bombs", bombs},
		{"JSON of 10,000 levels", deepJSON},
		{"JSON with 100,000 fields", wideJSON},
		{"half a character", halfCharacter},
		{"GBK", gbk},
		{"NUL bytes", nulBytes},
		{"clocks 30 years off", wrongClocks},
		{"HTTP to the syslog port", httpToSyslog},
		{"TLS to plain ports", tlsToPlain},
		{"syslog to the HTTP port", syslogToHTTP},
		{"clients that never finish", slowClients},
		{"a frame that never comes", promisedFrames},
		{"lines that never end", endlessLines},
		{"noise", noise},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := s.ForgetPeak(); err != nil {
				t.Log(err)
			}
			c.run(&attack{T: t, s: s, from: fmt.Sprintf("127.0.1.%d", i+1)})
			if !s.Alive() {
				t.Fatal("the server is gone")
			}
			peak, err := s.PeakMemory()
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("the server's memory peaked at %.0f MiB", peak)
			if peak > most {
				t.Errorf("the server took %.0f MiB; at most %d are allowed", peak, most)
			}
			good.undisturbed(t)
		})
	}
	good.leave(t)
	if n, err := s.Client().Metric(t.Context(), "vedette_eventstore_dropped_count"); err != nil || n != 0 {
		t.Errorf("the eventstore dropped %v rows: %v", n, err)
	}
}

func longLine(a *attack) {
	line := io.MultiReader(strings.NewReader("<134>1 2026-11-23T10:00:00Z h app - - - longline "),
		io.LimitReader(&repeated{piece: []byte("0123456789abcdef")}, 100<<20), strings.NewReader("\n<134>1 - h app - - - afterlongline\n"))
	a.say(line)
	a.counted(a.syslogSource(), "message_cut")
	a.event("afterlongline")
	if ev := a.event("longline"); len(ev.Message) > 1<<20 {
		a.Errorf("%d bytes of the line were kept", len(ev.Message))
	}
}

func longBody(a *attack) {
	a.post("longbody", "", io.LimitReader(&repeated{piece: []byte("x")}, 100<<20), 413, "too_large")
	a.counted("http/longbody", "request_too_large")
	a.post("longrecord", "", bytes.NewReader(bytes.Repeat([]byte("y"), 2<<20)), 413, "too_large")
	a.counted("http/longrecord", "request_too_large")
}

// zipped compresses a stream of the same bytes, again if asked to.
func zipped(t *attack, size int64, times int) []byte {
	t.Helper()
	in := io.LimitReader(&repeated{piece: make([]byte, 4096)}, size)
	var out bytes.Buffer
	for range times {
		out = bytes.Buffer{}
		w, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(w, in); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		in = bytes.NewReader(bytes.Clone(out.Bytes()))
	}
	return out.Bytes()
}

func bombs(a *attack) {
	bomb := zipped(a, 1<<30, 1)
	var wait sync.WaitGroup
	var refused atomic.Int64
	for range 20 {
		wait.Go(func() {
			resp, err := a.s.Client().Do(a.Context(), "POST", "/ingest/v1/events?source=bomb", http.Header{"Content-Encoding": {"gzip"}}, bytes.NewReader(bomb))
			if err != nil {
				a.Error(err)
				return
			}
			_ = resp.Body.Close()
			switch resp.StatusCode {
			case http.StatusRequestEntityTooLarge:
				refused.Add(1)
			case http.StatusTooManyRequests: // not even looked at, while others explode
			default:
				a.Errorf("a bomb is answered %s", resp.Status)
			}
		})
	}
	wait.Wait()
	if refused.Load() == 0 {
		a.Error("no bomb was recognised")
	}
	a.post("bomb", "gzip", strings.NewReader("this is not gzip"), 400, "invalid")
	a.post("bomb", "gzip", bytes.NewReader(bomb[:1000]), 400, "invalid")
	a.post("bomb", "br", strings.NewReader("x"), 400, "content encoding")
	a.counted("http/bomb", "request_too_large")
	a.counted("http/bomb", "request_invalid")
}

func deepJSON(a *attack) {
	deep := strings.Repeat(`{"deep":`, 10_000) + "1" + strings.Repeat("}", 10_000)
	list := strings.Repeat(`[`, 10_000) + strings.Repeat("]", 10_000)
	a.post("deep", "", strings.NewReader(deep+"\n"+`{"list":`+list+"}\n"+strings.Repeat(`{"open":`, 10_000)+"\n"), 200, `"accepted":3`)
	a.say(strings.NewReader("<134>1 - h app - - - " + deep + "\n<134>1 - h app - - - " + list + "\n"))
	a.failures("http/deep", 3)
	a.failures(a.syslogSource(), 1)
	a.event(`vedette.source:="http/deep" vedette.parse_error:*`)
}

// failures waits until a source counts records that were not understood, with a sample of each sort.
func (a *attack) failures(source string, want int64) {
	a.Helper()
	var failures int64
	if !harness.Within(30*time.Second, func() bool {
		list, err := a.s.Client().Sources(a.Context())
		failures = list[source].Failures
		return err == nil && failures >= want && len(list[source].Samples) > 0
	}) {
		a.Errorf("source %s counts %d failures; want %d and samples", source, failures, want)
	}
}

func wideJSON(a *attack) {
	var wide strings.Builder
	wide.WriteString(`{"marker":"wide"`)
	for i := range 100_000 {
		fmt.Fprintf(&wide, `,"%x":1`, i)
	}
	wide.WriteString("}")
	if wide.Len() > 1<<20 {
		a.Fatalf("the record is %d bytes long: too long to be taken", wide.Len())
	}
	for range 10 {
		a.post("wide", "", strings.NewReader(wide.String()), 200, `"accepted":1`)
	}
	harness.Eventually(a.T, 30*time.Second, "all wide records are there", func() bool {
		n, err := a.s.Client().Rows(a.Context(), `vedette.source:="http/wide"`)
		return err == nil && n == 10
	})
	ev := a.event(`vedette.source:="http/wide"`)
	if ev.Fields["vedette.parse_error"]+ev.Fields["vedette.truncated"]+ev.Fields["vedette.unindexed"] == "" {
		a.Errorf("nothing tells that fields were left out; there are %d", len(ev.Fields))
	}
}

func halfCharacter(a *attack) {
	a.post("half", "", strings.NewReader("{\"half\":\"caf\xc3\"}\nplain half \xe4\xbd\n{\"half\":\"\xff\xfe\"}\n"), 200, `"accepted":3`)
	a.say(strings.NewReader("<134>1 - h app - - - half \xe4\xbd\n<134>1 - h app - - - wholeagain\n"))
	a.event("wholeagain")
	harness.Eventually(a.T, 30*time.Second, "all half records are there", func() bool {
		n, err := a.s.Client().Rows(a.Context(), `vedette.source:="http/half"`)
		return err == nil && n == 3
	})
}

func gbk(a *attack) {
	// "用户登录失败" in GBK.
	text := "\xd3\xc3\xbb\xa7\xb5\xc7\xc2\xbc\xca\xa7\xb0\xdc"
	a.say(strings.NewReader("<134>Nov 23 10:00:00 gbkhost app: " + text + "\n"))
	a.post("gbk", "", strings.NewReader("{\"message\":\""+text+"\"}\n"), 200, `"accepted":1`)
	for _, query := range []string{"gbkhost", `vedette.source:="http/gbk"`} {
		if ev := a.event(query); !strings.Contains(ev.Message, "用户登录失败") {
			a.Errorf("%s: became %q", query, ev.Message)
		}
	}
}

func nulBytes(a *attack) {
	a.say(strings.NewReader("<134>1 - h app - - - nul\x00inside\x00it\n\x00\x00\x00<134>1 - h app - - - afternul\n"))
	a.post("nul", "", strings.NewReader("{\"a\":\"x\x00y\"}\n\x00\x00\x00\n{\"b\":\"\\u0000\"}\n"), 200, "accepted")
	a.event("afternul")
	a.event(`vedette.source:="http/nul"`)
}

func wrongClocks(a *attack) {
	for name, years := range map[string]int{"past": -30, "future": 30} {
		at := time.Now().AddDate(years, 0, 0).UTC().Format(time.RFC3339)
		a.post("clock"+name, "", strings.NewReader(fmt.Sprintf(`{"@timestamp":%q,"message":"clock%s"}`, at, name)), 200, `"accepted":1`)
		ev := a.event(fmt.Sprintf(`vedette.source:="http/clock%s"`, name))
		if age := time.Since(ev.Time); age > 10*time.Minute || age < -10*time.Minute {
			a.Errorf("clock %s: the event is kept at %s", name, ev.Time)
		}
		if !strings.HasPrefix(ev.Fields["event.original_time"], at[:10]) && ev.Fields["vedette.clock_skew"] == "" {
			a.Errorf("clock %s: nothing tells the source's own time, %s: %v", name, at, ev.Fields)
		}
		list, err := a.s.Client().Sources(a.Context())
		if err != nil {
			a.Fatal(err)
		}
		if skew := list["http/clock"+name].SkewSecs; skew/(365*24*3600) < 29 && skew/(365*24*3600) > -29 {
			a.Errorf("clock %s: the source's skew is %d s", name, skew)
		}
	}
	a.say(strings.NewReader("<134>1 1996-11-23T10:00:00Z h app - - - clocksyslog\n<134>1 2056-11-23T10:00:00Z h app - - - clocksyslog\n"))
	harness.Eventually(a.T, 30*time.Second, "both lines are found now", func() bool {
		n, err := a.s.Client().Rows(a.Context(), "clocksyslog")
		return err == nil && n == 2
	})
}

func httpToSyslog(a *attack) {
	conn := a.dial()
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.WriteString(conn, "POST /_bulk HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"); err != nil {
		a.Fatal(err)
	}
	text, err := io.ReadAll(conn)
	if !strings.HasPrefix(string(text), "HTTP/1.1 400 ") || !strings.Contains(string(text), "/ingest/v1/events") {
		a.Errorf("answered %q: %v", text, err)
	}
	a.counted(a.syslogSource(), "not_syslog_HTTP")
}

func tlsToPlain(a *attack) {
	_ = tls.Client(a.dial(), &tls.Config{InsecureSkipVerify: true}).HandshakeContext(a.Context()) //nolint:gosec // it must fail
	a.counted(a.syslogSource(), "not_syslog_TLS")
	conn, err := net.Dial("tcp", strings.TrimPrefix(a.s.Run().URL, "http://"))
	if err != nil {
		a.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
	if err := tls.Client(conn, &tls.Config{InsecureSkipVerify: true}).HandshakeContext(a.Context()); err == nil { //nolint:gosec // it must fail
		a.Error("the plain port speaks TLS")
	} else {
		a.Logf("the client hears: %v", err)
	}
}

func syslogToHTTP(a *attack) {
	conn, err := net.Dial("tcp", strings.TrimPrefix(a.s.Run().URL, "http://"))
	if err != nil {
		a.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
	if _, err := io.WriteString(conn, "<134>1 2026-11-23T10:00:00Z h app - - - lost\n<134>1 2026-11-23T10:00:00Z h app - - - lost\n\n"); err != nil {
		a.Fatal(err)
	}
	text, err := io.ReadAll(conn)
	if !strings.HasPrefix(string(text), "HTTP/1.1 400 ") {
		a.Errorf("answered %q: %v", text, err)
	}
}

// slowClients opens many requests that promise a large body and hardly send anything, and many connections that never
// end their header.
func slowClients(a *attack) {
	addr := strings.TrimPrefix(a.s.Run().URL, "http://")
	var conns []net.Conn
	defer func() {
		for _, conn := range conns {
			_ = conn.Close()
		}
	}()
	open := func(text string) {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			a.Fatal(err)
		}
		conns = append(conns, conn)
		if _, err := io.WriteString(conn, text); err != nil {
			a.Fatal(err)
		}
	}
	for range 100 {
		open(fmt.Sprintf("POST /ingest/v1/events?source=slow HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: 15000000\r\n\r\n{", a.s.Run().Token))
		open(fmt.Sprintf("POST /ingest/v1/events?source=slow HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n", a.s.Run().Token))
		open("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
	}
	begin := time.Now()
	for i := range 20 {
		a.post("beside-slow", "", strings.NewReader(fmt.Sprintf(`{"n":%d}`, i)), 200, "accepted")
	}
	a.Logf("20 requests beside them took %s", time.Since(begin).Round(time.Millisecond))
	if !harness.All() {
		return // it takes half a minute until the server has had enough of them
	}
	a.counted("http/slow", "request_slow")
	harness.Eventually(a.T, time.Minute, "the slow clients are hung up on", func() bool {
		gone := 0
		for _, conn := range conns {
			_ = conn.SetReadDeadline(time.Now().Add(time.Millisecond))
			if _, err := io.Copy(io.Discard, conn); err == nil || !isTimeout(err) {
				gone++
			}
		}
		return gone == len(conns)
	})
}

func isTimeout(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}

// promisedFrames announces large syslog messages and sends nothing of them.
func promisedFrames(a *attack) {
	a.many(1500, func(ctx context.Context, conn net.Conn) error {
		_, err := io.WriteString(conn, "262000 <134>1 - h app - - - never")
		return err
	}, func() { a.later("message_unfinished") })
}

// endlessLines sends most of a message on each of many connections and never ends it.
func endlessLines(a *attack) {
	piece := []byte("<134>1 - h app - - - endless " + strings.Repeat("z", 250<<10))
	a.many(1500, func(ctx context.Context, conn net.Conn) error {
		_, err := conn.Write(piece)
		return err
	}, func() { a.later("message_unfinished") })
}

// later waits for what the server counts when its patience ends, in tests that may take long.
func (a *attack) later(reason string) {
	a.Helper()
	if harness.All() {
		a.counted(a.syslogSource(), reason)
	}
}

// many opens syslog connections, lets each say something, looks what happens, and leaves.
func (a *attack) many(connections int, speak func(context.Context, net.Conn) error, look func()) {
	a.Helper()
	conns := make([]net.Conn, 0, connections)
	for range connections {
		conns = append(conns, a.dial())
	}
	var wait sync.WaitGroup
	share := make(chan net.Conn, connections)
	for range 16 {
		wait.Go(func() {
			for conn := range share {
				_ = conn.SetWriteDeadline(time.Now().Add(20 * time.Second))
				if err := speak(a.Context(), conn); err != nil {
					a.Logf("a connection broke off: %v", err)
				}
			}
		})
	}
	for _, conn := range conns {
		share <- conn
	}
	close(share)
	wait.Wait()
	a.post("beside-many", "", strings.NewReader(`{"a":1}`), 200, "accepted")
	look()
	for _, conn := range conns {
		_ = conn.Close()
	}
}

// noise is bytes of every value.
func noise(a *attack) {
	var all [256]byte
	for i := range all {
		all[i] = byte(i)
	}
	a.say(io.LimitReader(&repeated{piece: all[:]}, 8<<20))
	a.post("noise", "", io.LimitReader(&repeated{piece: all[:]}, 8<<20), 200, "accepted")
	harness.Eventually(a.T, time.Minute, "the noise is taken in", func() bool {
		backlog, err := a.s.Client().Backlog(a.Context())
		return err == nil && backlog == 0
	})
	a.event(`vedette.source:="http/noise"`)
}
