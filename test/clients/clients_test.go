package clients_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vedette-soc/vedette/test/harness"
)

func TestMain(m *testing.M) { harness.Main(m) }

// start starts one server for the tests of one client.
func start(t *testing.T) *harness.Server {
	t.Helper()
	harness.NeedAll(t)
	return harness.Start(t, nil)
}

// setup is the text that the page of sources shows for a client, with a token for it filled in.
func setup(t *testing.T, s *harness.Server, client string) string {
	t.Helper()
	var list struct {
		Items []struct{ Client, Config, Off string }
	}
	if _, err := s.Client().JSON(t.Context(), "GET", "/api/v1/sources/setup", nil, &list); err != nil {
		t.Fatal(err)
	}
	for _, item := range list.Items {
		if item.Client == client {
			if item.Off != "" {
				t.Fatalf("%s would not work: %s", client, item.Off)
			}
			return strings.ReplaceAll(item.Config, "YOUR_TOKEN", token(t, s, client))
		}
	}
	t.Fatalf("the page of sources does not know %s", client)
	return ""
}

// token makes a token that may only send records.
func token(t *testing.T, s *harness.Server, name string) string {
	t.Helper()
	body, err := json.Marshal(map[string]any{"name": name, "scopes": []string{"ingest"}})
	if err != nil {
		t.Fatal(err)
	}
	var made struct{ Secret string }
	if _, err := s.Client().JSON(t.Context(), "POST", "/api/v1/tokens", body, &made); err != nil {
		t.Fatal(err)
	}
	return made.Secret
}

// failedLogin is what sshd would say of the n-th attempt of a test; user tells the test.
func failedLogin(user string, n int) string {
	return fmt.Sprintf("Failed password for invalid user %s from 203.0.113.%d port %d ssh2", user, n%250+1, 20000+n)
}

// expectLogins waits until all of a test's failed logins are there, and checks that each was understood.
func expectLogins(t *testing.T, s *harness.Server, source, user string, want int) {
	t.Helper()
	expect(t, s, source, fmt.Sprintf("%q", user), want, func(ev harness.Event) string {
		switch {
		case ev.Dataset != "linux.sshd":
			return "its dataset is " + ev.Dataset
		case ev.Fields["user.name"] != user:
			return "user.name is " + ev.Fields["user.name"]
		case !strings.HasPrefix(ev.Fields["source.ip"], "203.0.113."):
			return "source.ip is " + ev.Fields["source.ip"]
		case ev.Fields["event.outcome"] != "failure":
			return "event.outcome is " + ev.Fields["event.outcome"]
		}
		return ""
	})
}

// named waits for a source; the pattern may have one star, for how its sender is called.
func named(t *testing.T, s *harness.Server, pattern string) (name string) {
	t.Helper()
	before, after, _ := strings.Cut(pattern, "*")
	harness.Eventually(t, 30*time.Second, "there is a source "+pattern, func() bool {
		list, err := s.Client().Sources(t.Context())
		for found := range list {
			if err == nil && strings.HasPrefix(found, before) && strings.HasSuffix(found, after) {
				name = found
			}
		}
		return name != ""
	})
	return name
}

// expect waits until a source's events are there, each once, and asks of every one what is wrong with it.
func expect(t *testing.T, s *harness.Server, pattern, query string, want int, wrong func(harness.Event) string) {
	t.Helper()
	source := named(t, s, pattern)
	query = fmt.Sprintf("vedette.source:=%q %s", source, query)
	var rows, unique int64
	if !harness.Within(90*time.Second, func() (done bool) { // rsyslog tries again after half a minute
		var err error
		rows, unique, err = s.Client().Count(t.Context(), query, "_msg")
		return err == nil && unique >= int64(want)
	}) || rows != unique || unique != int64(want) {
		list, _ := s.Client().Sources(t.Context())
		t.Fatalf("found %d events, %d of them different; want %d for %s; the sources are %v", rows, unique, want, query, list)
	}
	events, err := s.Client().Events(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	for _, ev := range events {
		if what := ev.Fields["vedette.parse_error"]; what != "" {
			t.Fatalf("%q was not understood: %s", ev.Message, what)
		}
		if what := wrong(ev); what != "" {
			t.Fatalf("%q: %s\n%v", ev.Message, what, ev.Fields)
		}
	}
	list, err := s.Client().Sources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if list[source].Events < int64(want) || list[source].Failures > 0 {
		t.Errorf("source %s counts %d events and %d failures", source, list[source].Events, list[source].Failures)
	}
}

// daemon is a log daemon of a test with a socket in place of /dev/log.
type daemon struct{ socket string }

// write hands messages to the daemon as the C library's syslog function does.
func (d daemon) write(t *testing.T, user string, count int) {
	t.Helper()
	conn, err := net.Dial("unixgram", d.socket)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	for n := range count {
		if _, err := fmt.Fprintf(conn, "<38>%s sshd[%d]: %s", time.Now().Format(time.Stamp), 4000+n, failedLogin(user, n)); err != nil {
			t.Fatal(err)
		}
	}
}

// run starts a program that ends with the test, and waits until it has made its socket.
func run(t *testing.T, cmd *exec.Cmd, socket string) daemon {
	t.Helper()
	var said harness.Log
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		ended := make(chan struct{})
		go func() { _ = cmd.Wait(); close(ended) }()
		select {
		case <-ended:
		case <-time.After(5 * time.Second):
			_ = cmd.Process.Kill()
			<-ended
		}
		if t.Failed() {
			t.Logf("%s said:\n%s", filepath.Base(cmd.Path), said.Tail(30))
		}
	})
	harness.Eventually(t, 20*time.Second, cmd.Path+" listens", func() bool {
		_, err := os.Stat(socket)
		return err == nil
	})
	return daemon{socket}
}

// folder is short: the path of a socket may have 108 bytes.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "vdt") //nolint:usetesting // the name of the test would make it too long
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func file(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func rsyslog(t *testing.T, action string) daemon {
	t.Helper()
	program := harness.NeedProgram(t, "rsyslogd", "rsyslog")
	dir := folder(t)
	socket := filepath.Join(dir, "log")
	file(t, filepath.Join(dir, "rsyslog.conf"), fmt.Sprintf("global(workDirectory=%q)\nmodule(load=\"imuxsock\" SysSock.Use=\"off\")\n"+
		"input(type=\"imuxsock\" Socket=%q RateLimit.Interval=\"0\")\n%s\n", dir, socket, action))
	return run(t, exec.Command(program, "-n", "-f", filepath.Join(dir, "rsyslog.conf"), "-i", filepath.Join(dir, "pid")), socket)
}

func TestRsyslog(t *testing.T) {
	harness.NeedAll(t)
	harness.NeedProgram(t, "rsyslogd", "rsyslog")
	for name, change := range map[string]struct {
		client   string
		old, new string
		source   string
	}{
		"over TCP, counted frames": {client: "rsyslog-tcp", source: "syslog/127.0.0.1"},
		"over TCP, lines":          {client: "rsyslog-tcp", old: `tcp_framing="octet-counted"`, new: `tcp_framing="traditional"`, source: "syslog/127.0.0.1"},
		"over TCP, the old format": {client: "rsyslog-tcp", old: "RSYSLOG_SyslogProtocol23Format", new: "RSYSLOG_TraditionalForwardFormat", source: "syslog/127.0.0.1"},
		"over UDP":                 {client: "rsyslog-udp", source: "syslog/127.0.0.1"},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			text := setup(t, s, change.client)
			if change.old != "" && !strings.Contains(text, change.old) {
				t.Fatalf("no %q in\n%s", change.old, text)
			}
			rsyslog(t, strings.ReplaceAll(text, change.old, change.new)).write(t, "rsysloguser", 300)
			expectLogins(t, s, change.source, "rsysloguser", 300)
		})
	}
}

// TestRsyslogElasticsearch sends over HTTP, and goes on after the server was away.
func TestRsyslogElasticsearch(t *testing.T) {
	harness.NeedAll(t)
	if found, _ := filepath.Glob("/usr/lib/*/rsyslog/omelasticsearch.so"); len(found) == 0 {
		t.Skip("rsyslog's module omelasticsearch is not installed (package rsyslog-elasticsearch)")
	}
	port := freePort(t)
	s := harness.Start(t, harness.Settings{"HTTP_LISTEN": port})
	const source = "elasticsearch/*rsyslog-omelasticsearch/rsyslog"
	d := rsyslog(t, setup(t, s, "rsyslog-omelasticsearch"))
	d.write(t, "bulkuser", 300)
	expectLogins(t, s, source, "bulkuser", 300)
	s.Stop(10 * time.Second)
	d.write(t, "lateuser", 50)
	s.Restart()
	expectLogins(t, s, source, "lateuser", 50)
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func TestSyslogNG(t *testing.T) {
	harness.NeedAll(t)
	var program, libraries, modules string
	if root := os.Getenv("VEDETTE_SYSLOG_NG"); root != "" {
		program = filepath.Join(root, "usr/sbin/syslog-ng")
		found, _ := filepath.Glob(filepath.Join(root, "usr/lib/syslog-ng/[0-9]*"))
		if len(found) == 0 {
			t.Skipf("%s has no usr/lib/syslog-ng", root)
		}
		usr, _ := filepath.Glob(filepath.Join(root, "usr/lib/*-linux-gnu*"))
		low, _ := filepath.Glob(filepath.Join(root, "lib/*-linux-gnu*"))
		libraries = strings.Join(append(append(usr, low...), filepath.Dir(found[0])), ":")
		modules = found[0]
	} else {
		program = harness.NeedProgram(t, "syslog-ng", "syslog-ng-core, or unpacked into the folder VEDETTE_SYSLOG_NG beside rsyslog")
	}
	s := start(t)
	dir := folder(t)
	socket, conf := filepath.Join(dir, "log"), filepath.Join(dir, "syslog-ng.conf")
	file(t, conf, fmt.Sprintf("@version: current\noptions { keep-hostname(yes); };\nsource s_src { unix-dgram(%q); };\n%s\n", socket, setup(t, s, "syslog-ng")))
	args := []string{"-F", "-f", conf, "--no-caps", "--control=" + dir + "/ctl", "--persist-file=" + dir + "/persist", "--pidfile=" + dir + "/pid"}
	if modules != "" {
		args = append(args, "--module-path="+modules)
	}
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), "LD_LIBRARY_PATH="+libraries)
	run(t, cmd, socket).write(t, "nguser", 300)
	expectLogins(t, s, "syslog/127.0.0.1", "nguser", 300)
}

func TestLogger(t *testing.T) {
	harness.NeedAll(t)
	program := harness.NeedProgram(t, "logger", "bsdutils")
	s := start(t)
	udpHost, udpPort, _ := net.SplitHostPort(s.UDP)
	tcpHost, tcpPort, _ := net.SplitHostPort(s.Run().Syslog)
	for i, args := range [][]string{
		{"--server", tcpHost, "--port", tcpPort, "--tcp"},
		{"--server", tcpHost, "--port", tcpPort, "--tcp", "--octet-count"},
		{"--server", tcpHost, "--port", tcpPort, "--tcp", "--rfc3164"},
		{"--server", udpHost, "--port", udpPort, "--udp"},
		{"--server", udpHost, "--port", udpPort, "--udp", "--rfc3164"},
	} {
		args = append(args, "--priority", "auth.info", "--tag", "sshd", failedLogin("loggeruser", i))
		if out, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v: %s", args, err, out)
		}
	}
	expectLogins(t, s, "syslog/127.0.0.1", "loggeruser", 5)
}

// TestCurl runs the command of the page of sources as it stands there.
func TestCurl(t *testing.T) {
	harness.NeedAll(t)
	harness.NeedProgram(t, "curl", "curl")
	s := start(t)
	dir := folder(t)
	var lines bytes.Buffer
	for n := range 100 {
		fmt.Fprintf(&lines, `{"@timestamp":%q,"event":{"action":"login"},"user":{"name":"curluser"},"source":{"ip":"203.0.113.%d"},"n":%d}`+"\n",
			time.Now().UTC().Format(time.RFC3339Nano), n, n)
	}
	file(t, filepath.Join(dir, "events.ndjson"), lines.String())
	cmd := exec.CommandContext(t.Context(), "sh", "-c", setup(t, s, "curl"))
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), `"accepted":100`) {
		t.Fatalf("curl: %v: %s", err, out)
	}
	expect(t, s, "http/my-app", "curluser", 100, func(ev harness.Event) string {
		if ev.Fields["user.name"] != "curluser" || !strings.HasPrefix(ev.Fields["source.ip"], "203.0.113.") {
			return "its fields are not known"
		}
		return ""
	})
	bad := strings.ReplaceAll(setup(t, s, "curl"), "Bearer vdt_", "Bearer vdt_x")
	cmd = exec.CommandContext(t.Context(), "sh", "-c", bad)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "401") {
		t.Errorf("a wrong token: %v: %s", err, out)
	}
}

// TestElasticsearchClient runs the program of the page of sources with the official client of JavaScript.
func TestElasticsearchClient(t *testing.T) {
	harness.NeedAll(t)
	node := harness.NeedProgram(t, "node", "nodejs")
	modules := nodeModules(t)
	s := start(t)
	dir := folder(t)
	if err := os.Symlink(modules, filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	text := setup(t, s, "elasticsearch-js")
	many := `Array.from({ length: 250 }, (_, n) => ({ '@timestamp': new Date().toISOString(), message: 'hello', 'user.name': 'jsuser', n }))`
	changed := strings.Replace(text, `[{ '@timestamp': new Date().toISOString(), message: 'hello' }]`, many, 1)
	if changed == text {
		t.Fatalf("no documents in\n%s", text)
	}
	file(t, filepath.Join(dir, "send.mjs"), changed)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, "send.mjs")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "successful: 250") {
		t.Fatalf("the client: %v:\n%s", err, out)
	}
	expect(t, s, "elasticsearch/*elasticsearch-js/my-app", "jsuser", 250, func(ev harness.Event) string {
		if ev.Fields["user.name"] != "jsuser" {
			return "user.name is " + ev.Fields["user.name"]
		}
		return ""
	})
}

// nodeModules is where the official client is installed.
func nodeModules(t *testing.T) string {
	t.Helper()
	root, err := harness.Root()
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{filepath.Join(root, "console", "node_modules"), os.Getenv("VEDETTE_NODE_MODULES")} {
		if _, err := os.Stat(filepath.Join(dir, "@elastic", "elasticsearch", "package.json")); err == nil {
			return dir
		}
	}
	t.Skip("the package @elastic/elasticsearch is neither among the console's nor in VEDETTE_NODE_MODULES")
	return ""
}
