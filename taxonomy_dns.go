package vedette

// dnsFields names the fields of Sigma's category dns.
var dnsFields = map[string]string{
	"query":         "dns.question.name",
	"record_type":   "dns.question.type",
	"answer":        "dns.answers.data",
	"response_code": "dns.response_code",
	"rcode":         "dns.response_code",
	"QueryName":     "dns.question.name",
	"QueryResults":  "dns.answers.data",
	"parent_domain": "src.parent_domain",
	"src_ip":        "source.ip",
	"dst_ip":        "destination.ip",
	"c-ip":          "source.ip",
}
