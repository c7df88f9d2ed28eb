package respond_test

import (
	"errors"
	"net/netip"
	"testing"
	"time"

	"github.com/vedette-soc/vedette/internal/entity"
	"github.com/vedette-soc/vedette/internal/respond"
)

func TestGuard(t *testing.T) {
	networks := entity.Networks{
		Internal:  []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.0/24")},
		Protected: []netip.Prefix{netip.MustParsePrefix("203.0.113.53/32"), netip.MustParsePrefix("8.8.0.0/16"), netip.MustParsePrefix("2001:db8:5::/48")},
	}
	cfg := respond.DefaultConfig()
	cfg.AllowPrivate = []netip.Prefix{netip.MustParsePrefix("10.20.0.0/16")}
	guard, err := respond.NewGuard(cfg, networks, ownAddresses)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		target string
		change func(*respond.Question)
		gate   string // "" lets it pass
	}{
		{"203.0.113.9", nil, ""},
		{"203.0.113.9/32", nil, ""},
		{"198.51.101.0/24", nil, ""},
		{"2001:db8:9::7", nil, ""},
		{"2001:db8:9::/64", nil, ""},
		{"::ffff:203.0.113.9", nil, ""},

		{"", nil, "target"},
		{"evil.example", nil, "target"},
		{"203.0.113.9/33", nil, "target"},
		{"fe80::1%eth0", nil, "target"},

		{"0.0.0.0", nil, "reserved"},
		{"0.0.0.0/0", nil, "reserved"},
		{"::/0", nil, "reserved"},
		{"127.0.0.1", nil, "reserved"},
		{"::1", nil, "reserved"},
		{"::ffff:127.0.0.1", nil, "reserved"},
		{"169.254.1.1", nil, "reserved"},
		{"fe80::1", nil, "reserved"},
		{"224.0.0.251", nil, "reserved"},
		{"ff02::1", nil, "reserved"},
		{"255.255.255.255", nil, "reserved"},

		{"198.51.100.1", nil, "own"},
		{"198.51.100.0/24", nil, "own"},
		{"198.51.0.0/16", nil, "own"},
		{"2001:db8::/64", nil, "own"},

		{"203.0.113.53", nil, "protected"},
		{"203.0.113.0/24", nil, "protected"},
		{"203.0.0.0/16", nil, "protected"},
		{"::ffff:203.0.113.53", nil, "protected"},
		{"::ffff:203.0.113.0/120", nil, "protected"},
		{"8.8.8.8", nil, "protected"},
		{"8.0.0.0/8", nil, "protected"},
		{"2001:db8:5:6::7", nil, "protected"},

		{"203.0.113.77", func(q *respond.Question) { q.Client = []netip.Addr{netip.MustParseAddr("203.0.113.77")} }, "client"},
		{"198.51.103.0/24", func(q *respond.Question) { q.Client = []netip.Addr{netip.MustParseAddr("::ffff:198.51.103.4")} }, "client"},

		{"10.1.2.3", nil, "private"},
		{"192.168.1.1", nil, "private"},
		{"172.31.255.255", nil, "private"},
		{"100.64.0.1", nil, "private"},
		{"fd00::1", nil, "private"},
		{"192.0.2.7", nil, "private"},
		{"10.20.3.4", nil, ""},
		{"10.20.0.0/24", nil, ""},
		{"10.0.0.0/8", nil, "private"},

		{"198.18.0.0/23", nil, "size"},
		{"2001:db8:9::/63", nil, "size"},

		{"203.0.113.9", func(q *respond.Question) { q.TTL = 0 }, "ttl"},
		{"203.0.113.9", func(q *respond.Question) { q.TTL = -time.Second }, "ttl"},
		{"203.0.113.9", func(q *respond.Question) { q.TTL = 8 * 24 * time.Hour }, "ttl"},
		{"203.0.113.9", func(q *respond.Question) { q.TTL = 7 * 24 * time.Hour }, ""},
		{"203.0.113.9", func(q *respond.Question) { q.Live = 1000 }, "live"},
		{"203.0.113.9", func(q *respond.Question) { q.Recent = 60 }, "rate"},
		{"203.0.113.9", func(q *respond.Question) { q.Automatic = true }, "mode"},
		{"203.0.113.9", func(q *respond.Question) { q.Kind = "format_disk" }, "kind"},
	}
	for _, test := range tests {
		q := respond.Question{Kind: respond.BlockAddress, Target: test.target, TTL: time.Hour}
		if test.change != nil {
			test.change(&q)
		}
		got := ""
		refusal := guard.Check(q)
		if refusal != nil {
			got = refusal.Gate
			if refusal.Reason == "" {
				t.Errorf("%q: gate %s gives no reason", test.target, got)
			}
		}
		if got != test.gate {
			t.Errorf("%q: gate %q (%v), want %q", test.target, got, refusal, test.gate)
		}
	}
}

func TestGuardModes(t *testing.T) {
	guard, err := respond.NewGuard(respond.DefaultConfig(), protected, ownAddresses)
	if err != nil {
		t.Fatal(err)
	}
	q := respond.Question{Kind: respond.BlockAddress, Target: "203.0.113.9", TTL: time.Hour}
	automatic := q
	automatic.Automatic = true
	for _, test := range []struct {
		mode              respond.Mode
		person, automatic bool
	}{{respond.ModeOff, false, false}, {respond.ModeRecommend, true, false}, {respond.ModeAuto, true, true}} {
		if err := guard.SetMode(test.mode); err != nil {
			t.Fatal(err)
		}
		if got := guard.Check(q) == nil; got != test.person {
			t.Errorf("%s, a person: passes %v, want %v", test.mode, got, test.person)
		}
		if got := guard.Check(automatic) == nil; got != test.automatic {
			t.Errorf("%s, automatic: passes %v, want %v", test.mode, got, test.automatic)
		}
	}
	if guard.SetMode("panic") == nil {
		t.Error("an unknown mode is accepted")
	}
	if err := guard.SetMode(respond.ModeAuto); err != nil {
		t.Fatal(err)
	}
	guard.SetProtected([]netip.Prefix{netip.MustParsePrefix("203.0.113.8/31")})
	if refusal := guard.Check(q); refusal == nil || refusal.Gate != "protected" {
		t.Errorf("a network protected while running: %v", refusal)
	}
}

// When the machine cannot say which addresses are its own, nothing is blocked.
func TestGuardFailsClosed(t *testing.T) {
	guard, err := respond.NewGuard(respond.DefaultConfig(), protected, func() ([]netip.Prefix, error) { return nil, errors.New("no netlink") })
	if err != nil {
		t.Fatal(err)
	}
	refusal := guard.Check(respond.Question{Kind: respond.BlockAddress, Target: "203.0.113.9", TTL: time.Hour})
	if refusal == nil || refusal.Gate != "own" {
		t.Errorf("got %v, want the gate own", refusal)
	}
}

// This machine's real addresses are never blocked.
func TestGuardKnowsThisMachine(t *testing.T) {
	guard, err := respond.NewGuard(respond.DefaultConfig(), entity.Networks{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if refusal := guard.Check(respond.Question{Kind: respond.BlockAddress, Target: "203.0.113.9", TTL: time.Hour}); refusal != nil {
		t.Errorf("an address that is not ours: %v", refusal)
	}
}

// No target that shares an address with anything protected ever passes, however it is written.
func FuzzGuardNeverHitsProtected(f *testing.F) {
	for _, seed := range []string{"203.0.113.53", "203.0.0.0/16", "::ffff:203.0.113.53/128", "0.0.0.0/0", "10.0.0.0/30", "::/1"} {
		f.Add(seed)
	}
	guard, err := respond.NewGuard(respond.DefaultConfig(), protected, ownAddresses)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, target string) {
		if guard.Check(respond.Question{Kind: respond.BlockAddress, Target: target, TTL: time.Hour}) != nil {
			return
		}
		prefix, err := entity.ParseTarget(target)
		if err != nil {
			t.Fatalf("%q passes and cannot be read", target)
		}
		own, _ := ownAddresses()
		never := append(entity.PrivateRanges(), append(own, protected.Protected...)...)
		if net, hit := entity.Overlapping(never, prefix); hit {
			t.Fatalf("%q passes and overlaps %s", target, net)
		}
	})
}
