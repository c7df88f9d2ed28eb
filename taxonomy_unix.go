package vedette

// unixFields names the fields of Sigma's generic categories on Linux and macOS, which are those of Sysmon. The fields
// of services, such as USER of sudo, stay under their own names.
var unixFields = map[string]string{
	"Image":               "process.executable",
	"CommandLine":         "process.command_line",
	"CurrentDirectory":    "process.working_directory",
	"ProcessId":           "process.pid",
	"ProcessGuid":         "process.entity_id",
	"OriginalFileName":    "process.pe.original_file_name",
	"ParentImage":         "process.parent.executable",
	"ParentCommandLine":   "process.parent.command_line",
	"ParentProcessId":     "process.parent.pid",
	"ParentProcessGuid":   "process.parent.entity_id",
	"ParentUser":          "process.parent.user.name",
	"User":                "user.name",
	"TargetFilename":      "file.path",
	"SourceIp":            "source.ip",
	"SourcePort":          "source.port",
	"SourceHostname":      "source.domain",
	"DestinationIp":       "destination.ip",
	"DestinationPort":     "destination.port",
	"DestinationHostname": "destination.domain",
	"Protocol":            "network.transport",
	"QueryName":           "dns.question.name",
	"md5":                 "process.hash.md5",
	"sha1":                "process.hash.sha1",
	"sha256":              "process.hash.sha256",
}
