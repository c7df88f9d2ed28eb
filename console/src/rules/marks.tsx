import type { RuleStatus } from "../api/vocabulary";
import { useT } from "../i18n";
import { Icon } from "../ui/icons";
import { shownState } from "./list";

const tone = { live: "good", shadow: "accent", off: "calm", asleep: "warn", rejected: "bad" } as const;
const icon = { live: "check", shadow: "clock", off: "stop", asleep: "warning", rejected: "close" } as const;

/** Where a rule stands, told by colour, shape and word. */
export function RuleState({ rule, why }: { rule: RuleStatus; why?: string }) {
  const t = useT();
  const state = shownState(rule);
  const word = state === "live" && rule.stage === "auto" ? t.detection.stage.auto : t.rules.state[state];
  return <span className={`badge ${tone[state]}`} title={why || rule.problem || rule.asleep || t.detection.stageHint[rule.stage]}><Icon name={icon[state]} size={12} /> {word}</span>;
}

/** Says what is no plain rule. */
export function RuleKindBadge({ kind }: { kind: RuleStatus["kind"] }) {
  const d = useT().detection.kind;
  return kind === "rule" ? null : <span className="badge calm" title={d.hint[kind]}>{d[kind]}</span>;
}
