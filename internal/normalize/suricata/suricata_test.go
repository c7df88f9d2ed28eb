package suricata_test

import (
	"testing"

	"github.com/vedette-soc/vedette/internal/normalize/normalizetest"
	"github.com/vedette-soc/vedette/internal/normalize/suricata"
)

func TestGolden(t *testing.T) { normalizetest.Golden(t, suricata.New()) }

func FuzzParse(f *testing.F) { normalizetest.Fuzz(f, suricata.New()) }

func BenchmarkAlert(b *testing.B) {
	normalizetest.Bench(b, `{"timestamp":"2026-11-23T14:10:50.123456+0000","flow_id":1234567890123456,"in_iface":"eth0","event_type":"alert","src_ip":"203.0.113.7","src_port":40000,"dest_ip":"192.0.2.9","dest_port":80,"proto":"TCP","tx_id":0,"alert":{"action":"allowed","gid":1,"signature_id":2019401,"rev":3,"signature":"EXAMPLE WEB_SERVER Possible path traversal attempt in request","category":"Web Application Attack","severity":1,"metadata":{"created_at":["2014_10_15"],"updated_at":["2020_09_01"]}},"http":{"hostname":"www.example.com","url":"/cgi-bin/../../../../etc/passwd?x=1","http_user_agent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)","http_content_type":"text/html","http_method":"GET","protocol":"HTTP/1.1","status":200,"length":1024},"app_proto":"http","flow":{"pkts_toserver":4,"pkts_toclient":3,"bytes_toserver":812,"bytes_toclient":1530,"start":"2026-11-23T14:10:50.001000+0000"},"payload_printable":"GET /cgi-bin/../../../../etc/passwd?x=1 HTTP/1.1\r\nHost: www.example.com\r\n\r\n","stream":1,"host":"sensor1"}`, suricata.New())
}
