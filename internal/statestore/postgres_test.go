package statestore_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/vedette-soc/vedette/internal/statestore"
	"github.com/vedette-soc/vedette/internal/statestore/statestoretest"
)

func TestMain(m *testing.M) {
	code := m.Run()
	server.stop()
	os.Exit(code)
}

func TestPostgres(t *testing.T) {
	statestoretest.Run(t, func(t *testing.T, now func() time.Time) *statestore.Store {
		return opened(t, statestore.Config{URL: postgresURL(t), Now: now})
	})
}

// postgresURL is an empty database on a server that this test binary starts for itself; without PostgreSQL it skips.
func postgresURL(t testing.TB) string {
	t.Helper()
	if err := server.start(); err != nil {
		t.Skipf("no PostgreSQL to test with: %v", err)
	}
	name := fmt.Sprintf("test%d", server.databases.Add(1))
	db, err := sql.Open("pgx", server.url("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	return server.url(name)
}

var server postgres

// postgres is a throw-away PostgreSQL server on a socket in a temporary folder.
type postgres struct {
	once      sync.Once
	err       error
	folder    string
	process   *os.Process
	ended     chan struct{}
	databases atomic.Int64
}

func (p *postgres) url(database string) string {
	return "postgres:///" + database + "?" + url.Values{"host": {p.folder}, "user": {"vedette"}}.Encode()
}

func (p *postgres) start() error {
	p.once.Do(func() {
		if p.err = p.launch(); p.err != nil {
			p.stop()
		}
	})
	return p.err
}

func (p *postgres) launch() error {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if len(found) == 0 {
		return errors.New("/usr/lib/postgresql/*/bin/postgres is not installed")
	}
	bin := filepath.Dir(found[len(found)-1])
	var err error
	if p.folder, err = os.MkdirTemp("", "vdpg"); err != nil {
		return err
	}
	attributes, err := unprivileged(p.folder)
	if err != nil {
		return err
	}
	data := filepath.Join(p.folder, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "vedette", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions")
	initdb.Dir, initdb.SysProcAttr = p.folder, attributes
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	started := make(chan error)
	p.ended = make(chan struct{})
	go func() {
		runtime.LockOSThread() // the server dies with the thread that started it
		defer close(p.ended)
		cmd := exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-k", p.folder, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "shared_buffers=32MB")
		var log bytes.Buffer
		cmd.Dir, cmd.Stdout, cmd.Stderr = p.folder, &log, &log
		own := *attributes
		own.Pdeathsig = syscall.SIGKILL
		cmd.SysProcAttr = &own
		err := cmd.Start()
		p.process = cmd.Process
		started <- err
		if err == nil {
			_ = cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		return err
	}
	return p.ready()
}

// unprivileged gives the folder to the user postgres and returns how to run as that user; PostgreSQL refuses to be root.
func unprivileged(folder string) (*syscall.SysProcAttr, error) {
	if os.Geteuid() != 0 {
		return &syscall.SysProcAttr{}, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err1 := strconv.Atoi(account.Uid)
	gid, err2 := strconv.Atoi(account.Gid)
	if err := errors.Join(err1, err2, os.Chown(folder, uid, gid)); err != nil {
		return nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}

// ready waits until the server answers, 30 seconds at most.
func (p *postgres) ready() error {
	db, err := sql.Open("pgx", p.url("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if err = db.PingContext(context.Background()); err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-p.ended:
			return fmt.Errorf("PostgreSQL ended at once: %w", err)
		case <-deadline:
			return fmt.Errorf("PostgreSQL does not answer: %w", err)
		}
	}
}

func (p *postgres) stop() {
	if p.process != nil {
		_ = p.process.Signal(syscall.SIGQUIT)
		<-p.ended
	}
	if p.folder != "" {
		_ = os.RemoveAll(p.folder)
	}
}
