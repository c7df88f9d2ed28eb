package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette/console"
	"github.com/vedette-soc/vedette/internal/respond/nftables"
	"github.com/vedette-soc/vedette/internal/server"
)

// diagnosis is what one check found.
type diagnosis struct {
	state rune // ✓ well, ! could be better, ✗ wrong
	found string
	fix   string
}

func well(format string, args ...any) diagnosis {
	return diagnosis{'✓', fmt.Sprintf(format, args...), ""}
}

// checks are what the doctor looks at, in order.
type check struct {
	name string
	run  func(ctx context.Context, cfg server.Config) diagnosis
}

func newDoctor(s streams) *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use: "doctor", Short: "Look whether this machine and this installation are well", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(file)
			if err != nil {
				_, _ = fmt.Fprintf(s.out, "✗ configuration: %v\n    fix: vedette check config\n", err)
				return errQuiet
			}
			wrong := false
			for _, c := range []check{
				{"configuration", checkConfigFile}, {"data directory", checkDataDir}, {"disk", checkDisk}, {"open files", checkFiles},
				{"rules", checkRules}, {"server", checkServer}, {"ports", checkPorts}, {"blocking", checkBlocking}, {"console", checkConsole},
			} {
				d := c.run(cmd.Context(), cfg)
				_, _ = fmt.Fprintf(s.out, "%c %s: %s\n", d.state, c.name, d.found)
				if d.fix != "" {
					_, _ = fmt.Fprintf(s.out, "    fix: %s\n", d.fix)
				}
				wrong = wrong || d.state == '✗'
			}
			if wrong {
				return errQuiet
			}
			return nil
		},
	}
	configFlag(cmd, &file)
	return cmd
}

func checkConfigFile(_ context.Context, cfg server.Config) diagnosis {
	return well("valid; data in %s", cfg.Data.Dir)
}

func checkDataDir(_ context.Context, cfg server.Config) diagnosis {
	info, err := os.Stat(cfg.Data.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		parent := filepath.Dir(cfg.Data.Dir)
		if err := syscall.Access(parent, 2); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return diagnosis{'✗', fmt.Sprintf("%s cannot be made: %v", cfg.Data.Dir, err), "make it and give it to the user that runs vedette, or set data.dir"}
		}
		return well("%s will be made at the first start", cfg.Data.Dir)
	}
	if err != nil {
		return diagnosis{'✗', err.Error(), "give the directory to the user that runs vedette"}
	}
	if info.Mode().Perm()&0o077 != 0 {
		return diagnosis{'!', fmt.Sprintf("%s can be read by others (%s)", cfg.Data.Dir, info.Mode().Perm()), "chmod 700 " + cfg.Data.Dir}
	}
	return well("%s belongs to this user alone", cfg.Data.Dir)
}

func checkDisk(_ context.Context, cfg server.Config) diagnosis {
	dir := cfg.Data.Dir
	for {
		if _, err := os.Stat(dir); err == nil || dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return diagnosis{'!', err.Error(), ""}
	}
	free := int64(st.Bavail) * int64(st.Bsize) //nolint:unconvert // narrower on some systems
	switch {
	case free < cfg.Events.MinFree:
		return diagnosis{'✗', fmt.Sprintf("%d MiB free; nothing is stored below events.min_free (%d MiB)", free>>20, cfg.Events.MinFree>>20), "free space, or shorten events.retention"}
	case free < cfg.Journal.MaxBytes+cfg.Events.MinFree:
		return diagnosis{'!', fmt.Sprintf("%d GiB free; a full journal alone takes %d GiB", free>>30, cfg.Journal.MaxBytes>>30), "free space, or lower journal.max_bytes"}
	}
	return well("%d GiB free", free>>30)
}

func checkFiles(context.Context, server.Config) diagnosis {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return diagnosis{'!', err.Error(), ""}
	}
	if limit.Max < 8192 {
		return diagnosis{'!', fmt.Sprintf("at most %d files may be open", limit.Max), "LimitNOFILE=65536 in the service, or ulimit -n 65536"}
	}
	return well("up to %d may be open", limit.Max)
}

func checkRules(ctx context.Context, cfg server.Config) diagnosis {
	loaded, rejected, unread := server.CountRules(ctx, cfg)
	switch {
	case loaded == 0:
		return diagnosis{'✗', "no rule can run", "set rules.starter to true, or rules.paths to a folder of Sigma rules"}
	case unread > 0:
		return diagnosis{'✗', fmt.Sprintf("%d run, %d are rejected, %d files cannot be read", loaded, rejected, unread), "vedette rules lint PATH…"}
	case rejected > 0:
		return diagnosis{'!', fmt.Sprintf("%d run, %d are rejected", loaded, rejected), "vedette rules lint PATH…"}
	}
	return well("%d run", loaded)
}

func checkServer(ctx context.Context, cfg server.Config) diagnosis {
	run, err := server.ReadRunFile(cfg.Data.Dir)
	if err != nil {
		return well("not running on this data directory")
	}
	c := &client{url: run.URL, token: run.Token, http: &http.Client{Timeout: 5 * time.Second}}
	if err := c.do(ctx, http.MethodGet, "/readyz", nil, nil); err != nil {
		return diagnosis{'✗', fmt.Sprintf("process %d does not answer well at %s: %v", run.PID, run.URL, err), "look into its log"}
	}
	return well("version %s is ready at %s", run.Version, run.URL)
}

func checkPorts(_ context.Context, cfg server.Config) diagnosis {
	if _, err := server.ReadRunFile(cfg.Data.Dir); err == nil {
		return well("in use by the running server")
	}
	for key, addr := range map[string]string{"http.listen": cfg.HTTP.Listen, "http.tls": cfg.HTTP.TLS, "syslog.tcp": cfg.Syslog.TCP} {
		if addr == "" {
			continue
		}
		l, err := net.Listen("tcp", addr)
		if err != nil {
			return diagnosis{'✗', fmt.Sprintf("%s: %v", key, err), "stop what uses the port, or set " + key}
		}
		_ = l.Close()
	}
	return well("free")
}

func checkBlocking(_ context.Context, cfg server.Config) diagnosis {
	if cfg.Respond.Actuator == "dry-run" {
		return well("switched off: respond.actuator is dry-run")
	}
	fire, err := nftables.New(nftables.Config{Table: "vedette-doctor"}, slog.New(slog.DiscardHandler))
	if err != nil {
		return diagnosis{'!', "actions change nothing: " + err.Error(), "give the service CAP_NET_ADMIN to let it block addresses"}
	}
	if err := errors.Join(fire.Clear(), fire.Close()); err != nil {
		return diagnosis{'!', err.Error(), "nft delete table inet vedette-doctor"}
	}
	return well("nftables is permitted; mode %s", cfg.Respond.Mode)
}

func checkConsole(context.Context, server.Config) diagnosis {
	if !console.Built() {
		return diagnosis{'!', "this binary was built without it", "make build"}
	}
	return well("built in")
}
