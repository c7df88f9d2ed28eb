import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Problem, api } from "../api/client";
import type { EventsPage, FieldShares, Histogram, ValueCounts } from "../api/vocabulary";
import { instants, type Range } from "../ui/range";

export type Question = { query: string; since: string; until: string };

const day = 86_400_000;

/** Fixes a range to two instants, so that every part of one run speaks about the same events. */
export function useQuestion(query: string, range: Range, run: number): Question {
  return useMemo(() => {
    const now = Date.now();
    const { since, until } = instants(range, now);
    const end = until ?? new Date(now).toISOString();
    return { query, since: since ?? new Date(Date.parse(end) - day).toISOString(), until: end };
    // A new run of the same query asks again, up to now.
  }, [query, range, run]); // eslint-disable-line react-hooks/exhaustive-deps
}

export const useEvents = (q: Question) => useInfiniteQuery({
  queryKey: ["events", "list", q], initialPageParam: "", staleTime: Infinity, retry: false,
  queryFn: ({ pageParam, signal }) => api.get<EventsPage>("/events", { ...q, limit: 500, cursor: pageParam }, signal),
  getNextPageParam: (last) => last.next || undefined,
});

export const useHistogram = (q: Question, buckets: number) => useQuery({
  queryKey: ["events", "histogram", q, buckets], staleTime: Infinity, retry: false, placeholderData: keepPreviousData,
  queryFn: ({ signal }) => api.get<Histogram>("/events/histogram", { ...q, buckets }, signal),
});

export const useFields = (q: Question) => useQuery({
  queryKey: ["events", "fields", q], staleTime: Infinity, retry: false, placeholderData: keepPreviousData,
  queryFn: ({ signal }) => api.get<FieldShares>("/events/fields", { ...q, limit: 500 }, signal),
});

export const useValues = (q: Question, field: string, limit: number) => useQuery({
  queryKey: ["events", "values", q, field, limit], staleTime: Infinity, retry: false,
  queryFn: ({ signal }) => api.get<ValueCounts>("/events/values", { ...q, field, limit }, signal),
});

/** Where in the query the server found the fault, counted from 0; undefined when it does not say. */
export function faultAt(error: unknown, query: string): { from: number; to: number; message: string } | undefined {
  if (!(error instanceof Problem) || error.status !== 400) return undefined;
  const text = [error.message, ...error.errors.map((e) => `${e.location ?? ""} ${e.message ?? ""}`)].join(" ");
  const m = /(?:position|offset|character|column|pos)[ :=]+(\d+)/i.exec(text);
  const from = m ? Math.max(0, Number(m[1]) - 1) : Math.max(0, query.length - 1);
  const word = /^[^\s()|]+/.exec(query.slice(from))?.[0].length ?? 1;
  return { from, to: Math.min(query.length, from + Math.max(1, word)), message: error.message };
}

/** Fetches an export with the session's own right and hands it to the browser as a file. */
export async function exportEvents(q: Question, format: "csv" | "json"): Promise<void> {
  const accept = format === "csv" ? "text/csv" : "application/x-ndjson";
  const params = new URLSearchParams({ ...q, limit: "100000" });
  const res = await fetch(`/api/v1/events?${params}`, { headers: { Accept: accept }, credentials: "same-origin" });
  if (!res.ok) throw new Problem(res.status, `http_${res.status}`, await res.text());
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await res.blob());
  link.download = `vedette-events-${q.until.slice(0, 19).replaceAll(":", "")}.${format === "csv" ? "csv" : "ndjson"}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export type Saved = { name: string; query: string };
const savedKey = "vedette.hunt.saved";
const recentKey = "vedette.hunt.recent";

function load<T>(key: string): T[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(value) ? (value as T[]) : [];
  } catch {
    return [];
  }
}

export const savedQueries = (): Saved[] => load<Saved>(savedKey);
export const saveQuery = (saved: Saved) => localStorage.setItem(savedKey, JSON.stringify([saved, ...savedQueries().filter((s) => s.name !== saved.name)].slice(0, 50)));
export const recentQueries = (): string[] => load<string>(recentKey);
export const rememberQuery = (query: string) => localStorage.setItem(recentKey, JSON.stringify([query, ...recentQueries().filter((q) => q !== query)].slice(0, 12)));
