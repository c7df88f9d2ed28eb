package entity

import (
	"fmt"
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"

	vedette "github.com/vedette-soc/vedette"
)

// maxName is the longest name an entity can have, in bytes.
const maxName = 256

// shown writes out what nobody sees in a name, as "(u+200b)", so that a name which reads like another is told from it
// wherever it is shown or stored.
func shown(name string) string {
	if strings.IndexFunc(name, unseen) < 0 {
		return name
	}
	var b strings.Builder
	for _, c := range vedette.Cut(name, maxName) {
		if unseen(c) {
			fmt.Fprintf(&b, "(u+%04x)", c)
		} else {
			b.WriteRune(c)
		}
	}
	return b.String()
}

// unseen tells characters that are left out when a name is shown or stored; bytes that are no text are among them.
func unseen(c rune) bool {
	return c == utf8.RuneError || c >= utf8.RuneSelf && unicode.In(c, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp) || unicode.IsControl(c)
}

// Host normalises a machine's name, or returns "" for names that say nothing.
func Host(name string) string {
	name = strings.ToLower(strings.TrimSuffix(shown(strings.TrimSpace(name)), "."))
	if addr, err := netip.ParseAddr(name); err == nil {
		return addr.Unmap().String()
	}
	short, _, _ := strings.Cut(name, ".")
	switch short {
	case "", "-", "localhost", "unknown", "none", "null", "(none)":
		return ""
	}
	if strings.Trim(short, "0123456789") == "" {
		return vedette.Cut(name, maxName) // "7.rack.example": the number alone would not be a name
	}
	return vedette.Cut(short, maxName)
}

// User normalises an account's name, or returns "" for machine accounts and for those of the operating system itself.
func User(name string) string {
	name = strings.ToLower(shown(strings.TrimSpace(name)))
	if i := strings.LastIndexAny(name, `\/`); i >= 0 {
		name = name[i+1:]
	}
	if at := strings.IndexByte(name, '@'); at > 0 {
		name = name[:at]
	}
	if name == "" || strings.HasSuffix(name, "$") || strings.HasPrefix(name, "s-1-") || isSystemAccount(name) {
		return ""
	}
	return vedette.Cut(name, maxName)
}

// isSystemAccount knows the accounts that an operating system uses for itself, and the ways of writing "nobody".
func isSystemAccount(name string) bool {
	switch name {
	case "-", "system", "système", "sistema", "local service", "network service", "localservice", "networkservice",
		"anonymous logon", "anonymous", "unknown", "(unknown)", "null", "none", "(null)", "n/a", "unset", "?",
		"trustedinstaller", "font driver host", "window manager":
		return true
	}
	return numbered(name, "dwm-") || numbered(name, "umfd-")
}

func numbered(name, prefix string) bool {
	rest, ok := strings.CutPrefix(name, prefix)
	return ok && rest != "" && strings.Trim(rest, "0123456789") == ""
}

// CommonAccount tells whether an account of this name exists on most machines, so that two machines sharing it have
// nothing in common.
func CommonAccount(name string) bool {
	switch name {
	case "root", "administrator", "admin", "administrateur", "administrador", "guest", "user", "test", "ubuntu",
		"debian", "centos", "ec2-user", "azureuser", "vagrant", "pi", "nobody", "daemon", "www-data", "nginx", "apache",
		"httpd", "postgres", "mysql", "oracle", "git", "ftp", "backup", "support", "operator", "default", "defaultuser":
		return true
	}
	return false
}

// Address reads an address, with or without a port, and returns its shortest form. It is false for text that is no
// address and for addresses that name nobody: unspecified, loopback, multicast, broadcast.
func Address(text string) (netip.Addr, bool) {
	if text == "" || text == "-" {
		return netip.Addr{}, false
	}
	addr, err := netip.ParseAddr(text)
	if err != nil {
		with, err := netip.ParseAddrPort(text)
		if err != nil {
			return netip.Addr{}, false
		}
		addr = with.Addr()
	}
	addr = addr.Unmap().WithZone("")
	if addr.IsUnspecified() || addr.IsLoopback() || addr.IsMulticast() || addr == broadcast {
		return netip.Addr{}, false
	}
	return addr, true
}

var broadcast = netip.AddrFrom4([4]byte{255, 255, 255, 255})

// Domain normalises a domain name, or returns "" for single labels, addresses and reverse lookups.
func Domain(name string) string {
	name = strings.ToLower(strings.TrimSuffix(shown(strings.TrimSpace(name)), "."))
	if !strings.Contains(name, ".") || strings.HasSuffix(name, ".arpa") || strings.ContainsAny(name, " /\\") {
		return ""
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return ""
	}
	if _, err := netip.ParseAddrPort(name); err == nil {
		return ""
	}
	return vedette.Cut(name, maxName)
}

// Path normalises the path of a file or program. Windows paths ignore case, others do not.
func Path(path string) string {
	path = shown(strings.Trim(strings.TrimSpace(path), `"`))
	if path == "-" {
		return ""
	}
	if strings.Contains(path, `\`) {
		path = strings.ToLower(strings.TrimPrefix(path, `\??\`))
	}
	return vedette.Cut(path, maxName)
}
