import type { EntityRef, Evidence, Severity } from "../api/vocabulary";
import { keyOf } from "./focus";

export type Link = { id: string; from: string; to: string; count: number; severity: Severity; tactics: string[]; evidence: number[] };
export type Picture = { nodes: EntityRef[]; links: Link[] };

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
export function pictureOf(evidence: readonly Evidence[], limit = 32): Picture {
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
  const degree = new Map<string, number>();
  for (const l of links.values()) for (const end of [l.from, l.to]) degree.set(end, (degree.get(end) ?? 0) + 1);
  const kept = new Set([...nodes.keys()].filter((k) => degree.has(k) || nodes.size <= 6).sort((a, b) => (degree.get(b) ?? 0) - (degree.get(a) ?? 0)).slice(0, limit));
  return { nodes: [...nodes].filter(([k]) => kept.has(k)).map(([, n]) => n), links: [...links.values()].filter((l) => kept.has(l.from) && kept.has(l.to)) };
}
