import type { Incident } from "../api/vocabulary";
import type { Grouping } from "./views";

/** A line of the list: a row, or the head of the rows that follow it. */
export type Line = { kind: "row"; incident: Incident; index: number } | { kind: "head"; key: string; name: string; ids: string[]; worst: number; open: boolean } | { kind: "ghost"; index: number };

const rank = { info: 0, low: 1, medium: 2, high: 3, critical: 4 } as const;

/** The name under which an incident falls: its gravest rule, what it is aimed at, or who acts in it. */
export function groupOf(i: Incident, by: Grouping, ruleName: (rule: Incident["rules"][number]) => string): string {
  if (by === "rule") {
    const rule = [...i.rules].sort((a, b) => rank[b.severity] - rank[a.severity] || b.count - a.count)[0];
    return rule ? ruleName(rule) : "";
  }
  const role = by === "entity" ? "target" : "actor";
  const mine = i.entities.filter((e) => e.role === role);
  const told = mine.length ? mine : by === "entity" ? i.entities.filter((e) => e.role !== "actor") : [];
  const kinds = by === "entity" ? ["host", "user", "cloud_account", "domain", "address"] : ["address", "user", "host", "cloud_account"];
  return [...told].sort((a, b) => (kinds.indexOf(a.kind) + 99) % 99 - (kinds.indexOf(b.kind) + 99) % 99)[0]?.name ?? "";
}

/** Rows under heads, the group with the highest score first; folded groups show their head alone. Rows keep their order. */
export function groupLines(rows: readonly Incident[], nameOf: (i: Incident) => string, folded: ReadonlySet<string>): Line[] {
  const groups = new Map<string, { incident: Incident; index: number }[]>();
  rows.forEach((incident, index) => {
    const name = nameOf(incident);
    const group = groups.get(name);
    if (group) group.push({ incident, index });
    else groups.set(name, [{ incident, index }]);
  });
  const worst = (of: { incident: Incident }[]) => of.reduce((n, { incident }) => Math.max(n, incident.score), 0);
  return [...groups].map(([name, of]) => ({ name, of, worst: worst(of) })).sort((a, b) => Number(a.name === "") - Number(b.name === "") || b.worst - a.worst || b.of.length - a.of.length)
    .flatMap(({ name, of, worst: score }): Line[] => {
      const open = !folded.has(name);
      return [{ kind: "head", key: `head ${name}`, name, ids: of.map((x) => x.incident.id), worst: score, open }, ...(open ? of.map((x): Line => ({ kind: "row", ...x })) : [])];
    });
}
