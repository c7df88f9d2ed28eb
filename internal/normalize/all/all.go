// Package all is the one list of parsers, in order of precedence: what is known for sure comes first, what takes
// anything comes last.
package all

import (
	"github.com/vedette-soc/vedette/internal/normalize"
	"github.com/vedette-soc/vedette/internal/normalize/auditd"
	"github.com/vedette-soc/vedette/internal/normalize/cef"
	"github.com/vedette-soc/vedette/internal/normalize/cloud"
	"github.com/vedette-soc/vedette/internal/normalize/cloudtrail"
	"github.com/vedette-soc/vedette/internal/normalize/dns"
	"github.com/vedette-soc/vedette/internal/normalize/endpoint"
	"github.com/vedette-soc/vedette/internal/normalize/firewall"
	"github.com/vedette-soc/vedette/internal/normalize/generic"
	"github.com/vedette-soc/vedette/internal/normalize/house"
	"github.com/vedette-soc/vedette/internal/normalize/linux"
	"github.com/vedette-soc/vedette/internal/normalize/suricata"
	"github.com/vedette-soc/vedette/internal/normalize/web"
	"github.com/vedette-soc/vedette/internal/normalize/windows"
	"github.com/vedette-soc/vedette/internal/normalize/zeek"
)

// Parsers returns every parser. The order is the order in which they are asked.
func Parsers() []normalize.Parser {
	return []normalize.Parser{
		linux.NewSysmon(),
		windows.New(),
		auditd.New(),
		suricata.New(),
		zeek.New(),
		cloudtrail.New(),
		cloud.New(),
		endpoint.New(),
		house.New(),
		cef.New(),
		firewall.New(),
		dns.New(),
		web.New(),
		linux.New(),
		generic.NewJSON(),
		generic.NewPairs(),
		generic.NewText(),
	}
}
