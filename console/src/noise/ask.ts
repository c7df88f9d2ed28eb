import { queryOptions } from "@tanstack/react-query";
import { api } from "../api/client";
import type { components } from "../api/schema.gen";
import type { EntityKind, EntityRef, Page } from "../api/vocabulary";

type Schemas = components["schemas"];

export type NoiseReport = Schemas["NoiseReport"];
export type NoiseRule = Schemas["NoiseRule"];
export type BudgetReport = Schemas["BudgetReport"];
export type Budget = Schemas["Budget"];
export type Team = Schemas["Team"];
export type TeamBudget = Schemas["TeamBudget"];
export type TeamScope = Schemas["TeamScope"];
export type Recall = Schemas["Recall"];
export type Suppression = Schemas["Suppression"];
export type Proposal = Schemas["SuppressionProposal"];
export type Preview = Schemas["SuppressionPreview"];
export type Fact = Schemas["Fact"];
export type FactKind = Fact["kind"];
export type FactRow = Schemas["FactRow"];
export type NewFact = Schemas["NewFact"];
export type FactPreview = Schemas["FactPreview"];

const day = 86_400_000;

/** How far the screen looks back. */
export const noiseDays = 28;

export const askNoise = () => queryOptions({
  queryKey: ["noise", "report"], refetchInterval: 30_000,
  queryFn: ({ signal }) => api.get<NoiseReport>("/noise", { since: new Date(Date.now() - noiseDays * day).toISOString() }, signal),
});

export const askBudget = (perDay: number, team?: string) => queryOptions({
  queryKey: ["noise", "budget", perDay, team], queryFn: ({ signal }) => api.get<Budget>("/noise/budget", { per_day: perDay, team }, signal),
});

export const askTeams = () => queryOptions({
  queryKey: ["noise", "teams"], staleTime: 60_000, queryFn: ({ signal }) => api.get<Page<Team>>("/teams", {}, signal),
});

/** What people call a team. */
export const teamName = (t: { name: string; title?: string }): string => t.title || t.name;

export const askSuppressions = () => queryOptions({
  queryKey: ["noise", "suppressions"], refetchInterval: 15_000, queryFn: ({ signal }) => api.get<Page<Suppression>>("/suppressions", { limit: 500 }, signal),
});

export const askProposals = () => queryOptions({
  queryKey: ["noise", "proposals"], staleTime: 15_000, queryFn: ({ signal }) => api.get<Page<Proposal>>("/suppressions/proposals", {}, signal),
});

export const askFacts = () => queryOptions({
  queryKey: ["noise", "facts"], refetchInterval: 15_000, queryFn: ({ signal }) => api.get<Page<FactRow>>("/facts", { over: true, limit: 500 }, signal),
});

export const factKinds = ["maintenance", "change_ticket", "known_scanner", "not_vulnerable", "mfa"] as const satisfies readonly FactKind[];

/** For how many days at most a fact of a kind holds. */
export const factDays = (kind: FactKind): number => (kind === "known_scanner" || kind === "not_vulnerable" ? 366 : 90);

/** An entity as people write it, and back; none for what is not kind:name. */
export const written = (e: Pick<EntityRef, "kind" | "name">): string => `${e.kind}:${e.name}`;

const kinds: readonly string[] = ["host", "user", "address", "domain", "process", "file", "cloud_account"];

export function readEntity(text: string): { kind: EntityKind; name: string } | undefined {
  const at = text.indexOf(":");
  const kind = text.slice(0, at).trim();
  const name = text.slice(at + 1).trim();
  return at > 0 && name !== "" && kinds.includes(kind) ? { kind: kind as EntityKind, name } : undefined;
}
