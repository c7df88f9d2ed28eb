package respond

import (
	"net/netip"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// Mode says how far Vedette goes by itself.
type Mode string

// The modes. ModeOff is the kill switch: nothing is applied, whoever asks; taking back still works.
const (
	ModeOff       Mode = "off"
	ModeRecommend Mode = "recommend" // people approve every action
	ModeAuto      Mode = "auto"      // rules that are configured to may act by themselves
)

// Config is what an operator can choose about responding.
type Config struct {
	Mode         Mode           // at start; [Guard.SetMode] changes it while running
	DefaultTTL   time.Duration  // of an action that names none
	MaxTTL       time.Duration  // the longest lease
	ProposalTTL  time.Duration  // how long a proposal waits for a person
	MinBits4     int            // the largest IPv4 network, by prefix length
	MinBits6     int            // the largest IPv6 network, by prefix length
	MaxLive      int            // leases held at the same time
	MaxProposed  int            // proposals waiting at the same time
	MaxPerMinute int            // actions applied per minute
	AllowPrivate []netip.Prefix // private networks in which addresses may be acted against
	VerifyEvery  time.Duration  // how often live leases are looked at again
	Timeout      time.Duration  // the longest an actuator may take
}

// DefaultConfig is careful: people approve everything.
func DefaultConfig() Config {
	return Config{
		Mode: ModeRecommend, DefaultTTL: time.Hour, MaxTTL: 7 * 24 * time.Hour, ProposalTTL: 24 * time.Hour,
		MinBits4: 24, MinBits6: 64, MaxLive: 1000, MaxProposed: 1000, MaxPerMinute: 60,
		VerifyEvery: time.Minute, Timeout: 3 * time.Second,
	}
}

// Validate tells the first setting that cannot work.
func (c Config) Validate() error {
	switch {
	case c.Mode != ModeOff && c.Mode != ModeRecommend && c.Mode != ModeAuto:
		return vedette.Errorf(vedette.CodeInvalid, "respond mode %q is not one of off, recommend, auto", c.Mode)
	case c.DefaultTTL < time.Second || c.MaxTTL < c.DefaultTTL:
		return vedette.Errorf(vedette.CodeInvalid, "respond needs 1 s ≤ default TTL (%s) ≤ longest TTL (%s)", c.DefaultTTL, c.MaxTTL)
	case c.MinBits4 < 1 || c.MinBits4 > 32 || c.MinBits6 < 1 || c.MinBits6 > 128:
		return vedette.Errorf(vedette.CodeInvalid, "respond needs prefix lengths of 1–32 for IPv4 and 1–128 for IPv6, not %d and %d", c.MinBits4, c.MinBits6)
	case c.MaxLive < 1 || c.MaxProposed < 1 || c.MaxPerMinute < 1:
		return vedette.Errorf(vedette.CodeInvalid, "respond needs at least one live action, one proposal and one action per minute")
	case c.ProposalTTL < time.Second || c.VerifyEvery < time.Second || c.Timeout < time.Millisecond:
		return vedette.Errorf(vedette.CodeInvalid, "respond needs proposals of at least 1 s, checks at least 1 s apart and a timeout of at least 1 ms")
	}
	return nil
}
