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
	m := &b.filing.meaning
	b.once("event.category", m.category)
	b.once("event.type", m.kind)
	b.once("event.action", m.action)
	b.outcome(m.outcome)
	if m.class != 0 {
		if service == "sysmon" && b.id == "12" {
			class, activity := registryActivity(b.registryChange())
			b.text = strconv.AppendInt(b.text[:0], int64(class), 10)
			b.ev.AddKind(vedette.FieldOCSFClass, b.in.Keep(b.text), vedette.KindNumber)
			b.ev.AddKind(vedette.FieldOCSFActive, strconv.Itoa(activity), vedette.KindNumber)
		} else {
			b.ev.AddKind(vedette.FieldOCSFClass, b.filing.class, vedette.KindNumber)
			b.ev.AddKind(vedette.FieldOCSFActive, b.filing.activity, vedette.KindNumber)
		}
	}
	if service == "security" {
		b.audit()
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
	for _, a := range [...]ask{askTargetLogonID, askLogonID, askSubjectLogonID} {
		if id := b.get(a); id != "" && id != "-" && id != "0x0" {
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
func (b *builder) firstOf(names ...ask) string {
	for _, name := range names {
		if v := b.get(name); v != "" && v != "-" {
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
			if status, ok := parseNumber(b.get(askStatus)); ok {
				known = "success"
				if status != 0 {
					known = "failure"
				}
			}
		}
		b.all(askKeywords, func(value string) {
			hex, ok := strings.CutPrefix(value, "0x")
			if known != "" || !ok {
				return
			}
			bits, err := strconv.ParseUint(hex, 16, 64)
			switch {
			case err != nil:
			case bits&(1<<52) != 0:
				known = "failure"
			case bits&(1<<53) != 0:
				known = "success"
			}
		})
	}
	b.once("event.outcome", known)
}

// process adds names, ids and the integrity level of the process and its parent.
func (b *builder) process() {
	ev := b.ev
	b.once("process.name", baseName(ev.Value("process.executable")))
	b.once("process.parent.name", baseName(ev.Value("process.parent.executable")))
	if b.ev.Logsource.Service == "security" && b.id == "4688" {
		b.number("process.pid", b.decimal(b.get(askNewProcessID)))
		b.number("process.parent.pid", b.decimal(b.get(askProcessID)))
		b.once("process.integrity_level", integrity(b.get(askMandatoryLabel)))
	} else {
		b.number("process.pid", b.decimal(b.get(askProcessID)))
	}
	if _, name := splitUser(b.get(askParentUser)); name != "" {
		b.once("process.parent.user.name", name)
	}
}

// decimal writes a number that may be hexadecimal in decimal, "" when it is none or zero.
func (b *builder) decimal(s string) string {
	n, ok := parseNumber(s)
	if !ok || n == 0 {
		return ""
	}
	if s[0] != '0' {
		return s
	}
	b.text = strconv.AppendUint(b.text[:0], n, 10)
	return b.in.Keep(b.text)
}

func parseNumber(s string) (uint64, bool) {
	if s == "" || s[0] < '0' || s[0] > '9' {
		return 0, false // what most fields without a number hold; an error would ask for memory
	}
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
	list := b.firstOf(askHashes, askHash)
	if list == "" || service != "sysmon" {
		return
	}
	of := "process.hash."
	switch b.id {
	case "6", "7":
		of = "dll.hash."
	case "15", "23", "26", "27", "28", "29":
		of = "file.hash."
	}
	for part := range strings.SplitSeq(list, ",") {
		kind, value, ok := strings.Cut(part, "=")
		if !ok || value == "" || len(value) > 128 {
			continue
		}
		b.text = append(append(b.text[:0], of...), b.in.Lower(strings.TrimSpace(kind))...)
		if key := vedette.KeyOf(lent(b.text)); key != 0 && b.ev.First(key) == nil {
			b.ev.AddField(vedette.Field{Name: key.Name(), Value: b.in.Lower(value), Key: key})
		}
	}
}

// files adds the name and extension of a file, the name of a library, and what an antivirus found where.
func (b *builder) files(service string) {
	ev := b.ev
	if service == "windefend" {
		b.once("rule.name", b.get(askThreatName))
		for part := range strings.SplitSeq(b.get(askPath), ";") {
			if _, path, ok := strings.Cut(strings.TrimSpace(part), "file:_"); ok && len(ev.Fields) < 500 {
				ev.Add("file.path", path)
			}
		}
	}
	if service == "" && b.provider == "Microsoft-Windows-Kernel-File" {
		b.once("file.path", ev.Value("src.FilePath"))
		b.once("file.path", ev.Value("src.FileName"))
	}
	b.once("dll.name", baseName(ev.Value("dll.path")))
	name := baseName(ev.Value("file.path"))
	b.once("file.name", name)
	if dot := strings.LastIndexByte(name, '.'); dot > 0 && len(name)-dot <= 16 {
		b.once("file.extension", b.in.Lower(name[dot+1:]))
	}
}

// serviceName is the service that was installed or changed.
func (b *builder) serviceName(service string) string {
	if service != "system" && service != "security" {
		return ""
	}
	if name := b.firstOf(askServiceName); name != "" {
		return name
	}
	if b.id == "7036" || b.id == "7040" {
		return b.firstOf(askParam1)
	}
	return ""
}

// address adds an address when the text is one, with or without a port, as "::ffff:192.0.2.1" or plain.
func (b *builder) address(name, text string) {
	if text == "" || text == "-" {
		return
	}
	addr, err := netip.ParseAddr(text)
	if err != nil {
		with, err := netip.ParseAddrPort(text)
		if err != nil {
			return
		}
		addr = with.Addr()
	}
	b.text = addr.Unmap().WithZone("").AppendTo(b.text[:0])
	if string(b.text) != text {
		text = b.in.Keep(b.text)
	}
	b.once(name, text)
}

// port adds a port when it is one.
func (b *builder) port(name, text string) {
	if text == "" || text[0] < '0' || text[0] > '9' {
		return
	}
	if n, err := strconv.ParseUint(text, 10, 16); err == nil && n > 0 {
		b.number(name, text)
	}
}
