package syslog

import (
	"net"
	"time"

	"github.com/vedette-soc/vedette"
)

// Config says where to listen.
type Config struct {
	UDP            string        `yaml:"udp"`             // address and port; empty listens not
	TCP            string        `yaml:"tcp"`             // address and port; empty listens not
	MaxMessage     int64         `yaml:"max_message"`     // bytes; a longer message is cut and the cut counted
	MaxConnections int           `yaml:"max_connections"` // further TCP clients are turned away
	IdleTimeout    time.Duration `yaml:"idle_timeout"`    // a TCP client that sends nothing for so long is disconnected
}

// Defaults listens on port 5514, which needs no privilege, on every address.
func Defaults() Config {
	return Config{UDP: ":5514", TCP: ":5514", MaxMessage: 256 << 10, MaxConnections: 2048, IdleTimeout: 15 * time.Minute}
}

// Validate checks the settings.
func (c Config) Validate() error {
	for _, addr := range []string{c.UDP, c.TCP} {
		if addr == "" {
			continue
		}
		if _, _, err := net.SplitHostPort(addr); err != nil {
			return vedette.Errorf(vedette.CodeInvalid, "syslog address %q: %w", addr, err)
		}
	}
	if c.MaxMessage < 1024 || c.MaxMessage > 1<<20 {
		return vedette.Errorf(vedette.CodeInvalid, "syslog.max_message must be 1KiB to 1MiB")
	}
	if c.MaxConnections < 1 {
		return vedette.Errorf(vedette.CodeInvalid, "syslog.max_connections must be at least 1")
	}
	return nil
}
