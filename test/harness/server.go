package harness

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// readyWithin is generous: a test machine may be busy, and a journal may have to be compared with the eventstore.
const readyWithin = 90 * time.Second

// Settings are settings of vedette.yaml by their names in the environment, without VEDETTE_: "SYSLOG_TCP".
type Settings map[string]string

// Server is one Vedette under test, running or not.
type Server struct {
	Dir string // its data directory
	UDP string // where it takes syslog over UDP

	tb  testing.TB
	env []string
	log Log

	mu     sync.Mutex
	run    RunFile
	cmd    *exec.Cmd
	exited chan struct{} // closed when the process is gone
}

// Start starts a server that is stopped when the test ends. Its log is shown when the test failed.
func Start(tb testing.TB, settings Settings) *Server {
	tb.Helper()
	s := New(tb, settings)
	s.Launch()
	s.AwaitReady()
	return s
}

// New prepares a server on an empty data directory, without starting it.
func New(tb testing.TB, settings Settings) *Server {
	tb.Helper()
	if testing.Short() {
		tb.Skip("starts the real server: not in short mode")
	}
	Binary(tb)
	s := &Server{Dir: tb.TempDir(), UDP: freeUDP(tb), tb: tb}
	all := Settings{
		"DATA_DIR": s.Dir, "HTTP_LISTEN": "127.0.0.1:0", "HTTP_TLS": "", "SYSLOG_UDP": s.UDP, "SYSLOG_TCP": "127.0.0.1:0",
		"RESPOND_ACTUATOR": "dry-run", "EVENTS_MIN_FREE": "64MiB", "LOG_LEVEL": "info",
	}
	maps.Copy(all, settings)
	s.Dir = all["DATA_DIR"]
	for _, text := range os.Environ() {
		if !strings.HasPrefix(text, "VEDETTE_") {
			s.env = append(s.env, text)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		s.env = append(s.env, "VEDETTE_"+name+"="+all[name])
	}
	tb.Cleanup(func() {
		s.Kill()
		if tb.Failed() {
			tb.Logf("the end of the server's log:\n%s", s.log.Tail(80))
		}
	})
	return s
}

// freeUDP is an address on which nobody listens at this moment.
func freeUDP(tb testing.TB) string {
	tb.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	return conn.LocalAddr().String()
}

// Launch starts the process and does not wait for anything.
func (s *Server) Launch() {
	s.tb.Helper()
	cmd := exec.Command(Binary(s.tb), "serve", "--config", os.DevNull)
	cmd.Env = s.env
	cmd.Stdout, cmd.Stderr = &s.log, &s.log
	if err := cmd.Start(); err != nil {
		s.tb.Fatal(err)
	}
	exited := make(chan struct{})
	s.mu.Lock()
	s.cmd, s.exited = cmd, exited
	s.mu.Unlock()
	go func() {
		_ = cmd.Wait() // how it ended is asked of its state
		close(exited)
	}()
}

// AwaitReady waits until the server says that it is ready, and fails the test when it does not or ends.
func (s *Server) AwaitReady() {
	s.tb.Helper()
	cmd, exited := s.process()
	begin := time.Now()
	Eventually(s.tb, readyWithin, "the server is ready", func() bool {
		select {
		case <-exited:
			s.tb.Fatalf("the server ended: %s\n%s", cmd.ProcessState, s.log.Tail(40))
		default:
		}
		run, err := ReadRunFile(s.Dir)
		if err != nil || run.PID != cmd.Process.Pid {
			return false // none yet, or one that a killed process left
		}
		s.mu.Lock()
		s.run = run
		s.mu.Unlock()
		status, err := s.Client().JSON(s.tb.Context(), "GET", "/readyz", nil, nil)
		return err == nil && status == 200
	})
	s.log.Note(fmt.Sprintf("ready after %s", time.Since(begin).Round(time.Millisecond)))
}

func (s *Server) process() (*exec.Cmd, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cmd, s.exited
}

// Run is where the running server is reached. It changes with every start.
func (s *Server) Run() RunFile {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.run
}

// Client speaks to the server as it is running now.
func (s *Server) Client() *Client { run := s.Run(); return NewClient(run.URL, run.Token) }

// Log is what the server has written so far, in all its lives.
func (s *Server) Log() *Log { return &s.log }

// Alive tells whether the process runs.
func (s *Server) Alive() bool {
	cmd, exited := s.process()
	if cmd == nil {
		return false
	}
	select {
	case <-exited:
		return false
	default:
		return true
	}
}

// Kill ends the process at once, as a power cut would, and waits until it is gone.
func (s *Server) Kill() {
	cmd, exited := s.process()
	if cmd == nil {
		return
	}
	_ = cmd.Process.Kill()
	<-exited
	s.log.Note("killed")
}

// Terminate asks the process to stop.
func (s *Server) Terminate() {
	cmd, _ := s.process()
	_ = cmd.Process.Signal(syscall.SIGTERM)
}

// Stop asks the process to stop and returns its exit code and how long it took. After the time given it is killed and
// the code is -1.
func (s *Server) Stop(within time.Duration) (code int, took time.Duration) {
	cmd, exited := s.process()
	begin := time.Now()
	s.Terminate()
	select {
	case <-exited:
		return cmd.ProcessState.ExitCode(), time.Since(begin)
	case <-time.After(within):
		s.Kill()
		return -1, time.Since(begin)
	}
}

// Restart starts the process again on the same data and waits until it is ready.
func (s *Server) Restart() {
	s.tb.Helper()
	s.Launch()
	s.AwaitReady()
}

// PeakMemory is the most memory the process had resident so far, in MiB.
func (s *Server) PeakMemory() (float64, error) {
	cmd, _ := s.process()
	if cmd == nil {
		return 0, errors.New("the server never ran")
	}
	return procStatus(cmd.Process.Pid, "VmHWM")
}

// ForgetPeak begins the measurement of the peak anew.
func (s *Server) ForgetPeak() error {
	cmd, _ := s.process()
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", cmd.Process.Pid), []byte("5"), 0o200)
}
