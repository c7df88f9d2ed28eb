package baseline

import (
	"strconv"

	"github.com/vedette-soc/vedette"
)

// feature is what an entity does, uses or comes from: what is remembered as pairs of entity and value.
type feature uint8

const (
	programOnHost feature = iota
	accountOnHost
	hostOfAccount
	countryOfAccount
	networkOfAccount
	logonOfAccount
	agentOnApp
	childOfParent
	serviceOnHost
	portOfSource
	peerOfSource
	domainAsked
	codeOnHost
	clientOfHost
	chainOfParents
	formOfApp
	features
)

// featureSpec says how a feature is spoken of. In the sentences the first %s is the value and the second the entity.
type featureSpec struct {
	name     string
	as       detector
	scale    float64 // of its weight
	resource bool    // it tells what an entity is for, so that peers can be learned from it
	en, zh   string
	kind     vedette.EntityKind // of the entity
}

// featureSpecs is read-only.
var featureSpecs = [features]featureSpec{
	programOnHost:    {"program by host", firstSeen, 1, true, "%s never ran on %s", "程序 %s 从未在 %s 上运行", vedette.EntityHost},
	accountOnHost:    {"account by host", firstSeen, 1, false, "The account %s was never seen on %s", "账号 %s 从未出现在 %s 上", vedette.EntityHost},
	hostOfAccount:    {"host by account", firstSeen, 1, true, "The host %s was never used by %s", "主机 %s 从未被 %s 使用", vedette.EntityUser},
	countryOfAccount: {"country by account", identity, 1.2, false, "A login from %s, from where %s never came", "从 %s 登录，%s 从未来自该国家或地区", vedette.EntityUser},
	networkOfAccount: {"network by account", identity, 0.8, false, "A login from the network %s, from where %s never came", "从网段 %s 登录，%s 从未来自该网段", vedette.EntityUser},
	logonOfAccount:   {"logon type by account", identity, 1, false, "A logon of type %s, which %s never used", "登录类型 %s，%s 从未使用过", vedette.EntityUser},
	agentOnApp:       {"user agent by application", firstSeen, 0.8, false, "The user agent “%s” never called on %s", "用户代理“%s”从未访问过 %s", vedette.EntityHost},
	childOfParent:    {"child by parent process", processChain, 1, false, "%s was never started by %s", "程序 %s 从未由 %s 启动", vedette.EntityProcess},
	serviceOnHost:    {"service by host", firstSeen, 1.2, true, "The service %s was never on %s", "服务 %s 从未出现在 %s 上", vedette.EntityHost},
	portOfSource:     {"destination port by source", firstSeen, 0.8, true, "Port %s was never called by %s", "端口 %s 从未被 %s 访问", vedette.EntityAddress},
	peerOfSource:     {"internal destination by source", firstSeen, 0.8, true, "%s was never called by %s", "%s 从未被 %s 访问", vedette.EntityAddress},
	domainAsked:      {"domain", firstSeen, 0.6, false, "The domain %s was never asked for%s", "域名 %s 从未被查询过%s", vedette.EntityDomain},
	codeOnHost:       {"kind of event by host", firstSeen, 0.8, true, "An event of kind %s was never seen on %s", "类型为 %s 的事件从未在 %s 上出现", vedette.EntityHost},
	clientOfHost:     {"source of logins by host", firstSeen, 1, false, "Nobody ever logged in from %s to %s", "从未有人从 %s 登录 %s", vedette.EntityHost},
	chainOfParents:   {"chain of three processes", processChain, 0.9, false, "%s was never started in the chain %s", "程序 %s 从未在进程链 %s 中启动", vedette.EntityProcess},
	formOfApp:        {"log template by program", logTemplate, 0.8, false, "“%s” is a form of line that %s never wrote", "“%s”是 %s 从未写过的日志模板", vedette.EntityProcess},
}

// observe looks at what the event shows of each feature.
func (n *novelty) observe(f *facts) {
	if !f.host.none() {
		n.onHost(f)
	}
	if !f.user.none() && !f.failed {
		n.ofAccount(f)
	}
	if f.web && !f.host.none() {
		if agent := f.t.b.names.of(nameAgent, f.value(keyAgent)); !agent.none() && !refused(f.value(keyStatus)) {
			n.note(f, agentOnApp, f.host, agent)
		}
	}
	if f.started && !f.program.none() && !f.parent.none() {
		n.note(f, childOfParent, f.parent, f.program)
	}
	n.onNetwork(f)
	if !f.domain.none() {
		n.note(f, domainAsked, name{id: 1, text: ""}, f.domain)
	}
}

func refused(status string) bool { return status != "" && status[0] >= '4' }

func (n *novelty) onHost(f *facts) {
	if f.started && !f.program.none() {
		n.note(f, programOnHost, f.host, f.program)
	}
	if !f.user.none() && !f.failed {
		n.note(f, accountOnHost, f.host, f.user)
	}
	if service := f.t.b.names.of(nameProgram, f.value(keyService)); !service.none() {
		n.note(f, serviceOnHost, f.host, service)
	}
	if !f.code.none() && !f.web {
		n.note(f, codeOnHost, f.host, f.code)
	}
	if f.login && !f.failed && f.source.id != 0 && f.source.inside {
		n.noteAddress(f, clientOfHost, f.host, f.source.id, f.source.text)
	}
}

func (n *novelty) ofAccount(f *facts) {
	if !f.host.none() {
		n.note(f, hostOfAccount, f.user, f.host)
	}
	if !f.login {
		return
	}
	names := f.t.b.names
	if country := names.of(nameWord, f.value(keyCountry)); !country.none() {
		n.note(f, countryOfAccount, f.user, country)
	}
	if f.source.id != 0 {
		n.noteAddress(f, networkOfAccount, f.user, f.source.near, f.source.network)
	}
	if kind := names.of(nameWord, f.value(keyLogon)); !kind.none() {
		n.note(f, logonOfAccount, f.user, kind)
	}
}

// servicePorts are those that a server chooses; what lies above is mostly chosen by the client's system.
const servicePorts = 32768

func (n *novelty) onNetwork(f *facts) {
	if f.source.id == 0 || !f.source.inside || f.failed {
		return
	}
	if port := number(f.value(keyPort)); port > 0 && port < servicePorts {
		n.noteAddress(f, portOfSource, name{id: f.source.id}, uint64(port)<<8|1, func() string { return strconv.FormatInt(port, 10) })
	}
	if f.target.id != 0 && f.target.inside {
		n.noteAddress(f, peerOfSource, name{id: f.source.id}, f.target.id, f.target.text)
	}
}
