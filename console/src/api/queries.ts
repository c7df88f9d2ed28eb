import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { instants, type Range } from "../ui/range";
import { api } from "./client";
import type {
  Action, Alert, AlertDetail, AuditEntry, Entity, EventRow, Incident, Note, Page, RuleStatus, Setup, SourceStatus, Today,
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
  sources: () => queryOptions({
    queryKey: ["sources"], refetchInterval: 10_000, queryFn: ({ signal }) => api.get<Page<SourceStatus>>("/sources", {}, signal),
  }),
  setups: () => queryOptions({
    queryKey: ["setup"], staleTime: Infinity, queryFn: ({ signal }) => api.get<Page<Setup>>("/sources/setup", {}, signal),
  }),
  entity: (kind: string, name: string) => queryOptions({
    queryKey: ["entity", kind, name], queryFn: ({ signal }) => api.get<Entity>(`/entities/${kind}/${encodeURIComponent(name)}`, {}, signal),
  }),
};

/** The items of a list, whatever the server leaves out when it is empty. */
export const itemsOf = <T,>(page: Page<T> | undefined): T[] => page?.items ?? [];
