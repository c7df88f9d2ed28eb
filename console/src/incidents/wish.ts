import type { Incident } from "../api/vocabulary";
import type { SplitWish } from "../incident/shapes";

export type SplitBy = "rules" | "entities" | "evidence";

/** What is asked of the server for the chosen keys: rule ids, kind:name of entities, or evidence numbers; null for nothing. */
export function splitWish(incident: Pick<Incident, "entities">, by: SplitBy, chosen: ReadonlySet<string>): SplitWish | null {
  if (chosen.size === 0) return null;
  if (by === "rules") return { rules: [...chosen].sort() };
  if (by === "evidence") return { evidence: [...chosen].map(Number).sort((a, b) => a - b) };
  return { entities: incident.entities.filter((e) => chosen.has(`${e.kind}:${e.name}`)).map(({ kind, name }) => ({ kind, name })) };
}
