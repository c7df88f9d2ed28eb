import type { IntelWords } from "./words.en";

const count = (n: number) => n.toLocaleString("zh-CN");

export const intelZh: IntelWords = {
  title: "威胁情报", tabs: { indicators: "指标", feeds: "情报源", sightings: "命中", allow: "白名单" },
  kind: { address: "地址", network: "网段", domain: "域名", url: "URL", email: "邮箱", md5: "MD5", sha1: "SHA-1", sha256: "SHA-256", sha512: "SHA-512", imphash: "Imphash", hash: "哈希" },
  state: { live: "生效", future: "未生效", faded: "已衰减", expired: "已过期", revoked: "已撤回", allowed: "已放行" },
  stateHint: { live: "会触发告警", future: "尚未到生效时间", faded: "置信度已衰减到阈值以下", expired: "已过期，不再触发", revoked: "所有情报源均已撤回", allowed: "在白名单中" },
  columns: { state: "状态", kind: "类型", value: "取值", confidence: "置信度", severity: "级别", tlp: "TLP", feeds: "情报源", until: "有效期至", seen: "命中", last: "最近命中", asserted: "最近确认", count: "次数", first: "首次", event: "最新事件", reason: "理由", by: "添加人", origin: "来自", created: "起始", name: "情报源", from: "位置", poll: "最近读取", next: "下次", indicators: "指标数", error: "故障" },
  count: (n) => `${count(n)} 条指标`, search: "取值或标签", anyKind: "全部类型", anyState: "全部状态", anyFeed: "全部情报源",
  empty: "还没有指标。", emptyLead: "导入文件（STIX 2.1、MISP、CSV），或添加一个情报源。", add: "添加", import: "导入", imported: (n) => `已收录 ${count(n)} 条指标`, refused: (n) => `${count(n)} 条未收录`, importHint: "STIX 2.1、MISP JSON 或 CSV",
  addTitle: "添加指标", value: "地址、网段、域名、URL、邮箱或哈希", valueHint: "hxxp、[.] 等变形写法也能识别。", labels: "标签", days: (n) => `${n} 天`, validFor: "有效期", added: "已生效；正在检索已存储的事件。",
  remove: "删除", removeTitle: "删除这条指标？", removeLead: "无论由谁提供，都不再触发。", removed: "已删除。", ageing: "置信度变化", now: "现在", cut: "阈值", below: "及其所有下级域名", assertions: "各情报源的说法", hunted: "历史检索", never: "尚未", huntNow: "去狩猎", allowIt: "加入白名单",
  export: "导出", exportHint: "将当前筛选导出为 STIX 2.1，最高至 TLP:AMBER", retro: "回溯命中", retroHint: "事件存储时尚不知道该指标", foundIn: "命中字段", endsBy: { faded: (at) => `若无情报源再次确认，将于 ${at} 衰减到阈值以下。`, expired: (at) => `若无情报源再次确认，${at} 后失效。` },
  noSightings: "还没有指标命中。", noSightingsLead: "每条事件到达时都会与全部生效指标比对。", noAllow: "白名单为空。", allowLead: "这里的取值永远不会触发，无论情报源怎么说。", allowAdd: "放行一个取值", allowed: "不再触发。", builtin: "内置", config: "配置", person: "人工",
  feedState: { waiting: "等待", polling: "读取中", well: "正常", failing: "故障", off: "停用" }, format: { taxii: "TAXII 2.1", misp: "MISP 源", "misp-export": "MISP 导出", stix: "STIX 2.1 文件", list: "列表或 CSV" }, brought: "最近读到", pollNow: "立即读取",
  noFeeds: "还没有情报源。", noFeedsLead: "情报源会被定期读取：TAXII 2.1 集合、MISP 源，或含 STIX、CSV 的文件或地址。", addFeed: "添加情报源", feedName: "名称", feedKind: "格式", feedURL: "地址", token: "令牌或密码", user: "用户", everyHours: "读取间隔", feedAdded: "正在读取情报源。", on: "启用", off: "停用", removeFeed: "删除这个情报源？", removeFeedLead: "仅由它提供的指标会被撤回。", collection: "集合", hours: (n) => `${n} 小时`,
};
