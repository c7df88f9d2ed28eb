import { queryOptions } from "@tanstack/react-query";
import { api } from "../api/client";
import type { Note, Page } from "../api/vocabulary";
import type { Change, LedgerPage, MovePreview, Rearranged, SimilarIncident, SplitWish, Task } from "./shapes";

const of = (id: string, what: string) => `/incidents/${encodeURIComponent(id)}/${what}`;

/** What an incident's page asks about the incident, one named question each. */
export const caseAsk = {
  comments: (id: string) => queryOptions({ queryKey: ["incident", id, "notes"], queryFn: ({ signal }) => api.get<Page<Note>>(of(id, "notes"), {}, signal) }),
  tasks: (id: string) => queryOptions({ queryKey: ["incident", id, "tasks"], queryFn: ({ signal }) => api.get<Page<Task>>(of(id, "tasks"), {}, signal) }),
  changes: (id: string) => queryOptions({ queryKey: ["incident", id, "changes"], queryFn: ({ signal }) => api.get<Page<Change>>(of(id, "changes"), {}, signal) }),
  similar: (id: string) => queryOptions({ queryKey: ["incident", id, "similar"], staleTime: 60_000, queryFn: ({ signal }) => api.get<Page<SimilarIncident>>(of(id, "similar"), {}, signal) }),
  mergePreview: (id: string, others: readonly string[]) => queryOptions({
    queryKey: ["preview", "merge", id, others], enabled: others.length > 0, retry: false, staleTime: 10_000, queryFn: ({ signal }) => api.post<MovePreview>(of(id, "merge/preview"), { with: others }, { signal }),
  }),
  splitPreview: (id: string, wish: SplitWish | null) => queryOptions({
    queryKey: ["preview", "split", id, wish], enabled: wish !== null, retry: false, staleTime: 10_000, queryFn: ({ signal }) => api.post<MovePreview>(of(id, "split/preview"), wish, { signal }),
  }),
};

/** The ledger of an incident, page by page. */
export const ledgerPage = (id: string, cursor: string, signal: AbortSignal) => api.get<LedgerPage>(of(id, "evidence"), { limit: 200, cursor }, signal);

export const caseDo = {
  merge: (id: string, others: readonly string[], reason: string) => api.post<Rearranged>(of(id, "merge"), { with: others, ...(reason ? { reason } : {}) }),
  split: (id: string, wish: SplitWish, reason: string) => api.post<Rearranged>(of(id, "split"), { ...wish, ...(reason ? { reason } : {}) }),
  undo: (id: string, change: string) => api.post<unknown>(of(id, `changes/${encodeURIComponent(change)}/undo`)),
  addTask: (id: string, task: Partial<Task> & { title: string }) => api.post<Task>(of(id, "tasks"), { done: false, ...task }),
  changeTask: (id: string, task: string, change: Partial<Omit<Task, "id">>) => api.patch<Task>(of(id, `tasks/${encodeURIComponent(task)}`), change),
  removeTask: (id: string, task: string) => api.delete<unknown>(of(id, `tasks/${encodeURIComponent(task)}`)),
};
