import type { FactWords } from "./factwords.en";

const count = (n: number) => n.toLocaleString("zh-CN");

export const factsZh: FactWords = {
  tab: "反面事实", create: "登记事实", title: "可排除攻击的事实",
  lead: "已登记的变更、维护窗口、本单位的扫描器等。事实若能完整解释一起事件，则降低其评分；仅凭单一来源，事件不会移出队列。",
  kind: { change_ticket: "变更单", maintenance: "维护窗口", known_scanner: "已知扫描器", not_vulnerable: "漏洞不存在", mfa: "二次认证" },
  kindLead: {
    change_ticket: "对这些主机、用户或地址的计划内操作：可解释期间发生在其上的一切。", maintenance: "这些主机、用户或地址处于维护期间：可解释期间发生在其上的一切。",
    known_scanner: "由本单位用于扫描和测试：仅解释来自它的探测与尝试，不解释任何得手的行为。", not_vulnerable: "漏洞并不存在：仅解释针对这些主机、指明该漏洞的尝试。", mfa: "用户在该设备上通过了二次认证：仅解释该用户从该设备的登录。",
  },
  columns: { state: "状态", kind: "类别", who: "涉及对象", when: "时间", ref: "凭据", says: "来源", touched: "相关事件", do: "撤回" },
  state: { active: "生效中", coming: "未开始", over: "已到期", ended: "已撤回" },
  from: "自", until: "至", by: (who: string) => `由 ${who} 登记`, endedBy: (who: string) => `由 ${who} 撤回`, end: "撤回", endTitle: "撤回此事实？", endLead: "记录会保留；受其影响的事件将重新评分。", ended: "已撤回，相关事件已重新评分。",
  empty: "尚无可排除攻击的事实。", emptyLead: "在此登记计划内操作，或由工单系统通过 API 写入：被其解释的事件会注明。",
  what: "类别", entities: "涉及对象", entitiesHint: "类型:名称，如 host:web-01、user:li.wei、address:10.0.8.5 或 address:10.0.8.0/24。", scannerHint: "扫描器的地址或网段，如 address:10.0.8.0/24。", mfaHint: "用户与设备，如 user:li.wei host:ws-07。",
  cves: "不存在的漏洞", cvesHint: "如 CVE-2021-44228。", badCVE: (s: string) => `“${s}”不是 CVE-年份-编号`, rules: "仅限这些规则的告警", rulesHint: "留空则为全部规则。", span: "起止时间", reference: "工单号或凭据", source: "来源", sourceHint: "从何得知：工单系统、变更委员会等。同一来源的两条事实只算一个来源。", text: "一句话说明", textHint: "查看事件的人必须能看懂。",
  tooLong: (n: number) => `此类事实最长有效 ${n} 天。`, pastEnd: "截止时间必须晚于现在。", add: "登记", added: "已登记，被其解释的事件已重新评分。",
  preview: "它会带来的变化", looking: "查看未关闭的事件。", touches: (n: number) => `将影响 ${count(n)} 起未关闭的事件`, touchesNone: "没有未关闭的事件能被它完整解释。", leaves: (n: number) => `${count(n)} 起将移出队列：另有来源佐证`, stays: (n: number) => (n === 1 ? "它仍留在原处，不会移出队列。" : "均留在原处，不会移出队列。"), leaf: "移出队列", score: "评分", more: (n: number) => `另有 ${count(n)} 起`,
  touchedNow: (n: number) => `${count(n)} 起事件`,
};
