import type { EntityRef, Evidence, Severity } from "../api/vocabulary";
import { tacticOrder } from "../ui/stages";
import { keyOf } from "./focus";

/** What passed between two entities; order is that of its first evidence, tactic what its worst evidence was after. */
export type Link = { id: string; from: string; to: string; count: number; severity: Severity; tactic?: string; order: number; evidence: number[] };
/**
 * A node stands for one entity, or for several of one kind that only one other entity leads to. Names are its other names
 * (a host's own addresses); folded counts the files and processes that it carries and that are not drawn.
 */
export type PictureNode = { key: string; entity: EntityRef; members: EntityRef[]; names: string[]; folded: number; open: boolean };
export type Picture = { nodes: PictureNode[]; links: Link[]; keys: ReadonlyMap<string, string> };

const rank: Record<Severity, number> = { info: 0, low: 1, medium: 2, high: 3, critical: 4 };
const gathered = 3;
const detail = (e: EntityRef) => e.kind === "file" || e.kind === "process";
const machine = (e: EntityRef) => e.kind === "host" || e.kind === "address";
const person = (e: EntityRef) => e.kind === "user" || e.kind === "cloud_account";

/** Addresses that stand for a host: named beside it in the same part, and never beside another. */
export function ownAddresses(evidence: readonly Evidence[]): Map<string, string> {
  const hosts = new Map<string, Set<string>>();
  for (const e of evidence) {
    const all = e.alert.entities;
    const targets = all.filter((x) => x.kind === "host" && x.role === "target");
    const actors = all.filter((x) => x.kind === "host" && x.role === "actor");
    const note = (address: EntityRef, among: readonly EntityRef[]) => {
      if (among.length === 1) hosts.set(keyOf(address), (hosts.get(keyOf(address)) ?? new Set()).add(keyOf(among[0] as EntityRef)));
    };
    const acting = all.filter((x) => x.kind === "address" && x.role === "actor");
    for (const a of all.filter((x) => x.kind === "address" && !x.role)) note(a, targets);
    if (acting.length === 1) note(acting[0] as EntityRef, actors);
  }
  return new Map([...hosts].flatMap(([address, of]) => (of.size === 1 ? [[address, [...of][0] as string]] : [])));
}

type Pair = [EntityRef, EntityRef];

/** Who did something to whom in one alert: machines to machines, machines to what they called, accounts beside their machine. */
function pairs(entities: readonly EntityRef[]): Pair[] {
  const of = (test: (e: EntityRef) => boolean, ...roles: (EntityRef["role"])[]) => entities.filter((e) => test(e) && roles.includes(e.role));
  const actors = of(machine, "actor");
  const hosts = of((e) => e.kind === "host", "target");
  const targets = hosts.length ? hosts : of(machine, "target");
  const holders = targets.length ? targets : actors;
  const objects = entities.filter((e) => (e.kind === "address" || e.kind === "domain") && (e.role === "object" || (!e.role && !hosts.length)));
  const out: Pair[] = [];
  for (const a of actors) for (const b of targets) out.push([a, b]);
  for (const a of holders) for (const b of objects) out.push([a, b]);
  for (const u of of(person, "target", "object", undefined)) for (const h of holders) out.push([h, u]);
  for (const u of of(person, "actor")) for (const to of targets.length ? targets : objects.length ? objects : []) out.push([u, to]);
  return out;
}

/** Files and processes with the machine that carries them. */
function details(entities: readonly EntityRef[]): Pair[] {
  const holders = [entities.filter((e) => e.kind === "host" && e.role === "target"), entities.filter((e) => machine(e) && e.role === "target"), entities.filter((e) => machine(e) || person(e))].find((x) => x.length) ?? [];
  return entities.filter(detail).flatMap((d) => holders.slice(0, 1).map((h): Pair => [h, d]));
}

/** Draws evidence together into a story of machines, accounts and names; open hosts show their files and processes too. */
export function pictureOf(evidence: readonly Evidence[], open: ReadonlySet<string> = new Set(), limit = 24): Picture {
  const own = ownAddresses(evidence);
  const keys = new Map<string, string>();
  const nodes = new Map<string, PictureNode>();
  const links = new Map<string, Link>();
  const seen = new Map<string, number>();
  const carried = new Map<string, Map<string, EntityRef>>();
  const key = (e: EntityRef) => own.get(keyOf(e)) ?? keyOf(e);
  const add = (e: EntityRef, at: number) => {
    const k = key(e);
    keys.set(keyOf(e), k);
    if (!seen.has(k)) seen.set(k, at);
    const known = nodes.get(k);
    if (!known) nodes.set(k, { key: k, entity: k === keyOf(e) ? e : { ...e, kind: "host", name: k.slice(5) }, members: [e], names: k === keyOf(e) ? [] : [e.name], folded: 0, open: open.has(k) });
    else {
      if (e.role === "actor" && known.entity.role !== "actor" && keyOf(e) === k) known.entity = e;
      if (keyOf(e) !== k && !known.names.includes(e.name)) known.names.push(e.name);
      if (!known.members.some((m) => keyOf(m) === keyOf(e))) known.members.push(e);
    }
  };
  const join = (e: Evidence, [a, b]: Pair) => {
    if (key(a) === key(b)) return;
    // An account and a machine belong together either way: the one that was known first leads to the other.
    const turn = person(a) !== person(b) && ((seen.get(key(a)) ?? 0) > (seen.get(key(b)) ?? 0) || (person(a) && seen.get(key(a)) === seen.get(key(b))));
    const [from, to] = turn ? [key(b), key(a)] : [key(a), key(b)];
    const id = `${from} → ${to}`;
    const link = links.get(id) ?? { id, from, to, count: 0, severity: "info" as Severity, order: e.number, evidence: [] };
    const furthest = [...e.alert.tactics].sort((x, y) => tacticOrder(y) - tacticOrder(x))[0];
    if (!link.tactic || rank[e.alert.severity] > rank[link.severity]) link.tactic = furthest ?? link.tactic;
    if (rank[e.alert.severity] > rank[link.severity]) link.severity = e.alert.severity;
    link.count += Math.max(1, e.count);
    if (!link.evidence.includes(e.number)) link.evidence.push(e.number);
    links.set(id, link);
  };
  for (const e of [...evidence].sort((a, b) => a.number - b.number)) {
    const all = e.alert.entities;
    for (const ref of all.filter((x) => !detail(x))) add(ref, e.number);
    for (const pair of pairs(all)) join(e, pair);
    for (const [holder, d] of details(all)) {
      const k = key(holder);
      carried.set(k, (carried.get(k) ?? new Map()).set(keyOf(d), d));
      if (!open.has(k)) { keys.set(keyOf(d), keys.get(keyOf(d)) ?? k); continue; }
      add(d, e.number);
      join(e, [holder, d]);
    }
  }
  if (nodes.size === 0) for (const e of evidence) e.alert.entities.forEach((x) => add(x, e.number));
  for (const [k, of] of carried) { const n = nodes.get(k); if (n) n.folded = of.size; }
  return bound(gather([...nodes.values()], [...links.values()], keys), limit);
}

/** Folds three or more accounts, names or addresses, which the same one leads to and nothing leads on from, into one node. */
function gather(nodes: PictureNode[], links: Link[], keys: Map<string, string>): Picture {
  const into = new Map<string, Set<string>>();
  const leads = new Set(links.map((l) => l.from));
  for (const l of links) into.set(l.to, (into.get(l.to) ?? new Set()).add(l.from));
  const groups = new Map<string, PictureNode[]>();
  for (const n of nodes) {
    const from = into.get(n.key);
    if (!from || leads.has(n.key) || n.folded || detail(n.entity)) continue;
    const group = `${[...from].sort().join(" + ")} ⇒ ${n.entity.kind}`;
    groups.set(group, [...(groups.get(group) ?? []), n]);
  }
  const moved = new Map<string, PictureNode>();
  for (const [key, members] of groups) {
    if (members.length < gathered) continue;
    const node: PictureNode = { ...(members[0] as PictureNode), key, members: members.flatMap((m) => m.members) };
    for (const m of members) {
      moved.set(m.key, node);
      for (const ref of m.members) keys.set(keyOf(ref), key);
    }
  }
  const merged = new Map<string, Link>();
  for (const l of links) {
    const to = moved.get(l.to)?.key ?? l.to;
    const id = `${l.from} → ${to}`;
    const old = merged.get(id);
    merged.set(id, old ? both(old, l) : { ...l, id, to });
  }
  return { nodes: [...nodes.filter((n) => !moved.has(n.key)), ...new Set(moved.values())], links: [...merged.values()], keys };
}

const both = (a: Link, b: Link): Link => ({
  ...a, count: a.count + b.count, severity: rank[b.severity] > rank[a.severity] ? b.severity : a.severity,
  tactic: rank[b.severity] > rank[a.severity] ? b.tactic ?? a.tactic : a.tactic, order: Math.min(a.order, b.order), evidence: [...new Set([...a.evidence, ...b.evidence])],
});

/** Keeps the most connected nodes. */
function bound({ nodes, links, keys }: Picture, limit: number): Picture {
  const degree = new Map<string, number>();
  for (const l of links) for (const end of [l.from, l.to]) degree.set(end, (degree.get(end) ?? 0) + 1);
  const kept = new Set(nodes.filter((n) => degree.has(n.key) || nodes.length <= 6).sort((a, b) => (degree.get(b.key) ?? 0) - (degree.get(a.key) ?? 0)).slice(0, limit).map((n) => n.key));
  return { nodes: nodes.filter((n) => kept.has(n.key)), links: links.filter((l) => kept.has(l.from) && kept.has(l.to)).sort((a, b) => a.order - b.order), keys };
}
