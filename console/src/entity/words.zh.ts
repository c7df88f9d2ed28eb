import type { EntityPageWords } from "./words.en";

const count = (n: number) => n.toLocaleString("en");

/** 实体页面用语。 */
export const entityPageZh: EntityPageWords = {
  title: "实体", search: "名称的一部分", anyKind: "全部类型", anyCriticality: "任意重要性", atLeast: (word) => `${word}及以上`, sort: { risk: "风险从高到低", last: "最近出现优先" }, sortLabel: "排序",
  count: (n) => `${count(n)} 个实体`, empty: "尚无已知实体。", emptyLead: "记录一旦提到主机、账号或地址，就会列在这里。请接入数据源，或导入资产清单。", addSource: "接入数据源",
  columns: { risk: "风险", name: "名称", criticality: "重要性", owner: "负责人", department: "部门", incidents: "事件", alerts: "告警", last: "最近出现", tags: "标签" },
  import: "导入资产", importHint: "带表头的 CSV:名称、类型、重要性、负责人、部门、标签", imported: (n) => `已更新 ${count(n)} 个实体`, problems: (n) => `${n} 行无法使用`, line: (n) => `第 ${n} 行`,
  level: { "-1": "未说明", 0: "可忽略", 1: "低", 2: "普通", 3: "高", 4: "核心" },
  levelHint: { "-1": "按普通计算", 0: "丢了也没人察觉", 1: "可以等一天", 2: "普通主机或账号", 3: "许多业务依赖它", 4: "没有它业务就停摆" },
  band: { none: "无", low: "低", medium: "中", high: "高", critical: "严重" },
  back: "全部实体", openPage: "打开页面", copyName: "复制名称", hunt: "在原始事件中狩猎", incidents: "相关事件", unknownTitle: "对它一无所知。", unknownLead: "没有记录或资产清单提到它。可在原始事件中搜索这个名称。",
  risk: "风险", riskTitle: "近 30 天风险", now: "当前", halfLife: (days) => `无新情况时每 ${days} 天减半`, factor: (f) => `按重要性 × ${f}`, week: (n) => (n > 0 ? `比一周前高 ${n}` : n < 0 ? `比一周前低 ${-n}` : "与一周前相同"), peak: (n, when) => `峰值 ${n}，${when}`,
  noRisk: "没有不利于它的证据。", noRiskLead: "近 60 天没有事件涉及它，或都已判定为无害。", chart: "近 30 天风险；方向键可在时间上移动", nothingThen: "当时没有不利于它的证据",
  made: "风险由什么构成", points: "分值", incident: "事件", how: "分值如何得出", total: "合计", more: (n) => `另有 ${n} 个目前不计分`, part: { actor: "发起方", target: "被攻击方", object: "被利用", none: "被提及" }, counted: "同一证据无论出现在多少事件中，只计一次。",
  timeline: "事件与会话", span: { day: "24 小时", week: "7 天", month: "30 天" }, spanLabel: "时间跨度", lane: "事件", noTimeline: "这段时间没有事件，也没有会话。", lanesMore: (n) => `另有 ${n} 行，见下表`,
  sessions: "会话", noSessions: "未见登录。", sessionsLead: "同一地址在同一主机上的登录，间隔不足一小时计为一个会话。", user: "用户", host: "主机", from: "开始", to: "结束", address: "来源地址", logons: "登录次数", open: "未见注销", ended: "已注销", lasted: "时长", showAll: (n) => `显示全部 ${count(n)} 条`,
  kind: { interactive: "控制台", remote: "远程桌面", network: "网络", ssh: "SSH", logon: "登录" },
  aliases: "别名", noAliases: "没有已知的其他名称。", aliasKind: { host: "主机", user: "用户", address: "地址", domain: "完整域名", account: "账号", sid: "SID", mac: "MAC", mailbox: "邮箱" }, conflict: (rival) => `同一时段也与 ${rival} 对应`, conflictHint: "只展示，不合并：请依据记录判断。", seen: (n) => `在 ${count(n)} 个十分钟时段出现`, since: (first, last) => `${first} – ${last}`, why: "依据",
  peers: "同类", noPeers: "尚无使用相同资源的实体。", peersLead: "使用相同的资源；越少见的资源权重越高。", likeness: "相似度", shared: (n) => `共用 ${n} 项`,
  exposures: "已知弱点", noExposures: "没有告警提到这里的已知弱点。", exposureState: { suspected: "疑似", confirmed: "已确认", fixed: "已修复" }, suspectedHint: "有告警提到它。有人尝试并不说明漏洞确实存在。",
  usual: "日常基线", noUsual: "尚未学到它的日常。学习需要一天的日志，每周时段需要五天。",
  facts: "概况", first: "首次出现", last: "最近出现", alerts: "告警", zone: "网络", worst: "最严重告警", saidBy: "填写人", said: (who, when) => `${who}，${when}`, fromFile: "导入",
  edit: "编辑", editTitle: "重要性与负责人", criticality: "重要性", owner: "负责人", department: "部门", tags: "标签", ownerHint: "由谁负责", departmentHint: "例如财务部", tagsHint: "回车添加标签", save: "保存", saved: "已保存，研判即刻按此加权。", nobody: "无负责人", noneSaid: "未说明", partial: "这一部分未能加载。",
  incidentsTitle: "事件", noIncidents: "没有事件涉及它。", retitle: "刷新", means: "方式", once: "单次",
  learning: "仍在学习", learningHint: "所知尚少，暂不据此判断异常。", learnedSince: "自", stands: (n) => `基于 ${count(n)} 次观测`, moreValues: (n) => `另有 ${count(n)} 个`, usualLead: "检测器据此判断异常",
};
