package offline_test

import (
	"slices"
	"testing"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/triage/offline"
)

// Names of many products, none of which the table was made for.
func TestKnow(t *testing.T) {
	for _, c := range []struct {
		name      string
		severity  vedette.Severity
		technique string
	}{
		{"ET SCAN NMAP -sS window 1024", vedette.Medium, "T1595"},
		{"GPL SNMP public access udp", vedette.Low, ""},
		{"ET MALWARE Cobalt Strike Beacon Observed", vedette.High, "T1071"},
		{"ET WEB_SERVER Possible SQL Injection Attempt SELECT FROM", vedette.High, "T1190"},
		{"ET INFO Observed DNS Query to .cloud TLD", vedette.Info, "T1568"},
		{"Possible webshell upload detected", vedette.Critical, "T1505.003"},
		{"sshd: authentication success.", vedette.Info, ""},
		{"Dovecot Authentication Success.", vedette.Info, ""},
		{"syslog: User authentication failure.", vedette.Low, "T1110.001"},
		{"sshd: brute force trying to get access to the system.", vedette.Medium, "T1110"},
		{"Successful sudo to ROOT executed.", vedette.Low, "T1548.003"},
		{"Terminal shell in container", vedette.High, "T1059"},
		{"Log clearing: the audit log was cleared", vedette.High, "T1070"},
		{"DNS tunneling suspected", vedette.High, "T1048.003"},
		{"Ransomware behavior blocked", vedette.Critical, "T1486"},
		{"Something nobody ever named", vedette.Low, ""},
		{"", vedette.Low, ""},
	} {
		k := offline.Know(c.name)
		if k.Severity != c.severity {
			t.Errorf("%q is %s, want %s", c.name, k.Severity, c.severity)
		}
		if c.technique != "" && !slices.Contains(k.Techniques, c.technique) {
			t.Errorf("%q has the techniques %v, want %s among them", c.name, k.Techniques, c.technique)
		}
	}
}

func TestNamesOfProductsAreRead(t *testing.T) {
	a := offline.Named("Wazuh: PAM: User login failed.")
	if a.Source != "wazuh" || a.RuleID != "wazuh-pam-user-login-failed" || a.RuleTitle != "Wazuh: PAM: User login failed." {
		t.Errorf("%+v", a)
	}
}
