// Package linux understands what Linux and its daemons write to syslog or the journal: logins, sudo, su, PAM, accounts,
// cron, systemd, the kernel and every other program.
package linux

import (
	"path"
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
	"github.com/vedette-soc/vedette/internal/normalize/generic"
)

// Parser takes every syslog message that names its program, and every record of systemd's journal in JSON.
type Parser struct{}

// New makes the parser.
func New() *Parser { return &Parser{} }

// Name is "linux".
func (*Parser) Name() string { return "linux" }

// reader fills an event from the message of one program.
type reader func(text string, ev *vedette.Event)

// program says how messages of a program are filed and read.
type program struct {
	service  string
	read     reader
	category string // Sigma's, "" for none
	product  string // Sigma's, "" for linux
}

// Parse fills the event.
func (*Parser) Parse(in *normalize.Input, ev *vedette.Event) error {
	var app, pid string
	text := in.Text
	switch {
	case in.JSON != nil && in.JSON.Exists("MESSAGE") && (in.JSON.Exists("__REALTIME_TIMESTAMP") || in.JSON.Exists("_BOOT_ID")):
		text, app, pid = journal(in, ev)
	case in.Header == nil || in.Header.App == "" || in.JSON != nil:
		return normalize.ErrNotMine
	default:
		app, pid = in.Header.App, in.Header.ProcID
	}
	name, pam := programName(app)
	p := find(name)
	ev.Logsource = vedette.Logsource{Product: "linux", Service: p.service}
	if p.product != "" {
		ev.Logsource.Product = p.product
	}
	if p.category != "" {
		ev.Logsource.Categories = []string{p.category}
	}
	ev.Dataset = dataset(name, p)
	ev.Add("process.name", name)
	if normalize.IsNumber(pid) {
		ev.AddKind("process.pid", pid, vedette.KindNumber)
	}
	text = unrepeat(text)
	if p.read == nil && p.product == "" && p.category == "" && p.service == "syslog" {
		if product := generic.Application(text); product != "" {
			ev.Logsource.Product, ev.Logsource.Categories = product, []string{"application"}
		}
	}
	switch {
	case pam != "":
		readPAM("", text, ev)
	case strings.HasPrefix(text, "pam_"):
		module, rest, ok := strings.Cut(text, ": ")
		if ok {
			readPAM(module, rest, ev)
		}
	case strings.HasPrefix(text, "PAM ") || strings.HasPrefix(text, "error: PAM: "):
		readPAM("", text, ev)
	case p.read != nil:
		p.read(text, ev)
	}
	return nil
}

// programName takes path and parenthesis off a tag: "/usr/sbin/CRON" is CRON, "su(pam_unix)" is su by PAM.
func programName(tag string) (name, pam string) {
	name, pam, _ = strings.Cut(tag, "(")
	if strings.HasPrefix(name, "/") {
		name = path.Base(name)
	}
	if name == "" {
		name = tag
	}
	return name, strings.TrimSuffix(pam, ")")
}

// find returns how to treat a program; those not listed go to the system log.
func find(name string) program {
	switch strings.ToLower(name) {
	case "sshd", "sshd-session", "sshd-auth", "dropbear":
		return program{service: "sshd", read: readSSHD}
	case "sudo":
		return program{service: "sudo", read: readSudo}
	case "su":
		return program{service: "auth", read: readSu}
	case "useradd", "userdel", "usermod", "groupadd", "groupdel", "groupmod", "gpasswd", "passwd", "chpasswd", "chage", "adduser", "deluser":
		return program{service: "auth", read: readAccount}
	case "login", "systemd-logind", "polkitd", "pkexec", "gdm", "gdm-password", "lightdm", "sddm", "runuser", "unix_chkpwd":
		return program{service: "auth", read: readLogin}
	case "cron", "crond", "crontab", "anacron", "atd", "fcron":
		return program{service: "cron", read: readCron}
	case "vsftpd":
		return program{service: "vsftpd", read: readFTP}
	case "ftpd", "proftpd", "pure-ftpd":
		return program{service: "syslog", read: readFTP}
	case "clamd", "clamav", "freshclam", "clamscan", "clamonacc":
		return program{service: "clamav", read: readClamAV, category: "antivirus"}
	case "postgres", "postgresql", "mysqld", "mysql", "mariadbd", "mariadb", "mysqld_safe", "oracle", "mongod", "audit_log", "pgaudit":
		return program{service: "syslog", category: "database"}
	case "sslvpnd":
		return program{service: "sslvpnd", product: "fortios"}
	case "rpd":
		return program{service: "bgp", product: "juniper"}
	case "gpsvc", "gpsvc.log", "mp-log", "device_telemetry":
		return program{service: "globalprotect", product: "paloalto", category: "appliance"}
	case "guacd", "guacamole":
		return program{service: "guacamole"}
	case "systemd":
		return program{service: "syslog", read: readSystemd}
	case "kernel":
		return program{service: "syslog", read: readKernel}
	}
	return program{service: "syslog"}
}

// dataset names what the message is a record of. Program names come from the network, so only the known ones appear.
func dataset(name string, p program) string {
	switch low := strings.ToLower(name); low {
	case "kernel", "systemd", "su", "login", "systemd-logind":
		return "linux." + low
	}
	return "linux." + p.service
}

// journal reads the fields of a record of systemd's journal.
func journal(in *normalize.Input, ev *vedette.Event) (text, app, pid string) {
	text = in.At(in.JSON, "MESSAGE")
	if app = in.At(in.JSON, "SYSLOG_IDENTIFIER"); app == "" {
		app = in.At(in.JSON, "_COMM")
	}
	if pid = in.At(in.JSON, "SYSLOG_PID"); pid == "" {
		pid = in.At(in.JSON, "_PID")
	}
	if t, ok := normalize.ParseTime(in.At(in.JSON, "__REALTIME_TIMESTAMP"), time.UTC); ok {
		ev.Time = t
	}
	for _, name := range [...][2]string{
		{"_HOSTNAME", "host.name"}, {"_EXE", "process.executable"}, {"_CMDLINE", "process.command_line"},
		{"_SYSTEMD_UNIT", "service.name"}, {"_UID", "user.id"}, {"PRIORITY", "log.syslog.severity.code"},
	} {
		if v := in.At(in.JSON, name[0]); v != "" {
			ev.Add(name[1], v)
		}
	}
	ev.Add("message", text)
	return text, app, pid
}

// unrepeat takes the message out of "message repeated 2 times: [ … ]".
func unrepeat(text string) string {
	rest, ok := strings.CutPrefix(text, "message repeated ")
	if !ok {
		return text
	}
	if _, inner, ok := strings.Cut(rest, " times: ["); ok {
		return strings.TrimSpace(strings.TrimSuffix(inner, "]"))
	}
	return text
}
