import type { DetectionWords } from "./words.en";

const count = (n: number) => n.toLocaleString("zh-CN");

export const detectionZh: DetectionWords = {
  tabs: { label: "检测", rules: "规则", exceptions: "例外", attack: "ATT&CK", asleep: "休眠规则", ledger: "检测账本" },
  stage: { off: "停用", shadow: "影子", alert: "告警", auto: "自动处置" },
  stageHint: { off: "不运行。", shadow: "运行，但告警单独存放，不打扰任何人。", alert: "告警会送达人员。", auto: "可以不经人工直接处置。" },
  kind: { rule: "规则", correlation: "关联", filter: "过滤器", hint: { correlation: "对其他规则的命中进行计数或排序", filter: "从其他规则中排除无害情况" }, many: { rule: "规则", correlation: "关联规则", filter: "过滤器" } },
  list: {
    stateHint: { live: "正在运行，告警会送达人员", shadow: "正在运行，但告警单独存放，不打扰任何人", off: "不运行", asleep: "正在运行，但没有数据源上报它所需的内容", rejected: "无法编译" },
    bulk: "统一设置阶段：", changed: (n) => `已修改 ${count(n)} 条规则`, autoTitle: (n) => `允许这 ${n} 条规则自动响应？`, selectAll: "选择当前显示的全部规则", authors: "作者定级", overridden: (level) => `作者定级：${level}`,
    exceptions: (n) => `${n} 条例外`, noVerdict: "尚无含有它的已关闭事件", filters: "过滤器", origin: { starter: "随 Vedette 提供", upload: "上传", config: "来自配置", path: "来自配置" },
  },
  found: {
    title: "告警", incident: "所属事件", wait: "触发后，它的告警会列在这里。", waitShadow: "正在影子阶段运行。它会报的内容列在这里，不打扰任何人。", waitOff: "已停用。先放入影子阶段，看看它会报什么。", judge: "正在影子阶段运行：先看它发现了什么，再让它告警。", promote: "转为告警",
  },
  correlation: {
    counts: "统计方式", rules: "涉及规则", groupBy: "分组字段", events: "依据事件", reached: "达到", within: (span) => `${span} 内`,
    type: { event_count: "事件数", value_count: "不同取值数", value_sum: "求和", value_avg: "平均值", value_median: "中位数", value_percentile: "百分位", temporal: "同时出现", temporal_ordered: "依次出现", temporal_extended: "组合出现", temporal_ordered_extended: "按顺序组合出现" },
  },
  asleep: {
    lead: (n, all) => `${count(all)} 条规则中有 ${count(n)} 条在这里永远不会触发。接入它们所需的数据即可唤醒。`, report: "如何唤醒", search: "数据源、字段、规则", need: "所需数据", fields: "且含字段", wakes: "可唤醒", how: "如何获取", none: "没有休眠的规则。", noneLead: "每条运行中的规则都能收到所需的日志。",
    noSource: (s) => `尚未收到 ${s} 的日志`, noField: (f, s) => `${s} 的日志缺少字段 ${f}`, noNews: "由 Vedette 自身在出现问题时写入；目前一切正常", send: (s) => `发送 ${s} 的日志`,
  },
  editor: {
    create: "新建规则", edit: "编辑", copy: "编辑副本", title: "编写规则", untitled: "未命名规则", label: "Sigma YAML 规则", save: "保存", saveAs: "保存为", saved: "已保存，引擎已开始运行。", discard: "不保存就离开吗？", leave: "离开", stay: "留下",
    problems: "问题", noProblems: "没有发现问题。", line: (n) => `第 ${n} 行`, fix: "建议", willNotRun: "还不能运行。", runs: (n) => `${count(n)} 条规则可以运行`, warnings: (n) => `${n} 条提示`, checking: "检查中…",
    test: "测试", backtest: "回测", versions: "版本", ownCopy: "这条规则随程序提供。您的版本会以自己的编号另存。",
    apply: "应用", applyAll: (n) => `应用 ${n} 处修改`, viewing: "您可以查看、检查和测试这条规则，但不能保存。",
    stageLead: "先在影子阶段运行，看看它会报什么，再让它告警。",
  },
  backtest: {
    lead: "用编辑器中的规则检索已存储的事件，不会产生告警。", run: "运行", since: "最近", hours: (n) => `${n} 小时`, days: (n) => `${n} 天`, perDay: "条告警/天", matched: (n) => `命中 ${count(n)} 次`, none: "这段时间内不会触发。", read: (n) => `读取 ${count(n)} 条事件`,
    took: "耗时", cost: "每条事件", entities: "最常涉及", examples: "示例", query: "筛选语句", partial: "未跑完即停止：数字只是一部分。", byDay: "每日命中", openHunt: "在狩猎中打开",
  },
  samples: {
    title: "样本", lead: "规则必须命中或不得命中的记录。它们随规则保存在本浏览器标签页中，每次修改后都会重新判定。", keep: "留作样本", match: "必须命中", noMatch: "不得命中", run: "重新判定", drop: "删除样本", open: "查看", right: (n, all) => `${all} 个样本中 ${n} 个符合预期`, none: "还没有样本。", correlation: "关联规则无法用单条记录测试：请使用回测，或用 rules test 编写时间线。", full: "最多保留十个样本，请先删除一个。", wrong: "不符合预期", good: "符合预期",
  },
  versions: { lead: "所有保存过的版本。选择一个与编辑器内容比较。", empty: "这条规则只有一个版本。", by: "作者", restore: "放入编辑器", same: "与编辑器内容相同。", current: "编辑器", minus: "删除", plus: "新增" },
  exceptions: {
    title: "例外", create: "新建例外", lead: "例外会在到期之前隐藏规则发现的、已被判定为无害的情况。", empty: "目前没有生效的例外。", emptyLead: "如果规则反复发现无害的情况，打开它的一条告警，添加带理由和期限的例外。",
    rule: "规则", every: "所有规则", selection: "隐藏符合以下条件的事件", reason: "理由", owner: "负责人", expires: "到期", hidden: "已隐藏", last: "最近一次", state: { live: "生效中", over: "已到期" }, add: "添加例外", change: "修改", remove: "删除", removeTitle: "删除这条例外？", removeLead: "此后被隐藏的情况会重新告警。",
    preview: "预览", previewLead: "如果早已生效，会隐藏什么", previewOf: (hidden, all) => `该规则在这段时间内的 ${count(all)} 次命中里，会有 ${count(hidden)} 次被隐藏。`, previewAll: "会隐藏该规则发现的一切：请缩小范围。", previewNone: "什么也不会被隐藏。",
    selectionHint: "与 Sigma 选择项相同的字段和取值：每一行都必须成立。", until: "有效至", forDays: (n) => `${n} 天`, added: "例外已生效。", changed: "已修改。", removed: "已删除。", neededReason: "请说明为什么无害。", fromAlert: "不再为此告警…", search: "规则、理由、负责人", soon: "一周内到期",
  },
  attack: {
    title: "ATT&CK", lead: "哪些技术能被发现，哪些不能。", fired: "已触发", able: "可触发", asleep: "无数据", gap: "无规则", firedHint: "最近 30 天内有规则触发", ableHint: "规则在运行，数据源在上报", asleepHint: "有规则，但没有数据源上报所需的内容", gapHint: "没有加载对应的规则", layer: "Navigator 图层",
    search: "技术编号或名称", rules: (n) => `${count(n)} 条规则`, techniques: (n) => `${count(n)} 项技术`, of: (n, all) => `${n} / ${all}`, show: "显示", allTechniques: "全部技术", covered: "仅有规则的", firedTimes: (n) => `30 天内 ${count(n)} 条告警`, noRules: "没有加载对应的规则。", noRulesLead: "编写一条，或导入标签中含有该技术的规则。", subs: "子技术", wake: "接入什么可以唤醒它们",
  },
  ledger: {
    title: "检测账本", lead: "每条规则每分钟检查了什么、没检查什么。", state: { evaluated: "已检测", pending: "等待中", failed: "失败", disabled: "已停用", capped: "受限", no_data: "无数据" },
    stateHint: { evaluated: "事件到达并已由规则判定", pending: "记录已接收，尚未判定", failed: "规则失败并被移出", disabled: "规则处于停用状态", capped: "达到上限，放弃了部分状态", no_data: "数据源本应上报却没有" },
    kind: { silent: "静默", unparsed: "无法解析", dropped: "丢弃", backlog: "积压", stopped: "未运行", failed: "规则失败", rejected: "规则被拒", capped: "受限", slow: "规则过慢" },
    because: { silent: "停顿已超过平时最长时间", unparsed: "收到的内容无法解析", dropped: "有记录未被接收", backlog: "记录在排队，尚未检测", stopped: "Vedette 当时未在运行", failed: "有规则被移出运行", rejected: "有规则无法编译", capped: "达到上限，放弃了部分计数", slow: "有规则超出时间预算" },
    ended: "已结束", gaps: "缺口", noGaps: "目前没有缺口：应上报的数据源都在上报，规则都在运行。", noGapOfRule: "这条规则目前没有失明。", open: "仍未恢复", since: "开始", until: "结束", blind: (n) => `${count(n)} 条规则失明`, source: "数据源", logsource: "类型", events: "事件数", rules: "规则", reason: "原因", minute: "分钟", nothing: "还没有记录。", nothingLead: "记录到达后，账本会随之填充。", hours: (n) => (n < 1 ? `${Math.round(n * 60)} 分钟` : `${n} 小时`), heat: "各数据源每分钟情况", allSources: "全部数据源", quiet: "无应上报内容", rule: "规则", ruleLead: "失明的规则", ruleTitle: "检测时段（近 24 小时）", whenLooked: "检测时段", everyRule: "所有规则", ruleNothing: "这段时间内没有数据源上报它所需的内容。", blindShare: (p) => `${p} % 的时间失明`, moreSources: (n) => `另有 ${count(n)} 个数据源`, itself: "该规则自身",
  },
};
