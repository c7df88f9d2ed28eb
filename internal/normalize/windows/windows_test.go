package windows_test

import (
	"strings"
	"testing"

	"github.com/vedette-soc/vedette/internal/normalize/normalizetest"
	"github.com/vedette-soc/vedette/internal/normalize/windows"
)

func TestGolden(t *testing.T) { normalizetest.Golden(t, windows.New()) }

func FuzzParse(f *testing.F) { normalizetest.Fuzz(f, windows.New()) }

func TestNotMine(t *testing.T) {
	n := normalizetest.New(t, windows.New())
	for _, text := range []string{
		`{"message":"EventID 4624"}`, `{"EventID":"x","Channel":"Security"}`, `{"EventID":1}`, `{"Event":{"System":{}}}`, `<Event>`, `<Events/>`,
		`{"Event":{"System":{"Provider":{"#attributes":{"Name":"Linux-Sysmon"}},"EventID":1,"Channel":"Linux-Sysmon/Operational"}}}`,
		`<Event><System><Provider Name="Linux-Sysmon"/><EventID>1</EventID></System></Event>`, "plain",
	} {
		if ev := normalizetest.Event(t, n, text); ev.Dataset != "unparsed" {
			t.Errorf("%s was taken as %s", text, ev.Dataset)
		}
	}
}

// An event's data is written by whoever caused it: it must not pass for the System part, nor for fields of Vedette's.
func TestDataCannotForgeTheEvent(t *testing.T) {
	n := normalizetest.New(t, windows.New())
	ev := normalizetest.Event(t, n, `{"Event":{"System":{"Provider":{"#attributes":{"Name":"P"}},"EventID":7,"Channel":"Application","Computer":"real"},`+
		`"EventData":{"EventID":1102,"Channel":"Security","Computer":"forged","Provider_Name":"Q","vedette.parse_error":"x","ocsf.class_uid":"1","host.name":"forged"}}}`)
	for name, want := range map[string]string{
		"event.code": "7", "winlog.channel": "Application", "winlog.provider_name": "P", "winlog.computer_name": "real",
		"src.EventID": "7", "src.Computer": "forged", "src.Channel": "Security",
	} {
		if got := ev.Value(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if ev.Dataset != "windows.application" || ev.Value("vedette.parse_error") != "" || ev.Value("ocsf.class_uid") != "" {
		t.Errorf("forged: %s", normalizetest.Format(ev))
	}
	for f := range ev.All("src.EventID") {
		if f.Value != "7" {
			t.Errorf("a second event id %q", f.Value)
		}
	}
	if host := ev.Value("host.name"); host != "real" {
		t.Errorf("host.name is %q", host)
	}
}

func TestDeepDataIsRefused(t *testing.T) {
	n := normalizetest.New(t, windows.New())
	deep := strings.Repeat(`{"a":`, 200) + "1" + strings.Repeat("}", 200)
	ev := normalizetest.Event(t, n, `{"Event":{"System":{"EventID":7,"Channel":"Application"},"EventData":`+deep+`}}`)
	if ev.Value("vedette.parse_error") != "too_deep" {
		t.Errorf("%s", normalizetest.Format(ev))
	}
}

func BenchmarkSysmon(b *testing.B) {
	normalizetest.Bench(b, `{"Event":{"#attributes":{"xmlns":"http://schemas.microsoft.com/win/2004/08/events/event"},"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Sysmon","Guid":"5770385F-C22A-43E0-BF4C-06F5698FFBD9"}},"EventID":1,"Version":5,"Level":4,"Task":1,"Opcode":0,"Keywords":"0x8000000000000000","TimeCreated":{"#attributes":{"SystemTime":"2026-11-23T14:10:50.123456Z"}},"EventRecordID":100,"Correlation":null,"Execution":{"#attributes":{"ProcessID":3120,"ThreadID":4004}},"Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"ws07.corp.example","Security":{"#attributes":{"UserID":"S-1-5-18"}}},"EventData":{"RuleName":"-","UtcTime":"2026-11-23 14:10:50.120","ProcessGuid":"A1B2C3D4-0001-0002-0300-000000000100","ProcessId":6120,"Image":"C:\\Windows\\System32\\cmd.exe","FileVersion":"10.0.1","Description":"Windows Command Processor","Product":"Windows","Company":"Microsoft Corporation","OriginalFileName":"Cmd.Exe","CommandLine":"cmd /c whoami","CurrentDirectory":"C:\\Users\\ann\\","User":"CORP\\ann","LogonId":"0x3b5e64","TerminalSessionId":1,"IntegrityLevel":"Medium","Hashes":"MD5=00112233445566778899AABBCCDDEEFF,SHA256=00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF","ParentProcessId":5004,"ParentImage":"C:\\Windows\\explorer.exe","ParentCommandLine":"C:\\Windows\\explorer.exe","ParentUser":"CORP\\ann"}}}`, windows.New())
}
