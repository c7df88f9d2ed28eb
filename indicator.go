package vedette

import (
	"slices"
	"strings"
	"time"
)

// IndicatorKind is the sort of value that an indicator names.
type IndicatorKind string

// The sorts of indicator.
const (
	IndicatorAddress IndicatorKind = "address" // "203.0.113.9", "2001:db8::1"
	IndicatorNetwork IndicatorKind = "network" // "203.0.113.0/24"
	IndicatorDomain  IndicatorKind = "domain"  // "evil.example", in ASCII
	IndicatorURL     IndicatorKind = "url"     // "http://evil.example/a"
	IndicatorEmail   IndicatorKind = "email"   // "a@evil.example"
	IndicatorMD5     IndicatorKind = "md5"     // hexadecimal, lower case, as all hashes
	IndicatorSHA1    IndicatorKind = "sha1"
	IndicatorSHA256  IndicatorKind = "sha256"
	IndicatorSHA512  IndicatorKind = "sha512"
	IndicatorImphash IndicatorKind = "imphash" // of a Windows program's table of imports
)

// IndicatorKinds returns every kind.
func IndicatorKinds() []IndicatorKind {
	return []IndicatorKind{IndicatorAddress, IndicatorNetwork, IndicatorDomain, IndicatorURL, IndicatorEmail,
		IndicatorMD5, IndicatorSHA1, IndicatorSHA256, IndicatorSHA512, IndicatorImphash}
}

// TLP is how far something may be passed on, by the Traffic Light Protocol 2.0. Empty means that nobody said.
type TLP string

// The markings, from free to closed. TLP:WHITE of version 1.0 is read as clear.
const (
	TLPClear       TLP = "clear"
	TLPGreen       TLP = "green"
	TLPAmber       TLP = "amber"
	TLPAmberStrict TLP = "amber+strict"
	TLPRed         TLP = "red"
)

var tlpOrder = [...]TLP{TLPClear, TLPGreen, TLPAmber, TLPAmberStrict, TLPRed}

// ParseTLP reads a marking as people and formats write it: "TLP:AMBER+STRICT", "tlp:white", "green".
func ParseTLP(text string) (TLP, bool) {
	word := strings.ToLower(strings.TrimSpace(text))
	word = strings.TrimSpace(strings.TrimPrefix(word, "tlp:"))
	if word == "white" {
		return TLPClear, true
	}
	t := TLP(strings.ReplaceAll(strings.ReplaceAll(word, " ", "+"), "-", "+"))
	return t, slices.Contains(tlpOrder[:], t)
}

// Level orders markings: 0 when nobody said, 1 for clear, up to 5 for red.
func (t TLP) Level() int { return slices.Index(tlpOrder[:], t) + 1 }

// Stricter returns the marking that lets less out.
func (t TLP) Stricter(other TLP) TLP {
	if other.Level() > t.Level() {
		return other
	}
	return t
}

// IndicatorState is what matching does with an indicator, and why.
type IndicatorState string

// What matching does with an indicator.
const (
	IndicatorLive    IndicatorState = "live"
	IndicatorFuture  IndicatorState = "future"  // not valid yet
	IndicatorFaded   IndicatorState = "faded"   // its confidence has decayed below the cut-off
	IndicatorExpired IndicatorState = "expired" // no longer valid
	IndicatorRevoked IndicatorState = "revoked" // every feed has taken it back
	IndicatorAllowed IndicatorState = "allowed" // on the allow-list
)

// Indicator is a value known to be bad: one for each kind and value, however many feeds name it.
type Indicator struct {
	ID         string         `json:"id" doc:"Stable: made from kind and value"`
	Kind       IndicatorKind  `json:"kind" enum:"address,network,domain,url,email,md5,sha1,sha256,sha512,imphash"`
	Value      string         `json:"value"`
	State      IndicatorState `json:"state" enum:"live,future,faded,expired,revoked,allowed"`
	Why        string         `json:"why,omitempty" doc:"Why it does not fire, when it does not"`
	Confidence int            `json:"confidence" doc:"0 to 100, now: what the feeds say together, less its age"`
	Base       int            `json:"base" doc:"0 to 100, what the feeds say together"`
	Severity   Severity       `json:"severity" enum:"info,low,medium,high,critical"`
	TLP        TLP            `json:"tlp,omitempty" enum:"clear,green,amber,amber+strict,red" doc:"The strictest marking of its feeds"`
	Labels     []string       `json:"labels"`
	Feeds      []string       `json:"feeds"`
	Subdomains bool           `json:"subdomains" doc:"A domain that also stands for every name below it"`
	ValidFrom  time.Time      `json:"valid_from,omitzero"`
	ValidUntil time.Time      `json:"valid_until"`
	Asserted   time.Time      `json:"asserted" doc:"When a feed last said so; ageing counts from here"`
	Added      time.Time      `json:"added"`
	Updated    time.Time      `json:"updated"`
	Hunted     time.Time      `json:"hunted,omitzero" doc:"When stored events were searched for it"`
	Sightings  int64          `json:"sightings"`
	FirstSeen  time.Time      `json:"first_seen,omitzero"`
	LastSeen   time.Time      `json:"last_seen,omitzero"`
	Assertions []Assertion    `json:"assertions,omitempty" doc:"What each feed says; only when one indicator is asked for"`
	Ends       time.Time      `json:"-"` // when the last of its assertions ends; later than ValidUntil when there is a gap
}

// Assertion is what one feed says of an indicator.
type Assertion struct {
	Feed       string    `json:"feed"`
	Confidence int       `json:"confidence" doc:"0 to 100"`
	TLP        TLP       `json:"tlp,omitempty" enum:"clear,green,amber,amber+strict,red"`
	Labels     []string  `json:"labels"`
	Subdomains bool      `json:"subdomains"`
	ValidFrom  time.Time `json:"valid_from,omitzero"`
	ValidUntil time.Time `json:"valid_until"`
	First      time.Time `json:"first" doc:"When the feed first said so"`
	Asserted   time.Time `json:"asserted" doc:"When it last did"`
	Revoked    bool      `json:"revoked"`
	Reference  string    `json:"reference,omitempty" doc:"The feed's own name for it: a STIX id, a MISP event"`
}

// Sighting is the indicator that raised an alert, as it was known then.
type Sighting struct {
	IndicatorID string        `json:"indicator_id"`
	Kind        IndicatorKind `json:"kind" enum:"address,network,domain,url,email,md5,sha1,sha256,sha512,imphash"`
	Value       string        `json:"value"`
	Field       string        `json:"field" doc:"The first field of the event that held it"`
	Feeds       []string      `json:"feeds"`
	Confidence  int           `json:"confidence" doc:"0 to 100, when the alert was made"`
	TLP         TLP           `json:"tlp,omitempty" enum:"clear,green,amber,amber+strict,red"`
	ValidUntil  time.Time     `json:"valid_until"`
	Labels      []string      `json:"labels"`
	Retro       bool          `json:"retro" doc:"Found in stored events after the indicator became known"`
}

// IndicatorSightings is how often an indicator was seen by one tenant.
type IndicatorSightings struct {
	IndicatorID string        `json:"indicator_id"`
	Kind        IndicatorKind `json:"kind" enum:"address,network,domain,url,email,md5,sha1,sha256,sha512,imphash"`
	Value       string        `json:"value"`
	Count       int64         `json:"count"`
	First       time.Time     `json:"first"`
	Last        time.Time     `json:"last"`
	EventID     string        `json:"event_id" doc:"The newest event that held it"`
}

// Allowance keeps indicators from firing: a value that is known to be good, whatever a feed says.
type Allowance struct {
	ID      string    `json:"id"`
	Kind    string    `json:"kind" enum:"network,domain,url,email,hash" doc:"A network may be one address"`
	Value   string    `json:"value"`
	Below   bool      `json:"below" doc:"For a domain: every name below it too"`
	Reason  string    `json:"reason"`
	Origin  string    `json:"origin" enum:"builtin,config,person"`
	By      string    `json:"by,omitempty"`
	Created time.Time `json:"created,omitzero"`
}
