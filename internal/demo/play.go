package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"net/url"
	"time"
)

// Target is where the day is sent.
type Target struct {
	Syslog string // TCP address
	Ingest string // URL of POST /ingest/v1/events
	Token  string // allowed to send records
}

// httpBatch is how many records go into one HTTP request.
const httpBatch = 200

// Player sends records as the machines of the company would: each over a connection of its own.
type Player struct {
	to    Target
	lines map[string]net.Conn
	http  map[string]*bytes.Buffer
	held  map[string]int
	Sent  int // records sent so far
}

// NewPlayer makes a player; Close ends its connections.
func NewPlayer(to Target) *Player {
	return &Player{to: to, lines: map[string]net.Conn{}, http: map[string]*bytes.Buffer{}, held: map[string]int{}}
}

// Play sends the records. It paces itself so that rate records a second leave it; 0 sends as fast as they are taken.
func (p *Player) Play(ctx context.Context, items iter.Seq[Item], rate int) error {
	begin, n := time.Now(), 0
	for it := range items {
		if err := p.send(ctx, it); err != nil {
			return err
		}
		n++
		if rate <= 0 || n%max(rate/10, 1) != 0 {
			continue
		}
		if err := p.flush(ctx); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Until(begin.Add(time.Duration(n) * time.Second / time.Duration(rate)))):
		}
	}
	return p.flush(ctx)
}

func (p *Player) send(ctx context.Context, it Item) error {
	p.Sent++
	if it.From != "" {
		return p.sendLine(ctx, it)
	}
	buf := p.http[it.Source]
	if buf == nil {
		buf = &bytes.Buffer{}
		p.http[it.Source] = buf
	}
	buf.WriteString(it.Text)
	buf.WriteByte('\n')
	if p.held[it.Source]++; p.held[it.Source] >= httpBatch {
		return p.post(ctx, it.Source)
	}
	return nil
}

// sendLine writes a syslog message with octet counting.
func (p *Player) sendLine(ctx context.Context, it Item) error {
	conn := p.lines[it.From]
	if conn == nil {
		dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(it.From)}, Timeout: 5 * time.Second}
		var err error
		if conn, err = dialer.DialContext(ctx, "tcp", p.to.Syslog); err != nil {
			// Some systems have only one loopback address; then all machines share it.
			dialer.LocalAddr = nil
			if conn, err = dialer.DialContext(ctx, "tcp", p.to.Syslog); err != nil {
				return fmt.Errorf("connect to the syslog port: %w", err)
			}
		}
		p.lines[it.From] = conn
	}
	if _, err := fmt.Fprintf(conn, "%d %s", len(it.Text), it.Text); err != nil {
		return fmt.Errorf("send a syslog message: %w", err)
	}
	return nil
}

func (p *Player) flush(ctx context.Context) error {
	for source, n := range p.held {
		if n > 0 {
			if err := p.post(ctx, source); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *Player) post(ctx context.Context, source string) error {
	body := p.http[source].Bytes()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.to.Ingest+"?source="+url.QueryEscape(source), bytes.NewReader(body))
		if err != nil {
			return fmt.Errorf("make the request: %w", err)
		}
		req.Header.Set("Authorization", "Bearer "+p.to.Token)
		req.Header.Set("Content-Type", "application/x-ndjson")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return fmt.Errorf("send records over HTTP: %w", err)
		}
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 4096))
		_ = resp.Body.Close()
		switch resp.StatusCode {
		case http.StatusOK:
			p.http[source].Reset()
			p.held[source] = 0
			return nil
		case http.StatusTooManyRequests, http.StatusServiceUnavailable:
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(200 * time.Millisecond):
			}
		default:
			return fmt.Errorf("send records over HTTP: %s: %s", resp.Status, text)
		}
	}
}

// Close ends the connections.
func (p *Player) Close() error {
	var errs []error
	for _, conn := range p.lines {
		errs = append(errs, conn.Close())
	}
	return errors.Join(errs...)
}
