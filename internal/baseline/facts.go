package baseline

import (
	"net/netip"
	"strconv"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
)

// The keys of the fields that are looked at; never written.
var (
	keyHost       = vedette.KeyOf("host.name")
	keyComputer   = vedette.KeyOf("winlog.computer_name")
	keyUser       = vedette.KeyOf("user.name")
	keySource     = vedette.KeyOf("source.ip")
	keyClient     = vedette.KeyOf("client.ip")
	keyTarget     = vedette.KeyOf("destination.ip")
	keyPort       = vedette.KeyOf("destination.port")
	keyOutcome    = vedette.KeyOf("event.outcome")
	keyAction     = vedette.KeyOf("event.action")
	keyCode       = vedette.KeyOf("event.code")
	keyCategory   = vedette.KeyOf("event.category")
	keyProgram    = vedette.KeyOf("process.executable")
	keyProcess    = vedette.KeyOf("process.name")
	keyParent     = vedette.KeyOf("process.parent.executable")
	keyCommand    = vedette.KeyOf("process.command_line")
	keyPID        = vedette.KeyOf("process.pid")
	keyParentPID  = vedette.KeyOf("process.parent.pid")
	keyEntityID   = vedette.KeyOf("process.entity_id")
	keyParentID   = vedette.KeyOf("process.parent.entity_id")
	keyCountry    = vedette.KeyOf("source.geo.country_iso_code")
	keyAgent      = vedette.KeyOf("user_agent.original")
	keyService    = vedette.KeyOf("service.name")
	keyLogon      = vedette.KeyOf("winlog.logon.type")
	keyQuestion   = vedette.KeyOf("dns.question.name")
	keyQuestType  = vedette.KeyOf("dns.question.type")
	keyRcode      = vedette.KeyOf("dns.response_code")
	keyURLDomain  = vedette.KeyOf("url.domain")
	keyURLPath    = vedette.KeyOf("url.path")
	keyURLQuery   = vedette.KeyOf("url.query")
	keyStatus     = vedette.KeyOf("http.response.status_code")
	keySrcBytes   = vedette.KeyOf("source.bytes")
	keyReqBytes   = vedette.KeyOf("http.request.bytes")
	keyMessage    = vedette.KeyOf("message")
	keyApp        = vedette.KeyOf("log.syslog.appname")
	keyParseError = vedette.KeyOf(vedette.FieldParseError)
)

// address is a network address as a key.
type address struct {
	id     uint64
	near   uint64 // its network: /24, or /64
	inside bool
	ip     netip.Addr
}

// facts are what the detectors look at in one event. They live until the next.
type facts struct {
	ev   *vedette.Event
	t    *tenant
	now  int64  // the tenant's time, in seconds
	hour uint32 // since 1970
	day  uint16
	late bool // from so long ago that rates mean nothing; only what it names is learned
	mute bool // an entity of it is in quarantine: nothing is learned

	host, user      name
	source, target  address
	program, parent name
	domain          name
	code            name // what kind of event it is
	login           bool // somebody tried to come in
	failed          bool
	started         bool // a process
	web             bool
	asked           bool // a question to the DNS, not its answer
}

func (f *facts) value(key vedette.Key) string {
	if field := f.ev.First(key); field != nil {
		return field.Value
	}
	return ""
}

// read takes the facts out of an event. It asks memory for nothing but names that are new.
func (f *facts) read(b *Baseline, t *tenant, ev *vedette.Event) {
	*f = facts{ev: ev, t: t, now: f.now, hour: f.hour, day: f.day, late: f.late}
	n := b.names
	f.code = n.of(nameWord, f.value(keyCode))
	if action := f.value(keyAction); f.code.none() {
		f.code = n.of(nameWord, action)
	}
	f.asked = ev.First(keyQuestion) != nil && f.value(keyAction) != "dns_answer" && f.value(keyAction) != "dns_forward"
	f.web = ev.First(keyStatus) != nil || ev.First(keyURLPath) != nil
	f.readPlace(n)
	f.user = n.of(nameUser, f.value(keyUser))
	f.source = b.address(f.value(keySource))
	if f.source.id == 0 {
		f.source = b.address(f.value(keyClient))
	}
	f.target = b.address(f.value(keyTarget))
	f.login = f.value(keyCategory) == "authentication" || ev.Logsource.Product == "windows" && isLogon(f.value(keyCode))
	f.failed = f.value(keyOutcome) == "failure" || ev.Logsource.Product == "windows" && (f.value(keyCode) == "4625" || f.value(keyCode) == "4771")
	if command := ev.First(keyCommand); command != nil || ev.First(keyParent) != nil {
		f.started = true
		f.program, f.parent = n.of(nameProgram, f.value(keyProgram)), n.of(nameProgram, f.value(keyParent))
	}
	if f.asked {
		f.domain = n.of(nameDomain, f.value(keyQuestion))
	}
	f.mute = t.quarantined(f)
}

// readPlace finds the machine that the event is about; what a device saw passing by is about none.
func (f *facts) readPlace(n *names) {
	switch f.ev.Logsource.Product {
	case "zeek", "suricata", "cisco", "fortinet", "paloalto", "juniper", "checkpoint", "sophos", "opnsense", "pfsense":
		return
	}
	for _, category := range f.ev.Logsource.Categories {
		if category == "firewall" || category == "proxy" || category == "dns" {
			return
		}
	}
	if f.host = n.of(nameHost, f.value(keyHost)); f.host.none() {
		f.host = n.of(nameHost, f.value(keyComputer))
	}
}

func isLogon(code string) bool {
	switch code {
	case "4624", "4625", "4648", "4768", "4769", "4771", "4776":
		return true
	}
	return false
}

// address reads an address without asking memory for anything.
func (b *Baseline) address(text string) address {
	ip, ok := entity.Address(text)
	if !ok {
		return address{}
	}
	raw := ip.As16()
	var hi, lo uint64
	for i := range 8 {
		hi, lo = hi<<8|uint64(raw[i]), lo<<8|uint64(raw[i+8])
	}
	a := address{ip: ip, id: join(hi^b.seed, lo), inside: b.cfg.Networks.IsInternal(ip)}
	if ip.Is4() {
		lo &^= 0xff
	} else {
		lo = 1
	}
	a.near = join(hi^b.seed+1, lo)
	return a
}

func (a address) text() string { return a.ip.String() }

// network is what the address has in common with its neighbours.
func (a address) network() string {
	bits := 64
	if a.ip.Is4() {
		bits = 24
	}
	p, _ := a.ip.Prefix(bits)
	return p.String()
}

// number reads a whole number; -1 when it is none.
func number(text string) int64 {
	if text == "" || len(text) > 18 {
		return -1
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return -1
	}
	return n
}
