package demo

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// background is the company's ordinary day: people who browse, log in, query names and start programs.
type background struct {
	c   *company
	rng *rand.Rand
}

// Shares of each kind of record, in percent of all.
const (
	shareWeb      = 38
	shareDNS      = 24
	shareFirewall = 16
	shareWindows  = 13
	shareLinux    = 5 // the rest is SSH, sudo and cron
)

func pick[T any](rng *rand.Rand, list []T) T { return list[rng.IntN(len(list))] }

// item makes one benign record at a time.
func (b *background) item(at time.Time) Item {
	switch n := b.rng.IntN(100); {
	case n < shareWeb:
		return b.web(at)
	case n < shareWeb+shareDNS:
		return b.dns(at)
	case n < shareWeb+shareDNS+shareFirewall:
		return b.firewall(at)
	case n < shareWeb+shareDNS+shareFirewall+shareWindows:
		return b.windows(at)
	case n < shareWeb+shareDNS+shareFirewall+shareWindows+shareLinux:
		return b.linux(at)
	default:
		return b.login(at)
	}
}

var (
	pages = []string{
		"/", "/login", "/api/v2/orders", "/api/v2/orders/%d", "/api/v2/quotes?symbol=CU%d", "/static/app.js", "/static/app.css",
		"/static/logo.svg", "/account", "/account/statements?page=%d", "/help", "/search?q=copper+%d", "/healthz", "/api/v2/positions",
	}
	agents = []string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
		"HaiyunTrader/5.2 (Android 14)",
	}
	names = []string{
		"www.haiyun.example", "mail.haiyun.example", "quotes.haiyun.example", "updates.vendor.example", "cdn.news.example",
		"time.vendor.example", "telemetry.office.example", "files.partner.example", "api.weather.example", "dc-01.haiyun.example",
	}
)

func (b *background) web(at time.Time) Item {
	path := pick(b.rng, pages)
	if n := b.rng.IntN(400); len(path) > 2 && path[len(path)-1] == 'd' && path[len(path)-2] == '%' {
		path = fmt.Sprintf(path, n)
	}
	method, status := "GET", 200
	switch b.rng.IntN(40) {
	case 0:
		status = 404
	case 1:
		status = 302
	case 2, 3, 4:
		method = "POST"
	}
	client := fmt.Sprintf("192.0.2.%d", 1+b.rng.IntN(60))
	return access(pick(b.rng, b.c.web), at, client, method, path, status, 200+b.rng.IntN(24000), pick(b.rng, agents))
}

func (b *background) dns(at time.Time) Item {
	kind := "A"
	if b.rng.IntN(4) == 0 {
		kind = "AAAA"
	}
	return query(b.c, at, pick(b.rng, b.c.desks).ip, kind, pick(b.rng, names))
}

func (b *background) firewall(at time.Time) Item {
	if b.rng.IntN(12) == 0 { // the Internet's ordinary noise, turned away
		return packet(b.c, at, "DROP", fmt.Sprintf("192.0.2.%d", 130+b.rng.IntN(100)), pick(b.rng, b.c.web).ip, "TCP",
			1024+b.rng.IntN(60000), pick(b.rng, []int{23, 445, 5060, 8080}), 44)
	}
	return packet(b.c, at, "ACCEPT", pick(b.rng, b.c.desks).ip, fmt.Sprintf("192.0.2.%d", 1+b.rng.IntN(90)), "TCP",
		1024+b.rng.IntN(60000), pick(b.rng, []int{443, 443, 443, 80, 993}), 60)
}

var programs = [][2]string{
	{`C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE`, `"OUTLOOK.EXE"`},
	{`C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE`, `"EXCEL.EXE" /dde`},
	{`C:\Program Files\Google\Chrome\Application\chrome.exe`, `"chrome.exe" --type=renderer`},
	{`C:\Program Files\Haiyun\Trader\trader.exe`, `"trader.exe" --profile default`},
	{`C:\Windows\System32\taskhostw.exe`, `taskhostw.exe`},
	{`C:\Windows\System32\backgroundTaskHost.exe`, `"backgroundTaskHost.exe" -ServerName:App`},
	{`C:\Windows\System32\svchost.exe`, `svchost.exe -k netsvcs -p -s Schedule`},
}

func (b *background) windows(at time.Time) Item {
	i := b.rng.IntN(len(b.c.desks))
	desk, user := b.c.desks[i], b.c.users[i]
	switch b.rng.IntN(6) {
	case 0:
		return logon(pick(b.rng, b.c.windows), at, user, "3", desk.ip)
	case 1:
		return windows(desk, at, "Security", "Microsoft-Windows-Security-Auditing", 4634, map[string]string{
			"TargetUserName": user, "TargetDomainName": "HAIYUN", "LogonType": "3", "TargetLogonId": "0x3e7a1",
		})
	default:
		p := pick(b.rng, programs)
		return sysmonProcess(desk, at, user, `C:\Windows\explorer.exe`, p[0], p[1])
	}
}

var commands = [][3]string{
	{"/usr/sbin/cron", "/usr/bin/run-parts", "run-parts /etc/cron.hourly"},
	{"/usr/lib/systemd/systemd", "/usr/bin/logrotate", "/usr/sbin/logrotate /etc/logrotate.conf"},
	{"/usr/bin/bash", "/usr/bin/ls", "ls -la"},
	{"/usr/bin/bash", "/usr/bin/systemctl", "systemctl status nginx"},
	{"/usr/bin/bash", "/usr/bin/git", "git pull --ff-only"},
	{"/usr/bin/bash", "/usr/bin/df", "df -h"},
	{"/usr/sbin/cron", "/usr/bin/python3", "python3 /opt/reports/daily.py"},
}

func (b *background) linux(at time.Time) Item {
	p := pick(b.rng, commands)
	return linuxProcess(pick(b.rng, append(b.c.linux, b.c.web...)), at, pick(b.rng, []string{"deploy", "ops", "root"}), p[0], p[1], p[2])
}

func (b *background) login(at time.Time) Item {
	h := pick(b.rng, append(b.c.linux, b.c.web...))
	pid := 1000 + b.rng.IntN(30000)
	from := b.c.linux[4].ip // the bastion
	switch b.rng.IntN(5) {
	case 0:
		return sshd(h, at, pid, fmt.Sprintf("Accepted publickey for ops from %s port %d ssh2: ED25519 SHA256:kT3vW0xQ5m7YpLr2", from, 40000+b.rng.IntN(20000)))
	case 1:
		return sshd(h, at, pid, fmt.Sprintf("Disconnected from user ops %s port %d", from, 40000+b.rng.IntN(20000)))
	case 2:
		return syslog3164(h, at, 86, fmt.Sprintf("CRON[%d]", pid), "pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)")
	case 3:
		return syslog3164(h, at, 85, "sudo", "ops : TTY=pts/0 ; PWD=/home/ops ; USER=root ; COMMAND=/usr/bin/systemctl status nginx")
	default:
		return syslog3164(h, at, 78, fmt.Sprintf("CRON[%d]", pid), "(root) CMD (command -v debian-sa1 > /dev/null && debian-sa1 1 1)")
	}
}
