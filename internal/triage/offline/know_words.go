package offline

import (
	"strings"

	vedette "github.com/vedette-soc/vedette"
)

// word is something that names of alerts say, and what it means. All of its parts must occur, each at the beginning of a
// word; parts are separated by "+", and "a|b" is either.
type word struct {
	parts      string
	severity   vedette.Severity
	family     vedette.Family
	tactic     string
	techniques string
	daily      bool // happens every day: speaks for nothing
}

func (w *word) in(text string) bool {
	for part := range strings.SplitSeq(w.parts, "+") {
		found := false
		for either := range strings.SplitSeq(part, "|") {
			found = found || strings.Contains(text, " "+either)
		}
		if !found {
			return false
		}
	}
	return true
}

// words is never written. The words are those that rule sets of Wazuh, OSSEC, Suricata, Snort, Emerging Threats, Falco,
// AMiner, Zeek and antivirus products use for classes of things (ET's categories and classtypes, Wazuh's groups, names of
// the records of the Linux audit system), with the ATT&CK techniques that those classes stand for.
var words = []word{
	// Daily business.
	{parts: "authentication success|login success|successful login|logon success|accepted password|accepted publickey", daily: true},
	{parts: "update|updated|upgrade", daily: true},
	{parts: "session closed|logged out|logoff", daily: true},
	{parts: "et info|et policy|et games|et chat|et p2p", daily: true},
	{parts: "tls invalid|stream|invalid record|invalid handshake|applayer|checksum", daily: true},
	{parts: "ignoring now|ids event", daily: true},
	{parts: "permission check|agent started|agent stopped|ossec server started|new dpkg|package installed", daily: true},

	// Looking around.
	{"scan|scanner|scanning|portscan|sweep", vedette.Medium, vedette.FamilySpread, "reconnaissance", "T1595 T1046", false},
	{"nmap|masscan|zmap|nessus|openvas|nikto|zap proxy|acunetix|wpscan|dirbuster|gobuster|ffuf|sqlmap|nuclei", vedette.Medium, vedette.FamilySpread, "reconnaissance", "T1595.002", false},
	{"recon|attempted recon|reconnaissance|enumerat|discovery", vedette.Medium, vedette.FamilySpread, "discovery", "T1046", false},
	{"400 error|404 error|403 error|forbidden file|forbidden directory|file not found", vedette.Low, vedette.FamilySpread, "reconnaissance", "T1595.003", false},
	{"forbidden", vedette.Low, vedette.FamilyRule, "reconnaissance", "T1595.003", false},
	{"500 error|internal error|502 error|503 error", vedette.Low, vedette.FamilyRule, "initial-access", "T1190", false},
	{"zone transfer|axfr", vedette.Medium, vedette.FamilyRule, "reconnaissance", "T1590.002", false},
	{"user agent+possible|suspicious|unusual|entropy", vedette.Low, vedette.FamilyRule, "reconnaissance", "T1595", false},

	// Web.
	{"web attack|attempted web|web application attack|et web server|et web specific", vedette.High, vedette.FamilyRule, "initial-access", "T1190", false},
	{"sql injection|sqli|xss|cross site|directory traversal|path traversal|file inclusion|lfi|rfi|command injection|code injection|ssrf|xxe|deserialization|log4j|jndi|shellshock", vedette.High, vedette.FamilyRule, "initial-access", "T1190", false},
	{"suspicious url|suspicious uri|suspicious request|malicious url", vedette.Medium, vedette.FamilyRule, "initial-access", "T1190", false},
	{"webshell|web shell|backdoor", vedette.Critical, vedette.FamilyRule, "persistence", "T1505.003", false},
	{"exploit|attempted admin|attempted user|shellcode|buffer overflow|rce|remote code|cve", vedette.High, vedette.FamilyRule, "initial-access", "T1190", false},
	{"request method|status code|response code", vedette.Low, vedette.FamilyNovelty, "reconnaissance", "T1595.003", false},
	{"access|request|uri|url|query string+character|entropy|length", vedette.Low, vedette.FamilyNovelty, "initial-access", "T1190", false},
	{"entropy+request|uri|url|parameter", vedette.Medium, vedette.FamilyNovelty, "persistence", "T1505.003", false},
	{"upload+suspicious|php|executable|script", vedette.High, vedette.FamilyRule, "persistence", "T1505.003", false},
	{"deface|defacement|web page changed", vedette.High, vedette.FamilyRule, "impact", "T1491", false},

	// Passwords and logins.
	{"brute force|bruteforce|multiple auth|multiple failed|multiple authentication|password guess|password spray|credential stuffing|hydra|medusa", vedette.Medium, vedette.FamilyIdentity, "credential-access", "T1110", false},
	{"login failed|login failure|authentication fail|auth fail|failed password|failed login|logon failure|invalid user|invalid password|wrong password|non existent user", vedette.Low, vedette.FamilyIdentity, "credential-access", "T1110.001", false},
	{"login attempt|insecure connection attempt", vedette.Low, vedette.FamilyIdentity, "credential-access", "T1110", false},
	{"credential dump|lsass|mimikatz|sam dump|ntds|dcsync|hash dump|pass the hash|kerberoast|as rep|golden ticket", vedette.Critical, vedette.FamilyRule, "credential-access", "T1003", false},
	{"impossible travel|unfamiliar location|leaked credential|mfa fatigue|token theft", vedette.High, vedette.FamilyIdentity, "initial-access", "T1078", false},
	{"session opened|login session", vedette.Info, vedette.FamilyIdentity, "", "T1078", false},
	{"cpu|processor|gpu+value|usage|load|high|unusual|range|average", vedette.Low, vedette.FamilyVolume, "impact", "T1496", false},

	// Becoming somebody else. The names with an underscore are records of the Linux audit system.
	{"sudo", vedette.Low, vedette.FamilyIdentity, "privilege-escalation", "T1548.003", false},
	{"sudo+first time", vedette.Medium, vedette.FamilyIdentity, "privilege-escalation", "T1548.003", false},
	{"privilege escalation|privilege gain|elevation of privilege|suid|setuid|setcap|uac bypass|admin gain|user gain", vedette.High, vedette.FamilyIdentity, "privilege-escalation", "T1068 T1548", false},
	{"changed uid|changed user|su session|switch user|su root|user successfully changed", vedette.Medium, vedette.FamilyIdentity, "privilege-escalation", "T1548 T1078", false},
	{"user cmd|cred refr", vedette.Low, vedette.FamilyIdentity, "privilege-escalation", "T1548.003", false},
	{"user auth|user acct|user login|user start|user end|cred acq|cred disp", vedette.Low, vedette.FamilyIdentity, "privilege-escalation", "T1078", false},
	{"group added|user added|account created|new user added|add user|add group", vedette.Medium, vedette.FamilyIdentity, "persistence", "T1136", false},
	{"admin group|domain admins|administrators group", vedette.High, vedette.FamilyIdentity, "persistence", "T1098", false},

	// Running and staying.
	{"reverse shell|bind shell|shell spawn|terminal shell|spawned shell|shell in container", vedette.High, vedette.FamilyRule, "execution", "T1059", false},
	{"powershell|encoded command|wscript|mshta|rundll32|regsvr32|certutil|lolbin", vedette.Medium, vedette.FamilyRule, "execution", "T1059", false},
	{"service start|service created|service installed|new service", vedette.Low, vedette.FamilyRule, "persistence", "T1543", false},
	{"cron|scheduled task|crontab|at job", vedette.Low, vedette.FamilyRule, "persistence", "T1053", false},
	{"rootkit|kernel module|insmod|ld preload", vedette.High, vedette.FamilyRule, "persistence", "T1547.006 T1014", false},
	{"persistence|autorun|run key|startup folder|authorized keys", vedette.Medium, vedette.FamilyRule, "persistence", "T1547", false},
	{"process injection|code injected|hollowing", vedette.High, vedette.FamilyRule, "defense-evasion", "T1055", false},

	// Hiding and breaking.
	{"service stop|service stopped|audit stopped|logging stopped|antivirus disabled|firewall disabled|tamper", vedette.Low, vedette.FamilyRule, "defense-evasion", "T1562 T1489", false},
	{"log cleared|logs cleared|log deleted|audit log was cleared|history cleared", vedette.High, vedette.FamilyRule, "defense-evasion", "T1070", false},
	{"ransom|ransomware|shadow copies|mass encrypt|wiper", vedette.Critical, vedette.FamilyRule, "impact", "T1486", false},
	{"miner|cryptomin|coinminer|xmrig", vedette.High, vedette.FamilyRule, "impact", "T1496", false},
	{"dos attack|ddos|denial of service|et dos|flood", vedette.Medium, vedette.FamilyVolume, "impact", "T1498", false},
	{"container escape|privileged container|host mount", vedette.High, vedette.FamilyRule, "privilege-escalation", "T1611", false},

	// Malware and its masters.
	{"trojan|malware|virus found|virus detected|infected|worm|spyware|et mobile malware|rat activity|stealer|loader|cobalt|meterpreter|metasploit|sliver", vedette.High, vedette.FamilyRule, "execution", "T1204", false},
	{"c2|cnc|c c|command and control|beacon|botnet|et malware", vedette.High, vedette.FamilyRule, "command-and-control", "T1071", false},
	{"et compromised|et cins|et drop|et ciarmy|known bad|blacklist|blocklist|reputation|threat intel", vedette.Medium, vedette.FamilyIntel, "command-and-control", "T1071", false},
	{"tor|onion|anonymizer+exit|network|proxy|domain|relay|traffic", vedette.Medium, vedette.FamilyIntel, "command-and-control", "T1090.003", false},
	{"phish|credential harvest|spearphish", vedette.High, vedette.FamilyRule, "initial-access", "T1566", false},
	{"et attack response|attack response|successful admin|successful user|id check returned root", vedette.High, vedette.FamilyRule, "execution", "T1059", false},
	{"adware|pup|potentially unwanted", vedette.Low, vedette.FamilyRule, "execution", "T1204", false},
	{"suspicious domain|dyndns|dynamic dns|dga|newly registered", vedette.Low, vedette.FamilyRule, "command-and-control", "T1568", false},
	{"tld", vedette.Info, vedette.FamilyNovelty, "command-and-control", "T1568", false},

	// Moving on and carrying away.
	{"lateral movement|psexec|wmiexec|smbexec|remote service|admin share|rdp hijack|winrm", vedette.High, vedette.FamilyRule, "lateral-movement", "T1021", false},
	{"exfiltrat|data theft|data leak|large upload|data loss", vedette.High, vedette.FamilyExfil, "exfiltration", "T1041 T1048", false},
	{"dns tunnel|dns exfil|iodine|dnscat|dnsteal|long dns", vedette.High, vedette.FamilyExfil, "exfiltration", "T1048.003 T1071.004", false},
	{"dns+entropy", vedette.Medium, vedette.FamilyExfil, "exfiltration", "T1048.003 T1071.004", false},
	{"dns+character|query record|frequenc", vedette.Low, vedette.FamilyExfil, "command-and-control", "T1071.004", false},
	{"dns+new ip|query ips", vedette.Low, vedette.FamilyNovelty, "command-and-control", "T1071.004", false},
	{"archive|staging|rar with password|7z", vedette.Low, vedette.FamilyRule, "collection", "T1560", false},

	// What detectors of the unknown say of themselves.
	{"first time|never seen|new event type|unseen|new process|rare", vedette.Low, vedette.FamilyNovelty, "", "", false},
	{"unusual|anomal|deviat|out of expected|outlier", vedette.Low, vedette.FamilyVolume, "", "", false},
	{"multiple|repeated|burst|rate", vedette.Low, vedette.FamilyVolume, "", "", false},
}
