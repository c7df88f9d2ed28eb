package advise

import (
	"fmt"
	"slices"
	"strings"

	vedette "github.com/vedette-soc/vedette"
)

// webAttacks lists the attacks on web applications that were not refused.
func (v *view) webAttacks() []*piece {
	return v.all(func(p *piece) bool {
		if p.Anomaly != nil || p.ended == failed || p.ended == stopped {
			return false
		}
		return HasTechnique(p.Techniques, "T1190") || p.isWeb() && (p.step == StepExploit || HasTechnique(p.Techniques, "T1505.003", "T1059"))
	})
}

// webShell is the row for a web server that starts a shell after it was attacked.
func webShell(v *view) finding {
	started := v.all(func(p *piece) bool {
		return p.Anomaly == nil && p.ended != stopped && p.ended != failed && !p.isWeb() && p.startedBy(webServers, shells) ||
			p.inside(grave) && HasTechnique(p.Techniques, "T1505.003")
	})
	if len(started) == 0 {
		return finding{}
	}
	p, q := pair(v.webAttacks(), started, soon, func(p, q *piece) bool { return sameHost(p, q) && p.RuleID != q.RuleID })
	if p == nil {
		return v.shellThenInside(started)
	}
	who, whoZh := p.source()
	where, whereZh := q.place()
	return finding{[]*piece{p, q}, text(
		fmt.Sprintf("%s attacked the web server %s at %s, which started a shell at %s", who, where, p.clock(), q.clock()),
		fmt.Sprintf("%s 于 %s 攻击了 Web 服务器 %s，后者在 %s 启动了 shell", whoZh, p.clock(), whereZh, q.clock()))}
}

// shellThenInside finds a web server that started a shell, and a further step on the same machine within the hour.
func (v *view) shellThenInside(started []*piece) finding {
	further := v.all(func(p *piece) bool { return p.inside(vedette.Medium) })
	p, q := pair(started, further, soon, func(p, q *piece) bool { return sameHost(p, q) && p.RuleID != q.RuleID && p.step != q.step })
	if p == nil {
		return finding{}
	}
	where, whereZh := p.place()
	en, zh := q.did()
	return finding{[]*piece{p, q}, text(
		fmt.Sprintf("the web server %s started a shell at %s, and %s", where, p.clock(), en), fmt.Sprintf("Web 服务器 %s 于 %s 启动了 shell，随后 %s", whereZh, p.clock(), zh))}
}

// webThenInside is the row for what the web server's own account does within an hour of an attack.
func webThenInside(v *view) finding {
	attacks := v.webAttacks()
	if len(attacks) == 0 {
		return finding{}
	}
	done := v.all(func(p *piece) bool {
		return p.inside(vedette.Low) && slices.ContainsFunc(p.users, func(name string) bool { return slices.Contains(webAccounts, name) })
	})
	p, q := pair(attacks, done, soon, func(p, q *piece) bool { return sameHost(p, q) && max(p.Severity, q.Severity) >= vedette.Medium })
	if p == nil {
		return finding{}
	}
	who, whoZh := p.source()
	en, zh := q.did()
	return finding{[]*piece{p, q}, text(
		fmt.Sprintf("%s attacked the web server at %s, and “%s” ran as its own account: %s", who, p.clock(), listEn(q.users), en),
		fmt.Sprintf("%s 于 %s 攻击了 Web 服务器，其服务账户 %s 随后有动作：%s", whoZh, p.clock(), listZh(q.users), zh))}
}

// systemFiles are names that no application answers to with something of its own. Read-only.
var systemFiles = []string{"/etc/passwd", "/etc/shadow", "/proc/self/environ", "win.ini", "boot.ini", "/.env", "/.git/config", "/.git/head", "/.aws/credentials", "id_rsa", "wp-config.php.bak", "web.config.bak"}

// fileServed is the row for a file of the system that the web server sent. A server that answers everything alike, so
// many bytes to each, has sent its own page.
func fileServed(v *view) finding {
	for i := range v.pieces {
		p := &v.pieces[i]
		n, ok := servedBytes(p)
		if !ok {
			continue
		}
		target := strings.ToLower(fact(p.Alert, "url.original") + fact(p.Alert, "url.path"))
		at := slices.IndexFunc(systemFiles, func(name string) bool { return strings.Contains(target, name) })
		if at < 0 || v.answersAll(p, n) {
			continue
		}
		who, whoZh := p.source()
		where, whereZh := p.place()
		file := Clean(or(fact(p.Alert, "url.original"), fact(p.Alert, "url.path")), 120)
		return finding{[]*piece{p}, text(
			fmt.Sprintf("%s answered %s's request for %s at %s with %s", where, who, file, p.clock(), size(n)),
			fmt.Sprintf("%s 于 %s 向 %s 返回了 %s（%s）", whereZh, p.clock(), whoZh, file, size(n)))}
	}
	return finding{}
}

// servedBytes is how much a web server sent with success; ok is false where it did not.
func servedBytes(p *piece) (n int64, ok bool) {
	status, _ := number(p.Alert, "http.response.status_code")
	n, sized := number(p.Alert, "http.response.bytes")
	return n, (status == 200 || status == 206) && sized && n > 0 && p.Anomaly == nil && p.ended != stopped && p.step != StepOther
}

// answersAll tells whether the server gave another request the same answer, byte for byte as long.
func (v *view) answersAll(p *piece, n int64) bool {
	for i := range v.pieces {
		q := &v.pieces[i]
		m, ok := servedBytes(q)
		if ok && q.n != p.n && m == n && sameHost(p, q) && fact(q.Alert, "url.original") != fact(p.Alert, "url.original") {
			return true
		}
	}
	return false
}

// allRefused is the row for attacks of which each was refused or stopped.
func allRefused(v *view) finding {
	var proof []*piece
	blocked := true
	for i := range v.pieces {
		p := &v.pieces[i]
		if p.step == StepOdd {
			continue
		}
		if p.ended != failed && p.ended != stopped || p.step == StepOther {
			return finding{}
		}
		blocked = blocked && p.ended == stopped
		proof = append(proof, p)
	}
	proof = choose(proof)
	if blocked {
		return finding{proof, text("everything seen was blocked", "所见动作均被拦截")}
	}
	if status := answers(proof); status != "" {
		return finding{proof, text("everything seen was refused: the server answered "+status, "所见请求均被拒绝，服务器返回 "+status)}
	}
	return finding{proof, text("everything seen was refused or blocked", "所见动作均被拒绝或拦截")}
}

// answers lists the codes that web servers answered with; "" when some evidence has none.
func answers(pieces []*piece) string {
	var codes []string
	for _, p := range pieces {
		code, ok := number(p.Alert, "http.response.status_code")
		if !ok {
			return ""
		}
		if text := fmt.Sprint(code); !slices.Contains(codes, text) {
			codes = append(codes, text)
		}
	}
	slices.Sort(codes)
	return strings.Join(codes[:min(len(codes), maxNames)], "/")
}

// onlyTries is the row for evidence that shows nothing but tries.
func onlyTries(v *view) finding {
	var proof []*piece
	for i := range v.pieces {
		p := &v.pieces[i]
		switch {
		case p.step == StepOdd:
		case p.step > StepPhish || p.step == StepExploit && !p.isWeb() && !p.try:
			return finding{}
		default:
			proof = append(proof, p)
		}
	}
	if len(proof) == 0 {
		return finding{}
	}
	proof = choose(proof)
	if slices.ContainsFunc(proof, func(p *piece) bool { return p.isWeb() && p.ended == worked }) {
		return finding{proof, text("only tries were seen; the server answered some without an error, which alone proves nothing", "只见到尝试；服务器对部分请求正常响应，但仅凭此不能证明得手")}
	}
	return finding{proof, text("only tries were seen, and nothing shows that one of them worked", "只见到尝试，没有证据表明其中任何一次得手")}
}
