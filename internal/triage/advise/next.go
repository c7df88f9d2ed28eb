package advise

import (
	"fmt"
	"slices"
	"strings"

	vedette "github.com/vedette-soc/vedette"
)

const maxNext = 10

// How urgent a step is: what limits the damage first, then what tells more, then what tidies up.
const (
	atOnce = 10 * iota
	quickly
	soonAfter
	toKnow
	toClean
	atLast
)

// steps collects what to do.
type steps struct {
	view *view
	all  []todo
}

type todo struct {
	urgency int
	step    vedette.NextStep
}

// add notes a step about a piece; one about the same thing is noted once, with the evidence of both.
func (s *steps) add(urgency int, step vedette.NextStep, pieces ...*piece) {
	if step.Entity != nil {
		ref := *step.Entity
		step.Entity = &ref
	}
	step.Evidence = numbersOf(pieces)
	for i := range s.all {
		old := &s.all[i].step
		if old.Code == step.Code && sameRef(old.Entity, step.Entity) {
			s.all[i].urgency = min(s.all[i].urgency, urgency)
			return
		}
	}
	s.all = append(s.all, todo{urgency, step})
}

func sameRef(a, b *vedette.EntityRef) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Kind == b.Kind && a.Name == b.Name
}

// next lists what to do, most urgent first.
func (v *view) next() []vedette.NextStep {
	if len(v.pieces) == 0 {
		return nil
	}
	s := &steps{view: v}
	switch v.verdict.result {
	case vedette.ResultCompromised:
		s.contain()
	case vedette.ResultSucceeded:
		s.shutOut()
	case vedette.ResultAttempted:
		s.keepOut()
	default:
		s.ask()
	}
	s.special()
	s.search()
	s.settle()
	slices.SortStableFunc(s.all, func(a, b todo) int { return a.urgency - b.urgency })
	out := make([]vedette.NextStep, 0, maxNext)
	for _, t := range s.all[:min(len(s.all), maxNext)] {
		out = append(out, t.step)
	}
	return out
}

// proof lists the pieces that prove the result.
func (v *view) proof() []*piece {
	out := make([]*piece, 0, len(v.verdict.proof))
	for _, n := range v.verdict.proof {
		out = append(out, &v.pieces[n-1])
	}
	return out
}

// contain is for a machine or account that is taken.
func (s *steps) contain() {
	proof := s.view.proof()
	for _, p := range proof {
		of := p.subjects()
		if p.step >= StepLogin && of.host != nil {
			s.isolate(p, &of)
			if of.host.Kind == vedette.EntityHost {
				s.add(soonAfter, vedette.NextStep{Code: "collect-memory", Entity: of.host, Text: of.fill(
					"Take an image of the memory of {host} before anybody restarts it: much of what an intruder does is nowhere else.",
					"在任何人重启之前对 {host} 做内存镜像：入侵者的许多痕迹只存在于内存中。")}, p)
			}
		}
		s.account(p, &of)
	}
	hosts := 0
	for i := range s.view.pieces {
		if p := &s.view.pieces[i]; hosts < 2 && p.inside(grave) {
			of, before := p.subjects(), len(s.all)
			if of.host != nil {
				s.isolate(p, &of)
			}
			hosts += len(s.all) - before
		}
	}
	for _, p := range proof {
		of := p.subjects()
		s.block(quickly, p, &of)
	}
}

// shutOut is for an attack that worked, with nothing seen to follow.
func (s *steps) shutOut() {
	for _, p := range s.view.proof() {
		of := p.subjects()
		s.account(p, &of)
		s.block(atOnce, p, &of)
		if of.host != nil {
			s.add(quickly, vedette.NextStep{Code: "look-after", Entity: of.host, Query: of.query(ranOn), Text: of.fill(
				"Read what {host} did since; if anything there is not its usual work, isolate it, with the agreement of whoever is in charge of it.",
				"查看 {host} 此后的活动；若有异常，经负责人批准后隔离。")}, p)
		}
	}
}

// keepOut is for attempts.
func (s *steps) keepOut() {
	for i, p := range s.view.proof() {
		of := p.subjects()
		if i < 3 {
			s.block(atOnce, p, &of)
		}
	}
}

// ask is for evidence that does not say how it ended: people know more than logs.
func (s *steps) ask() {
	worst := s.view.worst()
	of := worst.subjects()
	switch {
	case of.user != nil:
		s.add(atOnce, vedette.NextStep{Code: "ask-user", Entity: of.user, Text: of.fill(
			"Ask {user}, or whoever answers for that account, by telephone whether this was meant. Asking changes nothing and can be done at once.", "电话询问 {user}（服务账户则询问其负责人）是否本人所为。询问不会改变任何东西，可立即进行。")}, worst)
	case of.host != nil:
		s.add(atOnce, vedette.NextStep{Code: "ask-owner", Entity: of.host, Text: of.fill(
			"Ask whoever answers for {host} whether this was meant. Asking changes nothing and can be done at once.", "询问 {host} 的负责人是否为计划内操作。询问不会改变任何东西，可立即进行。")}, worst)
	default:
		s.add(atOnce, vedette.NextStep{Code: "ask-owner", Text: of.fill(
			"Ask whoever runs the source of this evidence whether it was meant. Asking changes nothing and can be done at once.", "询问该证据来源的管理员是否为计划内操作。询问不会改变任何东西，可立即进行。")}, worst)
	}
	s.add(quickly, vedette.NextStep{Code: "check-change", Entity: of.host, Text: of.fill(
		"Look into the change calendar: was work planned on {host} at that time?", "查看变更日历：当时 {host} 是否有计划内的变更或维护？")}, worst)
	if worst.inside(grave) && of.host != nil && of.host.Kind == vedette.EntityHost {
		s.add(quickly+3, vedette.NextStep{Code: "prepare-isolation", Entity: of.host, Params: map[string]string{"approval": "required", "undo": "release-host"}, Text: of.fill(
			"If nobody can explain it soon, ask whoever is in charge of {host} to agree to taking it off the network. Undo: release it in the same place. Do not isolate what treats or watches patients or controls a plant.",
			"若短时间内无人能够解释，请 {host} 的负责人批准隔离，可随时解除。诊疗、监护或生产控制设备切勿隔离。")}, worst)
	}
	odd := s.view.odd()
	for _, o := range odd[:min(len(odd), 2)] {
		about := o.subjects()
		query := about.query(`host.name:i({host}) | stats by (_time:1h, vedette.dataset) count() rows | sort by (_time)`)
		if about.host == nil {
			query = about.query(`user.name:i({user}) | stats by (_time:1h, vedette.dataset) count() rows | sort by (_time)`)
		}
		whom := about.host
		if whom == nil {
			whom = about.user
		}
		s.add(quickly+1, vedette.NextStep{Code: "compare-days", Entity: whom, Query: query, Text: about.fill(
			"Compare with the same hour of earlier days: does it come back, or is it new?", "与前几日同一时段对比：是周期性出现，还是首次出现？")}, o)
	}
}

// isolate asks for a machine to be taken off the network, or for its owner when nothing may act against it.
func (s *steps) isolate(p *piece, of *subjects) {
	if of.host.Kind == vedette.EntityAccount {
		return
	}
	if s.view.set.Protected != nil && s.view.set.Protected(*of.host) {
		s.add(atOnce, vedette.NextStep{Code: "call-owner", Entity: of.host, Params: map[string]string{"protected": "true"}, Text: of.fill(
			"{host} is protected, so nothing acts against it by itself. Call its owner and agree which of its connections can be closed without stopping its work.",
			"{host} 受保护，不得自动处置。请联系其负责人，商定哪些连接可以关闭而不影响业务。")}, p)
		return
	}
	s.add(atOnce, vedette.NextStep{Code: "isolate-host", Entity: of.host, Params: map[string]string{"approval": "required", "undo": "release-host"}, Text: of.fill(
		"Take {host} off the network once whoever is in charge of it agrees; it keeps running and keeps its data. Undo: release it in the same place. If it treats or watches patients or controls a plant, do not isolate it; ask its owner to limit what it may talk to.",
		"经负责人批准后，将 {host} 从网络隔离；主机继续运行，数据保留，可随时在同处解除隔离。若为诊疗、监护或生产控制设备，切勿隔离，请其负责人限制通信范围。")}, p)
}

// account asks for an account to be taken from whoever has it.
func (s *steps) account(p *piece, of *subjects) {
	if of.user == nil || p.step != StepLogin && p.step != StepSteal && p.step != StepMove && of.host != nil && of.host.Kind != vedette.EntityAccount {
		return
	}
	if slices.Contains(webAccounts, strings.ToLower(of.user.Name)) {
		return
	}
	if of.host != nil && of.host.Kind == vedette.EntityAccount {
		s.add(atOnce, vedette.NextStep{Code: "revoke-key", Entity: of.user, Params: map[string]string{"undo": "enable-key"}, Query: of.query(cloudBy), Text: of.fill(
			"Deactivate the access keys of {user} and end all sessions; do not delete them yet. Undo: activate them again.", "停用 {user} 的访问密钥并终止所有会话，暂不删除；如需恢复，重新启用即可。")}, p)
		return
	}
	s.add(atOnce+1, vedette.NextStep{Code: "reset-password", Entity: of.user, Query: of.query(loginsOf), Params: map[string]string{"approval": "required"}, Text: of.fill(
		"Give {user} a new password and end all sessions, once it is clear what depends on the account; tell its owner by telephone. A new password cannot be undone, only set again.",
		"确认无业务依赖后，重置 {user} 的口令并终止所有会话，电话告知本人。重置不可撤销，只能再次设置。")}, p)
}

// block asks for the outside addresses of a piece to be blocked for a while. One of our own is looked for instead.
func (s *steps) block(urgency int, p *piece, of *subjects) {
	const en = " for a day; the block ends by itself. Undo: lift it earlier under the actions of this incident."
	const zh = " 一天，到期自动解除；如需提前解除，可在本事件的处置中撤销。"
	lease := map[string]string{"lease": "24h", "undo": "unblock"}
	if ref := of.addr; ref != nil && p.step != StepOdd {
		if isInternal(ref.Name, s.view.set.Networks) {
			s.add(quickly, vedette.NextStep{Code: "find-machine", Entity: ref, Query: of.query(`source.ip:={addr} | stats by (host.name, user.name) count() rows`), Text: of.fill(
				"Find the machine of ours that has the address {addr}, and who uses it.", "查明使用内部地址 {addr} 的主机及其使用者。")}, p)
		} else {
			s.add(urgency+2, vedette.NextStep{Code: "block-address", Entity: ref, Params: lease, Text: of.fill("Block {addr}"+en, "封禁 {addr}"+zh)}, p)
		}
	}
	if ref := of.peer; ref != nil && p.step >= StepDownload && p.step != StepOdd {
		code := "block-address"
		if ref.Kind == vedette.EntityDomain {
			code = "block-domain"
		} else if isInternal(ref.Name, s.view.set.Networks) {
			return
		}
		s.add(urgency+2, vedette.NextStep{Code: code, Entity: ref, Params: lease, Text: of.fill("Block {peer}"+en, "封禁 {peer}"+zh)}, p)
	}
}

// special adds what the techniques ask for, each guide once.
func (s *steps) special() {
	var done []*guide
	for i := range s.view.pieces {
		p := &s.view.pieces[i]
		if p.step == StepOdd && len(p.Techniques) == 0 {
			continue
		}
		g := guideOf(p)
		if g == nil || slices.Contains(done, g) || len(done) == 6 {
			continue
		}
		of := p.subjects()
		if g.about == 'u' && (of.user == nil || slices.Contains(webAccounts, strings.ToLower(of.user.Name))) {
			continue // there is nobody to ask
		}
		done = append(done, g)
		urgency := toKnow
		if strings.HasPrefix(g.code, "save-") {
			urgency = atOnce + 1
		} else if p.Severity >= grave {
			urgency = soonAfter
		}
		s.add(urgency, vedette.NextStep{Code: g.code, Entity: of.of(g.about), Query: of.query(g.query), Text: of.fill(g.en, g.zh)}, p)
	}
}

// search asks for the same thing on other machines: by hash, program, name or address.
func (s *steps) search() {
	count := 0
	for i := range s.view.pieces {
		p := &s.view.pieces[i]
		if count == 3 {
			return
		}
		of := p.subjects()
		hash := fact(p.Alert, "process.hash.sha256")
		if hash == "" {
			hash = fact(p.Alert, "file.hash.sha256")
		}
		before := len(s.all)
		switch {
		case p.Indicator != nil:
			value := p.Indicator.Value
			s.add(soonAfter, vedette.NextStep{Code: "search-other-hosts", Entity: of.peer, Query: quoted(value), Text: text(
				fmt.Sprintf("See which other machines met %s, and whether the feed that names it is still sure.", Clean(value, maxName)),
				Spaced(fmt.Sprintf("查看还有哪些主机接触过 %s，并确认情报源是否仍然认定其恶意。", Clean(value, maxName))))}, p)
		case hash != "" && p.inside(vedette.Medium):
			s.add(soonAfter+1, vedette.NextStep{Code: "search-other-hosts", Entity: of.file(), Query: "(process.hash.sha256:=" + quoted(hash) + " or file.hash.sha256:=" + quoted(hash) + ") | stats by (host.name) count() rows",
				Text: of.fill("Search other machines for {thing} by its hash.", "按哈希在其他主机上查找 {thing}。")}, p)
		case of.peer != nil && p.inside(vedette.Medium):
			s.add(soonAfter+1, vedette.NextStep{Code: "search-other-hosts", Entity: of.peer, Query: of.query(calledAny),
				Text: of.fill("Search for other machines that called {peer}.", "查找还有哪些主机连接过 {peer}。")}, p)
		case of.thing != "" && p.inside(vedette.High) && !slices.Contains(shells, strings.ToLower(of.thing)):
			s.add(soonAfter+2, vedette.NextStep{Code: "search-other-hosts", Entity: of.file(), Query: of.query(thingAny),
				Text: of.fill("Search other machines for {thing}.", "在其他主机上查找 {thing}。")}, p)
		case of.peer != nil && p.Anomaly != nil && p.Anomaly.Family == vedette.FamilyExfil:
			s.add(soonAfter, vedette.NextStep{Code: "search-other-hosts", Entity: of.peer, Query: of.query(calledAny), Text: of.fill(
				"See what is sent to {peer}, whether other machines do so too, and whom it belongs to.", "查看发往 {peer} 的内容、是否还有其他主机、归属何人。")}, p)
		case of.addr != nil && p.outside && p.Anomaly == nil:
			s.add(toKnow+1, vedette.NextStep{Code: "search-address", Entity: of.addr, Query: of.query(`source.ip:={addr} | stats by (host.name, event.action, event.outcome) count() rows`),
				Text: of.fill("See what else {addr} did, and on which machines.", "查看 {addr} 还做过什么、涉及哪些主机。")}, p)
		}
		if len(s.all) > before {
			count++
		}
	}
}

// settle adds how to end the work.
func (s *steps) settle() {
	last := &s.view.pieces[len(s.view.pieces)-1]
	of := last.subjects()
	worst := s.view.worst()
	if s.view.verdict.result == vedette.ResultCompromised || s.view.verdict.result == vedette.ResultSucceeded {
		about := worst.subjects()
		s.add(toKnow+2, vedette.NextStep{Code: "ask-owner", Entity: about.host, Text: about.fill(
			"Tell whoever answers for {host} what happened, and ask what would be lost if it stood still.", "告知 {host} 的负责人发生了什么，并询问停用会影响什么。")}, worst)
	}
	if left := s.view.all(func(p *piece) bool { return p.step == StepLeave && p.ended != stopped && p.ended != failed }); len(left) > 0 {
		about := left[0].subjects()
		s.add(toClean, vedette.NextStep{Code: "tell-data-officer", Entity: about.host, Text: about.fill(
			"Tell the data protection officer: data may have left {host}, and the law sets short times for reporting.", "通知数据保护负责人：{host} 的数据可能外传，法律规定的上报时限很短。")}, left[0])
	}
	s.add(atLast, vedette.NextStep{Code: "look-further", Entity: of.host, Query: of.query(`host.name:i({host}) | sort by (_time)`), Text: of.fill(
		"Look at what comes after the last evidence, and close with a verdict: it teaches what to show next time.", "查看最后一条证据之后的活动，处理完毕后给出结论，系统会据此改进。")}, last)
}
