package crash_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"github.com/vedette-soc/vedette/test/harness"
)

// load is clients that send numbered records to a server until they are stopped or the server is gone.
type load struct {
	server *harness.Server
	ledger *ledger
	round  int
	pause  time.Duration // of every client, between what it sends
	cancel context.CancelFunc
	wait   sync.WaitGroup
}

// Clients of each sort, and how often each sends.
const (
	httpClients   = 4
	syslogClients = 2
	often         = 25 * time.Millisecond
	seldom        = 150 * time.Millisecond
	fireEvery     = 40 // one in so many records fires a rule
)

func (ld *load) start(ctx context.Context, seed uint64) *load {
	ctx, ld.cancel = context.WithCancel(ctx)
	run, round := ld.server.Run(), ld.round
	for worker := range httpClients {
		random := rand.New(rand.NewPCG(seed, uint64(round*100+worker)))
		ld.wait.Go(func() { ld.http(ctx, harness.NewClient(run.URL, run.Token), worker, random) })
	}
	for worker := range syslogClients {
		ld.wait.Go(func() { ld.syslog(ctx, run.Syslog, worker) })
	}
	return ld
}

// stop ends the clients and waits for them.
func (ld *load) stop() {
	ld.cancel()
	ld.wait.Wait()
}

// http sends requests of various sizes, each with fresh ids, and notes which were acknowledged. A client that is refused
// goes on with the next records; so a record is sent once only.
func (ld *load) http(ctx context.Context, c *harness.Client, worker int, random *rand.Rand) {
	defer c.HTTP.CloseIdleConnections()
	tick := time.NewTicker(ld.pause)
	defer tick.Stop()
	var body bytes.Buffer
	for n := 0; ctx.Err() == nil; <-tick.C {
		body.Reset()
		ids := make([]string, 0, 120)
		for range 1 + random.IntN(120) {
			id := recordID("h", ld.round, worker, n)
			n++
			fires := random.IntN(fireEvery) == 0
			writeEvent(&body, id, worker, fires)
			ids = append(ids, id)
			ld.ledger.sent(id, entry{round: ld.round, fires: fires})
		}
		// The request is not tied to ctx: an answer that is under way when the load stops still counts.
		status, err := c.Ingest(context.WithoutCancel(ctx), fmt.Sprintf("crash-%d", ld.round), body.Bytes())
		switch {
		case status == 200:
			ld.ledger.acknowledged(ids)
		case status == 0 && err != nil:
			return // the server is gone
		}
	}
}

// syslog sends lines as fast as the server reads. Nobody acknowledges them, but none may be there twice.
func (ld *load) syslog(ctx context.Context, addr string, worker int) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	tick := time.NewTicker(ld.pause)
	defer tick.Stop()
	var lines bytes.Buffer
	for n := 0; ctx.Err() == nil; <-tick.C {
		lines.Reset()
		for range 25 {
			id := recordID("s", ld.round, worker, n)
			n++
			ld.ledger.sent(id, entry{round: ld.round, line: true})
			writeLine(&lines, id, worker%2 == 0)
		}
		_ = conn.SetWriteDeadline(time.Now().Add(10 * time.Second))
		if _, err := conn.Write(lines.Bytes()); err != nil {
			return
		}
	}
}

// recordID is found again in a record's text by idPattern.
func recordID(sort string, round, worker, n int) string {
	return fmt.Sprintf("crash-%s%d-%d-%d-x", sort, round, worker, n)
}

// writeEvent writes one endpoint event. One that fires is known to a rule of the starter pack.
func writeEvent(w *bytes.Buffer, id string, host int, fires bool) {
	image, line := `C:\\Program Files\\Vendor\\service.exe`, `service.exe --run --instance `+id
	if fires {
		image, line = `C:\\Windows\\System32\\rundll32.exe`, `rundll32.exe comsvcs.dll, MiniDump 612 C:\\`+id+` full`
	}
	fmt.Fprintf(w, `{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"ws-%02d","UtcTime":%q,"User":"CORP\\u%d","Image":"%s","CommandLine":"%s"}`+"\n",
		host, time.Now().UTC().Format("2006-01-02 15:04:05.000"), host, image, line)
}

// writeLine writes one syslog message, framed by its length or by a line feed.
func writeLine(w *bytes.Buffer, id string, counted bool) {
	msg := fmt.Sprintf("<134>1 %s relay app 77 - - order %s shipped", time.Now().UTC().Format("2006-01-02T15:04:05.000Z"), id)
	if counted {
		fmt.Fprintf(w, "%d %s", len(msg), msg)
		return
	}
	w.WriteString(msg + "\n")
}
