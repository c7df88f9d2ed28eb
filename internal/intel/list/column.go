package list

import (
	"strconv"
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/intel"
)

// meaning is what a column holds.
type meaning uint8

const (
	isNothing meaning = iota
	isValue
	isKind
	isConfidence
	isFrom
	isUntil
	isSeen
	isTLP
	isLabels
	isReference
)

// role is what a column holds, and for values of which kind.
type role struct {
	what meaning
	kind vedette.IndicatorKind
}

// roleOf knows the names of columns that lists use, in English and in Chinese.
func roleOf(name string) role {
	name = strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(name)))
	switch name {
	case "value", "indicator", "ioc", "ioc_value", "observable", "指标", "指标值", "值", "情报", "情报值", "恶意指标":
		return role{what: isValue}
	case "ip", "ip_address", "ipaddress", "dst_ip", "dest_ip", "src_ip", "address", "cidr", "network", "ip地址", "地址", "网段":
		return role{isValue, vedette.IndicatorNetwork}
	case "domain", "domain_name", "hostname", "host", "fqdn", "域名", "主机名":
		return role{isValue, vedette.IndicatorDomain}
	case "url", "uri", "link", "网址", "链接":
		return role{isValue, vedette.IndicatorURL}
	case "email", "mail", "email_address", "sender", "邮箱", "邮件地址":
		return role{isValue, vedette.IndicatorEmail}
	case "md5", "md5_hash":
		return role{isValue, vedette.IndicatorMD5}
	case "sha1", "sha1_hash":
		return role{isValue, vedette.IndicatorSHA1}
	case "sha256", "sha256_hash":
		return role{isValue, vedette.IndicatorSHA256}
	case "sha512", "sha512_hash":
		return role{isValue, vedette.IndicatorSHA512}
	case "imphash":
		return role{isValue, vedette.IndicatorImphash}
	case "hash", "file_hash", "哈希", "文件哈希":
		return role{what: isValue}
	case "kind", "type", "ioc_type", "indicator_type", "类型", "指标类型":
		return role{what: isKind}
	case "confidence", "confidence_level", "score", "置信度", "可信度":
		return role{what: isConfidence}
	case "from", "valid_from", "生效时间":
		return role{what: isFrom}
	case "until", "valid_until", "expires", "expiration", "expire", "失效时间", "过期时间", "有效期":
		return role{what: isUntil}
	case "seen", "last_seen", "last_seen_utc", "last_online", "first_seen", "first_seen_utc", "date", "dateadded", "timestamp", "时间", "更新时间", "发现时间":
		return role{what: isSeen}
	case "tlp", "marking":
		return role{what: isTLP}
	case "labels", "label", "tags", "tag", "threat", "threat_type", "malware", "malware_printable", "family", "signature", "description", "标签", "威胁类型", "家族", "描述":
		return role{what: isLabels}
	case "reference", "ref", "id", "ioc_id", "urlhaus_link", "来源", "编号":
		return role{what: isReference}
	}
	return role{}
}

// read takes what a column that is no value says into an item. It returns the kind of the row's values.
func (r role) read(item *intel.Item, cell string, kind vedette.IndicatorKind) vedette.IndicatorKind {
	if cell == "" {
		return kind
	}
	switch r.what {
	case isKind:
		if k := kindNamed(cell); k != "" {
			return k
		}
	case isConfidence:
		item.Confidence = confidence(cell)
	case isFrom:
		item.From = moment(cell)
	case isUntil:
		item.Until = moment(cell)
	case isSeen:
		if at := moment(cell); at.After(item.Asserted) {
			item.Asserted = at
		}
	case isTLP:
		item.TLP, _ = vedette.ParseTLP(cell)
		if item.TLP.Level() == 0 {
			item.TLP = ""
		}
	case isLabels:
		for label := range strings.FieldsFuncSeq(cell, func(c rune) bool { return c == ',' || c == ';' || c == '|' || c == '，' || c == '、' }) {
			item.Labels = append(item.Labels, strings.TrimSpace(label))
		}
	case isReference:
		item.Reference = cell
	}
	return kind
}

// kindNamed reads the kinds as lists name them; empty lets the value tell.
func kindNamed(name string) vedette.IndicatorKind {
	switch strings.NewReplacer(" ", "", "-", "", "_", "", ":", "").Replace(strings.ToLower(name)) {
	case "ip", "ipv4", "ipv6", "address", "ipport", "ipdst", "ipsrc", "cidr", "network", "ip地址", "网段":
		return vedette.IndicatorNetwork
	case "domain", "hostname", "fqdn", "域名":
		return vedette.IndicatorDomain
	case "url", "uri", "网址":
		return vedette.IndicatorURL
	case "email", "mail", "邮箱":
		return vedette.IndicatorEmail
	case "md5", "md5hash", "filehashmd5":
		return vedette.IndicatorMD5
	case "sha1", "sha1hash", "filehashsha1":
		return vedette.IndicatorSHA1
	case "sha256", "sha256hash", "filehashsha256":
		return vedette.IndicatorSHA256
	case "sha512", "sha512hash", "filehashsha512":
		return vedette.IndicatorSHA512
	case "imphash":
		return vedette.IndicatorImphash
	}
	return ""
}

// confidence reads a number from 0 to 100, a part of one, or a word.
func confidence(cell string) int {
	if n, err := strconv.ParseFloat(strings.TrimSuffix(cell, "%"), 64); err == nil {
		if n > 0 && n < 1 {
			n *= 100
		}
		return int(min(max(n, 1), 100))
	}
	switch strings.ToLower(cell) {
	case "high", "高":
		return 85
	case "medium", "moderate", "中":
		return 50
	case "low", "低":
		return 20
	}
	return 0
}
