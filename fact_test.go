package vedette_test

import (
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

func TestAFactIsChecked(t *testing.T) {
	address := func(name string) []vedette.EntityRef {
		return []vedette.EntityRef{{Kind: vedette.EntityAddress, Name: name}}
	}
	from := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for name, ok := range map[string]bool{
		"10.0.0.5": true, "10.0.0.0/8": true, "2001:db8::/32": true, "10.9": false, "scanner": false,
		"0.0.0.0/0": false, "128.0.0.0/1": false, "::/0": false, "::ffff:0.0.0.0/96": false,
	} {
		f := vedette.Fact{Kind: vedette.FactScanner, Entities: address(name), From: from, Until: from.Add(time.Hour), Text: "It scans", Source: "it"}
		if err := f.Check(); (err == nil) != ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	f := vedette.Fact{Entities: append(address("::ffff:10.0.0.0/104"), address("192.0.2.7")...)}
	for name, want := range map[string]bool{"10.3.4.5": true, "::ffff:10.3.4.5": true, "11.0.0.1": false, "192.0.2.7": true, "::ffff:192.0.2.7": true, "192.0.2.8": false} {
		if got := f.Concerns(vedette.EntityRef{Kind: vedette.EntityAddress, Name: name}); got != want {
			t.Errorf("%s: concerned %v", name, got)
		}
	}
}
