package demo

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Item is one record of the day, ready to be sent.
type Item struct {
	At      time.Time
	From    string // for syslog, the loopback address to send from; empty for HTTP
	Source  string // for HTTP, the name of the source
	Text    string
	Hostile bool // it belongs to the intrusion
}

// syslog5424 writes an RFC 5424 message.
func syslog5424(h host, at time.Time, priority int, app, text string) Item {
	return Item{At: at, From: h.via, Text: fmt.Sprintf("<%d>1 %s %s %s %d - - %s",
		priority, at.UTC().Format("2006-01-02T15:04:05.000Z"), h.name, app, 1000+len(text)%900, text)}
}

// syslog3164 writes an RFC 3164 message, as older daemons do: without year and zone.
func syslog3164(h host, at time.Time, priority int, tag, text string) Item {
	return Item{At: at, From: h.via, Text: fmt.Sprintf("<%d>%s %s %s: %s",
		priority, at.UTC().Format("Jan _2 15:04:05"), h.name, tag, text)}
}

// access writes a line of an nginx access log in the combined format.
func access(h host, at time.Time, client, method, path string, status, size int, agent string) Item {
	return syslog3164(h, at, 190, "nginx", fmt.Sprintf(`%s - - [%s] "%s %s HTTP/1.1" %d %d "-" "%s"`,
		client, at.UTC().Format("02/Jan/2006:15:04:05 -0700"), method, path, status, size, agent))
}

// sshd writes a message of the SSH server.
func sshd(h host, at time.Time, pid int, text string) Item {
	return syslog3164(h, at, 38, fmt.Sprintf("sshd[%d]", pid), text)
}

// packet writes a line of the firewall's packet log.
func packet(c *company, at time.Time, verdict, src, dst, proto string, sport, dport, length int) Item {
	return syslog3164(c.fw, at, 4, "kernel", fmt.Sprintf(
		"[%d.%03d] FW-%s IN=eth0 OUT=eth1 MAC=02:42:0a:14:00:01:02:42:0a:14:00:02:08:00 SRC=%s DST=%s LEN=%d TOS=0x00 PREC=0x00 TTL=57 ID=%d DF PROTO=%s SPT=%d DPT=%d WINDOW=64240 RES=0x00 SYN URGP=0",
		at.Unix()%1_000_000, at.UnixMilli()%1000, verdict, src, dst, length, at.Unix()%65536, proto, sport, dport))
}

// query writes a line of the name server's query log.
func query(c *company, at time.Time, client, kind, name string) Item {
	return syslog3164(c.dns, at, 30, "dnsmasq[611]", fmt.Sprintf("query[%s] %s from %s", kind, name, client))
}

// linuxProcess writes the start of a process as Sysmon for Linux reports it.
func linuxProcess(h host, at time.Time, user, parent, image, command string) Item {
	pid := 2000 + int(at.UnixMilli()%30000)
	data := [][2]string{
		{"RuleName", "-"}, {"UtcTime", at.UTC().Format("2006-01-02 15:04:05.000")},
		{"ProcessGuid", fmt.Sprintf("{4f2d7c10-%04x-%04x-0000-%012d}", at.Unix()&0xffff, pid&0xffff, pid)},
		{"ProcessId", fmt.Sprint(pid)}, {"Image", image}, {"CommandLine", command}, {"CurrentDirectory", "/home/" + user},
		{"User", user}, {"LogonId", "1000"}, {"TerminalSessionId", "7"}, {"IntegrityLevel", "no level"},
		{"ParentProcessId", fmt.Sprint(pid - 1)}, {"ParentImage", parent}, {"ParentCommandLine", parent}, {"ParentUser", user},
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<Event><System><Provider Name="Linux-Sysmon" Guid="{ff032593-a8d3-4f13-b0d6-01fc615a0f97}"/>`+
		`<EventID>1</EventID><Version>5</Version><Level>4</Level><Task>1</Task><Opcode>0</Opcode><Keywords>0x8000000000000000</Keywords>`+
		`<TimeCreated SystemTime="%s"/><EventRecordID>%d</EventRecordID><Correlation/><Execution ProcessID="640" ThreadID="640"/>`+
		`<Channel>Linux-Sysmon/Operational</Channel><Computer>%s</Computer><Security UserId="0"/></System><EventData>`,
		at.UTC().Format("2006-01-02T15:04:05.000000000Z"), at.Unix()%1_000_000, h.name)
	for _, kv := range data {
		fmt.Fprintf(&b, `<Data Name="%s">%s</Data>`, kv[0], xmlText.Replace(kv[1]))
	}
	b.WriteString("</EventData></Event>")
	return syslog5424(h, at, 14, "sysmon", b.String())
}

var xmlText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

// windows writes a Windows event as Winlogbeat ships it.
func windows(h host, at time.Time, channel, provider string, id int, data map[string]string) Item {
	doc := map[string]any{
		"@timestamp": at.UTC().Format("2006-01-02T15:04:05.000Z"),
		"host":       map[string]any{"name": h.name, "ip": []string{h.ip}},
		"agent":      map[string]any{"type": "winlogbeat", "version": "8.15.0"},
		"event":      map[string]any{"code": fmt.Sprint(id), "provider": provider, "kind": "event"},
		"winlog": map[string]any{
			"channel": channel, "provider_name": provider, "event_id": fmt.Sprint(id), "record_id": at.Unix() % 1_000_000,
			"computer_name": h.name + ".haiyun.example", "event_data": data,
		},
	}
	text, err := json.Marshal(doc)
	if err != nil {
		panic(err) // maps of strings always marshal
	}
	return Item{At: at, Source: h.name, Text: string(text)}
}

// sysmonProcess writes a Sysmon event 1.
func sysmonProcess(h host, at time.Time, user, parent, image, command string) Item {
	pid := fmt.Sprint(3000 + at.UnixMilli()%20000)
	return windows(h, at, "Microsoft-Windows-Sysmon/Operational", "Microsoft-Windows-Sysmon", 1, map[string]string{
		"UtcTime": at.UTC().Format("2006-01-02 15:04:05.000"), "ProcessGuid": fmt.Sprintf("{b3c1a2d4-%04x-6789-0000-0010%08x}", at.Unix()&0xffff, at.UnixMilli()&0xffffffff),
		"ProcessId": pid, "Image": image, "CommandLine": command, "CurrentDirectory": `C:\Windows\system32\`,
		"User": `HAIYUN\` + user, "LogonId": "0x3e7a1", "IntegrityLevel": "Medium", "ParentImage": parent, "ParentCommandLine": parent,
		"OriginalFileName": image[strings.LastIndexByte(image, '\\')+1:],
	})
}

// logon writes a Security 4624.
func logon(h host, at time.Time, user, kind, from string) Item {
	return windows(h, at, "Security", "Microsoft-Windows-Security-Auditing", 4624, map[string]string{
		"SubjectUserSid": "S-1-0-0", "SubjectUserName": "-", "SubjectDomainName": "-", "TargetUserName": user,
		"TargetDomainName": "HAIYUN", "LogonType": kind, "LogonProcessName": "NtLmSsp ", "AuthenticationPackageName": "NTLM",
		"IpAddress": from, "IpPort": fmt.Sprint(40000 + at.UnixMilli()%20000), "WorkstationName": "-", "LogonGuid": "{00000000-0000-0000-0000-000000000000}",
	})
}
