package detect

// wakes says which source, and which setting of it, gives events of a log source; empty when that is not known.
func wakes(l Logsource) string {
	table := wakeHints()
	for _, key := range []string{l.Product + "/" + l.Category, l.Product + "//" + l.Service, "/" + l.Category, l.Product} {
		if hint := table[key]; hint != "" && key != "/" {
			return hint
		}
	}
	return ""
}

// wakeHints are by product/category, product//service, /category, or product alone.
func wakeHints() map[string]string {
	return map[string]string{
		"windows/process_creation":                      "Sysmon event 1, or Security event 4688 with the command line included (Audit Process Creation)",
		"windows/process_access":                        "Sysmon event 10",
		"windows/process_tampering":                     "Sysmon event 25",
		"windows/process_termination":                   "Sysmon event 5, or Security event 4689",
		"windows/network_connection":                    "Sysmon event 3, or Security event 5156 (Audit Filtering Platform Connection)",
		"windows/dns_query":                             "Sysmon event 22",
		"windows/image_load":                            "Sysmon event 7 with ImageLoad rules in its configuration",
		"windows/driver_load":                           "Sysmon event 6",
		"windows/file_event":                            "Sysmon event 11",
		"windows/file_delete":                           "Sysmon events 23 and 26",
		"windows/file_change":                           "Sysmon event 2",
		"windows/file_rename":                           "a sensor that reports renamed files; Sysmon does not",
		"windows/file_access":                           "a sensor that reports opened files, such as the Kernel-File trace; Sysmon does not",
		"windows/file_executable_detected":              "Sysmon event 29",
		"windows/registry_event":                        "Sysmon events 12 to 14",
		"windows/registry_set":                          "Sysmon event 13, or Security event 4657 (Audit Registry)",
		"windows/registry_add":                          "Sysmon event 12",
		"windows/registry_delete":                       "Sysmon event 12",
		"windows/registry_rename":                       "Sysmon event 14",
		"windows/create_remote_thread":                  "Sysmon event 8",
		"windows/create_stream_hash":                    "Sysmon event 15",
		"windows/raw_access_thread":                     "Sysmon event 9",
		"windows/pipe_created":                          "Sysmon events 17 and 18",
		"windows/wmi_event":                             "Sysmon events 19 to 21",
		"windows/sysmon_status":                         "Sysmon events 4 and 16",
		"windows/sysmon_error":                          "Sysmon event 255",
		"windows/ps_script":                             "PowerShell/Operational event 4104 (Turn on PowerShell Script Block Logging)",
		"windows/ps_module":                             "PowerShell/Operational event 4103 (Turn on Module Logging)",
		"windows/ps_classic_start":                      "the classic log Windows PowerShell, event 400",
		"windows/ps_classic_provider_start":             "the classic log Windows PowerShell, event 600",
		"windows/antivirus":                             "the channel of the virus scanner",
		"windows//security":                             "the channel Security",
		"windows//system":                               "the channel System",
		"windows//application":                          "the channel Application",
		"windows//powershell":                           "the channel Microsoft-Windows-PowerShell/Operational",
		"windows//powershell-classic":                   "the channel Windows PowerShell",
		"windows//sysmon":                               "Sysmon",
		"windows//windefend":                            "the channel Microsoft-Windows-Windows Defender/Operational",
		"windows//firewall-as":                          "the channel Microsoft-Windows-Windows Firewall With Advanced Security/Firewall",
		"windows//bits-client":                          "the channel Microsoft-Windows-Bits-Client/Operational",
		"windows//codeintegrity-operational":            "the channel Microsoft-Windows-CodeIntegrity/Operational",
		"windows//dns-client":                           "the channel Microsoft-Windows-DNS Client Events/Operational, which is off at first",
		"windows//dns-server":                           "the channel DNS Server",
		"windows//ldap":                                 "the channel Microsoft-Windows-LDAP-Client/Debug, which is off at first",
		"windows//msexchange-management":                "the channel MSExchange Management",
		"windows//ntlm":                                 "the channel Microsoft-Windows-NTLM/Operational, with auditing of NTLM switched on",
		"windows//taskscheduler":                        "the channel Microsoft-Windows-TaskScheduler/Operational, which is off at first",
		"windows//terminalservices-localsessionmanager": "the channel Microsoft-Windows-TerminalServices-LocalSessionManager/Operational",
		"windows//wmi":                                  "the channel Microsoft-Windows-WMI-Activity/Operational",
		"windows":                                       "the Windows event channel of that service",
		"linux/process_creation":                        "Sysmon for Linux event 1, or auditd with rules for execve",
		"linux/network_connection":                      "Sysmon for Linux event 3",
		"linux/file_event":                              "Sysmon for Linux event 11",
		"linux//auditd":                                 "auditd",
		"linux//sshd":                                   "sshd by syslog or from /var/log/auth.log",
		"linux//sudo":                                   "sudo by syslog or from /var/log/auth.log",
		"linux//cron":                                   "cron by syslog",
		"linux//auth":                                   "the facilities auth and authpriv by syslog",
		"linux//syslog":                                 "syslog of that machine",
		"linux":                                         "syslog or auditd of a Linux machine",
		"macos/process_creation":                        "a sensor of Endpoint Security on macOS",
		"macos/file_event":                              "a sensor of Endpoint Security on macOS",
		"zeek//dns":                                     "Zeek's dns.log as JSON", "zeek": "Zeek's logs as JSON",
		"suricata":        "Suricata's eve.json",
		"aws//cloudtrail": "CloudTrail's records as JSON", "aws": "the log of that AWS service as JSON",
		"azure//activitylogs": "Azure's activity log as JSON", "azure//signinlogs": "the sign-in log of Entra ID as JSON",
		"azure//auditlogs": "the audit log of Entra ID as JSON", "azure//riskdetection": "the risk detections of Entra ID Protection as JSON",
		"azure//pim": "the alerts of Privileged Identity Management as JSON", "azure": "the log of that Azure service as JSON",
		"gcp//gcp.audit": "Google Cloud's audit log as JSON", "gcp//google_workspace.admin": "the admin log of Google Workspace as JSON", "gcp": "Google Cloud's log as JSON",
		"m365": "the unified audit log of Microsoft 365 as JSON", "okta": "Okta's system log as JSON",
		"github": "GitHub's audit log as JSON", "kubernetes": "the audit log of the Kubernetes API server as JSON",
		"bitbucket": "Bitbucket's audit log as JSON", "onelogin": "OneLogin's events as JSON",
		"/webserver": "the access log of a web server", "/proxy": "the access log of a web proxy",
		"/dns": "the log of a DNS server or resolver", "/firewall": "a firewall's log of connections",
		"/antivirus": "a virus scanner's log", "/database": "a database's audit log of statements", "/application": "that application's log",
	}
}
