package server

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/collect"
	"github.com/vedette-soc/vedette/internal/collect/elastic"
	"github.com/vedette-soc/vedette/internal/collect/file"
	"github.com/vedette-soc/vedette/internal/collect/syslog"
	"github.com/vedette-soc/vedette/internal/config"
	"github.com/vedette-soc/vedette/internal/detect"
	"github.com/vedette-soc/vedette/internal/detect/ledger"
	"github.com/vedette-soc/vedette/internal/respond"
)

// Config is the whole vedette.yaml. Every key has a default; sizes are bytes and may be written 8GiB.
type Config struct {
	Data          DataConfig         `yaml:"data"`
	Log           LogConfig          `yaml:"log"`
	HTTP          HTTPConfig         `yaml:"http"`
	Syslog        syslog.Config      `yaml:"syslog"`
	Files         file.Config        `yaml:"files"`
	Elasticsearch elastic.Config     `yaml:"elasticsearch"`
	Sources       []collect.Policy   `yaml:"sources"`
	Journal       JournalConfig      `yaml:"journal"`
	Events        EventsConfig       `yaml:"events"`
	State         StateConfig        `yaml:"state"`
	Rules         RulesConfig        `yaml:"rules"`
	Intel         IntelConfig        `yaml:"intel"`
	Networks      NetworksConfig     `yaml:"networks"`
	Ledger        LedgerConfig       `yaml:"ledger"`
	Correlations  CorrelationsConfig `yaml:"correlations"`
	Baseline      BaselineConfig     `yaml:"baseline"`
	Triage        TriageConfig       `yaml:"triage"`
	Respond       RespondConfig      `yaml:"respond"`
}

// DataConfig says where everything is kept.
type DataConfig struct {
	Dir string `yaml:"dir"`
}

// LogConfig says how the server's own log is written, on standard error.
type LogConfig struct {
	Format string `yaml:"format"` // text or json
	Level  string `yaml:"level"`  // debug, info, warn, error
}

// HTTPConfig says where the console, the API and the HTTP receivers are.
type HTTPConfig struct {
	Listen  string   `yaml:"listen"`  // plain HTTP; only loopback addresses are taken; empty listens not
	TLS     string   `yaml:"tls"`     // HTTPS; empty listens not
	Cert    string   `yaml:"cert"`    // PEM file; empty makes an own certificate in the data directory
	Key     string   `yaml:"key"`     // PEM file
	URL     string   `yaml:"url"`     // how people reach the server, when that is not where it listens
	Proxies []string `yaml:"proxies"` // reverse proxies whose X-Forwarded-For is believed
	Debug   string   `yaml:"debug"`   // loopback address for Go's profiler; empty listens not
}

// JournalConfig bounds the records that wait to be processed.
type JournalConfig struct {
	MaxBytes int64 `yaml:"max_bytes"`
}

// EventsConfig says how long events are kept and how much memory searching may take.
type EventsConfig struct {
	Retention time.Duration `yaml:"retention"`
	Memory    int64         `yaml:"memory"`
	MinFree   int64         `yaml:"min_free"` // bytes of disk below which nothing more is stored
}

// StateConfig names the state database.
type StateConfig struct {
	URL config.Secret `yaml:"url"` // postgres://…; empty keeps a SQLite file in the data directory
}

// RulesConfig says which rules run.
type RulesConfig struct {
	Starter      bool                `yaml:"starter"`      // the pack that comes with Vedette
	Paths        []string            `yaml:"paths"`        // further folders, files and archives of Sigma rules
	Placeholders map[string][]string `yaml:"placeholders"` // values of %name% in rules
	Lists        map[string]string   `yaml:"lists"`        // files with values of %name%, one a line
	Pipelines    []string            `yaml:"pipelines"`    // processing pipelines that rules go through before they are compiled
	Budget       time.Duration       `yaml:"budget"`       // that one evaluation of a rule may take on average
	Auto         []string            `yaml:"auto"`         // ids of rules that may respond without a person, in mode auto
}

// NetworksConfig says which addresses are the operator's own and which no action may touch.
type NetworksConfig struct {
	Internal  []string `yaml:"internal"`  // networks; empty means the private ranges
	Protected []string `yaml:"protected"` // networks and addresses that are never blocked
}

// TriageConfig says when alerts belong to one incident.
type TriageConfig struct {
	Window   time.Duration `yaml:"window"`   // how long after its last alert an incident still takes alerts in
	Learning time.Duration `yaml:"learning"` // for which what is usual is only learned
}

// RespondConfig says how far Vedette goes by itself.
type RespondConfig struct {
	Mode         string        `yaml:"mode"`          // off, recommend, auto
	Actuator     string        `yaml:"actuator"`      // nftables, dry-run, or best: nftables where permitted
	TTL          time.Duration `yaml:"ttl"`           // of a block that names none
	MaxTTL       time.Duration `yaml:"max_ttl"`       // the longest block
	AllowPrivate []string      `yaml:"allow_private"` // private networks in which addresses may be blocked
	MaxPerMinute int           `yaml:"max_per_minute"`
}

// Defaults suit two people and one machine.
func Defaults() Config {
	r := respond.DefaultConfig()
	return Config{
		Data:          DataConfig{Dir: dataDir()},
		Log:           LogConfig{Format: "text", Level: "info"},
		HTTP:          HTTPConfig{Listen: "127.0.0.1:8480", TLS: ":8443"},
		Syslog:        syslog.Defaults(),
		Files:         file.Defaults(),
		Elasticsearch: elastic.Defaults(),
		Journal:       JournalConfig{MaxBytes: 8 << 30},
		Events:        EventsConfig{Retention: 30 * 24 * time.Hour, Memory: 64 << 20, MinFree: 1 << 30},
		Rules:         RulesConfig{Starter: true, Budget: detect.DefaultBudget},
		Ledger:        LedgerConfig{Retention: ledger.DefaultConfig().Retention, AlertAfter: ledger.DefaultConfig().AlertAfter},
		Intel:         intelDefaults(),
		Correlations:  CorrelationsConfig{Lateness: 10 * time.Minute, Groups: 1_000_000, Events: 4_000_000},
		Baseline:      BaselineConfig{Enabled: true, Learning: 24 * time.Hour, Memory: 150 << 20},
		Triage:        TriageConfig{Window: 24 * time.Hour, Learning: 24 * time.Hour},
		Respond: RespondConfig{
			Mode: string(respond.ModeRecommend), Actuator: "best", TTL: r.DefaultTTL, MaxTTL: r.MaxTTL, MaxPerMinute: r.MaxPerMinute,
		},
	}
}

// dataDir is where a service keeps its state, or below the home of whoever runs it.
func dataDir() string {
	if os.Geteuid() == 0 {
		return "/var/lib/vedette"
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "vedette-data"
	}
	return filepath.Join(home, ".local", "share", "vedette")
}

// Load reads the configuration: defaults, then the file, then the environment.
func Load(file string, lookup func(string) (string, bool)) (Config, []config.Origin, error) {
	cfg := Defaults()
	origins, err := config.Load(file, lookup, &cfg)
	if err != nil {
		return Config{}, nil, err
	}
	return cfg, origins, cfg.Validate()
}

// Validate tells everything that cannot work, at once.
func (c Config) Validate() error {
	errs := []error{c.Syslog.Validate(), c.Files.Validate(), c.HTTP.validate(), c.validateIntel(), c.Ledger.ledger().Validate(), c.Baseline.validate()}
	if c.Data.Dir == "" {
		errs = append(errs, vedette.Errorf(vedette.CodeInvalid, "data.dir is empty"))
	}
	if c.Events.Retention < 24*time.Hour {
		errs = append(errs, vedette.Errorf(vedette.CodeInvalid, "events.retention must be at least a day"))
	}
	if c.Correlations.Lateness < time.Second || c.Correlations.Lateness > 24*time.Hour || c.Correlations.Groups < 1 || c.Correlations.Events < 1 {
		errs = append(errs, vedette.Errorf(vedette.CodeInvalid, "correlations.lateness must be between 1s and 24h, correlations.groups and correlations.events at least 1"))
	}
	if c.Events.Memory < 16<<20 {
		errs = append(errs, vedette.Errorf(vedette.CodeInvalid, "events.memory must be at least 16MiB"))
	}
	if c.Rules.Budget < 100*time.Microsecond {
		errs = append(errs, vedette.Errorf(vedette.CodeInvalid, "rules.budget must be at least 100us"))
	}
	switch c.Respond.Actuator {
	case "best", "nftables", "dry-run":
	default:
		errs = append(errs, vedette.Errorf(vedette.CodeInvalid, "respond.actuator %q is not best, nftables or dry-run", c.Respond.Actuator))
	}
	for name, list := range map[string][]string{
		"networks.internal": c.Networks.Internal, "networks.protected": c.Networks.Protected,
		"respond.allow_private": c.Respond.AllowPrivate, "http.proxies": c.HTTP.Proxies,
	} {
		if _, err := prefixes(list); err != nil {
			errs = append(errs, vedette.Errorf(vedette.CodeInvalid, "%s: %w", name, err))
		}
	}
	_, err := c.respond()
	return errors.Join(append(errs, err)...)
}

func (c HTTPConfig) validate() error {
	if c.Listen == "" && c.TLS == "" {
		return vedette.Errorf(vedette.CodeInvalid, "http.listen and http.tls are both empty: nobody could reach the console")
	}
	if (c.Cert == "") != (c.Key == "") {
		return vedette.Errorf(vedette.CodeInvalid, "http.cert and http.key belong together")
	}
	return errors.Join(loopback("http.listen", c.Listen), loopback("http.debug", c.Debug))
}

// loopback refuses addresses that others can reach, where nothing is encrypted.
func loopback(key, address string) error {
	if address == "" {
		return nil
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return vedette.Errorf(vedette.CodeInvalid, "%s %q: %w", key, address, err)
	}
	if addr, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !addr.IsLoopback()) {
		return vedette.Errorf(vedette.CodeInvalid, "%s %q is not a loopback address: passwords would travel unencrypted; use http.tls", key, address)
	}
	return nil
}

func (c Config) respond() (respond.Config, error) {
	r := respond.DefaultConfig()
	r.Mode, r.DefaultTTL, r.MaxTTL, r.MaxPerMinute = respond.Mode(c.Respond.Mode), c.Respond.TTL, c.Respond.MaxTTL, c.Respond.MaxPerMinute
	r.AllowPrivate, _ = prefixes(c.Respond.AllowPrivate)
	return r, r.Validate()
}

func prefixes(texts []string) ([]netip.Prefix, error) {
	var list []netip.Prefix
	for _, text := range texts {
		if addr, err := netip.ParseAddr(text); err == nil {
			list = append(list, netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, vedette.Errorf(vedette.CodeInvalid, "%q is neither an address nor a network such as 10.0.0.0/8", text)
		}
		list = append(list, p.Masked())
	}
	return list, nil
}
