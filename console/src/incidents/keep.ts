import { groupings, incidentSorts, incidentViews, type Shown } from "./views";

/** A view as people keep it: which incidents, in which order, grouped how. */
export type SavedView = { name: string; search: Shown };
/** Until when an incident is left alone, and how many alerts it had when it was put off. */
export type Snoozed = Record<string, { until: number; alerts: number }>;

type Shelf = Pick<Storage, "getItem" | "setItem">;
const viewsKey = "vedette.incidents.views";
const snoozeKey = "vedette.incidents.snoozed";
const mostViews = 12;
const mostSnoozed = 500;

function read(shelf: Shelf, key: string): unknown {
  try {
    return JSON.parse(shelf.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

const text = (x: unknown): string | undefined => (typeof x === "string" && x ? x : undefined);

export function loadViews(shelf: Shelf): SavedView[] {
  const kept = read(shelf, viewsKey);
  if (!Array.isArray(kept)) return [];
  return kept.flatMap((v: { name?: unknown; search?: Record<string, unknown> } | null): SavedView[] => {
    const name = text(v?.name);
    const s = v?.search ?? {};
    return name ? [{ name, search: { view: incidentViews.find((x) => x === s.view), sort: incidentSorts.find((x) => x === s.sort), group: groupings.find((x) => x === s.group), severity: text(s.severity), owner: text(s.owner), q: text(s.q), entity: text(s.entity), rule: text(s.rule), team: text(s.team) } }] : [];
  }).slice(0, mostViews);
}

/** Keeps a view; one of the same name is replaced, and the oldest goes when there are too many. */
export function saveView(shelf: Shelf, view: SavedView): SavedView[] {
  const views = [...loadViews(shelf).filter((v) => v.name !== view.name), view].slice(-mostViews);
  shelf.setItem(viewsKey, JSON.stringify(views));
  return views;
}

export function removeView(shelf: Shelf, name: string): SavedView[] {
  const views = loadViews(shelf).filter((v) => v.name !== name);
  shelf.setItem(viewsKey, JSON.stringify(views));
  return views;
}

/** What is put off at this moment; what is over is forgotten. */
export function loadSnoozed(shelf: Shelf, now: number): Snoozed {
  const kept = read(shelf, snoozeKey);
  if (!kept || typeof kept !== "object") return {};
  return Object.fromEntries(Object.entries(kept as Snoozed).filter(([, s]) => typeof s?.until === "number" && s.until > now && typeof s.alerts === "number"));
}

export function saveSnoozed(shelf: Shelf, snoozed: Snoozed): void {
  const newest = Object.entries(snoozed).sort((a, b) => b[1].until - a[1].until).slice(0, mostSnoozed);
  shelf.setItem(snoozeKey, JSON.stringify(Object.fromEntries(newest)));
}

/** True while an incident is put off and nothing new came. */
export const sleeps = (of: { id: string; alerts: number }, snoozed: Snoozed, now: number): boolean => {
  const s = snoozed[of.id];
  return s !== undefined && s.until > now && of.alerts <= s.alerts;
};

/** True when the address shows just what the view says. */
export const shows = (search: Shown, view: SavedView): boolean =>
  (["view", "sort", "severity", "owner", "q", "entity", "rule", "team", "group"] as const).every((k) => (search[k] ?? standard[k]) === (view.search[k] ?? standard[k]));
const standard: Record<string, string> = { view: "queue", sort: "score" };
