import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { instants, type Range } from "../ui/range";
import { api } from "./client";
import type {
  Action, Alert, AlertDetail, Allowance, AsleepRules, AuditEntry, Coverage, EventRow, Exception, Feed, Incident, Indicator, IndicatorSightings, LedgerGap, LedgerOverview, LedgerRow, Note, Page, RuleStatus, RuleVersion, Setup, SourceStatus, Today,
} from "./vocabulary";

/** Walks a list to its end, up to a bound that no real list reaches. */
async function everyPage<T>(path: string, signal: AbortSignal): Promise<Page<T>> {
  const items: T[] = [];
  let total = 0;
  let cursor: string | undefined;
  do {
    const page: Page<T> = await api.get<Page<T>>(path, { limit: 500, cursor }, signal);
    items.push(...page.items);
    total = page.total ?? items.length;
    cursor = page.next;
  } while (cursor && items.length < 50_000);
  return { items, total };
}

const ago = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();

/** What the console asks the server, one named question each. */
export const ask = {
  today: (range: Range) => queryOptions({
    queryKey: ["today", range], refetchInterval: 15_000, placeholderData: keepPreviousData,
    queryFn: ({ signal }) => api.get<Today>("/today", instants(range), signal),
  }),
  incident: (id: string) => queryOptions({
    queryKey: ["incident", id], queryFn: ({ signal }) => api.get<Incident>(`/incidents/${encodeURIComponent(id)}`, {}, signal),
  }),
  notes: (id: string) => queryOptions({
    queryKey: ["incident", id, "notes"], queryFn: ({ signal }) => api.get<Page<Note>>(`/incidents/${encodeURIComponent(id)}/notes`, {}, signal),
  }),
  incidentLog: (id: string) => queryOptions({
    queryKey: ["incident", id, "log"], queryFn: ({ signal }) => api.get<Page<AuditEntry>>(`/incidents/${encodeURIComponent(id)}/log`, {}, signal),
  }),
  alerts: (filter: { incident?: string; rule?: string; entity?: string; cursor?: string; limit?: number }) => queryOptions({
    queryKey: ["alerts", filter], queryFn: ({ signal }) => api.get<Page<Alert>>("/alerts", filter, signal),
  }),
  alert: (id: string) => queryOptions({
    queryKey: ["alert", id], staleTime: Infinity, queryFn: ({ signal }) => api.get<AlertDetail>(`/alerts/${encodeURIComponent(id)}`, {}, signal),
  }),
  event: (id: string) => queryOptions({
    queryKey: ["event", id], staleTime: Infinity, queryFn: ({ signal }) => api.get<EventRow>(`/events/${encodeURIComponent(id)}`, {}, signal),
  }),
  actions: (filter: { state?: string; incident?: string; target?: string; cursor?: string; limit?: number }) => queryOptions({
    queryKey: ["actions", filter], refetchInterval: 30_000, placeholderData: keepPreviousData,
    queryFn: ({ signal }) => api.get<Page<Action>>("/actions", filter, signal),
  }),
  rules: () => queryOptions({
    queryKey: ["rules"], staleTime: 60_000, queryFn: ({ signal }) => everyPage<RuleStatus>("/rules", signal),
  }),
  rule: (id: string) => queryOptions({
    queryKey: ["rules", id], queryFn: ({ signal }) => api.get<RuleStatus>(`/rules/${encodeURIComponent(id)}`, {}, signal),
  }),
  ruleVersions: (id: string) => queryOptions({
    queryKey: ["rules", id, "versions"], queryFn: ({ signal }) => api.get<Page<RuleVersion>>(`/rules/${encodeURIComponent(id)}/versions`, {}, signal),
  }),
  asleep: () => queryOptions({
    queryKey: ["rules", "asleep"], staleTime: 60_000, queryFn: ({ signal }) => api.get<AsleepRules>("/rules/asleep", {}, signal),
  }),
  coverage: () => queryOptions({
    queryKey: ["coverage"], staleTime: 60_000, queryFn: ({ signal }) => api.get<Coverage>("/coverage", {}, signal),
  }),
  ledger: (hours: number) => queryOptions({
    queryKey: ["ledger", hours], refetchInterval: 10_000, placeholderData: keepPreviousData, queryFn: ({ signal }) => api.get<LedgerOverview>("/ledger/overview", { since: ago(hours) }, signal),
  }),
  ledgerRows: (source: string, hours: number) => queryOptions({
    queryKey: ["ledger", source, hours], refetchInterval: 15_000, queryFn: ({ signal }) => api.get<Page<LedgerRow>>("/ledger", { source, since: ago(hours) }, signal),
  }),
  gaps: (hours: number, blind?: number) => queryOptions({
    queryKey: ["gaps", hours, blind], refetchInterval: 10_000, placeholderData: keepPreviousData, queryFn: ({ signal }) => api.get<Page<LedgerGap>>("/ledger/gaps", { since: ago(hours), blind, limit: 200 }, signal),
  }),
  openGaps: () => queryOptions({
    queryKey: ["gaps", "open"], refetchInterval: 15_000, queryFn: ({ signal }) => api.get<Page<LedgerGap>>("/ledger/gaps", { open: true, limit: 100 }, signal),
  }),
  ledgerOfRule: (rule: string, hours: number) => queryOptions({
    queryKey: ["ledger", "rule", rule, hours], refetchInterval: 15_000, placeholderData: keepPreviousData, queryFn: ({ signal }) => api.get<Page<LedgerRow>>("/ledger", { rule, since: ago(hours), limit: 500 }, signal),
  }),
  indicators: (filter: { kind?: string; state?: string; feed?: string; q?: string; cursor?: string }) => queryOptions({
    queryKey: ["intel", "indicators", filter], placeholderData: keepPreviousData, queryFn: ({ signal }) => api.get<Page<Indicator>>("/intel/indicators", { ...filter, limit: 100 }, signal),
  }),
  indicator: (id: string) => queryOptions({
    queryKey: ["intel", "indicators", id], queryFn: ({ signal }) => api.get<Indicator>(`/intel/indicators/${encodeURIComponent(id)}`, {}, signal),
  }),
  sightings: () => queryOptions({
    queryKey: ["intel", "sightings"], refetchInterval: 15_000, queryFn: ({ signal }) => api.get<Page<IndicatorSightings>>("/intel/sightings", { limit: 500 }, signal),
  }),
  allowances: () => queryOptions({
    queryKey: ["intel", "allow"], queryFn: ({ signal }) => api.get<Page<Allowance>>("/intel/allow", {}, signal),
  }),
  feeds: () => queryOptions({
    queryKey: ["intel", "feeds"], refetchInterval: 5_000, queryFn: ({ signal }) => api.get<Page<Feed>>("/intel/feeds", {}, signal),
  }),
  exceptions: () => queryOptions({
    queryKey: ["exceptions"], queryFn: ({ signal }) => everyPage<Exception>("/exceptions", signal),
  }),
  sources: () => queryOptions({
    queryKey: ["sources"], refetchInterval: 10_000, queryFn: ({ signal }) => api.get<Page<SourceStatus>>("/sources", {}, signal),
  }),
  setups: () => queryOptions({
    queryKey: ["setup"], staleTime: Infinity, queryFn: ({ signal }) => api.get<Page<Setup>>("/sources/setup", {}, signal),
  }),
};

/** The items of a list, whatever the server leaves out when it is empty. */
export const itemsOf = <T,>(page: Page<T> | undefined): T[] => page?.items ?? [];
