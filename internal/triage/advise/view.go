package advise

import (
	mathbits "math/bits"
	"net/netip"
	"strconv"
	"strings"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
)

// ending is how the thing that an alert speaks of ended, as its event says.
type ending int

const (
	unknown ending = iota // the event does not say
	worked                // it was answered as it was meant to be
	failed                // it was refused: a wrong password, a page that is not there
	stopped               // something of ours stood in its way: a firewall, a proxy, a scanner for malware
)

// piece is one piece of evidence as this package sees it.
type piece struct {
	*vedette.Alert
	n       int // its number
	count   int64
	step    Step
	ended   ending
	outside bool     // an address that is not ours acts
	try     bool     // it shows trying, whether it works or not
	actors  []string // who did it: addresses, or the inside machine it came from
	hosts   []string
	users   []string
	peers   []string // outside addresses and domains that were called
	things  []string // programs and files, without their folders
	own     []string // the host's own addresses

	// The same names as sets, a bit for each name, so that comparing two pieces costs nothing.
	machines, persons, callers uint64
}

// view is an incident as this package sees it.
type view struct {
	*vedette.Incident
	set     Setting
	pieces  []piece // in the order of the numbers
	acts    []*act
	verdict verdict
}

// look reads an incident once.
func look(in *vedette.Incident, set Setting) *view {
	v := &view{Incident: in, set: set, pieces: make([]piece, len(in.Evidence))}
	for i := range in.Evidence {
		v.pieces[i] = v.read(&in.Evidence[i])
	}
	v.mark()
	v.acts = v.tell()
	v.verdict = v.judge()
	return v
}

func (v *view) read(e *vedette.Evidence) piece {
	a := &e.Alert
	p := piece{Alert: a, n: e.Number, count: max(e.Count, 1), step: StepOf(a.Techniques, a.Tactics), ended: endingOf(a)}
	p.name(v.set.Networks)
	entered := p.ended == worked || p.ended == unknown && HasTechnique(a.Techniques, "T1078")
	if HasTechnique(a.Techniques, "T1110") && a.Matched["event.outcome"] != "success" {
		entered = strings.HasPrefix(a.Matched["message"], "Accepted ")
	}
	p.try = !entered && HasTechnique(a.Techniques, "T1110", "T1595", "T1046", "T1190", "T1589", "T1590", "T1592")
	switch {
	case p.step == StepLogin && p.outside && !entered && (p.try || onlyEntry(a.Tactics)):
		p.step = StepGuess
	case (p.step == StepGuess || p.step == StepMove) && p.outside && entered:
		p.step = StepLogin
	case p.step == StepGuess && entered && isLogin(&p):
		p.step = StepLogin
	}
	switch {
	case a.Indicator != nil && (p.step == StepOther || p.step == StepCall):
		p.step = StepKnown
	case a.Anomaly != nil:
		p.step = StepOdd
	}
	return p
}

// onlyEntry tells whether tactics name nothing beyond getting in.
func onlyEntry(tactics []string) bool {
	for _, tactic := range tactics {
		if at := StageOf(tactic); at > StageOf("initial-access") && NormalTactic(tactic) != "credential-access" {
			return false
		}
	}
	return true
}

// fact returns what the event of an alert said in a field: one that the rule asked for, or one that was kept beside.
func fact(a *vedette.Alert, field string) string {
	if v := a.Matched[field]; v != "" {
		return v
	}
	return a.Facts[field]
}

// number reads a field that holds one number; ok is false where it holds none.
func number(a *vedette.Alert, field string) (n int64, ok bool) {
	n, err := strconv.ParseInt(fact(a, field), 10, 64)
	return n, err == nil
}

// stopWords are the words by which products say that they stood in the way. Read-only.
var stopWords = map[string]bool{
	"deny": true, "denied": true, "drop": true, "dropped": true, "block": true, "blocked": true, "reject": true,
	"rejected": true, "discard": true, "discarded": true, "quarantine": true, "quarantined": true, "prevented": true,
	"refused": true, "reset-both": true, "reset-client": true, "reset-server": true, "sinkhole": true, "block-ip": true,
	"file_blocked": true, "connection_blocked": true, "cleaned": true, "tcp_denied": true,
}

func endingOf(a *vedette.Alert) ending {
	if fact(a, "src.blocked") == "true" || stopWords[strings.ToLower(fact(a, "event.action"))] {
		return stopped
	}
	if status, ok := number(a, "http.response.status_code"); ok && status >= 400 {
		return failed
	}
	switch strings.ToUpper(fact(a, "dns.response_code")) {
	case "NXDOMAIN", "REFUSED", "SERVFAIL":
		return failed
	}
	switch fact(a, "event.outcome") {
	case "failure":
		return failed
	case "success":
		return worked
	}
	if fact(a, "error.code") != "" {
		return failed
	}
	if strings.HasPrefix(fact(a, "message"), "Accepted ") {
		return worked
	}
	return unknown
}

// name sorts the entities into the parts they play in a sentence.
func (p *piece) name(networks entity.Networks) {
	from := false
	for _, ref := range p.Entities {
		if ref.Kind == vedette.EntityHost && ref.Role == vedette.RoleActor {
			p.actors, from = addName(p.actors, ref.Name), true
		} else if ref.Kind == vedette.EntityHost || ref.Kind == vedette.EntityAccount {
			p.hosts = addName(p.hosts, ref.Name)
		}
	}
	hosts := len(p.hosts)
	for _, ref := range p.Entities {
		switch {
		case ref.Kind == vedette.EntityUser:
			p.users = addName(p.users, ref.Name)
		case ref.Kind == vedette.EntityProcess || ref.Kind == vedette.EntityFile:
			p.things = addName(p.things, baseName(ref.Name))
		case ref.Kind == vedette.EntityDomain:
			p.peers = addName(p.peers, ref.Name)
		case ref.Kind != vedette.EntityAddress:
		case ref.Role == "":
			p.own = addName(p.own, ref.Name)
		case ref.Role == vedette.RoleActor:
			if p.outside = p.outside || !isInternal(ref.Name, networks); !from {
				p.actors = addName(p.actors, ref.Name)
			}
		case ref.Role == vedette.RoleObject || !isInternal(ref.Name, networks) && !p.outside:
			p.peers = addName(p.peers, ref.Name)
		case hosts == 0:
			p.hosts = addName(p.hosts, ref.Name)
		}
	}
	if hosts == 0 && len(p.hosts) == 0 && !p.outside && len(p.peers) > 0 && len(p.actors) > 0 {
		p.hosts = p.actors // a machine of ours, known by its address alone, calls somebody
	}
}

func isInternal(name string, networks entity.Networks) bool {
	addr, err := netip.ParseAddr(name)
	return err == nil && networks.IsInternal(addr)
}

// isLogin tells whether the event is one of logging in.
func isLogin(p *piece) bool {
	switch fact(p.Alert, "event.code") {
	case "4624", "4648", "4768":
		return true
	}
	action := strings.ToLower(fact(p.Alert, "event.action"))
	return strings.Contains(action, "login") || strings.Contains(action, "logon") || strings.Contains(action, "signin") ||
		strings.HasPrefix(fact(p.Alert, "message"), "Accepted ") || p.step == StepLogin
}

// marks gives each name a bit. Names beyond the 64th have none, and so meet nobody.
type marks map[string]uint64

func (m marks) of(names []string) (set uint64) {
	for _, name := range names {
		bit, known := m[name]
		if !known && len(m) < 64 {
			bit = 1 << len(m)
			m[name] = bit
		}
		set |= bit
	}
	return set
}

// mark fills in the sets of names. A machine and its own address are one.
func (v *view) mark() {
	machines, persons := make(marks), make(marks)
	for i := range v.pieces {
		p := &v.pieces[i]
		if len(p.hosts) == 0 || len(p.own) == 0 {
			continue
		}
		bit := machines.of(p.hosts[:1])
		for _, address := range p.own {
			machines[address] |= bit
		}
	}
	for i := range v.pieces {
		p := &v.pieces[i]
		p.machines, p.callers, p.persons = machines.of(p.hosts)|machines.of(p.own), machines.of(p.actors), persons.of(p.users)
	}
}

func bits(set uint64) int { return mathbits.OnesCount64(set) }

// after tells whether p happened after q, and no longer than within after it.
func (p *piece) after(q *piece, within time.Duration) bool {
	gap := p.Time.Sub(q.Time)
	return gap >= 0 && gap <= within && p.n != q.n
}
