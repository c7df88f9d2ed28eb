package vedette

// windowsFields says what the fields of Windows events, as Windows and Sigma name them, are called in events.
//
// A field is moved only when its value stays what it is, byte for byte, and when no event has two of the fields that
// share a canonical name: Image (Sysmon), NewProcessName (Security 4688) and ProcessName (other Security events) are one
// thing under three names. Everything else stays under "src.", and the parser adds canonical fields beside it: User
// holds a domain and a name, ProcessId of event 4688 is the parent's, IpAddress may hold "-", and the field Channel of
// "the log was cleared" names another channel than the one it stands in.
var windowsFields = map[string]string{
	"Image":             "process.executable",
	"NewProcessName":    "process.executable",
	"ProcessName":       "process.executable",
	"CommandLine":       "process.command_line",
	"CurrentDirectory":  "process.working_directory",
	"OriginalFileName":  "process.pe.original_file_name",
	"ProcessGuid":       "process.entity_id",
	"IntegrityLevel":    "process.integrity_level",
	"ParentImage":       "process.parent.executable",
	"ParentProcessName": "process.parent.executable",
	"ParentCommandLine": "process.parent.command_line",
	"ParentProcessId":   "process.parent.pid",
	"ParentProcessGuid": "process.parent.entity_id",

	"TargetFilename": "file.path",
	"ImageLoaded":    "dll.path",
	"TargetObject":   "registry.path",
	"Details":        "registry.data.strings",

	"QueryName":           "dns.question.name",
	"SourceIp":            "source.ip",
	"SourcePort":          "source.port",
	"SourceHostname":      "source.domain",
	"DestinationIp":       "destination.ip",
	"DestinationPort":     "destination.port",
	"DestPort":            "destination.port",
	"DestinationHostname": "destination.domain",

	"LogonType": "winlog.logon.type",
	"Message":   "message",

	// The System part of an event.
	"Provider_Name": "winlog.provider_name",
	"Computer":      "winlog.computer_name",
	"ComputerName":  "winlog.computer_name",
	"EventRecordID": "winlog.record_id",

	// Derived by the parser from Hashes; some rules name them alone.
	"md5":     "process.hash.md5",
	"sha1":    "process.hash.sha1",
	"sha256":  "process.hash.sha256",
	"Imphash": "process.hash.imphash",
	"imphash": "process.hash.imphash",

	// Blanks in names are taken out; one rule of SigmaHQ writes an underscore.
	"Feature_Name": SourcePrefix + "FeatureName",
}

// antivirusFields names the fields of Sigma's category antivirus, which is of no product.
var antivirusFields = map[string]string{
	"Signature": "rule.name",
	"Filename":  "file.path",
}
