package baseline

import "github.com/vedette-soc/vedette"

// Features that belong to no table of their own.
const (
	wordsOfProgram  = "words of commands by program"
	dataInDomain    = "information by domain"
	activityByHour  = "activity by hour of the week"
	textOfCommand   = "text of a command"
	textOfRequest   = "text of a request"
	matchedHour     = "hour"   // in what an alert matched: the hour of the week
	matchedText     = "text"   // the text that reads unlike others
	matchedWindow   = "window" // the part of it that does so most
	unitTimes       = "times"
	unitEvents      = "events"
	unitEntities    = "entities"
	unitDifferent   = "different"
	unitNats        = "nats"
	unitBytes       = "bytes"
	unitBytesAnHour = "bytes/h"
)

// featureZh says in Chinese what an anomaly's feature is. The names themselves are English, and stable: what is stored
// names them. Read-only.
var featureZh = map[string]string{
	"program by host":                       "主机上运行的程序",
	"account by host":                       "主机上的账号",
	"host by account":                       "账号使用的主机",
	"country by account":                    "账号登录的国家或地区",
	"network by account":                    "账号登录的网段",
	"logon type by account":                 "账号的登录类型",
	"user agent by application":             "访问应用的用户代理",
	"child by parent process":               "进程启动的程序",
	"service by host":                       "主机上的服务",
	"destination port by source":            "来源访问的端口",
	"internal destination by source":        "来源访问的内部地址",
	"domain":                                "查询的域名",
	"kind of event by host":                 "主机上的日志类型",
	"source of logins by host":              "登录主机的来源",
	"chain of three processes":              "三级进程链",
	"log template by program":               "程序的日志模板",
	"events of a kind by host":              "主机上同类日志的数量",
	"failed logins by account":              "账号的登录失败次数",
	"failed logins by source":               "来源发起的登录失败次数",
	"requests by source":                    "来源发起的网页请求数",
	"refused requests by source":            "来源被拒绝的网页请求数",
	"blocked connections by source":         "来源被拦截的连接数",
	"accounts that a source fails on":       "来源登录失败的账号数",
	"sources that fail on an account":       "登录该账号失败的来源数",
	"ports that a source calls":             "来源访问的端口数",
	"machines that a source calls":          "来源访问的主机数",
	"hosts that an account uses":            "账号使用的主机数",
	"pages refused to a source":             "拒绝来源访问的页面数",
	"names that do not exist, by source":    "来源查询的不存在域名数",
	"programs that an account starts":       "账号启动的程序数",
	"bytes sent by account":                 "账号外发的数据量",
	"bytes sent by machine":                 "主机外发的数据量",
	"bytes sent by machine and destination": "主机向目的地外发的数据量",
	wordsOfProgram:                          "程序命令行的参数组合",
	dataInDomain:                            "单个域名携带的信息量",
	activityByHour:                          "每周各时段的活动",
	textOfCommand:                           "命令行文本",
	textOfRequest:                           "请求内容",
	matchedHour:                             "时段",
	matchedText:                             "文本",
	matchedWindow:                           "最异常处",
}

// FeatureText names a feature for readers.
func FeatureText(feature string) vedette.Text {
	if zh := featureZh[feature]; zh != "" {
		return vedette.Text{En: feature, Zh: zh}
	}
	return vedette.Text{En: feature, Zh: feature}
}

// Features lists what anomalies may name as their feature, and as the keys of what they matched.
func Features() []string { return sortedKeys(featureZh) }

// Units lists the units of what anomalies observe and expect.
func Units() []string {
	return []string{unitBytes, unitBytesAnHour, unitDifferent, unitEntities, unitEvents, unitNats, unitTimes}
}
