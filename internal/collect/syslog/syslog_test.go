package syslog_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/collect/collecttest"
	"github.com/vedette-soc/vedette/internal/collect/syslog"
)

func start(t *testing.T, sink *collecttest.Sink) *syslog.Receiver {
	t.Helper()
	cfg := syslog.Defaults()
	cfg.UDP, cfg.TCP, cfg.MaxMessage, cfg.MaxConnections = "127.0.0.1:0", "127.0.0.1:0", 4096, 4
	r, err := syslog.New(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx, sink) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("run ended with %v", err)
		}
	})
	return r
}

func dial(t *testing.T, network, addr string) net.Conn {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), network, addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func texts(records []vedette.Record) string {
	var b strings.Builder
	for _, r := range records {
		fmt.Fprintf(&b, "%s|", r.Data)
	}
	return b.String()
}

func TestBothFramingsOnOnePort(t *testing.T) {
	sink := collecttest.New()
	r := start(t, sink)
	conn := dial(t, "tcp", r.TCPAddr())
	// A counted frame, one whose count includes a trailing LF, two lines, a line that begins with a number, and a
	// counted frame that arrives in three pieces.
	for _, piece := range []string{
		"9 <13>first", "11 <13>second\n\n", "<13>third\r\n<13>fourth\n", "2026 begins\n", "1", "0 <13>fi", "fth!", "<13>last without end",
	} {
		_, _ = io.WriteString(conn, piece)
	}
	_ = conn.(*net.TCPConn).CloseWrite()
	got := texts(sink.WaitFor(t, 7))
	want := "<13>first|<13>second|<13>third|<13>fourth|2026 begins|<13>fifth!|<13>last without end|"
	if got != want {
		t.Fatalf("got  %s\nwant %s", got, want)
	}
	if rec := sink.Records()[0]; rec.Source != "syslog/127.0.0.1" || rec.Format != vedette.FormatSyslog {
		t.Fatalf("record %+v", rec)
	}
}

func TestUDPDatagramIsOneRecord(t *testing.T) {
	sink := collecttest.New()
	r := start(t, sink)
	conn := dial(t, "udp", r.UDPAddr())
	_, _ = io.WriteString(conn, "<13>Nov 23 14:10:50 host 中文\n")
	if got := texts(sink.WaitFor(t, 1)); got != "<13>Nov 23 14:10:50 host 中文|" {
		t.Fatal(got)
	}
}

func TestHugeLineIsCutAndOthersAreNotDisturbed(t *testing.T) {
	sink := collecttest.New()
	r := start(t, sink)
	hostile := dial(t, "tcp", r.TCPAddr())
	go func() {
		block := strings.Repeat("A", 1<<20)
		for range 100 {
			if _, err := io.WriteString(hostile, block); err != nil {
				return
			}
		}
		_, _ = io.WriteString(hostile, "\n<13>after\n104857600 <13>"+block)
		_ = hostile.(*net.TCPConn).CloseWrite()
	}()
	other := dial(t, "tcp", r.TCPAddr())
	_, _ = io.WriteString(other, "<13>other\n")
	records := sink.WaitFor(t, 4)
	for _, rec := range records {
		if len(rec.Data) > 4096 {
			t.Fatalf("a record of %d bytes", len(rec.Data))
		}
	}
	if sink.Dropped("message_cut") == 0 {
		t.Fatal("the cut was not counted")
	}
	if !strings.Contains(texts(records), "<13>after|") || !strings.Contains(texts(records), "<13>other|") {
		t.Fatal("messages after or beside the huge line are missing")
	}
}

func TestOtherProtocolsAreToldSo(t *testing.T) {
	sink := collecttest.New()
	r := start(t, sink)
	conn := dial(t, "tcp", r.TCPAddr())
	_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	answer, _ := bufio.NewReader(conn).ReadString('\n')
	if !strings.HasPrefix(answer, "HTTP/1.1 400 ") {
		t.Fatalf("the HTTP client was told %q", answer)
	}
	tls := dial(t, "tcp", r.TCPAddr())
	_, _ = tls.Write([]byte{0x16, 3, 1, 0, 5, 1, 2, 3, 4, 5})
	sink.Wait(t, "both to be counted", func() bool {
		return sink.Dropped("not_syslog_HTTP") == 1 && sink.Dropped("not_syslog_TLS") == 1
	})
}

func TestWhileTheJournalIsFullNothingIsLost(t *testing.T) {
	sink := collecttest.New()
	sink.Refuse(vedette.Errorf(vedette.CodeLimited, "full"))
	r := start(t, sink)
	conn := dial(t, "tcp", r.TCPAddr())
	const n = 2000
	go func() {
		for i := range n {
			_, _ = fmt.Fprintf(conn, "<13>message %d\n", i)
			if i == n/2 {
				sink.Refuse(nil)
			}
		}
	}()
	for i, rec := range sink.WaitFor(t, n) {
		if want := fmt.Sprintf("<13>message %d", i); string(rec.Data) != want {
			t.Fatalf("record %d is %q", i, rec.Data)
		}
	}
}

func TestTooManyConnectionsAreTurnedAway(t *testing.T) {
	sink := collecttest.New()
	r := start(t, sink)
	for range 4 {
		_, _ = io.WriteString(dial(t, "tcp", r.TCPAddr()), "<13>x\n")
	}
	sink.WaitFor(t, 4)
	fifth := dial(t, "tcp", r.TCPAddr())
	if _, err := fifth.Read(make([]byte, 1)); err == nil {
		t.Fatal("the fifth client was served")
	}
	if sink.Dropped("too_many_connections") != 1 {
		t.Fatal("turning it away was not counted")
	}
}
