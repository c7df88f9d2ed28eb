package api

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/vedette-soc/vedette/internal/access"
)

// request is what the room knows of one call beside its input: who, from where, and what the audit log shall say.
type request struct {
	w         http.ResponseWriter
	r         *http.Request
	traceID   string
	from      string // network address of the client
	https     bool
	secret    string // of the session; empty for a token
	principal access.Principal
	known     bool // principal is set
	reached   bool // the handler was called
	kept      bool // the audit line of a success is stored already
	object    string
	detail    string
	failure   string // what the caller was told when it failed
}

type requestKey struct{}

// requestOf returns the request of a context that came through Handler or Require.
func requestOf(ctx context.Context) *request {
	if q, ok := ctx.Value(requestKey{}).(*request); ok {
		return q
	}
	return &request{}
}

// PrincipalOf returns who is asking, once Require has let them through.
func PrincipalOf(ctx context.Context) access.Principal { return requestOf(ctx).principal }

// by is the caller, as access wants to know of a change.
func (q *request) by() access.By { return access.By{Principal: q.principal, From: q.from} }

// note says what the audit log shall say that this request was about.
func (q *request) note(object, detail string) { q.object, q.detail = object, detail }

// begin attaches a request to its context.
func (a *API) begin(w http.ResponseWriter, r *http.Request) (*request, *http.Request) {
	if q, ok := r.Context().Value(requestKey{}).(*request); ok {
		return q, r
	}
	var id [8]byte
	_, _ = rand.Read(id[:]) // never fails
	q := &request{w: w, traceID: hex.EncodeToString(id[:]), https: r.TLS != nil}
	peer := hostOf(r.RemoteAddr)
	q.from = peer
	if a.trusts(peer) {
		q.from = a.forwardedFor(r, peer)
		q.https = q.https || r.Header.Get("X-Forwarded-Proto") == "https"
	}
	q.r = r.WithContext(context.WithValue(r.Context(), requestKey{}, q))
	return q, q.r
}

// forwardedFor walks back along the proxies that are ours; what stands before them is hearsay.
func (a *API) forwardedFor(r *http.Request, peer string) string {
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		addr, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			return peer
		}
		peer = addr.Unmap().String()
		if !a.trusts(peer) {
			return peer
		}
	}
	return peer
}

func (a *API) trusts(peer string) bool {
	addr, err := netip.ParseAddr(peer)
	if err != nil {
		return false
	}
	for _, p := range a.cfg.Proxies {
		if p.Contains(addr.Unmap()) {
			return true
		}
	}
	return false
}

// local tells whether a request surely comes from this machine: from loopback, and not passed on by a proxy.
func (q *request) local() bool {
	addr, err := netip.ParseAddr(hostOf(q.r.RemoteAddr))
	h := q.r.Header
	return err == nil && addr.Unmap().IsLoopback() && h.Get("X-Forwarded-For") == "" && h.Get("Forwarded") == ""
}

func hostOf(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.Unmap().WithZone("").String()
	}
	return host
}
