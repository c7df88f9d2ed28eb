package windows

import (
	"strconv"
	"strings"

	"github.com/vedette-soc/vedette"
)

// Security's audit events that tell the same as an event of Sysmon also get the fields under which rules look for it.
// Those of the audit event stay as they are.

// Categories of a value that was deleted. Never changed.
var registryDeleted = []string{"registry_event", "registry_delete"}

// audit completes events of the Security log that stand for a kind of event which other sensors report, too.
func (b *builder) audit() {
	switch b.id {
	case "4657":
		b.registryAudit()
	case "4688":
		b.processAudit()
	case "5156", "5157", "5158":
		b.networkAudit()
	}
}

// processAudit adds who the process runs as: whom it was started for, if given, else who started it.
func (b *builder) processAudit() {
	domain, name := known(b.get(askTargetDomainName)), known(b.get(askTargetUserName))
	logon := b.get(askTargetLogonID)
	if name == "" {
		domain, name = known(b.get(askSubjectDomainName)), known(b.get(askSubjectUserName))
	}
	if n, ok := parseNumber(logon); !ok || n == 0 {
		logon = b.get(askSubjectLogonID)
	}
	b.auditUser(domain, name)
	b.beside(askLogonID, "src.LogonId", logon)
}

// auditUser adds the account in one, as Sysmon writes it. The accounts of the system go by their sid, for their events
// name the computer instead.
func (b *builder) auditUser(domain, name string) {
	if known(b.get(askTargetUserName)) == "" || name == "" {
		switch b.get(askSubjectUserSid) {
		case "S-1-5-18":
			domain, name = "NT AUTHORITY", "SYSTEM"
		case "S-1-5-19":
			domain, name = "NT AUTHORITY", "LOCAL SERVICE"
		case "S-1-5-20":
			domain, name = "NT AUTHORITY", "NETWORK SERVICE"
		}
	}
	if name == "" {
		return
	}
	b.text = b.text[:0]
	if domain != "" {
		b.text = append(append(b.text, domain...), '\\')
	}
	b.text = append(b.text, name...)
	b.beside(askUser, "src.User", b.in.Keep(b.text))
}

// beside adds a field of the source that the event does not have itself.
func (b *builder) beside(a ask, name, value string) {
	if value != "" && b.place[a] == 0 {
		b.ev.AddField(vedette.Field{Name: name, Value: value})
	}
}

// networkAudit adds the process and the side that opened the connection.
func (b *builder) networkAudit() {
	b.once("process.executable", b.drivePath(b.get(askApplication)))
	switch b.get(askDirection) {
	case "%%14593":
		b.beside(askInitiated, "src.Initiated", "true")
	case "%%14592":
		b.beside(askInitiated, "src.Initiated", "false")
	}
	if word := transport(b.get(askProtocol)); word != "" {
		b.ev.AddField(vedette.Field{Name: "src.Protocol", Value: word})
	}
	six := "false"
	if strings.Contains(b.get(askSourceAddress), ":") {
		six = "true"
	}
	b.ev.AddField(vedette.Field{Name: "src.SourceIsIpv6", Value: six})
	b.ev.AddField(vedette.Field{Name: "src.DestinationIsIpv6", Value: six})
}

// drivePath gives the path of a program as other events do. The filtering platform names the volume instead of its
// letter; the folders of Windows, of programs and of users are on C by convention, other paths stay as they are.
func (b *builder) drivePath(path string) string {
	const device = `\device\harddiskvolume`
	if len(path) <= len(device) || !strings.EqualFold(path[:len(device)], device) {
		return path
	}
	at := strings.IndexByte(path[len(device):], '\\')
	if at < 0 {
		return path
	}
	rest := path[len(device)+at:]
	for _, folder := range [...]string{`\windows\`, `\program files`, `\users\`, `\programdata\`} {
		if len(rest) > len(folder) && strings.EqualFold(rest[:len(folder)], folder) {
			b.text = append(append(b.text[:0], "C:"...), rest...)
			return b.in.Keep(b.text)
		}
	}
	return path
}

// registryAudit writes the value that was set as Sysmon does: its path from a hive's short name, and its data.
func (b *builder) registryAudit() {
	key := b.get(askObjectName)
	path, ok := b.registryPath(key, b.get(askObjectValueName))
	if !ok {
		return
	}
	b.once("registry.path", path)
	change := "SetValue"
	if b.get(askOperationType) == "%%1906" {
		change = "DeleteValue"
		b.ev.Logsource.Categories = registryDeleted
	} else {
		b.once("registry.data.strings", b.registryData(b.get(askNewValueType), b.get(askNewValue)))
	}
	b.beside(askEventType, "src.EventType", change)
	b.auditUser(known(b.get(askSubjectDomainName)), known(b.get(askSubjectUserName)))
}

// registryPath turns the kernel's name of a key into the usual one: \REGISTRY\MACHINE is HKLM, \REGISTRY\USER is HKU,
// and the control set in use goes by its name.
func (b *builder) registryPath(key, value string) (string, bool) {
	rest, hive := "", ""
	for _, root := range [...][2]string{{`\REGISTRY\MACHINE`, "HKLM"}, {`\REGISTRY\USER`, "HKU"}} {
		if n := len(root[0]); len(key) > n && strings.EqualFold(key[:n], root[0]) && key[n] == '\\' {
			hive, rest = root[1], key[n:]
		}
	}
	if hive == "" {
		return "", false
	}
	b.text = append(b.text[:0], hive...)
	const set = `\SYSTEM\ControlSet00`
	if hive == "HKLM" && len(rest) > len(set) && strings.EqualFold(rest[:len(set)], set) {
		b.text = append(append(b.text, rest[:len(`\SYSTEM\`)]...), "CurrentControlSet"...)
		rest = rest[len(set)+1:]
	}
	b.text = append(b.text, rest...)
	if value != "" {
		b.text = append(append(b.text, '\\'), value...)
	}
	return b.in.Keep(b.text), true
}

// registryData writes data as Sysmon does: numbers by their kind, text as it stands.
func (b *builder) registryData(kind, data string) string {
	switch kind {
	case "%%1875", "REG_BINARY":
		return "Binary Data"
	case "%%1876", "REG_DWORD":
		if n, ok := parseNumber(data); ok {
			b.text = appendHex(append(b.text[:0], "DWORD (0x"...), n)
			return b.in.Keep(append(b.text, ')'))
		}
	case "%%1883", "REG_QWORD":
		if n, ok := parseNumber(data); ok {
			b.text = appendHex(append(b.text[:0], "QWORD (0x"...), n>>32)
			b.text = appendHex(append(b.text, "-0x"...), n&0xffffffff)
			return b.in.Keep(append(b.text, ')'))
		}
	}
	return data
}

// appendHex appends eight hexadecimal digits, or as many as there are.
func appendHex(to []byte, n uint64) []byte {
	for shift := 28; shift > 0 && n>>shift == 0; shift -= 4 {
		to = append(to, '0')
	}
	return strconv.AppendUint(to, n, 16)
}
