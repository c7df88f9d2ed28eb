import type { EntityRef, Evidence, Severity } from "../api/vocabulary";
import { keyOf } from "./focus";

export type Link = { id: string; from: string; to: string; count: number; severity: Severity; tactics: string[]; evidence: number[] };
/** A node stands for one entity, or for several of one kind that only one other entity leads to. */
export type PictureNode = { key: string; entity: EntityRef; members: EntityRef[] };
export type Picture = { nodes: PictureNode[]; links: Link[] };

const rank: Record<Severity, number> = { info: 0, low: 1, medium: 2, high: 3, critical: 4 };

/** Who did something to whom in one alert: actors to targets, targets to what was done with. */
function pairs(entities: readonly EntityRef[]): [EntityRef, EntityRef][] {
  const actors = entities.filter((e) => e.role === "actor");
  const targets = entities.filter((e) => e.role === "target");
  const objects = entities.filter((e) => e.role === "object" || !e.role);
  const out: [EntityRef, EntityRef][] = [];
  for (const a of actors) for (const b of targets) out.push([a, b]);
  const hosts = targets.filter((e) => e.kind === "host");
  const holders = hosts.length ? hosts : targets.length ? targets : actors;
  for (const a of holders) for (const b of objects) out.push([a, b]);
  return out.filter(([a, b]) => keyOf(a) !== keyOf(b));
}

/** Draws evidence together into entities and what passed between them; beyond the limit the least connected are left out. */
export function pictureOf(evidence: readonly Evidence[], limit = 24): Picture {
  const nodes = new Map<string, EntityRef>();
  const links = new Map<string, Link>();
  for (const e of evidence) {
    for (const ref of e.alert.entities) {
      const known = nodes.get(keyOf(ref));
      if (!known || (known.role !== "actor" && ref.role === "actor")) nodes.set(keyOf(ref), ref);
    }
    for (const [a, b] of pairs(e.alert.entities)) {
      const id = `${keyOf(a)} → ${keyOf(b)}`;
      const link = links.get(id) ?? { id, from: keyOf(a), to: keyOf(b), count: 0, severity: "info", tactics: [], evidence: [] };
      link.count += Math.max(1, e.count);
      if (rank[e.alert.severity] > rank[link.severity]) link.severity = e.alert.severity;
      for (const tactic of e.alert.tactics) if (!link.tactics.includes(tactic)) link.tactics.push(tactic);
      link.evidence.push(e.number);
      links.set(id, link);
    }
  }
  return bound(gather([...nodes].map(([key, entity]) => ({ key, entity, members: [entity] })), [...links.values()]), limit);
}

const gathered = 3;

/** Folds three or more entities of one kind, which the same one leads to and nothing leads on from, into one node. */
function gather(nodes: PictureNode[], links: Link[]): Picture {
  const into = new Map<string, Set<string>>();
  const leads = new Set(links.map((l) => l.from));
  for (const l of links) into.set(l.to, (into.get(l.to) ?? new Set()).add(l.from));
  const groups = new Map<string, PictureNode[]>();
  for (const n of nodes) {
    const from = into.get(n.key);
    if (!from || leads.has(n.key)) continue;
    const group = `${[...from].sort().join(" + ")} ⇒ ${n.entity.kind}`;
    groups.set(group, [...(groups.get(group) ?? []), n]);
  }
  const moved = new Map<string, PictureNode>();
  for (const [key, members] of groups) {
    if (members.length < gathered) continue;
    const first = members[0] as PictureNode;
    const node: PictureNode = { key, entity: first.entity, members: members.map((m) => m.entity) };
    for (const m of members) moved.set(m.key, node);
  }
  const merged = new Map<string, Link>();
  for (const l of links) {
    const to = moved.get(l.to)?.key ?? l.to;
    const id = `${l.from} → ${to}`;
    const old = merged.get(id);
    merged.set(id, old ? join(old, l) : { ...l, id, to });
  }
  return { nodes: [...nodes.filter((n) => !moved.has(n.key)), ...new Set(moved.values())], links: [...merged.values()] };
}

const join = (a: Link, b: Link): Link => ({
  ...a, count: a.count + b.count, severity: rank[b.severity] > rank[a.severity] ? b.severity : a.severity,
  tactics: [...new Set([...a.tactics, ...b.tactics])], evidence: [...new Set([...a.evidence, ...b.evidence])],
});

/** Keeps the most connected nodes. */
function bound({ nodes, links }: Picture, limit: number): Picture {
  const degree = new Map<string, number>();
  for (const l of links) for (const end of [l.from, l.to]) degree.set(end, (degree.get(end) ?? 0) + 1);
  const kept = new Set(nodes.filter((n) => degree.has(n.key) || nodes.length <= 6).sort((a, b) => (degree.get(b.key) ?? 0) - (degree.get(a.key) ?? 0)).slice(0, limit).map((n) => n.key));
  return { nodes: nodes.filter((n) => kept.has(n.key)), links: links.filter((l) => kept.has(l.from) && kept.has(l.to)) };
}
