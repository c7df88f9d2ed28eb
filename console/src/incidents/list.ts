import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { api, type Params } from "../api/client";
import type { Incident, Page } from "../api/vocabulary";
import { useLive } from "../app/live";
import type { IncidentSearch } from "../app/router";
import { instants, type Range } from "../ui/range";
import { patchIncidents } from "./edit";

const pageSize = 200;

/** The API's question for what the address says. */
export function filterOf(search: IncidentSearch, me: string): Params {
  const view = search.view ?? "queue";
  const status = view === "closed" ? "closed" : view === "all" ? undefined : "open,working,contained";
  const line = view === "below" ? "below" : view === "queue" ? "above" : undefined;
  return { line, status, owner: view === "mine" ? me : search.owner, severity: search.severity, q: search.q, entity: search.entity, rule: search.rule, team: search.team, sort: search.sort ?? "score" };
}

/** Everything that happened before the list was asked for lies at or before this instant of the server's clock. */
export function newestChange(items: readonly Incident[]): number {
  return items.reduce((newest, i) => Math.max(newest, Date.parse(i.updated) || 0), 0);
}

/**
 * The incident list: pages fetched as they are scrolled to, rows changed in place by live updates, and a count of
 * incidents that came since, which appear only when asked for.
 */
export function useIncidentList(search: IncidentSearch, range: Range, me: string) {
  const client = useQueryClient();
  const { listen } = useLive();
  const filter = useMemo(() => filterOf(search, me), [search, me]);
  const query = useInfiniteQuery({
    queryKey: ["incidents", "list", filter, range],
    initialPageParam: "",
    staleTime: Infinity,
    queryFn: ({ pageParam, signal }) => api.get<Page<Incident>>("/incidents", { ...filter, ...instants(range), limit: pageSize, cursor: pageParam }, signal),
    getNextPageParam: (last) => last.next || undefined,
  });
  const rows = useMemo(() => query.data?.pages.flatMap((p) => p.items) ?? [], [query.data]);
  const known = useRef(new Set<string>());
  const before = useRef(0);
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    known.current = new Set(rows.map((r) => r.id));
  }, [rows]);
  useEffect(() => {
    before.current = newestChange(query.data?.pages[0]?.items ?? []);
    setFresh(new Set());
    // A new first page is a new list; live changes inside it are not.
  }, [query.dataUpdatedAt === 0, filter, range]); // eslint-disable-line react-hooks/exhaustive-deps
  useEffect(() => {
    let waiting: (Partial<Incident> & { id: string })[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const apply = () => {
      timer = undefined;
      patchIncidents(client, waiting);
      const came = waiting.filter((i) => !known.current.has(i.id) && i.status !== "closed" && (!filter.line || (filter.line === "below") === Boolean(i.below)) && Date.parse(i.created ?? "") >= before.current).map((i) => i.id);
      waiting = [];
      if (came.length) setFresh((old) => (came.every((id) => old.has(id)) ? old : new Set([...old, ...came])));
    };
    const stop = listen((message) => {
      if (message.topic !== "incident") return;
      waiting.push(message.incident);
      timer ??= setTimeout(apply, 400);
    });
    return () => { stop(); clearTimeout(timer); };
  }, [client, listen, filter.line]);
  const reload = useCallback(async () => {
    await client.resetQueries({ queryKey: ["incidents", "list", filter, range] });
    setFresh(new Set());
  }, [client, filter, range]);
  const first = query.data?.pages[0];
  const total = query.hasNextPage ? Math.max(first?.total ?? 0, rows.length + 1) : rows.length;
  return { rows, total, all: first?.total ?? rows.length, fresh: fresh.size, reload, query };
}
