package vedette

import "strings"

// windowsServices says which service, in Sigma's terms, a Windows channel is. Channels are in lower case.
var windowsServices = map[string]string{
	"application": "application",
	"security":    "security",
	"system":      "system",

	"microsoft-windows-sysmon/operational":     "sysmon",
	"microsoft-windows-powershell/operational": "powershell",
	"powershellcore/operational":               "powershell",
	"windows powershell":                       "powershell-classic",

	"microsoft-windows-ntlm/operational":                "ntlm",
	"microsoft-windows-lsa/operational":                 "lsa-server",
	"microsoft-windows-ldap-client/debug":               "ldap",
	"microsoft-windows-taskscheduler/operational":       "taskscheduler",
	"microsoft-windows-wmi-activity/operational":        "wmi",
	"microsoft-windows-windows defender/operational":    "windefend",
	"microsoft-windows-windows defender/whc":            "windefend",
	"microsoft-windows-sense/operational":               "sense",
	"microsoft-windows-bits-client/operational":         "bits-client",
	"microsoft-windows-shell-core/operational":          "shell-core",
	"microsoft-windows-diagnosis-scripted/operational":  "diagnosis-scripted",
	"microsoft-windows-diagnosis-scripted/admin":        "diagnosis-scripted",
	"microsoft-windows-ntlm/blocking":                   "ntlm",
	"microsoft-windows-codeintegrity/operational":       "codeintegrity-operational",
	"microsoft-windows-security-mitigations/kernelmode": "security-mitigations",
	"microsoft-windows-security-mitigations/usermode":   "security-mitigations",
	// Documentation writes the two with a blank.
	"microsoft-windows-security-mitigations/kernel mode": "security-mitigations",
	"microsoft-windows-security-mitigations/user mode":   "security-mitigations",

	"microsoft-windows-applocker/exe and dll":             "applocker",
	"microsoft-windows-applocker/msi and script":          "applocker",
	"microsoft-windows-applocker/packaged app-deployment": "applocker",
	"microsoft-windows-applocker/packaged app-execution":  "applocker",

	"microsoft-windows-appxdeploymentserver/operational": "appxdeployment-server",
	"microsoft-windows-appxpackaging/operational":        "appxpackaging-om",
	"microsoft-windows-appmodel-runtime/admin":           "appmodel-runtime",
	"microsoft-windows-appmodel-runtime/operational":     "appmodel-runtime",
	"microsoft-windows-appmodel-runtime/analytic":        "appmodel-runtime",

	"microsoft-windows-capi2/operational":                                      "capi2",
	"microsoft-windows-certificateservicesclient-lifecycle-system/operational": "certificateservicesclient-lifecycle-system",

	"dns server":                                      "dns-server",
	"microsoft-windows-dnsserver/audit":               "dns-server-audit",
	"microsoft-windows-dnsserver/analytical":          "dns-server-analytic",
	"microsoft-windows-dns-server/audit":              "dns-server-audit",
	"microsoft-windows-dns-server/analytical":         "dns-server-analytic",
	"microsoft-windows-dns client events/operational": "dns-client",
	"microsoft-windows-dns-client/operational":        "dns-client",
	"microsoft-windows-dhcp-server/operational":       "dhcp",
	"microsoft-windows-dns-server/analytic":           "dns-server-analytic",
	"microsoft-windows-dnsserver/analytic":            "dns-server-analytic",

	"microsoft-windows-windows firewall with advanced security/firewall": "firewall-as",

	"microsoft-windows-smbclient/security":       "smbclient-security",
	"microsoft-windows-smbclient/connectivity":   "smbclient-connectivity",
	"microsoft-windows-smbclient/operational":    "smbclient-operational",
	"microsoft-windows-smbserver/connectivity":   "smbserver-connectivity",
	"microsoft-windows-smbserver/security":       "smbserver-security",
	"microsoft-windows-printservice/admin":       "printservice-admin",
	"microsoft-windows-printservice/operational": "printservice-operational",

	"microsoft-windows-terminalservices-localsessionmanager/operational":     "terminalservices-localsessionmanager",
	"microsoft-windows-terminalservices-remoteconnectionmanager/operational": "terminalservices-remoteconnectionmanager",
	"microsoft-windows-terminalservices-gateway/operational":                 "terminalservices-gateway",
	"microsoft-windows-terminalservices-rdpclient/operational":               "terminalservices-rdpclient",
	"microsoft-windows-remotedesktopservices-rdpcorets/operational":          "remotedesktopservices-rdpcorets",
	"microsoft-windows-winrm/operational":                                    "winrm",
	"openssh/operational":                                                    "openssh",
	"openssh/admin":                                                          "openssh",

	"microsoft-windows-driverframeworks-usermode/operational":                  "driver-framework",
	"microsoft-windows-kernel-eventtracing/admin":                              "kernel-event-tracing",
	"microsoft-windows-kernel-eventtracing":                                    "kernel-event-tracing",
	"microsoft-windows-kernel-shimengine/operational":                          "kernel-shimengine",
	"microsoft-windows-kernel-shimengine/diagnostic":                           "kernel-shimengine",
	"microsoft-windows-application-experience/program-telemetry":               "application-experience",
	"microsoft-windows-application-experience/program-compatibility-assistant": "application-experience",
	"microsoft-windows-ntfs/operational":                                       "ntfs",
	"microsoft-windows-vhdmp/operational":                                      "vhdmp",
	"microsoft-windows-vhdmp-operational":                                      "vhdmp",
	"microsoft-windows-hyper-v-worker":                                         "hyper-v-worker",
	"microsoft-windows-hyper-v-worker-admin":                                   "hyper-v-worker",
	"microsoft-windows-hyper-v-worker-operational":                             "hyper-v-worker",
	"microsoft-windows-bitlocker/bitlocker management":                         "bitlocker",
	"microsoft-windows-bitlocker-api/management":                               "bitlocker",

	"msexchange management":                      "msexchange-management",
	"microsoft-iis-configuration/operational":    "iis-configuration",
	"microsoft-iis-configuration/administrative": "iis-configuration",
	"microsoft-servicebus-client/admin":          "microsoft-servicebus-client",
	"microsoft-servicebus-client/operational":    "microsoft-servicebus-client",
}

// windowsProviders says which service events are of when their channel is not known: they were traced live, or the
// collector wrote its own channel over theirs.
var windowsProviders = map[string]string{
	"microsoft-windows-sysmon":                                  "sysmon",
	"microsoft-windows-security-auditing":                       "security",
	"microsoft-windows-powershell":                              "powershell",
	"powershellcore":                                            "powershell",
	"powershell":                                                "powershell-classic",
	"microsoft-windows-windows defender":                        "windefend",
	"microsoft-windows-taskscheduler":                           "taskscheduler",
	"microsoft-windows-wmi-activity":                            "wmi",
	"microsoft-windows-dns-client":                              "dns-client",
	"microsoft-windows-ldap-client":                             "ldap",
	"microsoft-windows-bits-client":                             "bits-client",
	"microsoft-windows-applocker":                               "applocker",
	"microsoft-windows-codeintegrity":                           "codeintegrity-operational",
	"microsoft-windows-kernel-eventtracing":                     "kernel-event-tracing",
	"service control manager":                                   "system",
	"openssh":                                                   "openssh",
	"microsoft-windows-dns-server-service":                      "dns-server",
	"microsoft-windows-printservice":                            "printservice-operational",
	"microsoft-windows-iis-configuration":                       "iis-configuration",
	"microsoft-windows-diagnosis-scripted":                      "diagnosis-scripted",
	"microsoft-windows-ntlm":                                    "ntlm",
	"microsoft-windows-vhdmp":                                   "vhdmp",
	"microsoft-windows-capi2":                                   "capi2",
	"microsoft-windows-security-mitigations":                    "security-mitigations",
	"microsoft-windows-shell-core":                              "shell-core",
	"microsoft-windows-appxdeployment-server":                   "appxdeployment-server",
	"microsoft-windows-appxpackagingom":                         "appxpackaging-om",
	"microsoft-windows-smbclient":                               "smbclient-operational",
	"microsoft-windows-windows firewall with advanced security": "firewall-as",
	"msexchange cmdletlogs":                                     "msexchange-management",
	"microsoft-windows-driverframeworks-usermode":               "driver-framework",
}

// WindowsLogsource tells how Sigma rules find a Windows event: the service by its channel, or by its provider where the
// channel says nothing, and the categories by service and event id. Sysmon's event 12 is a key or value that was either
// created or deleted, which only its EventType tells: [WindowsRegistryCategory] gives that category. The categories are
// shared between events and must not be changed.
func WindowsLogsource(channel, provider, eventID string) Logsource {
	if strings.EqualFold(strings.TrimPrefix(channel, "WinEventLog:"), "RPCFW") || strings.EqualFold(provider, "RPCFW") {
		return Logsource{Product: "rpc_firewall", Categories: rpcFirewallCategories}
	}
	service := windowsService(channel, provider)
	return Logsource{Product: "windows", Service: service, Categories: windowsCategories(service, provider, eventID)}
}

func windowsService(channel, provider string) string {
	channel = strings.ToLower(strings.TrimPrefix(channel, "WinEventLog:"))
	if service := windowsServices[channel]; service != "" {
		return service
	}
	return windowsProviders[strings.ToLower(provider)]
}
