package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/vedette-soc/vedette"
)

// respondRule is the rule of the starter pack that acts by itself in this benchmark: an SSH password accepted from an
// address on the Internet.
const respondRule = "6149b2ea-0650-52b3-9796-0697c33e88f0"

type respondOptions struct{ addresses int }

func newBenchRespond(s streams) *cobra.Command {
	var o respondOptions
	cmd := &cobra.Command{
		Use: "respond", Short: "From an alert until the address is really blocked, between network namespaces (needs root)", Args: cobra.NoArgs,
		Long: "Makes two network namespaces of its own with a cable between them, runs the server with nftables in one, and from the other sends a datagram\n" +
			"every 250 µs. The block holds when the datagrams stop arriving, and is undone when they arrive again.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if os.Geteuid() != 0 {
				return vedette.Errorf(vedette.CodeDenied, "network namespaces and nftables need root")
			}
			if o.addresses < 1 || o.addresses > 250 {
				return &usageError{"--addresses is between 1 and 250", "vedette bench respond --addresses 100"}
			}
			return o.run(cmd.Context(), s.out, s.err)
		},
	}
	cmd.Flags().IntVar(&o.addresses, "addresses", 60, "how many addresses are blocked, one after another")
	return cmd
}

func (o *respondOptions) run(ctx context.Context, out, say io.Writer) (err error) {
	n, err := newTwoNetworks(o.addresses)
	if err != nil {
		return err
	}
	defer n.close()
	var b *bencher
	err = n.server(func() (err error) {
		b, err = startBenchUnready(ctx, "VEDETTE_RESPOND_MODE=auto", "VEDETTE_RESPOND_ACTUATOR=nftables",
			"VEDETTE_RESPOND_MAX_PER_MINUTE=100000", "VEDETTE_RULES_AUTO="+respondRule)
		return err
	})
	if err != nil {
		return err
	}
	defer func() { err = orFirst(err, b.stop()) }()
	b.transport = &http.Transport{DialContext: n.dialServer}
	if err := b.await(ctx); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(say, "blocking %d addresses, one after another\n", o.addresses)
	var blocks, undos []time.Duration
	for i := range o.addresses {
		block, undo, err := o.one(ctx, b, n, i)
		if err != nil {
			return err
		}
		blocks, undos = append(blocks, block), append(undos, undo)
	}
	slices.Sort(blocks)
	slices.Sort(undos)
	return result(out, map[string]any{
		"addresses": o.addresses, "block_p50_ms": millis(quantile(blocks, .5)), "block_p99_ms": millis(quantile(blocks, .99)),
		"undo_p50_ms": millis(quantile(undos, .5)), "undo_p99_ms": millis(quantile(undos, .99)),
	})
}

// one lets an address be blocked and released again.
func (o *respondOptions) one(ctx context.Context, b *bencher, n *twoNetworks, i int) (block, undo time.Duration, err error) {
	address := n.client(i)
	stop, err := n.send(address)
	if err != nil {
		return 0, 0, err
	}
	defer stop()
	if !n.heard.after(address, time.Time{}, 5*time.Second) {
		return 0, 0, fmt.Errorf("no datagram from %s arrives", address)
	}
	line := fmt.Sprintf("<38>%s web-01 sshd[%d]: Accepted password for deploy from %s port 43100 ssh2\n", time.Now().UTC().Format(time.Stamp), 2000+i, address)
	if err := b.client.ingest(ctx, "bench", []byte(line)); err != nil {
		return 0, 0, err
	}
	silent, err := n.heard.silence(ctx, address, 200*time.Millisecond, 20*time.Second)
	if err != nil {
		return 0, 0, fmt.Errorf("%w: %s", err, b.log.String())
	}
	alert, action, err := o.found(ctx, b, address)
	if err != nil {
		return 0, 0, err
	}
	block = max(silent.Sub(alert.Detected), 0)
	begin := time.Now()
	if err := b.client.do(ctx, http.MethodPost, "/api/v1/actions/"+action.ID+"/undo", strings.NewReader(`{"reason":"benchmark"}`), nil); err != nil {
		return 0, 0, err
	}
	if !n.heard.after(address, begin, 5*time.Second) {
		return 0, 0, fmt.Errorf("%s stays blocked after the undo", address)
	}
	return block, n.heard.first(address, begin).Sub(begin), nil
}

// found returns the alert and the action about an address.
func (o *respondOptions) found(ctx context.Context, b *bencher, address string) (vedette.Alert, vedette.Action, error) {
	for deadline := time.Now().Add(5 * time.Second); ; {
		var alerts struct{ Items []vedette.Alert }
		var actions struct{ Items []vedette.Action }
		q := url.Values{"entity": {"address:" + address}, "rule": {respondRule}, "limit": {"5"}}
		if err := b.client.do(ctx, http.MethodGet, "/api/v1/alerts?"+q.Encode(), nil, &alerts); err != nil {
			return vedette.Alert{}, vedette.Action{}, err
		}
		if err := b.client.do(ctx, http.MethodGet, "/api/v1/actions?state=active&limit=100", nil, &actions); err != nil {
			return vedette.Alert{}, vedette.Action{}, err
		}
		at := slices.IndexFunc(actions.Items, func(a vedette.Action) bool { return strings.TrimSuffix(a.Target, "/32") == address })
		if len(alerts.Items) > 0 && at >= 0 {
			return alerts.Items[0], actions.Items[at], nil
		}
		if time.Now().After(deadline) {
			return vedette.Alert{}, vedette.Action{}, fmt.Errorf("%s is silent, but its alert or action is not in the API", address)
		}
		select {
		case <-ctx.Done():
			return vedette.Alert{}, vedette.Action{}, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func orFirst(a, b error) error {
	if a != nil {
		return a
	}
	return b
}
