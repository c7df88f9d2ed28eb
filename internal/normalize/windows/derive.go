package windows

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// derive adds what the fields of the event imply in the common schema. It never changes a field that is there.
func (b *builder) derive() {
	service := b.ev.Logsource.Service
	m := meanings[service][b.id]
	b.once("event.category", m.category)
	b.once("event.type", m.kind)
	b.once("event.action", m.action)
	b.outcome(m.outcome)
	if m.class != 0 {
		class, activity := m.class, m.activity
		if service == "sysmon" && b.id == "12" {
			class, activity = registryActivity(b.registryChange())
		}
		normalize.Classify(b.ev, class, activity)
	}
	b.process()
	b.hashes(service)
	b.files(service)
	b.network(service)
	b.user(service)
	b.once("service.name", b.serviceName(service))
	b.once("winlog.logon.id", b.logon())
}

// logon is the logon session that the event belongs to.
func (b *builder) logon() string {
	for _, name := range [...]string{"src.TargetLogonId", "src.LogonId", "src.SubjectLogonId"} {
		if id := b.ev.Value(name); id != "" && id != "-" && id != "0x0" {
			return id
		}
	}
	return ""
}

func registryActivity(change string) (normalize.Class, int) {
	switch change {
	case "CreateKey":
		return classRegistryKey, 1
	case "DeleteKey":
		return classRegistryKey, 4
	case "DeleteValue":
		return classRegistryValue, 4
	}
	return classRegistryKey, 99
}

// firstOf returns the first value of the first of the fields that says anything.
func (b *builder) firstOf(names ...string) string {
	for _, name := range names {
		if v := b.ev.Value(name); v != "" && v != "-" {
			return v
		}
	}
	return ""
}

// outcome tells how it ended: by the event id, by the status that the event gives, or by the audit keywords.
func (b *builder) outcome(known string) {
	if known == "" && b.ev.Logsource.Service == "security" {
		switch b.id {
		case "4768", "4769", "4776":
			if status, ok := parseNumber(b.ev.Value("src.Status")); ok {
				known = "success"
				if status != 0 {
					known = "failure"
				}
			}
		}
		for f := range b.ev.All("src.Keywords") {
			bits, err := strconv.ParseUint(strings.TrimPrefix(f.Value, "0x"), 16, 64)
			switch {
			case known != "" || err != nil || !strings.HasPrefix(f.Value, "0x"):
			case bits&(1<<52) != 0:
				known = "failure"
			case bits&(1<<53) != 0:
				known = "success"
			}
		}
	}
	b.once("event.outcome", known)
}

// process adds names, ids and the integrity level of the process and its parent.
func (b *builder) process() {
	ev := b.ev
	b.once("process.name", baseName(ev.Value("process.executable")))
	b.once("process.parent.name", baseName(ev.Value("process.parent.executable")))
	if b.ev.Logsource.Service == "security" && b.id == "4688" {
		b.number("process.pid", decimal(ev.Value("src.NewProcessId")))
		b.number("process.parent.pid", decimal(ev.Value("src.ProcessId")))
		b.once("process.integrity_level", integrity(ev.Value("src.MandatoryLabel")))
	} else {
		b.number("process.pid", decimal(ev.Value("src.ProcessId")))
	}
	if _, name := splitUser(ev.Value("src.ParentUser")); name != "" {
		b.once("process.parent.user.name", name)
	}
}

// decimal writes a number that may be hexadecimal in decimal, "" when it is none or zero.
func decimal(s string) string {
	if n, ok := parseNumber(s); ok && n != 0 {
		return strconv.FormatUint(n, 10)
	}
	return ""
}

func parseNumber(s string) (uint64, bool) {
	if hex, ok := strings.CutPrefix(s, "0x"); ok {
		n, err := strconv.ParseUint(hex, 16, 64)
		return n, err == nil
	}
	n, err := strconv.ParseUint(s, 10, 64)
	return n, err == nil
}

// integrity names the mandatory label of event 4688 as Sysmon does.
func integrity(label string) string {
	switch label {
	case "S-1-16-0":
		return "Untrusted"
	case "S-1-16-4096":
		return "Low"
	case "S-1-16-8192":
		return "Medium"
	case "S-1-16-8448":
		return "MediumPlus"
	case "S-1-16-12288":
		return "High"
	case "S-1-16-16384":
		return "System"
	}
	return ""
}

// baseName is the last part of a path, "" for the way in which Windows says that there is none.
func baseName(path string) string {
	if path == "-" {
		return ""
	}
	path = strings.TrimRight(path, `\/`)
	return path[strings.LastIndexAny(path, `\/`)+1:]
}

// hashes takes the list MD5=…,SHA256=…,IMPHASH=… apart and says what it is the hash of.
func (b *builder) hashes(service string) {
	list := b.firstOf("src.Hashes", "src.Hash")
	if list == "" || service != "sysmon" {
		return
	}
	of := "process."
	switch b.id {
	case "6", "7":
		of = "dll."
	case "15", "23", "26", "27", "28", "29":
		of = "file."
	}
	for part := range strings.SplitSeq(list, ",") {
		kind, value, ok := strings.Cut(part, "=")
		if !ok || value == "" || len(value) > 128 {
			continue
		}
		name := of + "hash." + strings.ToLower(strings.TrimSpace(kind))
		if vedette.KeyOf(name) != 0 {
			b.once(name, strings.ToLower(value))
		}
	}
}

// files adds the name and extension of a file, the name of a library, and what an antivirus found where.
func (b *builder) files(service string) {
	ev := b.ev
	if service == "windefend" {
		b.once("rule.name", ev.Value("src.ThreatName"))
		for part := range strings.SplitSeq(ev.Value("src.Path"), ";") {
			if _, path, ok := strings.Cut(strings.TrimSpace(part), "file:_"); ok && len(ev.Fields) < 500 {
				ev.Add("file.path", path)
			}
		}
	}
	b.once("dll.name", baseName(ev.Value("dll.path")))
	name := baseName(ev.Value("file.path"))
	b.once("file.name", name)
	if dot := strings.LastIndexByte(name, '.'); dot > 0 && len(name)-dot <= 16 {
		b.once("file.extension", strings.ToLower(name[dot+1:]))
	}
}

// serviceName is the service that was installed or changed.
func (b *builder) serviceName(service string) string {
	if service != "system" && service != "security" {
		return ""
	}
	if name := b.firstOf("src.ServiceName"); name != "" {
		return name
	}
	if b.id == "7036" || b.id == "7040" {
		return b.firstOf("src.param1")
	}
	return ""
}

// address adds an address when the text is one, with or without a port, as "::ffff:192.0.2.1" or plain.
func (b *builder) address(name, text string) {
	addr, err := netip.ParseAddr(text)
	if err != nil {
		with, err := netip.ParseAddrPort(text)
		if err != nil {
			return
		}
		addr = with.Addr()
	}
	b.once(name, addr.Unmap().WithZone("").String())
}

// port adds a port when it is one.
func (b *builder) port(name, text string) {
	if n, err := strconv.ParseUint(text, 10, 16); err == nil && n > 0 {
		b.number(name, text)
	}
}
