package list_test

import (
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/intel"
	"github.com/vedette-soc/vedette/internal/intel/list"
)

func read(t testing.TB, text string, columns map[string]string) ([]intel.Item, intel.Report) {
	t.Helper()
	var items []intel.Item
	report, err := list.Read(strings.NewReader(text), columns, func(item intel.Item) error {
		items = append(items, item)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return items, report
}

func values(items []intel.Item) string {
	var all []string
	for _, item := range items {
		kind, value, err := intel.Name(item.Kind, item.Value)
		if err != nil {
			value = "wrong"
		}
		all = append(all, string(kind)+" "+value)
	}
	return strings.Join(all, ", ")
}

func TestLists(t *testing.T) {
	md5 := strings.Repeat("0a", 16)
	for name, c := range map[string]struct {
		text    string
		columns map[string]string
		want    string
		left    int
	}{
		"plain":                   {text: "# a comment\n203.0.113.9\r\n\n; another\n198.51.100.0/24 ; SBL123\nhxxp://evil[.]example/a # seen today\n// end\n", want: "address 203.0.113.9, network 198.51.100.0/24, url http://evil.example/a"},
		"a hosts file":            {text: "127.0.0.1 evil.example # x\n0.0.0.0\tworse.example\n", want: "domain evil.example, domain worse.example"},
		"ports":                   {text: "203.0.113.9:443\nevil.example:8080\n", want: "address 203.0.113.9, domain evil.example"},
		"a header":                {text: "type,value,confidence\nip,203.0.113.9,90\ndomain,evil.example,\n", want: "address 203.0.113.9, domain evil.example"},
		"a header in a comment":   {text: "# \"first_seen_utc\",\"ioc_value\",\"ioc_type\"\n\"2026-03-01 10:00:00\",\"203.0.113.9:443\",\"ip:port\"\n", want: "address 203.0.113.9"},
		"semicolons":              {text: "Datum;Domain\n01.03.2026;evil.example\n", want: "domain evil.example"},
		"several values a line":   {text: "name,md5,domain\nx.exe," + md5 + ",evil.example\n", want: "md5 " + md5 + ", domain evil.example"},
		"no header, many columns": {text: "2026-03-01 10:00:00,bad,evil.example,x\n2026-03-01,nothing here,5\n", want: "domain evil.example", left: 1},
		"columns by number":       {text: "2026-03-01,evil.example\n2026-03-02,worse.example\n", columns: map[string]string{"value": "2", "seen": "1"}, want: "domain evil.example, domain worse.example"},
		"columns by name":         {text: "foo,bar\n1,evil.example\n", columns: map[string]string{"value": "bar"}, want: "domain evil.example"},
		"Chinese":                 {text: "类型,指标,置信度\nIP地址,203.0.113.9,高\n域名,evil.example,中\n", want: "address 203.0.113.9, domain evil.example"},
		"nothing of use":          {text: "hello\n", want: " wrong"},
	} {
		items, report := read(t, c.text, c.columns)
		if got := values(items); got != c.want || report.Left() != c.left {
			t.Errorf("%s: %q, %d left out; want %q, %d", name, got, report.Left(), c.want, c.left)
		}
	}
}

func TestColumnsAreRead(t *testing.T) {
	items, _ := read(t, "value,confidence,tlp,tags,valid_until,last_seen,id\nevil.example,0.9,TLP:AMBER+STRICT,\"c2;heron\",2026-04-01,1772323200,77\n", nil)
	one := items[0]
	if one.Confidence != 90 || one.TLP != vedette.TLPAmberStrict || len(one.Labels) != 2 || one.Until.Month() != 4 || one.Asserted.Unix() != 1772323200 || one.Reference != "77" {
		t.Errorf("%+v", one)
	}
}

func TestEncodings(t *testing.T) {
	text := "类型,指标,描述\n域名,evil.example,恶意软件控制端\n"
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	wide := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(text)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	for name, bytes := range map[string]string{"UTF-8": text, "with a mark": "\xef\xbb\xbf" + text, "GBK": gbk, "UTF-16": string(wide)} {
		items, _ := read(t, bytes, nil)
		if len(items) != 1 || values(items) != "domain evil.example" || items[0].Labels[0] != "恶意软件控制端" {
			t.Errorf("%s: %+v", name, items)
		}
	}
}

func TestALineWithoutEnd(t *testing.T) {
	_, err := list.Read(strings.NewReader(strings.Repeat("x", 1<<20)), nil, func(intel.Item) error { return nil })
	if vedette.CodeOf(err) != vedette.CodeInvalid || err == nil {
		t.Errorf("%v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("type,value\nip,203.0.113.9\n", "value", "2")
	f.Add("# \"ioc\"\n\"a\"b\",c\n\xff\xfe\x00", "", "")
	f.Fuzz(func(t *testing.T, text, what, column string) {
		_, _ = list.Read(strings.NewReader(text), map[string]string{what: column}, func(item intel.Item) error {
			if item.Confidence < 0 || item.Confidence > 100 {
				t.Fatalf("%+v", item)
			}
			return nil
		})
	})
}
