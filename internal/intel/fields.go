package intel

import "github.com/vedette-soc/vedette"

// use is what a field's value is looked up as, one bit for each kind and some for values that hold several.
type use uint32

const (
	useAddress use = 1 << (codeAddress - 1)
	useNetwork use = 1 << (codeNetwork - 1)
	useDomain  use = 1 << (codeDomain - 1)
	useURL     use = 1 << (codeURL - 1)
	useEmail   use = 1 << (codeEmail - 1)
	useMD5     use = 1 << (codeMD5 - 1)
	useSHA1    use = 1 << (codeSHA1 - 1)
	useSHA256  use = 1 << (codeSHA256 - 1)
	useSHA512  use = 1 << (codeSHA512 - 1)
	useImphash use = 1 << (codeImphash - 1)
	useText    use = 1 << 20 // URLs that stand within
	useInbound use = 1 << 21 // the other side began the connection
)

const (
	useHost  = useAddress | useNetwork | useDomain
	useIP    = useAddress | useNetwork
	usePlace = useURL | useHost
	useFiles = useMD5 | useSHA1 | useSHA256 | useSHA512 | useImphash
)

// hashesField is where Sysmon writes all hashes of a file: "SHA1=…,MD5=…,IMPHASH=…".
const hashesField = vedette.SourcePrefix + "Hashes"

// usesByKey says which fields are looked up as what.
func usesByKey() (table [256]use) {
	for name, u := range map[string]use{
		"source.ip": useIP | useInbound, "client.ip": useIP | useInbound, "source.nat.ip": useIP | useInbound,
		"destination.ip": useIP, "server.ip": useIP, "destination.nat.ip": useIP, "dns.resolved_ip": useIP,
		"source.domain": useHost | useInbound, "destination.domain": useHost, "url.domain": useHost, "tls.client.server_name": useHost,
		"dns.question.name": useHost, "dns.answers.data": useHost,
		"url.full": usePlace, "url.original": usePlace, "http.request.referrer": usePlace,
		"process.command_line": usePlace | useText,
		"process.hash.md5":     useMD5, "process.hash.sha1": useSHA1, "process.hash.sha256": useSHA256,
		"process.hash.imphash": useImphash, "process.pe.imphash": useImphash,
		"file.hash.md5": useMD5, "file.hash.sha1": useSHA1, "file.hash.sha256": useSHA256, "dll.hash.sha256": useSHA256,
		"email.from.address": useEmail | useDomain, "email.to.address": useEmail, "user.email": useEmail,
	} {
		if key := vedette.KeyOf(name); key != 0 {
			table[key] = u
		}
	}
	return table
}

// MatchedFields names the fields that are looked up as a kind, in no particular order: what a search through stored
// events has to look at.
func MatchedFields(kind vedette.IndicatorKind) []string {
	uses, code := usesByKey(), codeOf(kind)
	if code == 0 {
		return nil
	}
	bit := use(1) << (code - 1)
	var names []string
	for _, name := range vedette.CanonicalNames() {
		if uses[vedette.KeyOf(name)]&bit != 0 {
			names = append(names, name)
		}
	}
	if code == codeURL { // where the host of a path stands
		names = append(names, "url.domain", "destination.domain")
	}
	if useFiles&bit != 0 {
		names = append(names, hashesField)
	}
	return names
}
