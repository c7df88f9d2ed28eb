import { triageZh } from "../incident/words.zh";
import { intelZh } from "../intel/words.zh";
import { detectionZh } from "../detection/words.zh";
import { entityPageZh } from "../entity/words.zh";
import { noiseZh } from "../noise/words.zh";
import type { Dictionary } from "./en";

const count = (n: number) => n.toLocaleString("zh-CN");

export const zh = {
  name: "中文",
  locale: "zh-CN",
  nav: { today: "今日", incidents: "事件", hunt: "狩猎", rules: "规则", noise: "降噪", intel: "威胁情报", sources: "数据源", entities: "实体", actions: "处置", main: "主导航", collapse: "收起导航", expand: "展开导航", skip: "跳到正文" },
  common: {
    pair: (name: string, value: string | number) => `${name}：${value}`,
    open: "打开", close: "关闭", cancel: "取消", save: "保存", retry: "重试", copy: "复制", copied: "已复制", clear: "清除", back: "返回", next: "下一步", more: "更多", all: "全部", none: "无", any: "不限",
    yes: "是", no: "否", reason: "理由", reasonNeeded: "请简要说明原因，将记入审计日志。", search: "搜索", filter: "筛选", download: "下载", loading: "加载中", unknown: "未知", never: "从未",
    showing: (n: number, total: number) => `${count(n)} / ${count(total)}`, selected: (n: number) => `已选 ${count(n)} 项`, alerts: (n: number) => `${count(n)} 条告警`, times: (n: number) => `×${count(n)}`,
    refresh: "刷新", details: "详情", perSecond: "/秒", ago: "前", nobody: "无人", you: "我", system: "系统", unsaved: "未保存",
  },
  shell: {
    search: "搜索或跳转…", searchHint: "搜索事件、实体和规则，或输入命令", language: "EN · Switch to English", theme: "主题", light: "浅色主题", dark: "深色主题", help: "键盘快捷键", account: "账户", logout: "退出登录",
    changePassword: "修改密码", live: "实时", connecting: "正在连接…", waiting: "连接中断，正在重试…", closed: "实时更新已关闭", tenant: "租户", range: "时间范围", anyTime: "不限时间", lastMinutes: (n: number) => `近 ${n} 分钟`,
    lastHours: (n: number) => `近 ${n} 小时`, lastDays: (n: number) => `近 ${n} 天`, custom: "起止时间", apply: "应用", commands: "前往", results: "结果", noResults: "没有找到。按回车在日志中狩猎。", huntFor: (q: string) => `在日志中狩猎“${q}”`,
    roles: { viewer: "只读", analyst: "分析员", responder: "处置员", admin: "管理员" },
  },
  login: {
    title: "登录", lead: "开放的安全运营平台", name: "用户名", password: "密码", submit: "登录", wrong: "用户名或密码不正确。", limited: "尝试次数过多，请一分钟后再试。",
    firstUse: "首次启动？用户名为 admin，一次性密码见服务端输出。", changeTitle: "设置您的密码", changeLead: "一次性密码已完成使命，请设置自己的密码后继续。", current: "当前密码", fresh: "新密码", again: "再次输入新密码",
    differ: "两次输入不一致。", short: "至少 10 个字符。", change: "修改并继续", changed: "密码已修改",
  },
  state: {
    readOnly: (role: string) => `${role}角色：可查看，不可更改。管理员可授予更多权限。`, respondNeeds: "批准、驳回与撤销需要“处置员”角色，管理员可授予。",
    errorTitle: "无法加载", code: "代码", unreachable: "无法连接服务器，可能正在重启。", deniedTitle: "您无权查看", denied: "您的角色没有此权限，管理员可在用户管理中授予。", notFound: "不存在，或已被移除。",
    partial: "部分内容缺失", emptyFilter: "没有符合筛选条件的内容。", clearFilter: "清除筛选",
  },
  severity: { critical: "严重", high: "高", medium: "中", low: "低", info: "提示" },
  status: { open: "待处理", working: "处理中", contained: "已遏制", closed: "已关闭" },
  verdict: { true_positive: "真实攻击", benign_positive: "良性命中", false_positive: "误报", undetermined: "无法判定", duplicate: "重复" },
  verdictHint: { true_positive: "确为攻击", benign_positive: "规则正确，但行为已获许可", false_positive: "规则在此处有误", undetermined: "证据不足，无法定论", duplicate: "与另一起事件是同一过程" },
  entity: {
    host: "主机", user: "用户", address: "地址", file: "文件", process: "进程", domain: "域名", cloud_account: "云账号", rule: "规则", value: "值", source: "数据源", first: "首次出现", last: "最近出现", worst: "最高告警", internal: "内部", external: "外部",
    protected: "受保护：任何处置都不会触及", incidents: "相关事件", alertsOf: "最近告警", none: "没有告警涉及它。", unknown: "暂无相关信息。", actor: "发起方", target: "目标", object: "对象", live: "当前处置", hunt: "在日志中狩猎",
  },
  chip: { actions: (name: string) => `${name} 的操作`, filterIn: "只看它", filterOut: "排除它", copy: "复制", hunt: "在日志中狩猎", open: "打开实体", incidents: "相关事件", block: "封禁地址…" },
  tactics: {
    "reconnaissance": "侦察", "resource-development": "资源准备", "initial-access": "初始访问", "execution": "执行", "persistence": "持久化", "privilege-escalation": "权限提升", "defense-evasion": "防御规避", "stealth": "隐匿", "defense-impairment": "削弱防御",
    "credential-access": "凭据窃取", "discovery": "发现", "lateral-movement": "横向移动", "collection": "收集", "command-and-control": "命令与控制", "exfiltration": "数据外传", "impact": "破坏",
  },
  passed: {
    "reconnaissance": "扫描", "resource-development": "准备", "initial-access": "进入", "execution": "执行", "persistence": "驻留", "privilege-escalation": "提权", "defense-evasion": "规避", "stealth": "隐匿", "defense-impairment": "削弱",
    "credential-access": "凭据", "discovery": "探查", "lateral-movement": "移动", "collection": "收集", "command-and-control": "外联", "exfiltration": "外传", "impact": "破坏",
  },
  stages: { title: "攻击阶段", entry: "进入", execute: "执行", persist: "驻留", evade: "规避", credentials: "凭据", move: "移动", impact: "得手", none: "未标注 ATT&CK 阶段", unseen: "未出现" },
  today: {
    title: "今日", needs: "需要您处理", nothing: "没有待办。安静不等于安全：请确认每个数据源仍在发声。", approvals: (n: number) => `${n} 项处置待审批`, oldest: (t: string) => `最早 ${t}`, silent: (n: number) => `${n} 个数据源静默`, gaps: (n: number) => `检测存在 ${n} 处缺口`,
    folded: "收敛", foldedNote: "的告警无需单独查看", records: "条记录", events: "条日志", alertsWord: "条告警", incidentsWord: "起事件", speed: "速度", detect: "检测中位用时", respond: "响应中位用时", noRespond: "此时段内没有处置动作。",
    byHour: "每小时事件", brush: "在柱上拖动以选择时间范围。", noIncidents: "此时段内没有事件。", health: "接入健康", rate: "记录速率", lag: "可检索延迟", failures: "解析失败", dropped: "丢弃", journal: "日志缓冲", backlog: "等待处理", silentSources: "静默数据源", allWell: "各部分运行正常",
    bySeverity: "未关闭事件（按等级）", work: "处理进度", parts: "引擎", first: "接入第一个数据源", firstLead: "Vedette 尚未收到任何记录。将一个客户端指向它，一秒内即可看到第一条。", rooms: { journal: "日志缓冲", eventstore: "日志库", statestore: "状态库", detect: "检测", respond: "响应" }, dryRun: "演练模式：处置只提出并记录，不做任何改动。", addSource: "添加数据源", openIncidents: "未关闭事件", score: "评分", ok: "正常",
    ratio: (records: string, incidents: string) => `${records} 条记录归并为 ${incidents} 起事件`,
  },
  incidents: {
    title: "事件", queue: "待办", mine: "我的", all: "全部", closed: "已关闭", empty: "这里没有事件。", emptyLead: "当告警连成攻击过程时，会自动出现在这里。", columns: { severity: "等级", score: "评分", title: "发生了什么", stages: "阶段", alerts: "告警", first: "首次", last: "最近", owner: "负责人", status: "状态" },
    search: "标题、实体、规则…", sort: { score: "评分最高", last: "最近活动", created: "最新" }, sortLabel: "排序", fresh: (n: number) => `${n} 起新事件`, freshHint: "显示", owner: "负责人", anyone: "所有人", unowned: "无人", severityFilter: "等级", statusFilter: "状态", rows: (n: number) => `${count(n)} 起事件`,
    ack: "确认", assign: "指派", take: "认领", escalate: "升级", closeWith: "关闭…", closeTitle: (n: number) => `关闭 ${n} 起事件`, verdict: "结论是什么？", done: (n: number) => `已更新 ${n} 起事件`, conflict: "刚刚有人修改过，已重新加载。", changed: "已保存",
    assignTitle: "由谁处理？", ownerName: "用户名", openPage: "打开详情页", entityFilter: "实体", ruleFilter: "规则", escalateNote: "已升级", loadingMore: "加载中…", list: "事件列表", selectRow: (title: string) => `选择 ${title}`, markWorking: "开始处理", folded: (n: number) => `归并 ${count(n)} 条告警`,
  },
  incident: {
    story: "经过", cite: (n: number) => `证据 ${n}`, assign: "指派", contain: "遏制", close: "关闭", reopen: "重新打开", status: "状态", timeline: "时间线", graph: "关系图", play: "播放", stop: "停止", lanes: "泳道", firstMark: "首次", evidence: "证据", score: "评分", actions: "处置", notes: "备注", log: "日志", facts: "概要",
    alerts: (n: number) => `${count(n)} 条告警`, rules: "触发的规则", showAlerts: "查看告警", raw: "原始记录", fields: "字段", matched: "命中", whyThis: "为何触发", whyThisLead: "以下字段使规则命中：", selections: "成立的选择项", whyNot: "为何另一条规则没有触发？", whyNotLead: "选择一条规则，查看它为何没有在这条记录上触发。", whyNotPick: "选择规则",
    wouldMatch: "它确实命中这条记录。", firstFailed: (part: string) => `最先不满足的部分：${part}`, noEvidence: "尚未选出证据。", noRaw: "该记录已不在存储中。", loadMore: "加载更多", waterfall: "评分由哪些部分构成", total: "评分", mismatch: (sum: number) => `各项合计 ${sum}`, capped: "以 100 为上限",
    noActions: "尚未采取任何处置。", noActionsLead: "可封禁地址，或审批规则提出的处置。", noNotes: "暂无备注。", addNote: "添加备注", notePlaceholder: "您看到、决定或想询问什么？", noLog: "尚无人修改。", closeLead: "请给出结论，它会计入每份报告的数字。", suspects: "可疑地址", noSuspects: "此事件没有外部地址。",
    count: "次数", rule: "规则", when: "时间", who: "操作人", what: "操作", detail: "详情", from: "来自", detected: "检出", first: "首次", last: "最近", duration: "持续", tactics: "战术", entities: "实体", id: "编号", owner: "负责人", verdict: "结论", openEvent: "在狩猎中打开", techniques: "技术", event: "日志", source: "数据源", dataset: "数据集", graphLead: "按攻击顺序从左到右。点主机上的数字可展开其文件与进程。", more: (n: number) => `展开 ${n} 个文件与进程`, fewer: "收起其文件与进程", whole: (n: number) => `完整经过与 ${n} 个实体`, less: "收起", noGraph: "尚不清楚实体之间的联系。", graphHint: "拖动平移，滚轮缩放。", edge: (n: number) => `${count(n)} 条告警`, reset: "显示全部", prev: "上一起事件", nextOne: "下一起事件",
  },
  actions: {
    title: "处置", lead: "每项处置都有期限：到期自动结束，随时可以撤销。", kind: { block_address: "封禁地址" }, state: { proposed: "待审批", refused: "被护栏拒绝", rejected: "已驳回", applying: "执行中", active: "生效中", expired: "已到期", undone: "已撤销", failed: "失败" },
    approve: "批准", reject: "驳回", undo: "撤销", approveTitle: "批准此处置？", rejectTitle: "驳回此处置", undoTitle: "撤销此处置", blockTitle: "封禁地址", target: "地址或网段", targetHint: "单个地址，或网段，如 203.0.113.0/28。", until: "截止", duration: "时长", where: "位置", how: "如何撤销", by: "提出者", approvedBy: "批准者", leftOver: (t: string) => `剩余 ${t}`, dryRun: "演练：不做任何改动", dryRunShort: "演练",
    automatic: "自动", verified: "已核验", notVerified: "未核验", holds: "确实生效", holdsNot: "未生效", submit: "提出封禁", proposed: "已提出，等待审批。", done: "完成", what: "内容", why: "原因", ended: "结束", expires: "到期", waiting: "待审批", live: "生效中", all: "全部", empty: "这里没有处置。", created: "创建", incident: "事件",
    undoBy: "到期自动解除，也可随时撤销。", whereNote: "在服务器配置的执行点上。", minutes: (n: number) => `${n} 分钟`, hours: (n: number) => `${n} 小时`, days: (n: number) => `${n} 天`, protectedNote: "受保护的地址一律拒绝，无论谁提出。", reasonPlaceholder: "为何必须封禁", bad: "这不是地址或网段。", lease: "期限",
  },
  hunt: {
    title: "狩猎", run: "查询", placeholder: "LogsQL：关键词、field:=\"value\"、AND OR NOT、| stats count()", query: "查询语句", histogram: "日志时间分布", fields: "字段", fieldSearch: "查找字段", values: "最多的值", valueHint: "单击只看它；按住 Shift 单击则排除", noFields: "没有字段。", rows: (n: number) => `${count(n)} 行`, total: (n: number) => `${count(n)} 条日志`, took: (ms: number) => `${ms} 毫秒`, empty: "没有符合的日志。", emptyLead: "请扩大时间范围，或去掉部分条件。",
    columns: { time: "时间", source: "数据源", dataset: "数据集", message: "内容" }, addColumn: "显示为列", removeColumn: "移除列", table: "表格", json: "JSON", raw: "原文", event: "日志", exportCsv: "导出 CSV", exportJson: "导出 JSON", exported: (n: number) => `已写出 ${n} 行`, link: "复制链接", loadMore: "加载更多", kindEvents: "日志", kindAlerts: "告警", scanned: "已加载", filterIn: "只看它", filterOut: "排除它",
    save: "保存", saved: "已存查询", saveName: "名称", noSaved: "没有已存查询。它们保存在本浏览器中。", recent: "最近", share: "占比", position: (n: number) => `第 ${n} 个字符处`, zoomHint: "在柱上拖动以放大", all: "全部日志", showMore: "更多值", columnsMenu: "列", testRule: "用它测试规则",
  },
  detection: detectionZh,
  entityPage: entityPageZh,
  noise: noiseZh,
  intel: intelZh,
  triage: triageZh,
  rules: {
    title: "规则", columns: { state: "状态", severity: "等级", title: "规则", attack: "ATT&CK", source: "日志来源", fired: "近 30 天触发", last: "最近触发", origin: "出处", falseShare: "误报", cost: "耗时" }, state: { live: "运行中", shadow: "影子", off: "停用", asleep: "无法触发", rejected: "无法运行" }, search: "标题、编号、标签…", upload: "上传规则", uploadHint: "Sigma YAML，或其 .zip、.tar.gz 包", uploaded: (n: number) => `已添加 ${n} 条规则`, rejected: (n: number) => `${n} 条被拒绝`,
    falseHint: "含有该规则的已关闭事件中，误报所占比例", costHint: "每次判定的平均耗时", verdicts: (n: number) => `${n} 次结论`, costShare: (x: number) => `占全部规则耗时的 ${(x * 100).toFixed(1)} %`, enable: "启用", stage: "阶段", disable: "停用", auto: "无需人工，自动响应", autoTitle: "允许此规则自动响应？", autoLead: "此后该规则的每条告警都会立即以限时方式封禁其外部地址，并受护栏约束。每次封禁均可撤销。", manual: "由人审批", yaml: "源码", test: "测试", testLead: "粘贴一条客户端发送的原始记录。", record: "记录", runTest: "测试", matched: "命中：规则会触发。", notMatched: "未命中。", firstFailed: "最先不满足的部分", expected: "期望", actual: "实际", missing: "（没有此字段）", selection: "选择项",
    empty: "没有符合筛选的规则。", emptyLead: "可上传 Sigma 规则，或在配置中指定规则目录。", problem: "无法运行的原因", deleteRule: "删除", deleteTitle: "删除此上传的规则？", tactic: "战术", anyTactic: "全部战术", count: (n: number) => `${count(n)} 条规则`, incidents: "相关事件", hunt: "它的告警", author: "作者", license: "许可", status: "成熟度", tags: "标签", never: "从未触发", field: "字段", operator: "比较", fill: "使用它最近告警的记录", description: "说明", coverage: (live: number, total: number) => `${total} 条中 ${live} 条启用`,
  },
  sources: {
    title: "数据源", columns: { name: "数据源", receiver: "接收方式", state: "状态", rate: "近一小时速率（条/秒）", lag: "延迟", last: "最近记录", failures: "未解析", dropped: "丢弃", datasets: "识别为", records: "记录数" }, state: { well: "正常", quiet: "偏少", silent: "静默", failing: "异常" }, stateHint: { well: "与平时一致", quiet: "比平时少", silent: "静默时间超过平常间隔", failing: "许多记录无法解析" },
    add: "添加数据源", empty: "尚无数据源发送记录。", emptyLead: "选择客户端，粘贴配置，等待第一条记录到达。", search: "名称或对端", failuresTitle: "无法解析的记录", failuresLead: "它们以原文保存并可检索。按原因分组：", noFailures: "所有记录均已解析。", skew: "时钟偏差", seconds: (n: number) => `${n} 秒`, chooseClient: "选择发送方", paste: "粘贴此配置", pasteLead: "地址为本服务器地址。请将标记处替换为具有 ingest 权限的令牌。", wait: "等待第一条记录", waiting: "正在等待新数据源的记录…", arrived: (name: string) => `收到 ${name} 的第一条记录`, rawSide: "原文", parsedSide: "解析结果", first: "首条记录", bytes: "字节", peer: "对端", hunt: "它的日志", droppedTitle: "按原因统计的丢弃", noDropped: "没有丢弃。", noSetup: "服务器没有给出客户端列表。", copyConfig: "复制配置", docs: "文档", count: (n: number) => `${count(n)} 个数据源`, troubled: (n: number) => `${n} 个有问题`, overview: "概览",
  },
  keys: {
    title: "键盘", groups: { anywhere: "任意位置", list: "列表中", incident: "事件页" }, palette: "搜索与命令", help: "本帮助", go: { today: "前往今日", incidents: "前往事件", hunt: "前往狩猎", rules: "前往规则", noise: "前往降噪", intel: "前往威胁情报", sources: "前往数据源", actions: "前往处置" }, down: "下一行", up: "上一行", select: "选择本行", open: "打开详情页", peek: "在列表旁查看", escape: "关闭、返回", ack: "确认（开始处理）", owner: "指派给我", escalate: "升级", close: "给出结论并关闭", filter: "筛选", theme: "浅色或深色", tab: "按数字切换标签页", block: "封禁地址",
  },
  time: { now: "刚刚", zone: "时区", y: "年", d: "天", h: "小时", m: "分", s: "秒", ms: "毫秒" },
} satisfies Dictionary;
