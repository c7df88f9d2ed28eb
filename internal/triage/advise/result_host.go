package advise

import (
	"fmt"
	"slices"
	"strings"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

const (
	soon  = time.Hour      // what a machine does next after it was hit
	aDay  = 24 * time.Hour // what somebody does next who got in
	grave = vedette.High
)

// fetchedThenRun finds a program that came from outside and then ran on the same machine.
func fetchedThenRun(v *view) finding {
	fetched := v.all(func(p *piece) bool { return p.inside(vedette.Medium) && p.step == StepDownload })
	if len(fetched) == 0 {
		return finding{}
	}
	ran := v.all(func(p *piece) bool {
		return p.Anomaly == nil && p.ended != stopped && p.ended != failed && len(fact(p.Alert, "process.executable")) > 4
	})
	p, q := pair(fetched, ran, soon, func(p, q *piece) bool {
		program := fact(q.Alert, "process.executable")
		if !sameHost(p, q) || max(p.Severity, q.Severity) < grave || strings.EqualFold(program, fact(p.Alert, "process.executable")) {
			return false
		}
		return strings.EqualFold(fact(p.Alert, "file.path"), program) || slices.ContainsFunc(strings.Fields(fact(p.Alert, "process.command_line")), func(word string) bool {
			return strings.EqualFold(strings.Trim(word, `"'`), program)
		})
	})
	if p == nil {
		return finding{}
	}
	program := Clean(baseName(fact(q.Alert, "process.executable")), maxName)
	where, whereZh := q.place()
	return finding{[]*piece{p, q}, text(
		fmt.Sprintf("%s was fetched to %s and ran there at %s", program, where, q.clock()),
		fmt.Sprintf("%s被下载到%s并于 %s 运行", program, whereZh, q.clock()))}
}

// documentPrograms open what people are sent; shells are what intruders start from them. Read-only.
var (
	documentPrograms = []string{"winword.exe", "excel.exe", "powerpnt.exe", "outlook.exe", "wps.exe", "et.exe", "wpp.exe", "acrord32.exe", "onenote.exe"}
	shells           = []string{"sh", "bash", "dash", "zsh", "ksh", "busybox", "cmd.exe", "powershell.exe", "pwsh.exe", "pwsh", "mshta.exe", "wscript.exe", "cscript.exe", "rundll32.exe", "regsvr32.exe"}
	webServers       = []string{"apache2", "httpd", "nginx", "php-fpm", "php-cgi", "lighttpd", "caddy", "w3wp.exe", "httpd.exe", "nginx.exe", "php-cgi.exe", "tomcat", "tomcat9.exe", "java", "java.exe"}
	webAccounts      = []string{"www-data", "apache", "nginx", "httpd", "http", "wwwrun", "tomcat", "jboss", "wildfly", "php-fpm", "defaultapppool", "iusr", "www"}
)

// startedBy tells whether one of some programs started one of others, as the event says.
func (p *piece) startedBy(parents, kids []string) bool {
	parent := strings.ToLower(baseName(fact(p.Alert, "process.parent.executable")))
	kid := strings.ToLower(baseName(fact(p.Alert, "process.executable")))
	return kid != "" && slices.Contains(kids, kid) && slices.ContainsFunc(parents, func(name string) bool {
		return parent == name || strings.HasPrefix(parent, name) && !strings.Contains(name, ".")
	})
}

func documentThenShell(v *view) finding {
	opened := v.all(func(p *piece) bool {
		return p.Anomaly == nil && p.ended != stopped && p.ended != failed && p.startedBy(documentPrograms, shells)
	})
	further := v.all(func(p *piece) bool { return p.inside(vedette.Medium) })
	p, q := pair(opened, further, soon, func(p, q *piece) bool { return sameHost(p, q) && p.RuleID != q.RuleID })
	if p == nil {
		return finding{}
	}
	en, zh := q.did()
	parent, kid := Clean(baseName(fact(p.Alert, "process.parent.executable")), maxName), Clean(baseName(fact(p.Alert, "process.executable")), maxName)
	return finding{[]*piece{p, q}, text(fmt.Sprintf("%s started %s at %s, and %s", parent, kid, p.clock(), en), fmt.Sprintf("%s 于 %s 启动了 %s，随后 %s", parent, p.clock(), kid, zh))}
}

func stolenThenMoved(v *view) finding {
	stolen := v.all(func(p *piece) bool { return p.step == StepSteal && p.inside(grave) })
	if len(stolen) == 0 {
		return finding{}
	}
	moved := v.all(func(p *piece) bool {
		return p.step == StepMove && p.Anomaly == nil && p.ended != stopped && p.ended != failed && p.Severity >= vedette.Medium
	})
	p, q := pair(stolen, moved, aDay, func(p, q *piece) bool {
		return !sameHost(p, q) && (p.persons&q.persons != 0 || p.machines&q.callers != 0)
	})
	if p == nil {
		return finding{}
	}
	en, zh := q.did()
	where, whereZh := p.place()
	return finding{[]*piece{p, q}, text(
		fmt.Sprintf("credentials were read on %s at %s, and %s", where, p.clock(), en), fmt.Sprintf("%s %s的凭据被读取，随后 %s", p.clock(), whereZh, zh))}
}

func damage(v *view) finding {
	damaged := v.all(func(p *piece) bool { return p.step == StepDamage && p.inside(grave) })
	if len(damaged) == 0 {
		return finding{}
	}
	beside := v.all(func(p *piece) bool { return p.inside(vedette.Medium) || p.step == StepDamage && p.inside(vedette.Low) })
	for _, p := range damaged {
		for _, q := range beside {
			if q.RuleID != p.RuleID && sameHost(p, q) && (q.after(p, aDay) || p.after(q, aDay)) {
				where, whereZh := p.place()
				return finding{[]*piece{p, q}, text(
					fmt.Sprintf("data or recovery was damaged on %s (“%s”), and “%s” was seen there too", where, Clean(p.RuleTitle, 100), Clean(q.RuleTitle, 100)),
					fmt.Sprintf("%s的数据或恢复手段遭到破坏（“%s”），同机还出现“%s”", whereZh, TitleZh(p.Alert), TitleZh(q.Alert)))}
			}
		}
	}
	return finding{}
}

// manySteps finds a machine on which rules saw three different steps within a day, two of them grave.
func manySteps(v *view) finding {
	steps := v.all(func(p *piece) bool { return p.inside(vedette.Medium) })
	for i, first := range steps {
		chosen, heavy := []*piece{first}, 0
		if first.Severity >= grave {
			heavy = 1
		}
		for _, q := range steps[i+1:] {
			if !sameHost(first, q) || !q.after(first, aDay) || slices.ContainsFunc(chosen, func(p *piece) bool { return p.step == q.step || p.RuleID == q.RuleID }) {
				continue
			}
			if chosen = append(chosen, q); q.Severity >= grave {
				heavy++
			}
		}
		if len(chosen) < 3 || heavy < 2 {
			continue
		}
		chosen = chosen[:min(len(chosen), maxCitation)]
		var en, zh []string
		for _, p := range chosen {
			en, zh = append(en, "“"+Clean(p.RuleTitle, 80)+"”"), append(zh, "“"+TitleZh(p.Alert)+"”")
		}
		where, whereZh := first.place()
		return finding{chosen, text(
			"several steps of an attack followed one another on "+where+": "+strings.Join(en, ", "),
			whereZh+"先后出现多个攻击步骤："+strings.Join(zh, "、"))}
	}
	return finding{}
}

// dataLeft finds a rule that saw data leave, and its amount. Names asked of name servers say too little: many harmless
// services send data in them.
func dataLeft(v *view) finding {
	const least = 1_000_000 // bytes
	for _, p := range v.all(func(p *piece) bool {
		return p.step == StepLeave && p.inside(vedette.Medium) && fact(p.Alert, "dns.question.name") == ""
	}) {
		where, whereZh := p.place()
		if n := bytesOf(p.Alert); n >= least {
			return finding{[]*piece{p}, text(fmt.Sprintf("%s left %s at %s", size(n), where, p.clock()), fmt.Sprintf("%s 有 %s 数据从%s外传", p.clock(), size(n), whereZh))}
		}
		for _, q := range v.odd() {
			if q.Anomaly.Family == vedette.FamilyExfil && !q.Anomaly.Learning && q.Anomaly.Unit == "bytes" && q.Anomaly.Observed >= least && (sameHost(p, q) || p.persons&q.persons != 0) {
				en, zh := q.findings()
				return finding{[]*piece{p, q}, text(fmt.Sprintf("“%s” fired on %s at %s and the amount agrees: %s", Clean(p.RuleTitle, 100), where, p.clock(), en),
					fmt.Sprintf("%s %s出现“%s”，且数据量相符：%s", p.clock(), whereZh, TitleZh(p.Alert), zh))}
			}
		}
	}
	return finding{}
}

// indicatorAndStep finds a machine that was let through to a known bad address and shows another step beside.
func indicatorAndStep(v *view) finding {
	const sure = 70 // confidence
	for _, p := range v.all(func(p *piece) bool {
		return p.Indicator != nil && p.ended == worked && p.Indicator.Confidence >= sure && len(p.peers) > 0
	}) {
		for i := range v.pieces {
			q := &v.pieces[i]
			if q.Indicator == nil && q.inside(grave) && (sameHost(p, q) || p.callers&q.machines != 0) && (q.after(p, soon) || p.after(q, soon)) {
				where, whereZh := q.place()
				return finding{[]*piece{p, q}, text(
					fmt.Sprintf("%s was let through to %s, which is known to be bad, and “%s” was seen there within the hour", where, Clean(p.Indicator.Value, maxName), Clean(q.RuleTitle, 100)),
					fmt.Sprintf("%s成功连接了已知恶意的 %s，一小时内同机还出现“%s”", whereZh, Clean(p.Indicator.Value, maxName), TitleZh(q.Alert)))}
			}
		}
	}
	return finding{}
}
