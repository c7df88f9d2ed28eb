package linux_test

import (
	"testing"

	"github.com/vedette-soc/vedette/internal/normalize/linux"
	"github.com/vedette-soc/vedette/internal/normalize/normalizetest"
)

func TestGolden(t *testing.T) { normalizetest.Golden(t, linux.NewSysmon(), linux.New()) }

func FuzzParse(f *testing.F) { normalizetest.Fuzz(f, linux.NewSysmon(), linux.New()) }

// An attacker chooses user names; what they hold must not be taken for an address.
func TestForgedUserName(t *testing.T) {
	n := normalizetest.New(t, linux.New())
	for _, line := range []string{
		"<38>Nov 23 14:10:50 web01 sshd[9]: Failed password for invalid user root from 10.9.9.9 port 1 ssh2 from 203.0.113.7 port 4022 ssh2",
		"<38>Nov 23 14:10:50 web01 sshd[9]: Invalid user a from 10.9.9.9 port 1 from 203.0.113.7 port 4022",
		"<38>Nov 23 14:10:50 web01 sshd[9]: Connection closed by invalid user x 10.9.9.9 port 1 203.0.113.7 port 4022 [preauth]",
	} {
		ev := normalizetest.Event(t, n, line)
		if ip, port := ev.Value("source.ip"), ev.Value("source.port"); ip != "203.0.113.7" || port != "4022" {
			t.Errorf("source is %s:%s of %q", ip, port, line)
		}
	}
}

// Messages cut short, as an attacker with an empty name or a full buffer leaves them.
func TestCutShort(t *testing.T) {
	n := normalizetest.New(t, linux.NewSysmon(), linux.New())
	for _, text := range []string{
		"User  not allowed because ", "Failed ", "Failed  for ", "Accepted x for  from ", "Invalid user ", "Connection closed by invalid user ",
		"maximum authentication attempts exceeded for ", "Address  POSSIBLE BREAK-IN", "Starting session: ", "pam_unix(sshd:auth): ",
		"error: PAM: Authentication failure for ", "message repeated 2 times: [", "reverse mapping checking [",
	} {
		ev := normalizetest.Event(t, n, "<38>Nov 23 14:10:50 web01 sshd[9]: "+text)
		if ev.Dataset != "linux.sshd" {
			t.Errorf("%q: %s", text, normalizetest.Format(ev))
		}
	}
	for _, text := range []string{"x : ", " : COMMAND=", "(", "(root) ", "() CMD (", "FAILED SU (to ", "+ ", "add '", "user  to group ", "password for  changed by "} {
		for _, app := range []string{"sudo", "su", "cron", "usermod", "login", "systemd", "kernel", "vsftpd"} {
			normalizetest.Check(t, normalizetest.Event(t, n, "<38>Nov 23 14:10:50 web01 "+app+": "+text))
		}
	}
	if len(n.Panics()) > 0 {
		t.Error(n.Panics())
	}
}

func BenchmarkSSHD(b *testing.B) {
	normalizetest.Bench(b, "<38>Nov 23 14:10:50 web01 sshd[2411]: Failed password for invalid user admin from 203.0.113.7 port 40112 ssh2",
		linux.NewSysmon(), linux.New())
}
