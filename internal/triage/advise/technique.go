package advise

// guide is what to do about one technique, or about one tactic when nothing more special is known. The texts may hold
// {host}, {user}, {addr}, {peer} and {thing}; the query may hold them too, as quoted values, and is left out when one is
// not known.
type guide struct {
	id, code string
	about    rune // whom it is to be done to: h a host, u a user, a an address that acts, p a peer that is called, 0 nobody
	en, zh   string
	query    string
}

// The queries that many guides share.
const (
	ranOn      = `host.name:i({host}) process.command_line:*`
	thingAny   = `(process.executable:i({thing}) or process.command_line:i({thing}) or file.path:i({thing})) | stats by (host.name) count() rows`
	loginsOf   = `user.name:i({user}) event.category:=authentication | stats by (source.ip, host.name, event.outcome) count() rows`
	loginsFrom = `source.ip:={addr} event.category:=authentication | stats by (user.name, host.name, event.outcome) count() rows`
	webFrom    = `source.ip:={addr} url.original:* http.response.status_code:<400 | fields _time, host.name, url.original, http.response.status_code, http.response.bytes`
	calledAny  = `(destination.ip:={peer} or dns.question.name:i({peer}) or url.domain:i({peer}) or tls.client.server_name:i({peer})) | stats by (host.name, source.ip) count() rows`
	changesBy  = `user.name:i({user}) event.outcome:=success | stats by (event.action, host.name) count() rows`
	cloudBy    = `user.name:i({user}) event.provider:* | stats by (event.action, source.ip, event.outcome) count() rows`
	filesOn    = `host.name:i({host}) file.path:* | stats by (process.executable, event.action) count() rows`
)

// guides lists what to do about techniques, those of sub-techniques before those of their parents. Read-only.
var guides = []guide{
	{"T1595", "check-answer", 'a', "See whether any request of {addr} was answered with success; if none was, nothing more is needed than a block.", "查看 {addr} 的请求是否有成功响应；若全部失败，封禁即可。", webFrom},
	{"T1046", "check-open-ports", 'a', "See which connections from {addr} were let through, and close those that nobody needs.", "查看 {addr} 的哪些连接被放行，并关闭不需要的端口。", `source.ip:={addr} destination.port:* -src.blocked:=true | stats by (destination.ip, destination.port) count() rows`},
	{"T1190", "check-answer", 'h', "Read what {host} answered to the attack and what it did in the hour after it; then patch the application or put it behind a filter.", "查看 {host} 对攻击的响应及其后一小时内的动作，然后修补应用或加防护规则。", webFrom},
	{"T1133", "check-remote-access", 'u', "Ask {user} whether the remote login was theirs, and require a second factor.", "向 {user} 核实远程登录是否本人操作，并启用双因素认证。", loginsOf},
	{"T1566", "withdraw-message", 'u', "Withdraw the message from every mailbox, and ask {user} what was opened.", "从所有邮箱撤回该邮件，并询问 {user} 打开过什么。", `email.subject:* user.name:i({user}) | fields _time, email.from.address, email.subject`},
	{"T1189", "check-browser", 'h', "See what {host} downloaded and started right after the page was visited.", "查看 {host} 访问该页面后下载并启动了什么。", ranOn},
	{"T1195", "check-supplier", 'h', "Ask the supplier whether this version is genuine, and list the machines that have it.", "向供应商核实该版本是否可信，并列出安装了它的主机。", thingAny},
	{"T1078.004", "revoke-sessions", 'u', "End all sessions of {user} in the cloud and check which devices and keys are registered.", "终止 {user} 在云上的所有会话，核查已登记的设备与密钥。", cloudBy},
	{"T1078", "ask-user", 'u', "Ask {user}, or whoever answers for that account, by telephone whether the login was theirs; do not ask by mail, for others may read it.", "电话向 {user}（服务账户则向其负责人）核实是否本人登录；不要用邮件，邮件可能已被他人查看。", loginsOf},
	{"T1110.003", "reset-passwords", 'a', "List every account that {addr} tried, and change the passwords of those that it entered.", "列出 {addr} 尝试过的所有账户，对登录成功的账户重置口令。", loginsFrom},
	{"T1110", "check-logins", 'a', "See whether any login from {addr} succeeded, now and over the last days.", "查看 {addr} 近几日是否有登录成功的记录。", loginsFrom},
	{"T1059.001", "read-script", 'h', "Read the whole PowerShell script that ran on {host}, decoded, before judging.", "先还原并通读 {host} 上执行的 PowerShell 脚本，再作判断。", `host.name:i({host}) event.action:in(powershell_script_run, powershell_command_run)`},
	{"T1059", "read-commands", 'h', "Read the commands that ran on {host} before and after, in order.", "按时间顺序查看 {host} 前后执行的命令。", ranOn},
	{"T1047", "check-remote-source", 'h', "Find the machine that started the command on {host} from afar: the intruder sits there.", "找出远程在 {host} 上启动命令的主机，入侵者就在那里。", `host.name:i({host}) event.category:=authentication event.outcome:=success | stats by (source.ip, user.name) count() rows`},
	{"T1053", "remove-task", 'h', "Look at the scheduled task on {host}: who made it and what it starts. Export it before it is removed, so that it can be put back.", "查看 {host} 上的计划任务由谁创建、启动什么；删除前先导出，以便恢复。", `host.name:i({host}) (event.action:i(scheduled_task_created) or process.command_line:i(schtasks) or file.path:i(cron))`},
	{"T1569", "remove-service", 'h', "Look at the service on {host}: who installed it, from where, and whether it is still there.", "查看 {host} 上的服务由谁、从哪里安装，是否仍然存在。", `host.name:i({host}) event.action:=service_installed`},
	{"T1543", "remove-service", 'h', "Look at the service on {host}: stop it and note its settings before it is removed, so that it can be put back.", "查看 {host} 上的服务；先停止并记录其配置再删除，以便恢复。", `host.name:i({host}) event.action:=service_installed`},
	{"T1204", "ask-user", 'u', "Ask {user} what was opened and where it came from.", "询问 {user} 打开了什么、从哪里得到。", thingAny},
	{"T1203", "patch-client", 'h', "See which program on {host} was attacked, and update it everywhere.", "确认 {host} 上被利用的程序，并在所有主机上更新。", ranOn},
	{"T1505.003", "remove-web-shell", 'h', "Find the page on {host} through which commands came: look for files written into the web folder. Keep a copy as evidence, then remove it.", "在 {host} 的 Web 目录中找出用于执行命令的页面；先留存副本作为证据，再删除。", `host.name:i({host}) url.original:* http.request.method:=POST http.response.status_code:<400 | stats by (url.path, source.ip) count() rows`},
	{"T1505", "check-server-component", 'h', "Compare the components that the server on {host} loads with a known good installation.", "将 {host} 上服务器加载的组件与可信安装进行比对。", ranOn},
	{"T1136", "disable-account", 'u', "Ask who created the account {user}; disable it until somebody answers for it. It can be enabled again at any time.", "查明账户 {user} 由谁创建；无人认领前先禁用，随时可以恢复启用。", changesBy},
	{"T1098.004", "remove-key", 'h', "Compare the authorized keys on {host} with those that should be there; keep a copy of the file, then remove the stranger's key.", "核对 {host} 上的授权密钥；先备份文件，再移除陌生密钥。", `host.name:i({host}) (file.path:i(authorized_keys) or process.command_line:i(authorized_keys))`},
	{"T1098", "undo-rights", 'u', "List the rights that were given to {user} and take back what nobody asked for.", "列出授予 {user} 的权限，撤销未经申请的部分。", changesBy},
	{"T1547", "remove-autostart", 'h', "Look at what starts by itself on {host}; note the entry before it is removed, so that it can be put back.", "检查 {host} 的自启动项；删除前记录原值，以便恢复。", `host.name:i({host}) registry.path:i(Run)`},
	{"T1546", "remove-autostart", 'h', "Look at which events start programs on {host}; note the entry before it is removed.", "检查 {host} 上由事件触发的启动项；删除前记录原值。", ranOn},
	{"T1574", "remove-library", 'h', "Compare the libraries and paths that programs on {host} load with a clean machine.", "将 {host} 上程序加载的库与路径同干净主机比对。", filesOn},
	{"T1548.003", "check-sudo", 'u', "Ask {user} why higher rights were needed, and read what ran with them.", "询问 {user} 提权原因，并查看提权后执行的命令。", `user.name:i({user}) process.command_line:i(sudo)`},
	{"T1548", "check-rights", 'h', "Read what ran with higher rights on {host}.", "查看 {host} 上以高权限执行的内容。", ranOn},
	{"T1068", "patch-system", 'h', "Treat {host} as wholly taken: whoever has used a flaw of the system has every right on it.", "将 {host} 视为完全失陷：利用系统漏洞者已拥有全部权限。", ranOn},
	{"T1055", "collect-memory", 'h', "Take an image of the memory of {host} before it is restarted: injected code is nowhere else.", "重启前先对 {host} 做内存镜像：注入的代码只存在于内存中。", ranOn},
	{"T1134", "check-rights", 'h', "See which accounts were logged in to {host}: their rights may have been borrowed.", "查看曾登录 {host} 的账户，其权限可能被冒用。", `host.name:i({host}) event.category:=authentication event.outcome:=success | stats by (user.name) count() rows`},
	{"T1070", "secure-logs", 'h', "Copy what is left of the logs of {host} at once; what was sent here before they were cleared is still here.", "立即备份 {host} 上剩余的日志；清除前已上送的日志仍可在此查询。", `host.name:i({host}) | stats by (vedette.dataset) count() rows, max(_time) last`},
	{"T1685", "restore-defences", 'h', "Switch the protection of {host} on again, and see what happened while it was off.", "恢复 {host} 的安全防护，并查看其关闭期间发生了什么。", ranOn},
	{"T1686", "restore-firewall", 'h', "Put the firewall rules of {host} back, and see which connections came in between.", "恢复 {host} 的防火墙规则，并查看期间有哪些连接进入。", `host.name:i({host}) source.ip:* | stats by (source.ip, destination.port) count() rows`},
	{"T1562", "restore-defences", 'h', "Switch the protection of {host} on again, and see what happened while it was off.", "恢复 {host} 的安全防护，并查看其关闭期间发生了什么。", ranOn},
	{"T1027", "decode", 'h', "Decode what was hidden in the command on {host} before judging it.", "先还原 {host} 上被混淆的命令，再作判断。", ranOn},
	{"T1036", "check-signature", 'h', "Compare {thing} with the real program of that name: signature, folder and hash.", "将 {thing} 与同名正规程序比对签名、路径与哈希。", thingAny},
	{"T1140", "decode", 'h', "Find the file that was unpacked on {host}, and look for it elsewhere.", "找到在 {host} 上解码出的文件，并在其他主机上查找。", filesOn},
	{"T1218", "read-commands", 'h', "See from where {thing} was told to load code on {host}.", "查看 {host} 上的 {thing} 从何处加载代码。", ranOn},
	{"T1222", "read-commands", 'h', "See which files on {host} were opened to everybody, and close them.", "查看 {host} 上哪些文件权限被放宽，并予以收回。", filesOn},
	{"T1003", "reset-credentials", 'h', "Treat every account that was logged in to {host} as stolen: list them and change their passwords, administrators first.", "将登录过 {host} 的所有账户视为已泄露：列出并重置口令，管理员优先。", `host.name:i({host}) event.category:=authentication event.outcome:=success | stats by (user.name) count() rows`},
	{"T1552", "rotate-secrets", 'h', "Replace the keys and passwords that lay in files on {host}.", "更换 {host} 上以文件形式保存的密钥与口令。", filesOn},
	{"T1555", "rotate-secrets", 'u', "Replace what {user} kept in the password store that was opened.", "更换 {user} 存放在被打开的密码库中的凭据。", changesBy},
	{"T1558", "reset-service-accounts", 'u', "Give the service accounts whose tickets were asked for new, long passwords.", "为票据被请求的服务账户更换足够长的新口令。", `event.action:=kerberos_service_ticket_requested user.name:i({user})`},
	{"T1556", "restore-authentication", 'h', "Compare the way {host} checks passwords with a clean machine.", "将 {host} 的认证组件与干净主机比对。", filesOn},
	{"T1087", "read-commands", 'u', "Read what else {user} asked for: looking at accounts alone is often administration.", "查看 {user} 还查询了什么：单独的账户查询常为日常管理。", ranOn},
	{"T1082", "read-commands", 'h', "Read what else ran on {host}: looking at the system alone is often administration.", "查看 {host} 上还执行了什么：单独的系统信息查询常为日常管理。", ranOn},
	{"T1021", "trace-movement", 'u', "List every machine that {user} reached since, and look at each.", "列出 {user} 此后登录过的所有主机并逐一检查。", loginsOf},
	{"T1550", "reset-credentials", 'u', "Change the password of {user} and end all sessions: a stolen ticket or hash works until then.", "重置 {user} 的口令并终止所有会话，否则被盗的票据或哈希仍然有效。", loginsOf},
	{"T1570", "trace-movement", 'h', "Look for the file that was carried to {host} on other machines.", "在其他主机上查找被传送到 {host} 的文件。", thingAny},
	{"T1210", "patch-system", 'h', "Patch the service that was attacked on {host}, and look at machines with the same service.", "修补 {host} 上被攻击的服务，并检查运行同一服务的主机。", ranOn},
	{"T1005", "list-files", 'h', "List the files that were read on {host}, to know what is at stake.", "列出 {host} 上被读取的文件，以评估影响范围。", filesOn},
	{"T1114", "check-mailbox", 'u', "Look at the forwarding rules of the mailbox of {user}, and at who read it.", "检查 {user} 邮箱的转发规则及访问记录。", changesBy},
	{"T1530", "check-bucket", 'u', "List what {user} read from the store in the cloud, and close what is open to everybody.", "列出 {user} 从云存储读取的内容，收回公开访问权限。", cloudBy},
	{"T1560", "find-archive", 'h', "Find the archive on {host} and look into it: it shows what was to leave.", "在 {host} 上找到打包文件并查看内容，即可知道哪些数据将被带走。", filesOn},
	{"T1105", "search-file", 'h', "Get the file that was downloaded to {host}, note its hash, and look for it on other machines.", "取得下载到 {host} 的文件，记录哈希，并在其他主机上查找。", calledAny},
	{"T1071.004", "check-names", 'h', "List the names that {host} asked for, longest first: data hides in them.", "按长度列出 {host} 查询的域名，数据可能藏于其中。", `dns.question.name:i({peer}) | stats by (source.ip, host.name) count() rows`},
	{"T1071", "search-peer", 'p', "Look for other machines that talk to {peer}.", "查找还有哪些主机与 {peer} 通信。", calledAny},
	{"T1090", "search-peer", 'p', "Look for other machines that talk to {peer}.", "查找还有哪些主机与 {peer} 通信。", calledAny},
	{"T1219", "ask-owner", 'h', "Ask the help desk whether remote help was given on {host} at that time.", "向服务台核实当时是否对 {host} 做过远程协助。", thingAny},
	{"T1572", "search-peer", 'p', "Look for other machines that talk to {peer}, and end the tunnel.", "查找还有哪些主机与 {peer} 通信，并切断隧道。", calledAny},
	{"T1048", "measure-loss", 'h', "Add up what {host} sent out, and find out what it was.", "统计 {host} 外发的数据量，查明内容。", `host.name:i({host}) source.bytes:* | stats by (destination.ip) sum(source.bytes) sent`},
	{"T1041", "measure-loss", 'h', "Add up what {host} sent out, and find out what it was.", "统计 {host} 外发的数据量，查明内容。", `host.name:i({host}) source.bytes:* | stats by (destination.ip) sum(source.bytes) sent`},
	{"T1567", "measure-loss", 'u', "Ask the web service to lock what {user} uploaded, and find out what it was.", "要求网络服务方冻结 {user} 上传的内容，并查明是什么。", calledAny},
	{"T1537", "undo-share", 'u', "Take back what {user} shared with a foreign account in the cloud.", "撤销 {user} 与外部云账户的共享。", cloudBy},
	{"T1486", "save-backups", 'h', "Take the backups off the network now, before they are reached, and restart nothing.", "立即将备份与网络断开，防止被波及；不要重启任何主机。", filesOn},
	{"T1490", "save-backups", 'h', "Take the backups off the network now: encryption often follows when recovery is switched off.", "立即将备份与网络断开：关闭恢复手段之后往往就是加密。", ranOn},
	{"T1485", "save-backups", 'h', "Stop what deletes on {host}, and make sure that the backups are whole.", "停止 {host} 上的删除行为，并确认备份完整。", filesOn},
	{"T1489", "restore-service", 'h', "See which services were stopped on {host}, and who needs them.", "查看 {host} 上被停止的服务及受影响的人员。", ranOn},
	{"T1496", "stop-miner", 'h', "See what uses the processor of {host}, and how it came there.", "查看占用 {host} 处理器的程序及其来源。", ranOn},
	{"T1498", "call-provider", 'h', "Call the network provider: floods are stopped before they reach the house.", "联系网络运营商：洪泛攻击须在到达之前清洗。", ""},
	{"T1611", "check-container", 'h', "Treat the machine under the container as taken, and look at its other containers.", "将容器所在主机视为失陷，并检查其他容器。", ranOn},
}

// fallbacks is what to do about a tactic when no technique has a guide. Read-only.
var fallbacks = []guide{
	{"reconnaissance", "check-answer", 'a', "See what {addr} looked at, and whether anything answered.", "查看 {addr} 探测了什么、是否有响应。", `source.ip:={addr} | stats by (event.action, event.outcome) count() rows`},
	{"resource-development", "look-around", 'h', "See what else happened on {host} at that time.", "查看 {host} 当时的其他活动。", ranOn},
	{"initial-access", "check-entry", 'h', "See what {host} did right after: if nothing follows, the door probably held.", "查看 {host} 随后的活动：若无后续，入口很可能未被突破。", ranOn},
	{"execution", "read-commands", 'h', "Read the commands that ran on {host} before and after, in order.", "按时间顺序查看 {host} 前后执行的命令。", ranOn},
	{"persistence", "find-foothold", 'h', "Find what was left on {host} to come back by, and note it before it is removed.", "找出 {host} 上留下的持久化手段，删除前做好记录。", ranOn},
	{"privilege-escalation", "check-rights", 'h', "Read what ran with higher rights on {host}.", "查看 {host} 上以高权限执行的内容。", ranOn},
	{"defense-evasion", "read-commands", 'h', "See what on {host} was to stay unseen.", "查看 {host} 上试图隐藏的内容。", ranOn},
	{"stealth", "read-commands", 'h', "See what on {host} was to stay unseen.", "查看 {host} 上试图隐藏的内容。", ranOn},
	{"defense-impairment", "restore-defences", 'h', "Switch the protection of {host} on again, and see what happened while it was off.", "恢复 {host} 的安全防护，并查看其关闭期间发生了什么。", ranOn},
	{"credential-access", "reset-credentials", 'h', "List the accounts that were used on {host}, and change their passwords if it was not maintenance.", "列出在 {host} 上使用过的账户；若非运维操作，重置其口令。", `host.name:i({host}) event.category:=authentication event.outcome:=success | stats by (user.name) count() rows`},
	{"discovery", "read-commands", 'h', "Read what else ran on {host}: looking around alone is often administration.", "查看 {host} 上还执行了什么：单独的环境查询常为日常管理。", ranOn},
	{"lateral-movement", "trace-movement", 'u', "List every machine that {user} reached since.", "列出 {user} 此后登录过的所有主机。", loginsOf},
	{"collection", "list-files", 'h', "List the files that were read on {host}.", "列出 {host} 上被读取的文件。", filesOn},
	{"command-and-control", "search-peer", 'p', "Look for other machines that talk to {peer}.", "查找还有哪些主机与 {peer} 通信。", calledAny},
	{"exfiltration", "measure-loss", 'h', "Find out what left {host}, and how much.", "查明 {host} 外传了什么、数量多少。", `host.name:i({host}) source.bytes:* | stats by (destination.ip) sum(source.bytes) sent`},
	{"impact", "save-backups", 'h', "Make sure that the backups of {host} are whole and out of reach.", "确认 {host} 的备份完整且不可被触及。", filesOn},
}

// guideOf returns what to do about a piece: by its techniques, else by its tactics, else nil.
func guideOf(p *piece) *guide {
	for i := range guides {
		if HasTechnique(p.Techniques, guides[i].id) {
			return &guides[i]
		}
	}
	for _, tactic := range p.Tactics {
		for i := range fallbacks {
			if fallbacks[i].id == NormalTactic(tactic) {
				return &fallbacks[i]
			}
		}
	}
	return nil
}
