package offline_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/triage/offline"
)

const table = "time,name,ip,host,short,time_label,event_label\n" +
	"200,Wazuh: Web server 400 error code.,10.0.0.2,web,W,scan,dirb\n" +
	"100.5,\"Suricata: Alert - ET SCAN, of \"\"all\"\" ports\",10.0.0.1,gate,S,false_positive,-\n" +
	"never,Wazuh: x,10.0.0.1,gate,W,false_positive,-\n" +
	"150,Wazuh: Web server 400 error code.,10.9.0.2,web,W,false_positive,-\n" +
	"200,AMiner: New event type.,,,A,false_positive,-\n"

type taken struct {
	alerts  []vedette.Alert
	records []int64
}

func (t *taken) Add(a *vedette.Alert, record int64) {
	t.alerts = append(t.alerts, *a)
	t.records = append(t.records, record)
}

func TestATableIsReadInOrderOfTimeAndWithoutItsLabels(t *testing.T) {
	set, err := offline.ReadAITADS("t.csv", strings.NewReader(table))
	if err != nil {
		t.Fatal(err)
	}
	var got taken
	set.Feed(&got)
	if fmt.Sprint(got.records) != "[2 4 1 5]" {
		t.Fatalf("records in the order %v", got.records)
	}
	if set.Misread != 1 || set.Records() != 5 || len(set.Reasons) != 1 || !strings.HasPrefix(set.Reasons[0], "record 3: ") {
		t.Errorf("%d of %d records misread: %v", set.Misread, set.Records(), set.Reasons)
	}
	first := got.alerts[0]
	if first.RuleTitle != `Suricata: Alert - ET SCAN, of "all" ports` || first.Source != "suricata" || !first.Time.Equal(time.UnixMilli(100_500)) {
		t.Errorf("%+v", first)
	}
	if a, b := got.alerts[1].Entities[0].Name, got.alerts[2].Entities[0].Name; b != "web" || a != "web@10.9.0.2" {
		t.Errorf("machines of one name and two addresses are %q and %q", a, b)
	}
	if len(got.alerts[3].Entities) != 0 {
		t.Errorf("entities out of nothing: %v", got.alerts[3].Entities)
	}
	for _, a := range got.alerts {
		if text := fmt.Sprintf("%+v", a); strings.Contains(text, "dirb") || strings.Contains(text, "false_positive") {
			t.Errorf("a label stands in an alert: %s", text)
		}
	}
}

func TestLabelsAreReadApart(t *testing.T) {
	set, labels, err := offline.ReadAITADSLabelled("t.csv", strings.NewReader(table))
	if err != nil {
		t.Fatal(err)
	}
	if labels.Len() != 5 || labels.Event(1) != "dirb" || labels.Event(2) != "" || labels.Normal(1) || !labels.Normal(4) || set.Len() != 4 {
		t.Errorf("%d labels, %q %q", labels.Len(), labels.Event(1), labels.Event(2))
	}
}

func TestManyRunsAreSorted(t *testing.T) {
	for _, runs := range []int{1, 2, 3, 64, 200} {
		var b strings.Builder
		b.WriteString("time,name,ip,host\n")
		for run := range runs {
			for i := range 20 {
				fmt.Fprintf(&b, "%d,Wazuh: x,10.0.0.1,gate\n", 1000+i*7+run%5)
			}
		}
		set, err := offline.ReadAITADS("t", strings.NewReader(b.String()))
		if err != nil {
			t.Fatal(err)
		}
		var got taken
		set.Feed(&got)
		for i := 1; i < len(got.alerts); i++ {
			if c := got.alerts[i].Time.Compare(got.alerts[i-1].Time); c < 0 || c == 0 && got.records[i] < got.records[i-1] {
				t.Fatalf("%d runs: alert %d is out of order", runs, i)
			}
		}
		if set.Len() != 20*runs {
			t.Fatalf("%d runs: %d alerts", runs, set.Len())
		}
	}
}

func TestATableNeedsItsColumns(t *testing.T) {
	for _, text := range []string{"", "time,name\n1,2\n", "{}\n"} {
		if _, err := offline.ReadAITADS("t", strings.NewReader(text)); vedette.CodeOf(err) != vedette.CodeInvalid {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestMembersOfAnArchiveAreReadInOrder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "alerts.zip")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	for _, name := range []string{"b_alerts.txt", "README.txt", "notes.md", "a/a_alerts.csv"} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(w, table)
	}
	if err := errorsOf(z.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	var names []string
	err = offline.Open(file, nil, func(name string, r io.Reader) error {
		names = append(names, strings.TrimPrefix(name, file))
		_, err := offline.Read(offline.AITADS, name, r)
		return err
	})
	if err != nil || strings.Join(names, " ") != "!a/a_alerts.csv !b_alerts.txt" {
		t.Errorf("%v, %v", names, err)
	}
}

func FuzzReadAITADS(f *testing.F) {
	f.Add([]byte(table))
	f.Add([]byte("time,name,ip,host\n1,\"a\"\"b,c\",::1,\"\n,,,\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		set, labels, err := offline.ReadAITADSLabelled("fuzz", bytes.NewReader(text))
		if err != nil {
			return
		}
		if int64(set.Len())+set.Misread != set.Records() || int64(labels.Len()) != set.Records() {
			t.Errorf("%d alerts and %d misread of %d records, %d labels", set.Len(), set.Misread, set.Records(), labels.Len())
		}
		set.Feed(&count{})
	})
}
