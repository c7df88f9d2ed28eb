import type { TeamWords } from "./teamwords.en";

export const teamsZh: TeamWords = {
  team: "团队", title: "团队", lead: "各依自身历史，各有阈值线。", whole: "整个租户", rest: "其余", restHint: "不属于任何自设预算的团队的事件", none: "无团队", any: "全部团队", pick: "预算范围",
  create: "新建团队", edit: "编辑", editOf: (s) => `编辑 ${s}`, editing: "编辑团队", empty: "还没有团队。", emptyLead: "团队负责若干部门、标签或网段；涉及它们的事件归该团队，团队也可以单独设定每天的事件数。",
  columns: { team: "团队", owns: "负责范围", members: "成员", asked: "期望（起/天）", realised: "实际", line: "阈值线" },
  tenantLine: "未单独设定：采用租户的阈值线。", drop: "改用租户阈值线", dropped: "现在采用租户的阈值线。", ownsNothing: "尚未指定",
  name: "名称", nameHint: "字母、汉字、数字、点、短横线和下划线；创建后不可更改。", label: "显示名", place: "次序", placeHint: "多个团队都负责同一资产时，事件归次序最小的团队。",
  departments: "部门", tags: "标签", networks: "网段", members: "成员", scopeHint: "与资产登记中的写法一致。部门、标签、网段满足其一即可。", networksHint: "CIDR 写法，如 10.4.0.0/16", badNetwork: (s) => `“${s}”不是网段`,
  made: "团队已创建，正在归属其事件。", changed: "已修改，正在归属其事件。", remove: "移除", removed: "团队已移除。", removeTitle: (s) => `移除团队 ${s}？`, removeLead: "其预算一并移除；其事件改归负责相关资产的团队，或不属于任何团队。",
  byHand: (who) => `由 ${who} 指定`, byScope: "按团队负责范围", give: "指定团队",
};
