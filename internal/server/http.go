package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/vedette-soc/vedette/internal/collect"
)

// door is the HTTP side of the server: the same handler on a plain loopback listener and on a TLS one.
type door struct {
	plain, secure, debug net.Listener
	server               *http.Server
}

// openDoor binds the listeners, so that a port in use is an error at start.
func openDoor(cfg HTTPConfig, cert tls.Certificate, handler http.Handler, log *slog.Logger) (*door, error) {
	d := &door{server: &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog:  slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}},
	}}
	var err error
	if cfg.Listen != "" {
		if d.plain, err = net.Listen("tcp", cfg.Listen); err != nil {
			return nil, fmt.Errorf("listen for HTTP: %w", err)
		}
	}
	if cfg.TLS != "" {
		if d.secure, err = net.Listen("tcp", cfg.TLS); err != nil {
			d.close()
			return nil, fmt.Errorf("listen for HTTPS: %w", err)
		}
	}
	if cfg.Debug != "" {
		if d.debug, err = net.Listen("tcp", cfg.Debug); err != nil {
			d.close()
			return nil, fmt.Errorf("listen for the profiler: %w", err)
		}
	}
	return d, nil
}

func (d *door) close() {
	if d.debug != nil {
		_ = d.debug.Close()
	}
	if d.plain != nil {
		_ = d.plain.Close()
	}
	if d.secure != nil {
		_ = d.secure.Close()
	}
}

// run serves until the context ends, and then lets requests under way finish for a moment.
func (d *door) run(ctx context.Context, leave func()) error {
	var group errgroup.Group
	serve := func(f func() error) {
		group.Go(func() error {
			if err := f(); !errors.Is(err, http.ErrServerClosed) {
				return fmt.Errorf("serve HTTP: %w", err)
			}
			return nil
		})
	}
	if d.plain != nil {
		serve(func() error { return d.server.Serve(d.plain) })
	}
	if d.secure != nil {
		serve(func() error { return d.server.ServeTLS(d.secure, "", "") })
	}
	if d.debug != nil {
		mux := http.NewServeMux()
		mux.HandleFunc("/debug/pprof/", pprof.Index)
		mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
		mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
		profiler := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
		stop := context.AfterFunc(ctx, func() { _ = profiler.Close() })
		defer stop()
		serve(func() error { return profiler.Serve(d.debug) })
	}
	group.Go(func() error {
		<-ctx.Done()
		leave()
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		if err := d.server.Shutdown(grace); err != nil {
			return d.server.Close()
		}
		return nil
	})
	return group.Wait()
}

// url is where a person on this machine reaches the console.
func (d *door) url() string {
	if d.plain != nil {
		return "http://" + d.plain.Addr().String()
	}
	_, port, _ := net.SplitHostPort(d.secure.Addr().String())
	return "https://localhost:" + port
}

// router shares requests out: records to the receivers, everything under /api and its like to the API, the rest to the
// console.
func router(api, console http.Handler, receivers []collect.Route, ingest func(http.Handler) http.Handler) http.Handler {
	mux := http.NewServeMux()
	for _, route := range receivers {
		mux.Handle(route.Pattern, ingest(route.Handler))
	}
	for _, path := range []string{"/api/", "/api", "/healthz", "/readyz", "/metrics"} {
		mux.Handle(path, api)
	}
	mux.Handle("/ingest/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "send records with POST /ingest/v1/events, one a line", http.StatusMethodNotAllowed)
	}))
	mux.Handle("/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead || strings.HasPrefix(r.URL.Path, "/_") {
			http.Error(w, "nothing takes this here; clients of Elasticsearch use /elastic/", http.StatusNotFound)
			return
		}
		console.ServeHTTP(w, r)
	}))
	return mux
}
