package feed

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/vedette-soc/vedette"
)

// Bounds of one poll.
const (
	pollTime      = 30 * time.Minute
	answerTime    = time.Minute
	maxAnswer     = 512 << 20 // bytes of one answer, unpacked
	maxRedirects  = 5
	maxPatience   = 24 * time.Hour // the longest Retry-After that is followed
	defaultWait   = 5 * time.Minute
	clientName    = "Vedette"
	maxCAFile     = 4 << 20
	maxErrorWords = 300
)

// client asks one feed's server.
type client struct {
	cfg  *Config
	base *url.URL
	http *http.Client
}

// laterError is a server's wish to be asked again after a while.
type laterError struct{ after time.Duration }

// Error says how long to wait.
func (e *laterError) Error() string {
	return fmt.Sprintf("the server asks to come back in %s", e.after.Round(time.Second))
}

func newClient(cfg *Config) (*client, error) {
	base, err := url.Parse(cfg.URL)
	if err != nil {
		return nil, vedette.Errorf(vedette.CodeInvalid, "the URL of feed %s cannot be read", cfg.Name)
	}
	security := &tls.Config{MinVersion: tls.VersionTLS12}
	if cfg.CA != "" {
		if security.RootCAs, err = authorities(cfg.CA); err != nil {
			return nil, err
		}
	}
	dialer := &net.Dialer{Timeout: 20 * time.Second, Control: forbid}
	c := &client{cfg: cfg, base: base}
	c.http = &http.Client{
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, TLSClientConfig: security, TLSHandshakeTimeout: 20 * time.Second,
			ResponseHeaderTimeout: answerTime, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true,
			MaxResponseHeaderBytes: 1 << 20,
		},
		CheckRedirect: func(next *http.Request, before []*http.Request) error {
			if len(before) > maxRedirects {
				return errors.New("too many redirections")
			}
			return c.same(next.URL)
		},
	}
	return c, nil
}

// authorities are the system's and those of a file.
func authorities(file string) (*x509.CertPool, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, vedette.Errorf(vedette.CodeInvalid, "read the certificates of a feed: %w", err)
	}
	defer func() { _ = f.Close() }()
	pem, err := io.ReadAll(io.LimitReader(f, maxCAFile))
	if err != nil {
		return nil, vedette.Errorf(vedette.CodeInvalid, "read the certificates of a feed: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, vedette.Errorf(vedette.CodeInvalid, "%s holds no certificate", file)
	}
	return pool, nil
}

// forbid keeps connections away from addresses of the machine's own link, whatever a name resolves to.
func forbid(_, address string, _ syscall.RawConn) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return err
	}
	addr = addr.Unmap().WithZone("")
	if addr.IsLinkLocalUnicast() || addr.IsMulticast() || addr.IsUnspecified() || slices.Contains(metadata(), addr) {
		return errors.New("this address is never asked for indicators")
	}
	return nil
}

// metadata are addresses at which clouds tell their machines secrets, beside those of the link.
func metadata() []netip.Addr {
	return []netip.Addr{netip.MustParseAddr("fd00:ec2::254"), netip.MustParseAddr("100.100.100.200")}
}

// same refuses URLs that lead away from the configured server, or from TLS to no TLS.
func (c *client) same(u *url.URL) error {
	if !strings.EqualFold(u.Host, c.base.Host) || u.Scheme != c.base.Scheme {
		return errors.New("the server leads to another one, which is not followed")
	}
	return nil
}

// resolve makes a whole URL of one that a server gave.
func (c *client) resolve(ref string) (*url.URL, error) {
	u, err := c.base.Parse(ref)
	if err == nil {
		err = c.same(u)
	}
	if err != nil {
		return nil, vedette.Errorf(vedette.CodeUnavailable, "feed %s: %w", c.cfg.Name, err)
	}
	return u, nil
}

// get asks for a URL and hands the answer's body, bounded, to read.
func (c *client) get(ctx context.Context, u *url.URL, accept string, read func(http.Header, io.Reader) error) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return vedette.Errorf(vedette.CodeInvalid, "ask feed %s: the URL cannot be used", c.cfg.Name)
	}
	req.Header.Set("Accept", accept)
	req.Header.Set("User-Agent", clientName)
	switch {
	case c.cfg.Token != "" && (c.cfg.Kind == KindMISP || c.cfg.Kind == KindExport):
		req.Header.Set("Authorization", string(c.cfg.Token))
	case c.cfg.Token != "":
		req.Header.Set("Authorization", "Bearer "+string(c.cfg.Token))
	case c.cfg.Username != "" || c.cfg.Password != "":
		req.SetBasicAuth(c.cfg.Username, string(c.cfg.Password))
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return vedette.Errorf(vedette.CodeUnavailable, "ask feed %s: %s", c.cfg.Name, vedette.Shorten(withoutURL(err), maxErrorWords))
	}
	defer func() { _ = resp.Body.Close() }()
	if err := c.refusal(resp); err != nil {
		return err
	}
	body := &bounded{r: resp.Body, left: maxAnswer}
	if err := read(resp.Header, body); err != nil {
		if body.left < 0 {
			return vedette.Errorf(vedette.CodeTooLarge, "feed %s answers with more than %d bytes", c.cfg.Name, maxAnswer)
		}
		return err
	}
	return nil
}

// withoutURL is an error of the HTTP client without the URL, which may carry a key in its query.
func withoutURL(err error) string {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err.Error()
	}
	return err.Error()
}

// refusal is what a status other than success means.
func (c *client) refusal(resp *http.Response) error {
	switch code := resp.StatusCode; code {
	case http.StatusOK, http.StatusPartialContent:
		return nil
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return &laterError{patience(resp.Header.Get("Retry-After"), time.Now())}
	case http.StatusUnauthorized, http.StatusForbidden:
		return vedette.Errorf(vedette.CodeDenied, "feed %s refuses: status %d; look at username, password and token", c.cfg.Name, code)
	case http.StatusNotFound:
		return vedette.Errorf(vedette.CodeNotFound, "feed %s: there is nothing at this URL", c.cfg.Name)
	default:
		return vedette.Errorf(vedette.CodeUnavailable, "feed %s answers with status %d", c.cfg.Name, code)
	}
}

// patience reads Retry-After, which is seconds or a date.
func patience(header string, now time.Time) time.Duration {
	wait := defaultWait
	if n, err := strconv.Atoi(strings.TrimSpace(header)); err == nil && n >= 0 && n < 1<<30 {
		wait = time.Duration(n) * time.Second
	} else if at, err := http.ParseTime(header); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, time.Second), maxPatience)
}

// bounded reads up to a number of bytes and fails beyond.
type bounded struct {
	r    io.Reader
	left int64
}

// Read fails when more than the bound was read.
func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, errors.New("the answer is too large")
	}
	return n, err
}

func loopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}
