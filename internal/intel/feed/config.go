package feed

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/config"
	"github.com/vedette-soc/vedette/internal/intel"
)

// Kinds of feeds.
const (
	KindTAXII  = "taxii"       // a TAXII 2.1 server: its discovery, an API root, or one collection
	KindMISP   = "misp"        // a MISP feed: a folder with manifest.json
	KindExport = "misp-export" // one address that gives MISP events or attributes as JSON
	KindSTIX   = "stix"        // a STIX bundle
	KindList   = "list"        // a plain list or CSV
)

const (
	defaultInterval = time.Hour
	minInterval     = time.Minute
	maxInterval     = 30 * 24 * time.Hour
)

// Config is one feed. In the configuration a URL may also be a path of a file.
type Config struct {
	Name        string            `yaml:"name"`
	Kind        string            `yaml:"kind"`
	URL         string            `yaml:"url"`
	Collections []string          `yaml:"collections"` // of a TAXII server, by id or title; empty means all that can be read
	Columns     map[string]string `yaml:"columns"`     // of a list: which column is value, kind, confidence, from, until, seen, tlp, labels
	Username    string            `yaml:"username"`
	Password    config.Secret     `yaml:"password"`
	Token       config.Secret     `yaml:"token"` // sent as Bearer; to MISP as it is
	CA          string            `yaml:"ca"`    // PEM file of certificates that are trusted beside the system's
	Interval    time.Duration     `yaml:"interval"`
	Confidence  int               `yaml:"confidence"` // of items that do not say, 1 to 100
	TLP         string            `yaml:"tlp"`        // of items without a marking
	Lifetime    time.Duration     `yaml:"lifetime"`   // of items without an end; 0 is the lifetime of their kind
	Labels      []string          `yaml:"labels"`     // added to every item
	Off         bool              `yaml:"off"`
}

// check fills in what was not said and tells what cannot work. managed feeds were added by people.
func (c *Config) check(managed bool) error {
	if c.Interval == 0 {
		c.Interval = defaultInterval
	}
	wrong := func(format string, args ...any) error {
		return vedette.Errorf(vedette.CodeInvalid, "feed %q: %s", vedette.Shorten(c.Name, 64), fmt.Sprintf(format, args...))
	}
	if c.Name == "" || len(c.Name) > 64 || strings.ContainsAny(c.Name, "/\\\n\x00") {
		return wrong("a name has 1 to 64 bytes and no slash")
	}
	switch c.Kind {
	case KindTAXII, KindMISP, KindExport, KindSTIX, KindList:
	default:
		return wrong("kind %q is not taxii, misp, misp-export, stix or list", vedette.Shorten(c.Kind, 40))
	}
	u, err := url.Parse(c.URL)
	web := err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
	file := err == nil && (u.Scheme == "" || u.Scheme == "file") && u.Path != ""
	switch {
	case web && u.User != nil:
		return wrong("a name and password do not belong into the URL: use username and password")
	case !web && (managed || !file || c.Kind == KindTAXII || c.Kind == KindMISP):
		return wrong("the URL must begin with https:// or http://")
	case web && u.Scheme == "http" && (c.Password != "" || c.Token != "") && !loopback(u.Hostname()):
		return wrong("a secret would travel unencrypted: use https")
	case managed && c.CA != "":
		return wrong("files can only be named in the configuration")
	case c.Interval < minInterval || c.Interval > maxInterval:
		return wrong("the interval must be between 1m and 30d")
	case c.Confidence < 0 || c.Confidence > 100:
		return wrong("the confidence must be 0 to 100")
	case c.Lifetime < 0:
		return wrong("the lifetime must not be negative")
	}
	if _, ok := vedette.ParseTLP(c.TLP); !ok && c.TLP != "" {
		return wrong("tlp %q is not clear, green, amber, amber+strict or red", vedette.Shorten(c.TLP, 40))
	}
	return nil
}

// Validate tells what cannot work in a feed of the configuration.
func (c Config) Validate() error { return c.check(false) }

func (c *Config) defaults() intel.Defaults {
	t, ok := vedette.ParseTLP(c.TLP)
	if !ok {
		t = ""
	}
	return intel.Defaults{Confidence: c.Confidence, TLP: t, Lifetime: c.Lifetime, Labels: c.Labels}
}

// settings is a feed as it is stored, without its secrets.
type settings struct {
	Kind        string            `json:"kind"`
	URL         string            `json:"url"`
	Collections []string          `json:"collections,omitempty"`
	Columns     map[string]string `json:"columns,omitempty"`
	Username    string            `json:"username,omitempty"`
	Interval    time.Duration     `json:"interval"`
	Confidence  int               `json:"confidence,omitempty"`
	TLP         string            `json:"tlp,omitempty"`
	Lifetime    time.Duration     `json:"lifetime,omitempty"`
	Labels      []string          `json:"labels,omitempty"`
	Off         bool              `json:"off,omitempty"`
}

type secrets struct {
	Password string `json:"password,omitempty"`
	Token    string `json:"token,omitempty"`
}

// stored writes a feed as two documents.
func (c *Config) stored() (open, secret string, err error) {
	a, err := json.Marshal(settings{c.Kind, c.URL, c.Collections, c.Columns, c.Username, c.Interval, c.Confidence, c.TLP, c.Lifetime, c.Labels, c.Off})
	if err != nil {
		return "", "", fmt.Errorf("write a feed: %w", err)
	}
	b, err := json.Marshal(secrets{string(c.Password), string(c.Token)})
	if err != nil {
		return "", "", fmt.Errorf("write a feed: %w", err)
	}
	return string(a), string(b), nil
}

// restore reads a feed back.
func restore(name, open, secret string) (Config, error) {
	var s settings
	var t secrets
	if err := json.Unmarshal([]byte(open), &s); err != nil {
		return Config{}, fmt.Errorf("read feed %s: %w", name, err)
	}
	if err := json.Unmarshal([]byte(secret), &t); err != nil {
		return Config{}, fmt.Errorf("read the secrets of feed %s: %w", name, err)
	}
	return Config{
		Name: name, Kind: s.Kind, URL: s.URL, Collections: s.Collections, Columns: s.Columns, Username: s.Username, Password: config.Secret(t.Password),
		Token: config.Secret(t.Token), Interval: s.Interval, Confidence: s.Confidence, TLP: s.TLP, Lifetime: s.Lifetime, Labels: s.Labels, Off: s.Off,
	}, nil
}
