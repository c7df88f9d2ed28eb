import { factsZh } from "./factwords.zh";
import { teamsZh } from "./teamwords.zh";
import type { NoiseWords } from "./words.en";

const count = (n: number) => n.toLocaleString("zh-CN");

export const noiseZh: NoiseWords = {
  title: "降噪", tabs: { label: "降噪", folded: "归并情况", suppressions: "抑制", facts: factsZh.tab }, waitingCount: (n: number) => `${n} 项待批准`,
  span: (n: number) => `最近 ${n} 天`,
  funnel: {
    title: "告警去了哪里", lead: "每条告警只计一次；所有告警都已保存，可检索。", alerts: "条告警", none: "此时段内没有告警。",
    reason: { suppressed: "已抑制", repeated: "重复", same_story: "同一经过", below: "低于阈值线", shown: "展示" },
    hint: { suppressed: "被抑制项挡在事件之外", repeated: "同一事件中同一规则再次触发", same_story: "同一攻击经过中的其他规则", below: "形成的事件低于阈值线", shown: "形成了需要人看的事件" },
  },
  ratio: { title: "公开指标", folded: "的告警无需单独查看", recall: "的攻击步骤在最近一次回放中被发现", attacks: (f: number, n: number) => `攻击 ${f}/${n}`, steps: (f: number, n: number) => `步骤 ${f}/${n}`, false: (x: string) => `每天误报 ${x} 起`, never: "尚未测量召回率", neverLead: "没有召回率的归并率没有意义。回放会用一个带标签的攻击世界检验当前配置下的归并；每晚也会自动运行一次。", run: "运行回放", again: "再次运行", ran: "运行于", took: (ms: number) => `用时 ${ms} 毫秒`, missed: (n: number) => `遗漏（${n}）`, done: (f: number, n: number) => `发现 ${n} 个步骤中的 ${f} 个`, set: "数据集", history: "历次回放发现的步骤", fell: "少于上一次" },
  budget: {
    title: "预算", lead: "每天最多展示多少起并非攻击的事件。", asked: "期望", realised: "实际", unset: "未设定", unsetLead: "尚未设定期望值：阈值线采用内置位置。", perDay: "起/天", line: "阈值线", lineHint: "评分达到或高于此值的事件会展示。", basis: (x: string, n: number, d: string) => `依据 ${d} 天内的 ${count(n)} 起事件，预计每天有 ${x} 起并非攻击。`, young: "历史不足一天：在此之前阈值线保持内置位置。",
    dial: "每天事件数", apply: "采用", applied: (l: number) => `阈值线为 ${l}，达到该线的未关闭事件会进入队列，已在队列中的事件保留。`, tried: (l: number) => `阈值线将为 ${l}`, shows: (n: number) => `最近 28 天将多展示 ${count(n)} 起`, hides: (n: number) => `最近 28 天将少展示 ${count(n)} 起`, same: "展示的事件不变", lost: (n: number) => `其中 ${count(n)} 起曾被判为真实攻击`,
    days: "每天展示", no: "并非攻击", attack: "真实攻击", open: "未研判", over: "超过预算的一倍半", below: "阈值线之下最接近的事件", belowNone: "阈值线之下没有未关闭的事件。", belowLead: "打开即可查看为何评分不更高。",
  },
  teams: teamsZh,
  rules: { title: "按规则", rule: "规则或检测器", alerts: "告警", incidents: "事件", below: "线下", suppressed: "已抑制", falseShare: "并非攻击", factor: "权重", factorHint: "研判结论对其权重的影响", judged: (n: number) => `共 ${n} 次结论`, unjudged: "尚无结论", none: "此时段内没有规则触发。", suppress: "抑制…" },
  suppression: {
    create: "新建抑制", lead: "将某条规则关于特定实体的告警挡在事件之外。告警照常保存、可检索，到期自动失效。", rule: "规则或检测器", entities: "实体", entitiesHint: "类型:名称，如 host:backup-01。告警必须包含全部实体。", badEntity: (s: string) => `“${s}”不是 类型:名称`, reason: "原因", neededReason: "一个月后看到的人也必须能看懂。", owner: "负责人", until: "截止", forDays: (n: number) => `${n} 天`, add: "抑制", propose: "提交第二人批准",
    added: "已生效。", addedWaiting: "已提出，等待第二人批准。", preview: "它会隐藏什么？", previewDays: (n: number) => `最近 ${n} 天，每日告警数`, previewLead: "查看最近 30 天的告警。", hides: (n: number, k: number) => `${count(k)} 起事件中的 ${count(n)} 条告警`, whole: (n: number) => (n === 0 ? "不会有事件因此消失" : `${count(n)} 起事件将不会出现`), none: "它不会隐藏任何告警。", lostNone: "不会丢失任何真实攻击的告警。", lost: (n: number) => `它会隐藏 ${n} 起真实攻击的告警：`, partial: "未能查看全部告警，统计起点", critical: { rule: "该规则为严重等级：需第二人同意。", alert: "其覆盖的告警为严重等级：需第二人同意。", incident: "其覆盖的事件为严重等级：需第二人同意。", attack: "其覆盖了曾被判为攻击的告警：需第二人同意。", unknown: "没有此名称的规则，也没有它的已存告警：需第二人同意。", incomplete: "该规则的告警未能全部查看：需第二人同意。" },
    state: { waiting: "等待第二人批准", active: "生效中", rejected: "已驳回", expired: "已到期" }, columns: { state: "状态", what: "隐藏内容", reason: "原因", owner: "负责人", expires: "到期", hidden: "已隐藏", last: "最近隐藏", do: "处理" }, left: (s: string) => `剩余 ${s}`,
    by: (a: string, b?: string) => (b ? `${a} 提出，${b} 同意` : `${a} 提出`), approve: "同意", approved: "已生效。", reject: "驳回", rejected: "已驳回。", remove: "移除", removed: "已移除：其告警将重新进入事件。", removeTitle: "移除此抑制？", own: "须由他人同意：这是您提出的。", empty: "没有抑制项。", emptyLead: "将事件判为误报或预期行为；同样的情况再次出现时，这里会提出抑制建议。", from: "来自研判",
  },
  proposals: { title: "由研判提出的建议", lead: "同一规则在相同实体上反复被判为无害。", none: "没有建议。对同一规则、相同实体给出三次无害结论后会出现。", take: "查看并抑制…", would: "会隐藏", lost: "丢失的真实攻击", verdicts: "结论", people: (n: number) => `${n} 人` },
  facts: factsZh,
  today: { above: (n: number) => `其中 ${count(n)} 起在线上`, recall: "召回率", recallNever: "尚未测量召回率", noiseLink: "归并了什么、为什么" },
};
