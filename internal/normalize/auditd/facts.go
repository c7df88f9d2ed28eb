package auditd

import (
	"encoding/hex"
	"net/netip"
	"path"
	"strconv"
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// facts gathers what the records of one event say together.
type facts struct {
	kind       string // of the first record that says what happened
	syscall    string
	exe        string
	title      string
	cwd        string
	created    string
	executed   bool
	root       bool // the user's id is 0
	success    string
	args       []string
	remote     netip.AddrPort
	acct, addr string
}

// maxArgs is how many arguments of one command are kept.
const maxArgs = 512

// read adds the fields of one record under their own names, and remembers what concerns the whole event.
func (f *facts) read(r record, ev *vedette.Event) {
	ev.Add("src.type", r.kind)
	if f.kind == "" || r.kind != "PATH" && r.kind != "CWD" && r.kind != "PROCTITLE" && f.kind != "EXECVE" {
		f.kind = r.kind
	}
	var parts []string
	path, kind := "", ""
	normalize.Pairs(r.body, func(key, value string, quote byte) {
		if len(key) > 64 {
			return
		}
		if key == "msg" && quote == '\'' {
			normalize.Pairs(value, func(key, value string, quote byte) { f.field(r.kind, key, value, quote, ev) })
			return
		}
		if r.kind == "EXECVE" && key[0] == 'a' {
			if _, _, chunk := strings.Cut(key, "["); chunk {
				parts = append(parts, decodeHex(value, quote))
				return
			}
			if strings.HasSuffix(key, "_len") {
				return
			}
		}
		value = f.field(r.kind, key, value, quote, ev)
		switch key {
		case "name":
			path = value
		case "nametype":
			kind = value
		}
	})
	if len(parts) > 0 {
		long := strings.Join(parts, "")
		ev.Add("src.a"+strconv.Itoa(len(f.args)), long)
		f.args = append(f.args, long)
	}
	if r.kind == "PATH" && kind == "CREATE" {
		f.created = path
	}
	if r.kind == "EXECVE" {
		f.executed = true
	}
}

// field adds one field and remembers it when it matters for the whole.
func (f *facts) field(kind, key, value string, quote byte, ev *vedette.Event) string {
	if untrusted(kind, key) {
		value = decodeHex(value, quote)
	}
	ev.Add(vedette.SourcePrefix+key, value)
	switch key {
	case "syscall":
		f.syscall = value
	case "SYSCALL":
		f.syscall = value
	case "exe":
		f.exe = value
	case "cwd":
		f.cwd = value
	case "proctitle", "cmd":
		f.title = value
	case "success", "res", "result":
		f.success = value
	case "acct":
		f.acct = value
	case "addr":
		f.addr = value
	case "saddr":
		f.remote = socketAddress(value)
	case "pid":
		normalize.AddNumber(ev, "process.pid", value)
	case "ppid":
		normalize.AddNumber(ev, "process.parent.pid", value)
	case "comm":
		ev.Add("process.name", value)
	case "uid":
		normalize.AddNumber(ev, "user.id", value)
		if value == "0" {
			f.root = true
		}
	case "UID":
		ev.Add("user.name", value)
	}
	if kind == "EXECVE" && len(key) > 1 && key[0] == 'a' && normalize.IsNumber(key[1:]) && len(f.args) < maxArgs {
		f.args = append(f.args, value)
	}
	return value
}

// untrusted tells whether the audit system writes a field as hexadecimal digits when its value is not plain.
func untrusted(kind, key string) bool {
	switch key {
	case "proctitle", "exe", "comm", "name", "cwd", "cmd", "acct", "key", "path", "dir", "data", "ocomm", "grp":
		return true
	}
	return kind == "EXECVE" && key != "argc" && key[0] == 'a'
}

// decodeHex decodes a bare value of upper-case hexadecimal digits; zeros between arguments become blanks.
func decodeHex(value string, quote byte) string {
	if quote != 0 || len(value) < 2 || len(value)%2 != 0 || strings.Trim(value, "0123456789ABCDEF") != "" {
		return value
	}
	b, err := hex.DecodeString(value)
	if err != nil {
		return value
	}
	text := strings.TrimRight(string(b), "\x00")
	return strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", " "), "\ufffd")
}

// socketAddress reads the sockaddr of a system call, written as hexadecimal digits.
func socketAddress(digits string) netip.AddrPort {
	b, err := hex.DecodeString(digits)
	if err != nil || len(b) < 8 {
		return netip.AddrPort{}
	}
	port := uint16(b[2])<<8 | uint16(b[3])
	switch {
	case b[0] == 2 && b[1] == 0:
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte(b[4:8])), port)
	case b[0] == 10 && b[1] == 0 && len(b) >= 24:
		return netip.AddrPortFrom(netip.AddrFrom16([16]byte(b[8:24])).Unmap(), port)
	}
	return netip.AddrPort{}
}

// addressPort reads an address and a port; the result is not valid when one of them is not.
func addressPort(address, port string) netip.AddrPort {
	a, err := netip.ParseAddr(address)
	p, err2 := strconv.ParseUint(port, 10, 16)
	if err != nil || err2 != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(a, uint16(p))
}

// conclude adds what the whole event means.
func (f *facts) conclude(ev *vedette.Event) {
	name := f.syscall
	if known := syscallNames[name]; known != "" && strings.TrimPrefix(ev.Value("src.arch"), "0x") == "c000003e" {
		name = known
		if _, has := ev.Get("src.SYSCALL"); !has {
			ev.Add("src.SYSCALL", name)
		}
	}
	if f.exe != "" {
		ev.Add("process.executable", f.exe)
	}
	if f.cwd != "" {
		ev.Add("process.working_directory", f.cwd)
	}
	if _, named := ev.Get("user.name"); f.root && !named {
		ev.Add("user.name", "root")
	}
	if f.success != "" {
		normalize.AddOutcome(ev, f.success == "yes" || f.success == "success" || f.success == "1")
	}
	switch {
	case f.executed || name == "execve" || name == "execveat":
		f.process(ev)
	case f.created != "":
		f.file(ev)
	case f.remote.IsValid() && (name == "connect" || name == ""):
		f.connection(ev)
	default:
		f.user(ev)
	}
}

// process files the start of a process.
func (f *facts) process(ev *vedette.Event) {
	line := strings.Join(f.args, " ")
	if line == "" {
		line = f.title
	}
	if line != "" {
		ev.Add("process.command_line", line)
	}
	if f.exe == "" && len(f.args) > 0 && strings.HasPrefix(f.args[0], "/") {
		ev.Add("process.executable", f.args[0])
	}
	ev.Logsource.Categories = []string{"process_creation"}
	ev.Add("event.category", "process")
	ev.Add("event.type", "start")
	ev.Add("event.action", "process_started")
	normalize.Classify(ev, normalize.ClassProcess, 1)
}

// file files the making of a file.
func (f *facts) file(ev *vedette.Event) {
	name := f.created
	if !strings.HasPrefix(name, "/") && f.cwd != "" {
		name = path.Join(f.cwd, name)
	}
	ev.Add("file.path", name)
	ev.Logsource.Categories = []string{"file_event"}
	ev.Add("event.category", "file")
	ev.Add("event.action", "file_created")
	normalize.Classify(ev, normalize.ClassFileActivity, 1)
}

// connection files an outgoing connection.
func (f *facts) connection(ev *vedette.Event) {
	ev.Add("destination.ip", f.remote.Addr().String())
	ev.AddKind("destination.port", strconv.Itoa(int(f.remote.Port())), vedette.KindNumber)
	ev.Add("src.Initiated", "true")
	ev.Logsource.Categories = []string{"network_connection"}
	ev.Add("event.category", "network")
	ev.Add("event.action", "connection")
	normalize.Classify(ev, normalize.ClassNetwork, 1)
}

// userActions says what records of user space are about.
var userActions = map[string]struct {
	category, action string
	class            normalize.Class
	activity         int
}{
	"USER_AUTH": {"authentication", "pam_auth", normalize.ClassAuthentication, 1}, "USER_LOGIN": {"authentication", "login", normalize.ClassAuthentication, 1},
	"USER_ACCT": {"authentication", "account_check", 0, 0}, "USER_ERR": {"authentication", "pam_error", normalize.ClassAuthentication, 1},
	"USER_START": {"session", "session_opened", normalize.ClassAuthentication, 1}, "USER_END": {"session", "session_closed", normalize.ClassAuthentication, 2},
	"USER_LOGOUT": {"session", "logout", normalize.ClassAuthentication, 2}, "LOGIN": {"session", "login_id", 0, 0},
	"ADD_USER": {"iam", "user_created", normalize.ClassAccountChange, 1}, "DEL_USER": {"iam", "user_deleted", normalize.ClassAccountChange, 6},
	"ADD_GROUP": {"iam", "group_created", normalize.ClassGroupManagement, 6}, "DEL_GROUP": {"iam", "group_deleted", normalize.ClassGroupManagement, 5},
	"USER_CHAUTHTOK": {"iam", "password_changed", normalize.ClassAccountChange, 3}, "USER_MGMT": {"iam", "user_changed", normalize.ClassAccountChange, 99},
	"GRP_MGMT": {"iam", "group_changed", normalize.ClassGroupManagement, 99}, "CONFIG_CHANGE": {"configuration", "audit_changed", 0, 0},
	"USER_CMD": {"process", "sudo", 0, 0}, "SERVICE_START": {"process", "service_started", 0, 0}, "SERVICE_STOP": {"process", "service_stopped", 0, 0},
	"ANOM_PROMISCUOUS": {"configuration", "promiscuous_mode", 0, 0}, "KERN_MODULE": {"driver", "module_loaded", normalize.ClassKernel, 99},
}

// user files what a record of user space, or any other, is about.
func (f *facts) user(ev *vedette.Event) {
	if f.acct != "" && f.acct != "(unknown)" && f.acct != "?" {
		ev.Add("user.name", f.acct)
	}
	if f.addr != "" {
		normalize.AddAddress(ev, "source", f.addr)
	}
	if f.title != "" && f.kind == "USER_CMD" {
		ev.Add("process.command_line", f.title)
	} else if f.title != "" {
		ev.Add("process.title", f.title)
	}
	about, ok := userActions[f.kind]
	if !ok {
		ev.Add("event.action", strings.ToLower(f.kind))
		return
	}
	ev.Add("event.category", about.category)
	ev.Add("event.action", about.action)
	if about.class != 0 {
		normalize.Classify(ev, about.class, about.activity)
	}
}

// syscallNames names the system calls of x86-64 that rules ask for.
var syscallNames = map[string]string{
	"0": "read", "1": "write", "2": "open", "41": "socket", "42": "connect", "43": "accept", "44": "sendto", "49": "bind",
	"50": "listen", "56": "clone", "57": "fork", "58": "vfork", "59": "execve", "62": "kill", "76": "truncate",
	"77": "ftruncate", "80": "chdir", "82": "rename", "83": "mkdir", "84": "rmdir", "85": "creat", "86": "link",
	"87": "unlink", "88": "symlink", "90": "chmod", "91": "fchmod", "92": "chown", "93": "fchown", "94": "lchown",
	"99": "sysinfo", "135": "personality", "156": "sysctl", "103": "syslog", "133": "mknod", "259": "mknodat", "132": "utime", "235": "utimes", "261": "futimesat", "305": "clock_adjtime",
	"101": "ptrace", "105": "setuid", "106": "setgid", "113": "setreuid", "117": "setresuid", "155": "pivot_root",
	"159": "adjtimex", "161": "chroot", "164": "settimeofday", "165": "mount", "166": "umount2", "169": "reboot",
	"170": "sethostname", "171": "setdomainname", "175": "init_module", "176": "delete_module", "188": "setxattr",
	"189": "lsetxattr", "190": "fsetxattr", "197": "removexattr", "227": "clock_settime", "257": "openat", "258": "mkdirat",
	"263": "unlinkat", "264": "renameat", "265": "linkat", "266": "symlinkat", "268": "fchmodat", "260": "fchownat",
	"272": "unshare", "280": "utimensat", "308": "setns", "310": "process_vm_readv", "311": "process_vm_writev",
	"313": "finit_module", "316": "renameat2", "319": "memfd_create", "321": "bpf", "322": "execveat", "435": "clone3",
	"437": "openat2",
}
