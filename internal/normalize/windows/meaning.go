package windows

import "github.com/vedette-soc/vedette/internal/normalize"

// OCSF classes of its Windows extension, and others that only Windows events have here.
const (
	classModule        normalize.Class = 1005
	classEventLog      normalize.Class = 1008
	classScript        normalize.Class = 1009
	classRegistryKey   normalize.Class = 201001
	classRegistryValue normalize.Class = 201002
	classService       normalize.Class = 201004
)

// meaning says in the common schema what an event id stands for.
type meaning struct {
	category string // event.category
	kind     string // event.type
	action   string // event.action
	class    normalize.Class
	activity int
	outcome  string // event.outcome, "" when the id alone does not tell
}

// meanings are the event ids worth telling apart, by service.
var meanings = map[string]map[string]meaning{
	"sysmon": {
		"1":   {"process", "start", "process_started", normalize.ClassProcess, 1, ""},
		"2":   {"file", "change", "file_time_changed", normalize.ClassFileActivity, 6, ""},
		"3":   {"network", "connection", "connection", normalize.ClassNetwork, 1, ""},
		"4":   {"configuration", "change", "sensor_state_changed", 0, 0, ""},
		"5":   {"process", "end", "process_ended", normalize.ClassProcess, 2, ""},
		"6":   {"driver", "start", "driver_loaded", classModule, 1, ""},
		"7":   {"library", "start", "library_loaded", classModule, 1, ""},
		"8":   {"process", "change", "remote_thread_created", normalize.ClassProcess, 4, ""},
		"9":   {"file", "access", "raw_access", normalize.ClassFileActivity, 2, ""},
		"10":  {"process", "access", "process_accessed", normalize.ClassProcess, 3, ""},
		"11":  {"file", "creation", "file_created", normalize.ClassFileActivity, 1, ""},
		"12":  {"registry", "change", "registry_key_changed", classRegistryKey, 99, ""},
		"13":  {"registry", "change", "registry_value_set", classRegistryValue, 2, ""},
		"14":  {"registry", "change", "registry_renamed", classRegistryKey, 5, ""},
		"15":  {"file", "creation", "stream_created", normalize.ClassFileActivity, 1, ""},
		"16":  {"configuration", "change", "sensor_configured", 0, 0, ""},
		"17":  {"file", "creation", "pipe_created", normalize.ClassFileActivity, 1, ""},
		"18":  {"file", "access", "pipe_connected", normalize.ClassFileActivity, 14, ""},
		"19":  {"configuration", "creation", "wmi_filter_registered", 0, 0, ""},
		"20":  {"configuration", "creation", "wmi_consumer_registered", 0, 0, ""},
		"21":  {"configuration", "creation", "wmi_binding_registered", 0, 0, ""},
		"22":  {"network", "protocol", "dns_query", normalize.ClassDNS, 1, ""},
		"23":  {"file", "deletion", "file_deleted", normalize.ClassFileActivity, 4, ""},
		"24":  {"host", "access", "clipboard_changed", 0, 0, ""},
		"25":  {"process", "change", "process_tampered", normalize.ClassProcess, 4, ""},
		"26":  {"file", "deletion", "file_deleted", normalize.ClassFileActivity, 4, ""},
		"27":  {"file", "denied", "file_blocked", normalize.ClassFileActivity, 1, "failure"},
		"28":  {"file", "denied", "file_blocked", normalize.ClassFileActivity, 4, "failure"},
		"29":  {"file", "creation", "executable_created", normalize.ClassFileActivity, 1, ""},
		"255": {"host", "error", "sensor_error", 0, 0, ""},
	},
	"security": {
		"1102": {"configuration", "deletion", "log_cleared", classEventLog, 1, "success"},
		"4624": {"authentication", "start", "login", normalize.ClassAuthentication, 1, "success"},
		"4625": {"authentication", "start", "login", normalize.ClassAuthentication, 1, "failure"},
		"4634": {"authentication", "end", "logout", normalize.ClassAuthentication, 2, "success"},
		"4647": {"authentication", "end", "logout", normalize.ClassAuthentication, 2, "success"},
		"4648": {"authentication", "start", "login_with_explicit_credentials", normalize.ClassAuthentication, 1, ""},
		"4672": {"iam", "admin", "special_privileges_assigned", normalize.ClassAuthentication, 99, "success"},
		"4768": {"authentication", "start", "kerberos_ticket_requested", normalize.ClassAuthentication, 3, ""},
		"4769": {"authentication", "start", "kerberos_service_ticket_requested", normalize.ClassAuthentication, 4, ""},
		"4770": {"authentication", "start", "kerberos_ticket_renewed", normalize.ClassAuthentication, 5, "success"},
		"4771": {"authentication", "start", "kerberos_preauthentication", normalize.ClassAuthentication, 6, "failure"},
		"4776": {"authentication", "start", "credential_validated", normalize.ClassAuthentication, 1, ""},
		"4656": {"file", "access", "object_handle_requested", 0, 0, ""},
		"4657": {"registry", "change", "registry_value_set", classRegistryValue, 3, ""},
		"4663": {"file", "access", "object_accessed", 0, 0, ""},
		"4688": {"process", "start", "process_started", normalize.ClassProcess, 1, "success"},
		"4689": {"process", "end", "process_ended", normalize.ClassProcess, 2, "success"},
		"4697": {"configuration", "creation", "service_installed", classService, 1, "success"},
		"4698": {"configuration", "creation", "scheduled_task_created", normalize.ClassScheduledJob, 1, "success"},
		"4699": {"configuration", "deletion", "scheduled_task_deleted", normalize.ClassScheduledJob, 3, "success"},
		"4700": {"configuration", "change", "scheduled_task_enabled", normalize.ClassScheduledJob, 4, "success"},
		"4701": {"configuration", "change", "scheduled_task_disabled", normalize.ClassScheduledJob, 5, "success"},
		"4702": {"configuration", "change", "scheduled_task_changed", normalize.ClassScheduledJob, 2, "success"},
		"4719": {"configuration", "change", "audit_policy_changed", 0, 0, "success"},
		"4720": {"iam", "creation", "user_created", normalize.ClassAccountChange, 1, "success"},
		"4722": {"iam", "change", "user_enabled", normalize.ClassAccountChange, 2, "success"},
		"4723": {"iam", "change", "password_changed", normalize.ClassAccountChange, 3, ""},
		"4724": {"iam", "change", "password_reset", normalize.ClassAccountChange, 4, ""},
		"4725": {"iam", "change", "user_disabled", normalize.ClassAccountChange, 5, "success"},
		"4726": {"iam", "deletion", "user_deleted", normalize.ClassAccountChange, 6, "success"},
		"4728": {"iam", "change", "group_member_added", normalize.ClassGroupManagement, 3, "success"},
		"4729": {"iam", "change", "group_member_removed", normalize.ClassGroupManagement, 4, "success"},
		"4732": {"iam", "change", "group_member_added", normalize.ClassGroupManagement, 3, "success"},
		"4733": {"iam", "change", "group_member_removed", normalize.ClassGroupManagement, 4, "success"},
		"4738": {"iam", "change", "user_changed", normalize.ClassAccountChange, 99, "success"},
		"4740": {"iam", "change", "user_locked", normalize.ClassAccountChange, 9, "success"},
		"4741": {"iam", "creation", "computer_account_created", normalize.ClassAccountChange, 1, "success"},
		"4742": {"iam", "change", "computer_account_changed", normalize.ClassAccountChange, 99, "success"},
		"4756": {"iam", "change", "group_member_added", normalize.ClassGroupManagement, 3, "success"},
		"4757": {"iam", "change", "group_member_removed", normalize.ClassGroupManagement, 4, "success"},
		"4767": {"iam", "change", "user_unlocked", normalize.ClassAccountChange, 12, "success"},
		"4778": {"session", "start", "session_reconnected", normalize.ClassAuthentication, 1, "success"},
		"4779": {"session", "end", "session_disconnected", normalize.ClassAuthentication, 2, "success"},
		"5136": {"iam", "change", "directory_object_changed", 0, 0, ""},
		"5140": {"network", "access", "share_accessed", normalize.ClassSMB, 2, ""},
		"5145": {"network", "access", "share_file_accessed", normalize.ClassSMB, 2, ""},
		"5156": {"network", "connection", "connection", normalize.ClassNetwork, 1, "success"},
		"5157": {"network", "denied", "connection_blocked", normalize.ClassNetwork, 5, "failure"},
		"5158": {"network", "allowed", "port_bound", normalize.ClassNetwork, 99, "success"},
	},
	"system": {
		"104":  {"configuration", "deletion", "log_cleared", classEventLog, 1, "success"},
		"7036": {"configuration", "change", "service_state_changed", classService, 99, ""},
		"7040": {"configuration", "change", "service_start_type_changed", classService, 99, "success"},
		"7045": {"configuration", "creation", "service_installed", classService, 1, "success"},
	},
	"powershell": {
		"4103": {"process", "info", "powershell_command_run", classScript, 1, ""},
		"4104": {"process", "info", "powershell_script_run", classScript, 1, ""},
	},
	"powershell-classic": {
		"400": {"process", "start", "powershell_started", classScript, 1, ""},
		"600": {"process", "info", "powershell_provider_started", classScript, 1, ""},
		"800": {"process", "info", "powershell_command_run", classScript, 1, ""},
	},
	"taskscheduler": {
		"106": {"configuration", "creation", "scheduled_task_created", normalize.ClassScheduledJob, 1, "success"},
		"140": {"configuration", "change", "scheduled_task_changed", normalize.ClassScheduledJob, 2, "success"},
		"141": {"configuration", "deletion", "scheduled_task_deleted", normalize.ClassScheduledJob, 3, "success"},
		"200": {"process", "start", "scheduled_task_started", normalize.ClassScheduledJob, 6, ""},
	},
	"windefend": {
		"1006": {"malware", "info", "malware_detected", normalize.ClassFinding, 1, ""},
		"1007": {"malware", "info", "malware_acted_on", normalize.ClassFinding, 2, ""},
		"1116": {"malware", "info", "malware_detected", normalize.ClassFinding, 1, ""},
		"1117": {"malware", "info", "malware_acted_on", normalize.ClassFinding, 2, ""},
		"5001": {"configuration", "change", "protection_disabled", 0, 0, ""},
	},
	"terminalservices-localsessionmanager": {
		"21": {"session", "start", "session_started", normalize.ClassAuthentication, 1, "success"},
		"23": {"session", "end", "session_ended", normalize.ClassAuthentication, 2, "success"},
		"24": {"session", "end", "session_disconnected", normalize.ClassAuthentication, 2, "success"},
		"25": {"session", "start", "session_reconnected", normalize.ClassAuthentication, 1, "success"},
	},
	"terminalservices-remoteconnectionmanager": {
		"1149": {"authentication", "start", "remote_connection_authenticated", normalize.ClassRDP, 1, ""},
	},
}
