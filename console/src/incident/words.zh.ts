import { spokenZh } from "./spoken.zh";
import type { triageEn } from "./words.en";

const count = (n: number) => n.toLocaleString("zh-CN");

export const triageZh = {
  family: {
    prior: "涉及资产", rule: "规则", intelligence: "威胁情报", novelty: "此前未见", volume: "数量与时段", spread: "扩散面", sequence: "行为序列", exfiltration: "数据外流", identity: "身份", exposure: "暴露面", exculpatory: "反面证据", other: "其他",
  },
  result: { attempted: "仅尝试", succeeded: "已得手", compromised: "已失陷" },
  resultLead: { attempted: "有人尝试过，没有迹象表明成功。", succeeded: "目标给出了攻击者想要的回应。", compromised: "此后该主机或账户做出了只有入侵者才会做的事。" },
  proof: "依据",
  below: { badge: "线下", tab: "略低于阈值线", lead: "低于告警预算的阈值线：保留且可检索，但不进入待办。", empty: "线下没有事件。" },
  views: { save: "保存视图", saveTitle: "保存当前视图", name: "名称", lead: "筛选、排序与分组以此名称保存在本浏览器中。", remove: (name: string) => `删除视图“${name}”`, saved: "视图已保存", label: "视图" },
  group: { label: "分组", none: "不分组", rule: "规则", entity: "目标", source: "发起方", nothing: "未标明", of: (n: number) => `${count(n)} 起事件`, select: (name: string) => `选择“${name}”全部事件`, part: (n: number) => `仅对前 ${count(n)} 起分组`, worst: "最高评分" },
  snooze: { title: (n: number) => `稍后处理 ${n} 起事件`, lead: "在此之前不再出现在本浏览器的待办中；若有新动静会立即回来。其他人仍能看到。", key: "稍后处理", hours: (n: number) => `${n} 小时`, done: (n: number) => `已推迟 ${n} 起`, hidden: (n: number) => `${n} 起已推迟`, show: "重新显示", until: "直到" },
  undo: { key: "撤销", undone: "已撤销", closed: (n: number, verdict: string) => `${n === 1 ? "已关闭" : `已关闭 ${count(n)} 起`}：${verdict}`, changed: (n: number) => `已更新 ${count(n)} 起事件`, failed: "未能撤销" },
  verdict: {
    mergeInstead: "并入它所重复的事件…", reason: "原因？", reasonHint: "可不选；它会用于校正评分", text: "补充说明", what: "1. 结论是什么？", back: "退格键返回上一步", press: "按数字选择，回车确认。",
    reasons: { scan_by_us: "我方扫描", maintenance: "维护变更", expected_admin: "正常运维操作", test: "测试或演练", misconfiguration: "配置错误", rule_too_broad: "规则过宽", not_reproducible: "无法复现", duplicate_of: "与其他事件重复", other: "其他原因" } as Record<string, string>,
  },
  merge: {
    key: "合并…", title: "合并事件", into: "保留", from: "并入", search: "查找另一起事件", searchHint: "标题、实体、规则或编号", suggested: "与它有共同实体", none: "没有其他符合的未关闭事件。", swap: "改为保留这一起", remove: "不合并",
    submit: (n: number) => `并入 ${n} 起`, done: (n: number) => `已合并 ${count(n)} 起`, after: "合并后评分", now: "当前评分", moves: "将移动的内容", reason: "为何属于同一过程？", pick: "请选择要并入的事件。",
  },
  split: {
    key: "拆分…", title: "拆分事件", by: { rules: "按规则", entities: "按实体", evidence: "按证据" }, lead: "选择要另立为新事件的部分。", submit: "拆出", done: "已拆为独立事件", stays: "保留", leaves: "另立", all: "不能全部选中，请至少保留一项。", reason: "为何不属于这里？", openNew: "打开新事件", nothing: "尚未选择。",
  },
  preview: { after: "变更后评分", alerts: "告警", rules: "规则", entities: "实体", score: "评分", working: "正在推算…", change: (from: number, to: number) => `评分 ${from} → ${to}` },
  wholeStory: "完整经过",
  play: { play: "播放", pause: "暂停", back: "上一步", forward: "下一步", speed: "速度", of: (n: number, total: number) => `第 ${n} / ${total} 步`, stop: "显示全部", label: "回放经过", now: "当前", hint: "p 播放，[ 与 ] 单步，− 与 = 调速" },
  score: {
    points: "得分", scale: "0–100 分", withoutIt: "去掉它", small: (n: number) => `另有 ${count(n)} 项，每项不足 1 分`, fewer: "收起", without: (n: number) => `去掉它：${n}`, withoutTitle: "去掉此项后重新计算的评分", bounded: "每一类的贡献都有上限，同类证据越多，单条分量越小。", whyNot: "为何不更低，为何不更高", weight: (n: string) => `${n} 奈特`, basis: "依据", detector: "检测器", none: "没有记录评分构成。",
  },
  next: {
    title: "下一步", none: "暂无进一步建议。", hunt: "狩猎", act: "遏制…", task: "转为任务", made: "已转为任务", because: "依据", done: "已完成", lead: "由固定规则从证据得出。", all: (n: number) => `全部 ${n} 步`, fewer: "收起",
  },
  similar: { tab: "相似事件", none: "以往没有相似事件。", lead: "按共同之处排列的以往事件。", likeness: "相似度", shared: "共同之处", verdict: "结论", still: "尚无结论", when: "时间", what: "事件" },
  tasks: { title: "任务", tab: "任务与备注", add: "添加任务", placeholder: "需要做什么？", owner: "负责人", due: "截止", none: "暂无任务。", done: (n: number, total: number) => `已完成 ${n} / ${total}`, remove: (title: string) => `删除任务“${title}”`, mark: (title: string) => `完成：${title}`, overdue: "已逾期", nobody: "无人", late: (t: string) => `逾期 ${t}` },
  notes: { title: "备注与评论", reply: "回复", replyTo: (who: string) => `回复 ${who}`, send: "发送回复", placeholder: "您的回复" },
  ledger: {
    foreign: "来自已并入的事件", byRule: "按规则", title: "证据账本", lead: "全部证据，按记录顺序排列；只追加，不修改、不删除。", intact: "链条完整", broken: "链条断裂", intactHint: "每条记录都封存前一条，全部封印吻合。", brokenHint: "有封印与记录不符：记录之后内容被改动过。",
    number: "序号", time: "时间", detector: "检测器", family: "类别", seen: "所见", observed: "观测", expected: "预期", weight: "权重", hash: "封印", copy: (n: number) => `复制第 ${n} 条的封印`, copyAll: "复制全部封印", baseline: (n: number) => `基于 ${count(n)} 次观测`, none: "尚无记录。", recorded: "记录于", label: "证据视图",
    kind: { alert: "告警", anomaly: "异常", indicator: "情报指标", exposure: "暴露面", exculpatory: "反面证据", verdict: "结论", person: "人工操作" } as Record<string, string>, all: (n: number) => `${count(n)} 条记录`,
  },
  ...spokenZh,
  unitsOfOne: { "different": "个不同值", "entities": "个实体", "events": "条日志", "times": "次", "nats": "奈特", "bytes/h": "字节/小时", "sessions a day": "次会话/天", "sessions": "次会话", "alerts in five minutes": "条告警/五分钟" } as Record<string, string>,
  units: { "different": "个不同值", "entities": "个实体", "events": "条日志", "times": "次", "nats": "奈特", "bytes/h": "字节/小时", "sessions a day": "次会话/天", "sessions": "次会话", "alerts in five minutes": "条告警/五分钟" } as Record<string, string>,
  anomaly: { title: "平时如何，这次如何", observed: "观测", expected: "预期", baseline: "基线", since: "自", observations: (n: number) => `${count(n)} 次观测`, learning: "基线仍在学习：目前按低权重计，学习结束后重新计。", feature: "观察对象", times: (n: string) => `为预期的 ${n} 倍`, weight: "支持攻击的权重" },
  merged: { banner: "此事件已并入另一起事件，后续进展见该事件。", open: "打开" },
  changes: {
    title: "合并、拆分与移动", none: "从未合并或拆分。", kind: { merge: "合并", split: "拆分", move: "移动" } as Record<string, string>, undo: "撤销", undone: "已撤销", blocked: "请先撤销其后的变更", undoTitle: "撤销此变更？", undoLead: "各部分回到原处，其后新到的内容保留。", log: "其他操作", by: "操作人",
  },
  keys: { queue: "待办列表中", both: "列表与事件页", merge: "合并", split: "拆分", snooze: "稍后处理", undo: "撤销上一步", play: "回放经过", step: "上一步、下一步", speed: "减速、加速", verdict: "关闭：结论数字、原因数字、回车" },
} satisfies typeof triageEn;
