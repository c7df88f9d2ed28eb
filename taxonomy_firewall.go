package vedette

// firewallFields names the fields of Sigma's category firewall and of the vendors of firewalls.
var firewallFields = map[string]string{
	"src_ip":   "source.ip",
	"src_port": "source.port",
	"dst_ip":   "destination.ip",
	"dst_port": "destination.port",
	"action":   "event.action",
	"protocol": "network.transport",
	"username": "user.name",
	"srcip":    "source.ip",
	"srcport":  "source.port",
	"dstip":    "destination.ip",
	"dstport":  "destination.port",
	"sentbyte": "source.bytes",
	"rcvdbyte": "destination.bytes",
	"user":     "user.name",
	"hostname": "destination.domain",
	"url":      "url.original",
	"devname":  "observer.name",
	"logid":    "event.code",
	"logdesc":  "message",
}
