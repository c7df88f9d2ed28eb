package baseline

import "github.com/vedette-soc/vedette"

// detector numbers the detectors, in no order that means anything. Snapshots depend on it.
type detector uint8

const (
	firstSeen detector = iota
	rare
	peerGroup
	identity
	burst
	ramp
	hourOfWeek
	spray
	scan
	fanOut
	rollOut
	processChain
	commandNgram
	logTemplate
	dnsExfil
	volume
	commandText
	payloadText
	detectors
)

// spec is what there is to know of a detector.
type spec struct {
	name       string
	family     vedette.Family
	en, zh     string
	severity   vedette.Severity
	least      float32 // nats below which nothing is said
	most       float64 // nats that it can give at the most
	tags       []string
	tactics    []string
	techniques []string
}

// specs is read-only.
var specs = [detectors]spec{
	firstSeen:    {name: "first-seen", family: vedette.FamilyNovelty, en: "Never seen here before", zh: "首次出现", severity: vedette.Low, least: 1.2, most: 3},
	rare:         {name: "rare", family: vedette.FamilyNovelty, en: "Hardly ever seen here", zh: "极少出现", severity: vedette.Info, least: 1.2, most: 2},
	peerGroup:    {name: "peer-group", family: vedette.FamilyNovelty, en: "Unlike its peers", zh: "偏离同类群体", severity: vedette.Low, least: 1.2, most: 3},
	identity:     {name: "identity", family: vedette.FamilyIdentity, en: "An account from where it never came", zh: "账号来自从未出现过的位置", severity: vedette.Low, least: 1.2, most: 3, tags: []string{"attack.t1078"}, techniques: []string{"T1078"}},
	burst:        {name: "burst", family: vedette.FamilyVolume, en: "More than ever in five minutes", zh: "五分钟内数量突破历史最高", severity: vedette.Low, least: 1.2, most: 3},
	ramp:         {name: "ramp", family: vedette.FamilyVolume, en: "A slow and steady rise", zh: "持续缓慢上升", severity: vedette.Info, least: 0.5, most: 2},
	hourOfWeek:   {name: "hour-of-week", family: vedette.FamilyVolume, en: "Active at an unusual hour", zh: "在异常时段活动", severity: vedette.Info, least: 0.8, most: 2},
	spray:        {name: "spray", family: vedette.FamilySpread, en: "One source fails on many accounts", zh: "同一来源尝试大量账号失败", severity: vedette.Low, least: 1, most: 3.5, tags: []string{"attack.credential-access", "attack.t1110.003"}, tactics: []string{"credential-access"}, techniques: []string{"T1110.003"}},
	scan:         {name: "scan", family: vedette.FamilySpread, en: "One source tries many doors", zh: "同一来源探测大量目标", severity: vedette.Low, least: 1, most: 3, tags: []string{"attack.discovery", "attack.t1046"}, tactics: []string{"discovery"}, techniques: []string{"T1046"}},
	fanOut:       {name: "fan-out", family: vedette.FamilySpread, en: "Many different ones within an hour", zh: "一小时内涉及大量不同对象", severity: vedette.Low, least: 1, most: 3},
	rollOut:      {name: "roll-out", family: vedette.FamilySpread, en: "The same new thing on many machines", zh: "同一新事物出现在多台主机", severity: vedette.Info, least: 0.5, most: 1.5},
	processChain: {name: "process-chain", family: vedette.FamilySequence, en: "A chain of programs never seen", zh: "从未出现过的进程链", severity: vedette.Low, least: 1.2, most: 3, tags: []string{"attack.execution"}, tactics: []string{"execution"}},
	commandNgram: {name: "command-words", family: vedette.FamilySequence, en: "Words of a command never seen together", zh: "命令行中从未同时出现的参数", severity: vedette.Info, least: 1.2, most: 2.5, tags: []string{"attack.execution"}, tactics: []string{"execution"}},
	logTemplate:  {name: "log-template", family: vedette.FamilyNovelty, en: "A log line of a form never seen", zh: "从未出现过的日志模板", severity: vedette.Info, least: 1.2, most: 2},
	dnsExfil:     {name: "dns-exfiltration", family: vedette.FamilyExfil, en: "Names of one domain carry data", zh: "域名查询疑似携带数据外传", severity: vedette.Low, least: 1, most: 4, tags: []string{"attack.exfiltration", "attack.t1048.003", "attack.command-and-control", "attack.t1071.004"}, tactics: []string{"exfiltration", "command-and-control"}, techniques: []string{"T1048.003", "T1071.004"}},
	volume:       {name: "volume", family: vedette.FamilyExfil, en: "More data than ever leaves", zh: "外发数据量突破历史", severity: vedette.Low, least: 1, most: 3.5, tags: []string{"attack.exfiltration", "attack.t1048"}, tactics: []string{"exfiltration"}, techniques: []string{"T1048"}},
	commandText:  {name: "command-text", family: vedette.FamilyNovelty, en: "A command line unlike others", zh: "命令行文本异常", severity: vedette.Low, least: 1.2, most: 3, tags: []string{"attack.execution"}, tactics: []string{"execution"}},
	payloadText:  {name: "payload-text", family: vedette.FamilyNovelty, en: "A request unlike others", zh: "请求内容异常", severity: vedette.Low, least: 1.2, most: 3, tags: []string{"attack.initial-access"}, tactics: []string{"initial-access"}},
}

// Detectors lists the names of all detectors.
func Detectors() []string {
	list := make([]string, 0, detectors)
	for i := range specs {
		list = append(list, specs[i].name)
	}
	return list
}
