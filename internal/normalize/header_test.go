package normalize_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
	"github.com/vedette-soc/vedette/internal/normalize/normalizetest"
)

// spy is a parser that tells what it was given.
type spy struct{ seen *string }

func (spy) Name() string { return "spy" }

func (s spy) Parse(in *normalize.Input, ev *vedette.Event) error {
	ev.Dataset = "spy"
	h := in.Header
	if h == nil {
		*s.seen = "none|" + in.Text
		return nil
	}
	stamp := ""
	if !h.Time.IsZero() {
		stamp = h.Time.UTC().Format(time.RFC3339Nano)
	}
	*s.seen = fmt.Sprintf("%d|%s|%s|%s|%s|%s|%d|%s", h.Priority, stamp, h.Host, h.App, h.ProcID, h.MsgID, len(h.Structured), in.Text)
	return nil
}

func TestHeaders(t *testing.T) {
	var seen string
	n := normalizetest.New(t, spy{&seen})
	for text, want := range map[string]string{
		// RFC 3164 and what is written in its name
		"<34>Nov 23 14:10:50 web01 su[12]: text":                        "34|2026-11-23T14:10:50Z|web01|su|12||0|text",
		"<13>Nov  3 04:05:06 web01 app: text: more":                     "13|2026-11-03T04:05:06Z|web01|app|||0|text: more",
		"<13>Nov 23 14:10:50 host plain text":                           "13|2026-11-23T14:10:50Z|host||||0|plain text",
		"<13>Nov 23 14:10:50 sshd[7]: no host":                          "13|2026-11-23T14:10:50Z||sshd|7||0|no host",
		"<13>Nov 23 14:10:50 2001:db8::1 app: six":                      "13|2026-11-23T14:10:50Z|2001:db8::1|app|||0|six",
		"<13>app[3]: no time":                                           "13|||app|3||0|no time",
		"<13>nothing but text":                                          "13||||||0|nothing but text",
		"<13>2026-11-23T14:10:50.123456+08:00 web01 app[1]: iso":        "13|2026-11-23T06:10:50.123456Z|web01|app|1||0|iso",
		"<13>Nov 23 2025 14:10:50 web01 app: with year":                 "13|2025-11-23T14:10:50Z|web01|app|||0|with year",
		"<13>Jan  2 00:00:01 web01 app: next year":                      "13|2027-01-02T00:00:01Z|web01|app|||0|next year",
		"<13>Jun  2 00:00:01 web01 app: this year":                      "13|2026-06-02T00:00:01Z|web01|app|||0|this year",
		"<13>Nov 23 14:10:50 mac com.apple.x[1] (com.apple.y): launchd": "13|2026-11-23T14:10:50Z|mac|com.apple.x|1||0|launchd",
		"<13>Nov 23 14:10:50 web01 postfix/smtpd[9]: mail":              "13|2026-11-23T14:10:50Z|web01|postfix/smtpd|9||0|mail",
		// lines of files, without a priority
		"Nov 23 14:10:50 web01 CRON[1]: (root) CMD (x)":   "-1|2026-11-23T14:10:50Z|web01|CRON|1||0|(root) CMD (x)",
		"2026-11-23T14:10:50.5+00:00 web01 sshd[1]: text": "-1|2026-11-23T14:10:50.5Z|web01|sshd|1||0|text",
		"2026-11-23T14:10:50Z INFO something happened":    "none|2026-11-23T14:10:50Z INFO something happened",
		"2026-11-23 14:10:50 ERROR main: text":            "none|2026-11-23 14:10:50 ERROR main: text",
		"no header: text":                                 "none|no header: text",
		"<not a priority> text":                           "none|<not a priority> text",
		"<999>text":                                       "none|<999>text",
		// RFC 5424
		`<165>1 2026-11-23T14:10:50.003Z web01 app 77 ID47 [a@1 k="v" l="x\"y\]z"][b@1] ` + "\ufefftext": `165|2026-11-23T14:10:50.003Z|web01|app|77|ID47|2|text`,
		`<165>1 - - - - - - text`:                                `165||||||0|text`,
		`<165>1 2026-11-23T14:10:50Z web01 app - - - `:           ``,
		`<165>1 2026-11-23T14:10:50Z web01 app - - [broken text`: `165|2026-11-23T14:10:50Z|web01|app|||0|[broken text`,
		`<13>1 bottle of beer`:                                   `13||||||0|1 bottle of beer`,
		// network devices
		"<166>Nov 23 2026 14:10:50 fw01 : %ASA-6-302013: Built":      "166|2026-11-23T14:10:50Z|fw01|||ASA-6-302013|0|%ASA-6-302013: Built",
		"<189>42: rtr1: Nov 23 14:10:50.123 UTC: %SYS-5-CONFIG_I: x": "189|2026-11-23T14:10:50.123Z|rtr1|||SYS-5-CONFIG_I|0|%SYS-5-CONFIG_I: x",
		"<189>42: *Nov 23 14:10:50.123: %SYS-5-CONFIG_I: x":          "189|2026-11-23T14:10:50.123Z||||SYS-5-CONFIG_I|0|%SYS-5-CONFIG_I: x",
		"<166>%ASA-6-302013: Built":                                  "166|||||ASA-6-302013|0|%ASA-6-302013: Built",
	} {
		seen = ""
		normalizetest.Event(t, n, text)
		if seen != want {
			t.Errorf("%q\n got %q\nwant %q", text, seen, want)
		}
	}
}

func TestParseTime(t *testing.T) {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Skip("no time zone data: " + err.Error())
	}
	for text, want := range map[string]string{
		"2026-11-23T14:10:50Z":             "2026-11-23T14:10:50Z",
		"2026-11-23T14:10:50.123456789Z":   "2026-11-23T14:10:50.123456789Z",
		"2026-11-23T14:10:50.123456+0000":  "2026-11-23T14:10:50.123456Z",
		"2026-11-23T14:10:50-05:30":        "2026-11-23T19:40:50Z",
		"2026-11-23T14:10:50+08":           "2026-11-23T06:10:50Z",
		"2026-11-23 14:10:50,123":          "2026-11-23T06:10:50.123Z",
		"2026-11-23 14:10:50 UTC":          "2026-11-23T14:10:50Z",
		"2026-11-23 14:10:50 +0100":        "2026-11-23T13:10:50Z",
		"2026/11/23 14:10:50":              "2026-11-23T06:10:50Z",
		"23/Nov/2026:14:10:50 +0000":       "2026-11-23T14:10:50Z",
		"1795443050":                       "2026-11-23T14:10:50Z",
		"1795443050.5":                     "2026-11-23T14:10:50.5Z",
		"1795443050123":                    "2026-11-23T14:10:50.123Z",
		"1795443050123456":                 "2026-11-23T14:10:50.123456Z",
		"1795443050123456789":              "2026-11-23T14:10:50.123456789Z",
		"1.795443050e9":                    "2026-11-23T14:10:50Z",
		"2026-13-23T14:10:50Z":             "",
		"2026-11-23T25:10:50Z":             "",
		"yesterday":                        "",
		"":                                 "",
		"12345":                            "",
		"99999999999999999999999999999999": "",
	} {
		got, ok := normalize.ParseTime(text, shanghai)
		if ok != (want != "") || ok && got.UTC().Format(time.RFC3339Nano) != want {
			t.Errorf("%q: %v %v, want %q", text, got.UTC(), ok, want)
		}
	}
}
