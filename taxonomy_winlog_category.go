package vedette

import "strings"

// sysmonCategories says which Sigma categories each event id of Sysmon belongs to.
var sysmonCategories = map[string][]string{
	"1":   {"process_creation"},
	"2":   {"file_change"},
	"3":   {"network_connection"},
	"4":   {"sysmon_status"},
	"5":   {"process_termination"},
	"6":   {"driver_load"},
	"7":   {"image_load"},
	"8":   {"create_remote_thread"},
	"9":   {"raw_access_thread", "raw_access_read"},
	"10":  {"process_access"},
	"11":  {"file_event"},
	"12":  {"registry_event"},
	"13":  {"registry_event", "registry_set"},
	"14":  {"registry_event", "registry_rename"},
	"15":  {"create_stream_hash"},
	"16":  {"sysmon_status"},
	"17":  {"pipe_created"},
	"18":  {"pipe_created"},
	"19":  {"wmi_event"},
	"20":  {"wmi_event"},
	"21":  {"wmi_event"},
	"22":  {"dns_query"},
	"23":  {"file_delete"},
	"24":  {"clipboard_capture", "clipboard_change"},
	"25":  {"process_tampering"},
	"26":  {"file_delete", "file_delete_detected"},
	"27":  {"file_block_executable", "file_block"},
	"28":  {"file_block_shredding", "file_block"},
	"29":  {"file_executable_detected"},
	"255": {"sysmon_error"},
}

// The categories of the other services, by event id.
var (
	securityCategories = map[string][]string{
		"4688": {"process_creation"},
		"4689": {"process_termination"},
		"4657": {"registry_event", "registry_set"}, // unless a value was deleted
		"5156": {"network_connection"},
		"5157": {"network_connection"},
		"5158": {"network_connection"},
	}
	// Queries and answers as the DNS server traced them.
	dnsServerCategories = map[string][]string{
		"256": {"dns"}, "257": {"dns"}, "258": {"dns"}, "259": {"dns"}, "260": {"dns"}, "261": {"dns"}, "279": {"dns"}, "280": {"dns"},
	}
	rpcFirewallCategories = []string{"application"}
	powershellCategories  = map[string][]string{
		"4103": {"ps_module"},
		"4104": {"ps_script"},
	}
	powershellClassicCategories = map[string][]string{
		"400": {"ps_classic_start"},
		"600": {"ps_classic_provider_start"},
		"800": {"ps_classic_script"},
	}
	// Microsoft Defender's events that name a threat or a path.
	defenderCategories = map[string][]string{
		"1006": {"antivirus"}, "1007": {"antivirus"}, "1008": {"antivirus"}, "1009": {"antivirus"}, "1010": {"antivirus"},
		"1011": {"antivirus"}, "1012": {"antivirus"}, "1015": {"antivirus"}, "1017": {"antivirus"}, "1018": {"antivirus"},
		"1019": {"antivirus"}, "1115": {"antivirus"}, "1116": {"antivirus"}, "1117": {"antivirus"}, "1118": {"antivirus"},
		"1119": {"antivirus"},
	}
	// Traced live from Microsoft-Windows-Kernel-File.
	kernelFileCategories = map[string][]string{
		"12": {"file_access"},
		"19": {"file_rename"},
		"26": {"file_delete"},
		"27": {"file_rename"},
		"30": {"file_event"},
	}
)

func windowsCategories(service, provider, eventID string) []string {
	switch service {
	case "sysmon":
		return sysmonCategories[eventID]
	case "security":
		return securityCategories[eventID]
	case "powershell":
		return powershellCategories[eventID]
	case "powershell-classic":
		return powershellClassicCategories[eventID]
	case "dns-server-analytic":
		return dnsServerCategories[eventID]
	case "windefend":
		return defenderCategories[eventID]
	case "":
		if strings.EqualFold(provider, "Microsoft-Windows-Kernel-File") {
			return kernelFileCategories[eventID]
		}
	}
	return nil
}

// WindowsRegistryCategory gives the categories of Sysmon's event 12 by its EventType: "CreateKey", "DeleteKey" or
// "DeleteValue". The slice is shared and must not be changed.
func WindowsRegistryCategory(eventType string) []string {
	switch eventType {
	case "CreateKey", "CreateValue":
		return registryAdd
	case "DeleteKey", "DeleteValue":
		return registryDelete
	}
	return sysmonCategories["12"]
}

var (
	registryAdd    = []string{"registry_event", "registry_add"}
	registryDelete = []string{"registry_event", "registry_delete"}
)
