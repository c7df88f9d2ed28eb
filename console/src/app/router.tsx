import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { Failed, Loading } from "../ui/states";
import { groupings, incidentSorts, incidentViews, type Shown } from "../incidents/views";
import { Shell } from "./layout";

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : undefined);
const oneOf = <T extends string>(value: unknown, words: readonly T[]): T | undefined => words.find((w) => w === value);

type RootSearch = { since?: string; until?: string; peek?: string };

const root = createRootRoute({
  component: Shell,
  validateSearch: (s: Record<string, unknown>): RootSearch => ({ since: text(s.since), until: text(s.until), peek: text(s.peek) }),
});

const index = createRoute({ getParentRoute: () => root, path: "/", beforeLoad: () => { throw redirect({ to: "/today", replace: true }); } });

const today = createRoute({ getParentRoute: () => root, path: "/today", component: lazyRouteComponent(() => import("../today/today"), "TodayScreen") });

export type IncidentSearch = Shown & { id?: string };

const incidents = createRoute({
  getParentRoute: () => root, path: "/incidents", component: lazyRouteComponent(() => import("../incidents/incidents"), "IncidentsScreen"),
  validateSearch: (s: Record<string, unknown>): IncidentSearch => ({
    view: oneOf(s.view, incidentViews), sort: oneOf(s.sort, incidentSorts), severity: text(s.severity), owner: text(s.owner), q: text(s.q), entity: text(s.entity), rule: text(s.rule), team: text(s.team), id: text(s.id), group: oneOf(s.group, groupings),
  }),
});

export const incidentTabs = ["evidence", "score", "actions", "similar", "notes", "log"] as const;
export type IncidentTab = (typeof incidentTabs)[number];

const incident = createRoute({
  getParentRoute: () => root, path: "/incidents/$id", component: lazyRouteComponent(() => import("../incident/incident"), "IncidentScreen"),
  validateSearch: (s: Record<string, unknown>): { tab?: IncidentTab; alert?: string; rule?: string } => ({ tab: oneOf(s.tab, incidentTabs), alert: text(s.alert), rule: text(s.rule) }),
});

export type HuntSearch = { query?: string; event?: string; kind?: "event" | "alert"; columns?: string };

const hunt = createRoute({
  getParentRoute: () => root, path: "/hunt", component: lazyRouteComponent(() => import("../hunt/hunt"), "HuntScreen"),
  validateSearch: (s: Record<string, unknown>): HuntSearch => ({ query: text(s.query), event: text(s.event), kind: oneOf(s.kind, ["event", "alert"] as const), columns: text(s.columns) }),
});

export const ruleKinds = ["rule", "correlation", "filter"] as const;

const rules = createRoute({
  getParentRoute: () => root, path: "/rules", component: lazyRouteComponent(() => import("../rules/rules"), "RulesScreen"),
  validateSearch: (s: Record<string, unknown>): { q?: string; state?: string; severity?: string; tactic?: string; kind?: (typeof ruleKinds)[number]; id?: string } => ({ q: text(s.q), state: text(s.state), severity: text(s.severity), tactic: text(s.tactic), kind: oneOf(s.kind, ruleKinds), id: text(s.id) }),
});

const ruleEdit = createRoute({
  getParentRoute: () => root, path: "/rules/edit", component: lazyRouteComponent(() => import("../rules/editor"), "RuleEditor"),
  validateSearch: (s: Record<string, unknown>): { id?: string } => ({ id: text(s.id) }),
});

export type ExceptionSearch = { q?: string; id?: string; rule?: string; selection?: string };

const exceptions = createRoute({
  getParentRoute: () => root, path: "/rules/exceptions", component: lazyRouteComponent(() => import("../detection/exceptions"), "ExceptionsScreen"),
  validateSearch: (s: Record<string, unknown>): ExceptionSearch => ({ q: text(s.q), id: text(s.id), rule: text(s.rule), selection: text(s.selection) }),
});

const attack = createRoute({
  getParentRoute: () => root, path: "/rules/attack", component: lazyRouteComponent(() => import("../detection/attack"), "AttackScreen"),
  validateSearch: (s: Record<string, unknown>): { q?: string; show?: "covered"; id?: string } => ({ q: text(s.q), show: oneOf(s.show, ["covered"] as const), id: text(s.id) }),
});

const ledger = createRoute({
  getParentRoute: () => root, path: "/rules/ledger", component: lazyRouteComponent(() => import("../detection/ledger"), "LedgerScreen"),
  validateSearch: (s: Record<string, unknown>): { hours?: string; source?: string; rule?: string; from?: string } => ({ hours: text(s.hours), source: text(s.source), rule: text(s.rule), from: text(s.from) }),
});

const asleep = createRoute({
  getParentRoute: () => root, path: "/rules/asleep", component: lazyRouteComponent(() => import("../detection/asleep"), "AsleepScreen"),
  validateSearch: (s: Record<string, unknown>): { q?: string; need?: string } => ({ q: text(s.q), need: text(s.need) }),
});

export const intelTabs = ["indicators", "feeds", "sightings", "allow"] as const;

const intel = createRoute({
  getParentRoute: () => root, path: "/intel", component: lazyRouteComponent(() => import("../intel/intel"), "IntelScreen"),
  validateSearch: (s: Record<string, unknown>): { tab?: (typeof intelTabs)[number]; q?: string; kind?: string; state?: string; feed?: string; id?: string; add?: string } => ({
    tab: oneOf(s.tab, intelTabs), q: text(s.q), kind: text(s.kind), state: text(s.state), feed: text(s.feed), id: text(s.id), add: text(s.add),
  }),
});

const sources = createRoute({
  getParentRoute: () => root, path: "/sources", component: lazyRouteComponent(() => import("../sources/sources"), "SourcesScreen"),
  validateSearch: (s: Record<string, unknown>): { q?: string; state?: string; id?: string; add?: string } => ({ q: text(s.q), state: text(s.state), id: text(s.id), add: text(s.add) }),
});

const entities = createRoute({
  getParentRoute: () => root, path: "/entities", component: lazyRouteComponent(() => import("../entity/entities"), "EntitiesScreen"),
  validateSearch: (s: Record<string, unknown>): { q?: string; kind?: string; sort?: "risk" | "last"; criticality?: string; owner?: string; department?: string; tag?: string } => ({
    q: text(s.q), kind: text(s.kind), sort: oneOf(s.sort, ["risk", "last"] as const), criticality: text(s.criticality), owner: text(s.owner), department: text(s.department), tag: text(s.tag),
  }),
});

const entity = createRoute({ getParentRoute: () => root, path: "/entities/$kind/$name", component: lazyRouteComponent(() => import("../entity/page"), "EntityScreen") });

const noise = createRoute({
  getParentRoute: () => root, path: "/noise", component: lazyRouteComponent(() => import("../noise/noise"), "NoiseScreen"),
  validateSearch: (s: Record<string, unknown>): { tab?: "folded" | "suppressions" | "facts"; add?: string; rule?: string; proposal?: string; team?: string } => ({ tab: oneOf(s.tab, ["folded", "suppressions", "facts"] as const), add: text(s.add), rule: text(s.rule), proposal: text(s.proposal), team: text(s.team) }),
});

export const actionViews = ["waiting", "live", "all"] as const;

const actions = createRoute({
  getParentRoute: () => root, path: "/actions", component: lazyRouteComponent(() => import("../actions/actions"), "ActionsScreen"),
  validateSearch: (s: Record<string, unknown>): { view?: (typeof actionViews)[number] } => ({ view: oneOf(s.view, actionViews) }),
});

export const router = createRouter({
  routeTree: root.addChildren([index, today, incidents, incident, hunt, rules, ruleEdit, exceptions, attack, asleep, ledger, intel, sources, entities, entity, actions, noise]),
  defaultPreload: "intent",
  defaultPendingComponent: () => <Loading rows={8} />,
  defaultErrorComponent: ({ error, reset }) => <Failed error={error} retry={reset} />,
  defaultNotFoundComponent: () => <Missing />,
});

function Missing() {
  window.history.replaceState(null, "", "/today");
  void router.navigate({ to: "/today", replace: true });
  return null;
}

declare module "@tanstack/react-router" {
  interface Register { router: typeof router }
}
