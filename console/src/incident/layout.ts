import dagre from "@dagrejs/dagre";
import type { Picture } from "./links";

export type Box = { x: number; y: number; width: number; height: number };

/** The way of a link from source to target, and where its words stand. */
export type Way = { path: string; x: number; y: number };
export type Places = { boxes: Map<string, Box>; ways: Map<string, Way>; words: Box[]; height: number };

export const nodeHeight = 34;

/**
 * Places a picture from left to right in the order of the attack: what came first stands left, and what is only ever
 * reached stands right of what reached it. Widths are those of nodes and of the words on links, in pixels.
 */
export function layOut({ nodes, links }: Picture, width: (key: string) => number, label: (id: string) => number): Places {
  const first = new Map<string, number>();
  for (const l of links) for (const end of [l.from, l.to]) first.set(end, Math.min(first.get(end) ?? l.order, l.order));
  const leads = new Set(links.map((l) => l.from));
  const g = new dagre.graphlib.Graph({ multigraph: true });
  g.setGraph({ rankdir: "LR", nodesep: 16, ranksep: 22, edgesep: 10, marginx: 4, marginy: 4, ranker: "network-simplex" });
  g.setDefaultEdgeLabel(() => ({}));
  for (const n of nodes) g.setNode(n.key, { width: width(n.key), height: nodeHeight });
  const turned = new Set<string>();
  for (const l of links) {
    const backwards = leads.has(l.to) && (first.get(l.to) ?? 0) < (first.get(l.from) ?? 0);
    const [from, to] = backwards ? [l.to, l.from] : [l.from, l.to];
    if (backwards) turned.add(l.id);
    g.setEdge(from, to, { width: label(l.id), height: 14, labelpos: "c", weight: 1 }, l.id);
  }
  dagre.layout(g);
  const boxes = new Map(nodes.map((n) => {
    const at = g.node(n.key) as { x: number; y: number; width: number };
    return [n.key, { x: at.x - at.width / 2, y: at.y - nodeHeight / 2, width: at.width, height: nodeHeight }];
  }));
  const ways = new Map(links.map((l) => {
    const back = turned.has(l.id);
    const at = g.edge(back ? l.to : l.from, back ? l.from : l.to, l.id) as { points: Point[]; x: number; y: number };
    const [left, right] = [boxes.get(back ? l.to : l.from), boxes.get(back ? l.from : l.to)];
    const inner = at.points.slice(1, -1);
    const points = left && right ? [{ x: left.x + left.width, y: left.y + nodeHeight / 2 }, ...inner, { x: right.x, y: right.y + nodeHeight / 2 }] : at.points;
    return [l.id, { path: curve(back ? points.reverse() : points), x: at.x, y: at.y }];
  }));
  const words = links.map((l): Box => {
    const [at, wide] = [ways.get(l.id), label(l.id)];
    return { x: (at?.x ?? 0) - wide / 2, y: (at?.y ?? 0) - 9, width: wide, height: 18 };
  });
  const all = [...boxes.values(), ...words];
  return { boxes, ways, words, height: all.length ? Math.max(...all.map((b) => b.y + b.height)) - Math.min(...all.map((b) => b.y)) : 0 };
}

type Point = { x: number; y: number };

/** A curve that leaves and arrives level and passes through every point between. */
function curve(points: readonly Point[]): string {
  const r = (n: number) => Math.round(n * 10) / 10;
  return points.map((p, i) => {
    const before = points[i - 1];
    if (!before) return `M${r(p.x)},${r(p.y)}`;
    const middle = (before.x + p.x) / 2;
    return `C${r(middle)},${r(before.y)} ${r(middle)},${r(p.y)} ${r(p.x)},${r(p.y)}`;
  }).join(" ");
}

/** The width at the right edge of the picture that belongs to the buttons for its size. */
const buttons = 40;

/** The view that shows everything, never so small that words cannot be read: then it begins at the left, where the attack does. */
export function viewOf(boxes: Iterable<Box>, pane: { width: number; height: number }, least: number, most: number): { x: number; y: number; zoom: number } {
  const all = [...boxes];
  const left = Math.min(...all.map((b) => b.x));
  const right = Math.max(...all.map((b) => b.x + b.width));
  const top = Math.min(...all.map((b) => b.y));
  const bottom = Math.max(...all.map((b) => b.y + b.height));
  const pad = 16;
  const width = pane.width - buttons;
  const zoom = Math.min(most, Math.max(least, Math.min((width - 2 * pad) / (right - left), (pane.height - 2 * pad) / (bottom - top))));
  const spareX = width - (right - left) * zoom;
  const spareY = pane.height - (bottom - top) * zoom;
  return { x: (spareX > 2 * pad ? spareX / 2 : pad) - left * zoom, y: (spareY > 0 ? spareY / 2 : pad) - top * zoom, zoom };
}
