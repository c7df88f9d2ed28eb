import { queryOptions } from "@tanstack/react-query";
import { api } from "../api/client";
import type { components } from "../api/schema.gen";
import type { EntityKind, Incident, Page, Severity } from "../api/vocabulary";

type Schemas = components["schemas"];

export type EntityPage = Schemas["EntityPage"];
export type Alias = Schemas["Alias"];
export type Peer = Schemas["Peer"];
export type LogonSession = Schemas["LogonSession"];
export type RiskPoint = Schemas["RiskPoint"];
export type Contribution = Schemas["RiskContribution"];
export type Exposure = Schemas["Exposure"];
export type EntityEdit = Schemas["EntityEdit"];
export type AssetsReport = Schemas["AssetsReport"];

export const entityKinds: readonly EntityKind[] = ["host", "user", "address", "domain", "process", "file", "cloud_account"];
export const levels = [4, 3, 2, 1, 0] as const;

export const pathOf = (kind: string, name: string) => `/entities/${kind}/${encodeURIComponent(name)}`;

export const askEntity = (kind: string, name: string) => queryOptions({
  queryKey: ["entity", kind, name], refetchInterval: 15_000, queryFn: ({ signal }) => api.get<EntityPage>(pathOf(kind, name), {}, signal),
});

export const askIncidentsOf = (kind: string, name: string) => queryOptions({
  queryKey: ["incidents", "of", `${kind}:${name}`, "page"], queryFn: ({ signal }) => api.get<Page<Incident>>("/incidents", { entity: `${kind}:${name}`, limit: 50, sort: "last" }, signal),
});

/** How bad a risk is, in the steps of severity; none for no risk at all. */
export const bandOf = (risk: number): Exclude<Severity, "info"> | "none" => (risk >= 75 ? "critical" : risk >= 50 ? "high" : risk >= 25 ? "medium" : risk > 0 ? "low" : "none");
