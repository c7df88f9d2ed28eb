package vedette

// Key is the small integer of a canonical field name, so that finding a hot field is an array access.
// Zero means that the name is not canonical. Keys are not stable between versions: never store one.
type Key uint8

// KeyOf returns the key of a canonical name, or 0. It is asked for every field of every event, so it is a hash table that
// looks at a few bytes only.
func KeyOf(name string) Key {
	for at := keyHash(name); ; at = (at + 1) % keyPlaces {
		key := keys[at]
		if key == 0 || canonical[key-1] == name {
			return key
		}
	}
}

// Name is the canonical name of a key, "" for 0.
func (k Key) Name() string {
	if k == 0 {
		return ""
	}
	return canonical[k-1]
}

// keyPlaces is how many places the table of keys has. Names fill less than a tenth, so that hardly two meet.
const keyPlaces = 2048

func keyHash(name string) uint32 {
	n := uint32(len(name))
	if n == 0 {
		return 0
	}
	h := n*0x9e3779b1 ^ uint32(name[n-1])*0x85ebca6b ^ uint32(name[n/2])*0xc2b2ae35 ^ uint32(name[n/4])*0x27d4eb2f ^ uint32(name[n-n/4-1])*0x165667b1
	h ^= h >> 15
	h *= 0x2c1b3c6d
	return h >> 21
}

const keyCount = 192

// canonical lists the names that events may use without the "src." prefix, most of them from the Elastic Common
// Schema 8. The order is of no meaning.
var canonical = [...]string{
	"event.kind", "event.category", "event.type", "event.action", "event.outcome", "event.code", "event.provider",
	"event.module", "event.dataset", "event.severity", "event.reason", "event.id", "event.original_time",
	"message", "tags", "log.level", "log.file.path", "log.syslog.appname", "log.syslog.procid", "log.syslog.msgid",
	"log.syslog.facility.code", "log.syslog.severity.code", "log.syslog.hostname",
	"host.name", "host.ip", "host.os.type", "observer.name", "observer.vendor", "observer.product", "observer.version",
	"user.name", "user.id", "user.domain", "user.email", "user.effective.name", "user.target.name", "user.roles",
	"group.name", "group.id",
	"source.ip", "source.port", "source.mac", "source.domain", "source.bytes", "source.packets", "source.user.name",
	"source.geo.country_iso_code", "source.nat.ip",
	"destination.ip", "destination.port", "destination.mac", "destination.domain", "destination.bytes",
	"destination.packets", "destination.user.name", "destination.nat.ip",
	"client.ip", "server.ip",
	"network.transport", "network.protocol", "network.direction", "network.bytes", "network.community_id",
	"network.type", "network.application",
	"process.pid", "process.entity_id", "process.name", "process.executable", "process.command_line",
	"process.working_directory", "process.title", "process.hash.md5", "process.hash.sha1", "process.hash.sha256",
	"process.hash.imphash", "process.pe.original_file_name", "process.pe.description", "process.pe.product",
	"process.pe.company", "process.pe.file_version", "process.pe.imphash", "process.integrity_level", "process.thread.id",
	"process.parent.pid", "process.parent.entity_id", "process.parent.name", "process.parent.executable",
	"process.parent.command_line", "process.parent.user.name", "process.exit_code",
	"file.path", "file.name", "file.extension", "file.size", "file.hash.md5", "file.hash.sha1", "file.hash.sha256",
	"file.mode", "file.owner", "file.type", "file.mime_type", "file.target_path",
	"dll.path", "dll.name", "dll.hash.sha256",
	"registry.path", "registry.key", "registry.value", "registry.data.strings",
	"dns.question.name", "dns.question.type", "dns.response_code", "dns.answers.data", "dns.resolved_ip", "dns.type",
	"url.original", "url.full", "url.path", "url.query", "url.domain", "url.scheme", "url.port", "url.extension",
	"http.request.method", "http.request.referrer", "http.request.body.content", "http.request.bytes",
	"http.response.status_code", "http.response.bytes", "http.response.mime_type", "http.version",
	"user_agent.original",
	"tls.server.subject", "tls.server.issuer", "tls.client.server_name", "tls.client.ja3", "tls.server.ja3s",
	"tls.version", "tls.cipher",
	"rule.id", "rule.name", "rule.category", "rule.version",
	"winlog.channel", "winlog.event_id", "winlog.record_id", "winlog.provider_name", "winlog.logon.type",
	"winlog.logon.id", "winlog.computer_name",
	"service.name", "service.type",
	"cloud.provider", "cloud.account.id", "cloud.region", "cloud.service.name",
	"orchestrator.namespace", "container.id", "container.name",
	"email.from.address", "email.to.address", "email.subject",
	"trace.id", "error.code", "error.message",
	FieldParseError, FieldClockSkew, FieldOCSFClass, FieldOCSFActive,
}

// keys is read-only after the package is loaded.
var keys = func() (table [keyPlaces]Key) {
	for i, name := range canonical {
		at := keyHash(name)
		for table[at] != 0 {
			at = (at + 1) % keyPlaces
		}
		table[at] = Key(i + 1)
	}
	return table
}()

// The list must fit the index of an event; this line stops compiling when it does not.
const _ = uint(keyCount - len(canonical) - 1)

// CanonicalNames returns the canonical field names, in no particular order.
func CanonicalNames() []string { return append([]string(nil), canonical[:]...) }
