package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/collect"
	"github.com/vedette-soc/vedette/internal/demo"
	"github.com/vedette-soc/vedette/internal/server"
	"github.com/vedette-soc/vedette/internal/telemetry"
)

type demoOptions struct {
	listen string
	dir    string
	rate   int
	live   int
	once   bool
	quiet  bool
}

func newDemo(s streams) *cobra.Command {
	o := demoOptions{}
	cmd := &cobra.Command{
		Use: "demo", Short: "Show Vedette at work: a small company's day with one intrusion", Args: cobra.NoArgs,
		Long: "Starts Vedette on an empty temporary data directory and sends it a made-up company's day, over loopback syslog and HTTP,\n" +
			"with one intrusion from the first scan to data leaving the house. Nothing is attacked and nothing outside this machine is reached.",
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context(), s) },
	}
	cmd.Flags().StringVar(&o.listen, "listen", "127.0.0.1:8480", "address of the console; if it is taken, a free port is used")
	cmd.Flags().StringVar(&o.dir, "data", "", "keep the data in this folder instead of a temporary one")
	cmd.Flags().IntVar(&o.rate, "rate", 3000, "records a second while the day is played")
	cmd.Flags().IntVar(&o.live, "live", 25, "ordinary records a second afterwards; 0 ends the traffic")
	cmd.Flags().BoolVar(&o.once, "once", false, "stop when the day has been played and its incident is there")
	cmd.Flags().BoolVar(&o.quiet, "quiet", false, "do not show the server's log")
	return cmd
}

func (o *demoOptions) run(ctx context.Context, s streams) error {
	dir, remove := o.dir, func() {}
	if dir == "" {
		var err error
		if dir, remove, err = tempDir("vedette-demo-"); err != nil {
			return err
		}
	}
	defer remove()
	log := slog.New(slog.DiscardHandler)
	if !o.quiet {
		var err error
		if log, err = telemetry.NewLog(s.err, "text", "warn"); err != nil {
			return err
		}
	}
	srv, err := o.start(ctx, dir, log)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- srv.Run(ctx) }()
	if password, created := srv.FirstPassword(); created {
		_, _ = fmt.Fprintf(s.err, "\n  Console   %s\n  Sign in   admin\n  Password  %s   (once; you choose your own then)\n\n", srv.URL(), password)
	} else {
		_, _ = fmt.Fprintf(s.err, "\n  Console   %s   (with the password of the first start)\n\n", srv.URL())
	}
	playErr := o.play(ctx, dir, s.err)
	if !o.once && playErr == nil {
		_, _ = fmt.Fprintf(s.err, "  Ctrl-C ends the demo.\n")
		playErr = <-ended
		return playErr
	}
	cancel()
	if err := <-ended; err != nil {
		return err
	}
	return playErr
}

// start runs the server on loopback only, with free ports where the usual ones are taken.
func (o *demoOptions) start(ctx context.Context, dir string, log *slog.Logger) (*server.Server, error) {
	cfg := server.Defaults()
	cfg.Data.Dir = dir
	cfg.HTTP.Listen, cfg.HTTP.TLS = o.listen, ""
	cfg.Syslog.TCP, cfg.Syslog.UDP = "127.0.0.1:0", ""
	cfg.Respond.Actuator = "dry-run"
	cfg.Events.MinFree = 64 << 20
	for address, name := range demo.Names() {
		cfg.Sources = append(cfg.Sources, collect.Policy{Match: address, Name: "syslog/" + name})
	}
	// Tried before anything is made: a second start would not tell the one-time password again.
	if l, err := net.Listen("tcp", o.listen); err != nil {
		cfg.HTTP.Listen = "127.0.0.1:0"
	} else {
		_ = l.Close()
	}
	return server.New(ctx, cfg, version, log)
}

// play sends the day and waits until the intrusion is one incident.
func (o *demoOptions) play(ctx context.Context, dir string, say io.Writer) error {
	run, err := server.ReadRunFile(dir)
	if err != nil {
		return err
	}
	p := demo.NewPlayer(demo.Target{Syslog: run.Syslog, Ingest: run.URL + "/ingest/v1/events", Token: run.Token})
	begin := time.Now()
	_, _ = fmt.Fprintf(say, "  Playing the day of a trading company …\n")
	if err := p.Play(ctx, demo.Day(demo.Defaults(begin)), o.rate); err != nil {
		return o.orEnded(ctx, err)
	}
	c := &client{url: run.URL, token: run.Token, http: &http.Client{Timeout: 10 * time.Second}}
	worst, total, err := worstIncident(ctx, c)
	if err != nil {
		return o.orEnded(ctx, err)
	}
	_, _ = fmt.Fprintf(say, "  %d records sent in %s. %d incidents; the worst, with a score of %d:\n\n  %s\n  %s\n\n  %s/incidents/%s\n\n",
		p.Sent, time.Since(begin).Round(100*time.Millisecond), total, worst.Score, worst.Title.En, worst.Title.Zh, run.URL, url.PathEscape(worst.ID))
	if o.once || o.live <= 0 {
		return p.Close()
	}
	go func() {
		_ = p.Play(ctx, demo.Live(11, time.Now), o.live) // ends with the context
		_ = p.Close()
	}()
	return nil
}

func (o *demoOptions) orEnded(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil //nolint:nilerr // stopping is how a demo ends
	}
	return err
}

// worstIncident waits until an incident of severity high or worse is there, and returns the one with the highest score.
func worstIncident(ctx context.Context, c *client) (worst vedette.Incident, total int64, err error) {
	for deadline := time.Now().Add(30 * time.Second); ; {
		var page struct {
			Items []vedette.Incident
			Total int64
		}
		if err := c.do(ctx, http.MethodGet, "/api/v1/incidents?sort=score&limit=1", nil, &page); err != nil {
			return worst, 0, err
		}
		if len(page.Items) > 0 && page.Items[0].Severity >= vedette.High {
			return page.Items[0], page.Total, nil
		}
		if time.Now().After(deadline) {
			return worst, page.Total, vedette.Errorf(vedette.CodeUnavailable, "no serious incident appeared within 30 seconds")
		}
		select {
		case <-ctx.Done():
			return worst, 0, ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}
