package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette/console"
	"github.com/vedette-soc/vedette/internal/server"
	"github.com/vedette-soc/vedette/internal/telemetry"
)

func newServe(s streams) *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use: "serve", Short: "Run the server", Args: cobra.NoArgs,
		Long: "Runs every role in one process until it is asked to stop (SIGTERM, SIGINT); what was accepted is stored first.\n" +
			"SIGHUP loads the rules again. The first start creates the user admin and prints a one-time password.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(file)
			if err != nil {
				return err
			}
			return serve(cmd.Context(), cfg, s.err)
		},
	}
	configFlag(cmd, &file)
	return cmd
}

func serve(ctx context.Context, cfg server.Config, say io.Writer) error {
	log, err := telemetry.NewLog(say, cfg.Log.Format, cfg.Log.Level)
	if err != nil {
		return err
	}
	srv, err := server.New(ctx, cfg, version, log)
	if err != nil {
		return err
	}
	if password, created := srv.FirstPassword(); created {
		_, _ = fmt.Fprintf(say, "\n  First start: sign in as admin with the one-time password %s\n", password)
	}
	_, _ = fmt.Fprintf(say, "\n  Console  %s\n\n", srv.URL())
	if !console.Built() {
		_, _ = fmt.Fprintf(say, "  This binary was built without the console; `make build` puts it in.\n\n")
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	reload := make(chan os.Signal, 1)
	signal.Notify(reload, syscall.SIGHUP)
	defer signal.Stop(reload)
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-reload:
				if err := srv.ReloadRules(ctx); err != nil && !errors.Is(err, context.Canceled) {
					log.Error("load the rules again", "error", err)
				}
			}
		}
	}()
	return srv.Run(ctx)
}
