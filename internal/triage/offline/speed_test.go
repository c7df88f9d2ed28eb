package offline_test

import (
	"testing"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/triage/offline"
)

type count struct{ n int64 }

func (c *count) Add(*vedette.Alert, int64) { c.n++ }

// Reading must leave triage most of the time.
func BenchmarkReadAITADS(b *testing.B) {
	var text []byte
	var c count
	for i := range 100_000 {
		text = append(text, "16422"...)
		text = append(text, byte('0'+i/10000%10), byte('0'+i/1000%10), byte('0'+i/100%10), byte('0'+i/10%10), byte('0'+i%10))
		text = append(text, ",Wazuh: Web server 400 error code.,10.35.35.206,intranet_server,W-Acc-400,false_positive,-\n"...)
	}
	text = append([]byte("time,name,ip,host,short,time_label,event_label\n"), text...)
	b.ReportAllocs()
	for b.Loop() {
		set, err := offline.ReadAITADS("bench", newReader(text))
		if err != nil {
			b.Fatal(err)
		}
		set.Feed(&c)
	}
	b.ReportMetric(float64(100_000*b.N)/b.Elapsed().Seconds(), "alerts/s")
}
