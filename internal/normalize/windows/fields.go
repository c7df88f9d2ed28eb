package windows

import (
	"strings"
	"unsafe"

	"github.com/vedette-soc/vedette"
)

// ask is a field of the source that finish looks at, so that it is found without a search.
type ask uint8

// The fields that finish looks at.
const (
	askNone ask = iota
	askAccountDomain
	askAccountName
	askAddress
	askApplication
	askClientAddress
	askDestAddress
	askDetectionUser
	askDirection
	askEventType
	askHash
	askHashes
	askInitiated
	askIPAddress
	askIPPort
	askKeywords
	askLogonID
	askMandatoryLabel
	askMemberName
	askNewProcessID
	askNewValue
	askNewValueType
	askObjectName
	askObjectValueName
	askOperationType
	askParam1
	askParam1Capital
	askParam2
	askParam3
	askParentUser
	askPath
	askProcessID
	askProtocol
	askQName
	askQueryResults
	askServiceName
	askSourceAddress
	askStatus
	askSubjectDomainName
	askSubjectLogonID
	askSubjectUserName
	askSubjectUserSid
	askTargetDomainName
	askTargetLogonID
	askTargetSid
	askTargetUserName
	askTargetUserSid
	askThreatName
	askUser
	asks // how many there are
)

// askNames are the names of these fields. None of them has a canonical name.
var askNames = [asks]string{
	askAccountDomain: "AccountDomain", askAccountName: "AccountName", askAddress: "Address", askApplication: "Application",
	askClientAddress: "ClientAddress", askDestAddress: "DestAddress", askDetectionUser: "DetectionUser", askDirection: "Direction",
	askEventType: "EventType", askHash: "Hash", askHashes: "Hashes", askInitiated: "Initiated", askIPAddress: "IpAddress",
	askIPPort: "IpPort", askKeywords: "Keywords", askLogonID: "LogonId", askMandatoryLabel: "MandatoryLabel", askMemberName: "MemberName",
	askNewProcessID: "NewProcessId", askParam1: "param1", askParam1Capital: "Param1", askParam2: "Param2", askParam3: "Param3",
	askParentUser: "ParentUser", askPath: "Path", askProcessID: "ProcessId", askProtocol: "Protocol", askQueryResults: "QueryResults",
	askNewValue: "NewValue", askNewValueType: "NewValueType", askObjectName: "ObjectName", askObjectValueName: "ObjectValueName",
	askOperationType: "OperationType", askQName: "QNAME",
	askServiceName: "ServiceName", askSourceAddress: "SourceAddress", askStatus: "Status", askSubjectDomainName: "SubjectDomainName",
	askSubjectLogonID: "SubjectLogonId", askSubjectUserName: "SubjectUserName", askSubjectUserSid: "SubjectUserSid",
	askTargetDomainName: "TargetDomainName", askTargetLogonID: "TargetLogonId", askTargetSid: "TargetSid",
	askTargetUserName: "TargetUserName", askTargetUserSid: "TargetUserSid", askThreatName: "ThreatName", askUser: "User",
}

// field is what becomes of a field that a source calls by some name.
type field struct {
	name    string
	beside  string // what it is called when the event already has the canonical field; "" when it has none
	key     vedette.Key
	ask     ask
	channel bool // a field Channel of the event's data
}

// field returns what becomes of a field of the event's data. Once the event has a canonical field, another field for it
// stays under its own name.
func (b *builder) field(name string) field {
	var f field
	if known := b.fields.Find(name); known != nil {
		f = *known
	} else {
		name = strings.Clone(name)
		f = b.newField(name)
		b.fields.Put(name, f)
	}
	b.dataChannel = b.dataChannel || f.channel
	if f.key != 0 && b.ev.First(f.key) != nil {
		f.name, f.key = f.beside, 0
	}
	return f
}

func (b *builder) newField(source string) field {
	name := strings.ReplaceAll(source, " ", "")
	switch name {
	case "EventID":
		return field{name: "src.EventData.EventID"} // never to be taken for the id of the event
	case "":
		return field{name: "src.Data"}
	}
	f := field{name: b.names.Of([]byte(name)), channel: name == "Channel"}
	if f.key = vedette.KeyOf(f.name); f.key == 0 {
		f.ask = b.askOf(f.name)
		return f
	}
	f.beside = vedette.SourcePrefix + name
	if f.name == name && name != "message" {
		return field{name: f.beside} // no provider has canonical names; a forger may
	}
	return f
}

func (b *builder) askOf(name string) ask {
	if known := b.asked.Find(name); known != nil {
		return *known
	}
	return askNone
}

// put adds a field.
func (b *builder) put(f *field, value string, kind vedette.Kind) {
	ev := b.ev
	ev.AddField(vedette.Field{Name: f.name, Value: value, Kind: kind, Key: f.key})
	if f.ask != askNone && b.place[f.ask] == 0 {
		b.place[f.ask] = uint32(len(ev.Fields))
	}
}

// index finds the fields that finish looks at, in an event that was not filled with put alone.
func (b *builder) index() {
	clear(b.place[:])
	for i := range b.ev.Fields {
		if f := &b.ev.Fields[i]; f.Key == 0 {
			if a := b.askOf(f.Name); a != askNone && b.place[a] == 0 {
				b.place[a] = uint32(i + 1)
			}
		}
	}
}

// get returns the first value of a field of the source, "" when the event does not have it.
func (b *builder) get(a ask) string {
	if at := b.place[a]; at != 0 {
		return b.ev.Fields[at-1].Value
	}
	return ""
}

// all calls fn for every value of a field of the source.
func (b *builder) all(a ask, fn func(value string)) {
	at := b.place[a]
	if at == 0 {
		return
	}
	name := b.ev.Fields[at-1].Name
	for _, f := range b.ev.Fields[at-1:] {
		if f.Key == 0 && f.Name == name {
			fn(f.Value)
		}
	}
}

// part is which field of the System part it is.
type part uint8

// The fields of the System part that have a meaning of their own.
const (
	partOther part = iota
	partEventID
	partChannel
	partProvider
	partComputer
	partRecord
	partTime
	partUserID
)

// systemField is what becomes of a field of the System part.
type systemField struct {
	part part
	field
}

// systemField returns what becomes of a field of the System part. Names of attributes are joined to that of their
// element: Provider_Name.
func (b *builder) systemField(name string) systemField {
	if known := b.systems.Find(name); known != nil {
		return *known
	}
	name = strings.Clone(name)
	to := vedette.SourcePrefix + name
	f := systemField{field: field{name: to, key: vedette.KeyOf(to), ask: b.askOf(to)}}
	switch name {
	case "EventID":
		f.part = partEventID
	case "Channel":
		f.part = partChannel
	case "Provider_Name":
		f.part = partProvider
	case "Computer":
		f.part = partComputer
	case "EventRecordID":
		f.part = partRecord
	case "TimeCreated_SystemTime":
		f.part = partTime
	case "Security_UserID":
		f.part = partUserID
	}
	b.systems.Put(name, f)
	return f
}

// lent is a text that lies in memory which is written again soon: good for looking something up, never to be kept.
func lent(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
