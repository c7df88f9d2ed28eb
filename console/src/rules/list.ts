import type { AsleepRule, RuleStatus, Severity } from "../api/vocabulary";
import type { DetectionWords } from "../detection/words.en";

export const ruleStates = ["live", "shadow", "off", "asleep", "rejected"] as const;
export type RuleShown = (typeof ruleStates)[number];
export type RuleKind = RuleStatus["kind"];

const rank: Record<Severity, number> = { info: 0, low: 1, medium: 2, high: 3, critical: 4 };

/** What a rule does here: where its roll-out stands, or what keeps it from running or from ever firing. */
export function shownState(r: Pick<RuleStatus, "state" | "stage" | "asleep">): RuleShown {
  if (r.state === "rejected") return "rejected";
  if (r.state === "off") return "off";
  if (r.asleep) return "asleep";
  return r.stage === "shadow" ? "shadow" : "live";
}

export type RuleFilter = { q?: string; state?: string; severity?: string; tactic?: string; kind?: string };

/** The rules that a filter leaves, those that cannot run first, then those that fired most. */
export function filterRules(all: readonly RuleStatus[], f: RuleFilter): RuleStatus[] {
  const words = (f.q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const least = f.severity && f.severity in rank ? rank[f.severity as Severity] : 0;
  return all.filter((r) => {
    if (f.state && shownState(r) !== f.state) return false;
    if (f.kind && r.kind !== f.kind) return false;
    if (rank[r.severity] < least) return false;
    if (f.tactic && !r.tactics.includes(f.tactic)) return false;
    const text = `${r.title} ${r.title_zh ?? ""} ${r.id} ${r.file} ${r.tags.join(" ")} ${r.techniques.join(" ")}`.toLowerCase();
    return words.every((w) => text.includes(w));
  }).sort((a, b) => Number(b.state === "rejected") - Number(a.state === "rejected") || b.fired - a.fired || rank[b.severity] - rank[a.severity] || a.title.localeCompare(b.title));
}

/** How many rules are in each state and of each kind. */
export function tallyRules(all: readonly RuleStatus[]): { state: Record<RuleShown, number>; kind: Record<RuleKind, number> } {
  const state: Record<RuleShown, number> = { live: 0, shadow: 0, off: 0, asleep: 0, rejected: 0 };
  const kind: Record<RuleKind, number> = { rule: 0, correlation: 0, filter: 0 };
  for (const r of all) {
    state[shownState(r)]++;
    kind[r.kind]++;
  }
  return { state, kind };
}

/** Why a rule cannot fire here, in the reader's language. */
export function asleepText(a: AsleepRule, d: DetectionWords["asleep"]): string {
  if (a.lacks === "field") return d.noField(a.fields.join(", "), a.logsource);
  return a.logsource.startsWith("vedette/") ? d.noNews : d.noSource(a.logsource);
}

export type Group = { logsource: string; fields: string[]; how?: string; rules: AsleepRule[]; weight: number };

/** Sleeping rules by what would wake them, what wakes the most and the worst first. */
export function groupAsleep(items: readonly AsleepRule[], hows: ReadonlyMap<string, string | undefined> = new Map()): Group[] {
  const groups = new Map<string, Group>();
  for (const a of items) {
    const fields = a.lacks === "field" ? [...a.fields].sort() : [];
    const key = wakeKey(a.logsource, fields);
    const group = groups.get(key) ?? { logsource: a.logsource, fields, how: a.wake ?? hows.get(key), rules: [], weight: 0 };
    group.rules.push(a);
    group.weight += 1 + rank[a.severity];
    groups.set(key, group);
  }
  const out = [...groups.values()].sort((a, b) => Number(own(a)) - Number(own(b)) || b.weight - a.weight || a.logsource.localeCompare(b.logsource));
  for (const g of out) g.rules.sort((a, b) => rank[b.severity] - rank[a.severity] || a.title.localeCompare(b.title));
  return out;
}

export const wakeKey = (logsource: string, fields: readonly string[] | undefined): string => `${logsource} ${(fields ?? []).join(",")}`;

/** News of the house itself come only when something goes wrong: that they are missing is good. */
export const own = (g: Pick<Group, "logsource">): boolean => g.logsource.startsWith("vedette/");
