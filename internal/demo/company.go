package demo

import "fmt"

// host is a machine of the company, or one beyond its edge.
type host struct {
	name string
	ip   string
	os   string // "linux", "windows" or "device"
	via  string // loopback address that its syslog comes from
}

// The company's own addresses lie in 10.20.0.0/16; the Internet's are those reserved for documentation.
const (
	attackerIP = "203.0.113.66"
	dropIP     = "198.51.100.23" // where the attacker's tools come from and the data goes
	lostBotIP  = "192.0.2.77"    // a scanner of the background, unrelated to the intrusion
)

// company is who works there and on what.
type company struct {
	web, linux, windows, desks []host
	fw, dns                    host
	users                      []string
}

func newCompany() *company {
	c := &company{
		web: []host{{name: "web-01", ip: "10.20.1.11", os: "linux"}, {name: "web-02", ip: "10.20.1.12", os: "linux"}},
		linux: []host{
			{name: "db-01", ip: "10.20.2.21", os: "linux"}, {name: "db-02", ip: "10.20.2.22", os: "linux"},
			{name: "app-01", ip: "10.20.2.31", os: "linux"}, {name: "app-02", ip: "10.20.2.32", os: "linux"},
			{name: "bastion-01", ip: "10.20.1.5", os: "linux"}, {name: "backup-01", ip: "10.20.2.40", os: "linux"},
		},
		windows: []host{
			{name: "dc-01", ip: "10.20.3.10", os: "windows"}, {name: "file-01", ip: "10.20.3.20", os: "windows"},
			{name: "mail-01", ip: "10.20.3.25", os: "windows"},
		},
		fw:  host{name: "fw-01", ip: "10.20.0.1", os: "device"},
		dns: host{name: "dns-01", ip: "10.20.0.53", os: "linux"},
		users: []string{
			"li.wei", "wang.fang", "zhang.min", "liu.yang", "chen.jing", "yang.lei", "zhao.qiang", "huang.yan",
			"zhou.tao", "wu.xia", "xu.hao", "sun.li", "anna.berg", "tom.reed",
		},
	}
	for i := range c.users {
		c.desks = append(c.desks, host{name: fmt.Sprintf("ws-%02d", i+1), ip: fmt.Sprintf("10.20.8.%d", 101+i), os: "windows"})
	}
	// Each machine that speaks syslog has a loopback address of its own, as it would have one in the company.
	n := 0
	for _, group := range [][]host{c.web, c.linux} {
		for i := range group {
			n++
			group[i].via = fmt.Sprintf("127.0.20.%d", n)
		}
	}
	c.fw.via, c.dns.via = "127.0.20.101", "127.0.20.102"
	return c
}

// Names tells by what name each machine that speaks syslog is known, by the loopback address that it sends from.
func Names() map[string]string {
	c := newCompany()
	names := map[string]string{c.fw.via: c.fw.name, c.dns.via: c.dns.name}
	for _, group := range [][]host{c.web, c.linux} {
		for _, h := range group {
			names[h.via] = h.name
		}
	}
	return names
}
