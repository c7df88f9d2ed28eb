import type { components } from "../api/schema.gen";

type Schemas = components["schemas"];

/** The words of casework as the API writes them. */
export type Change = Schemas["IncidentChange"];
export type LedgerEntry = Schemas["EvidenceEntry"];
export type LedgerPage = Schemas["EvidencePage"];
export type MovePreview = Schemas["Preview"];
export type Rearranged = Schemas["Rearranged"];
export type Side = Schemas["PreviewSide"];
export type SimilarIncident = Schemas["SimilarIncident"];
export type Task = Schemas["Task"];

/** What is to leave an incident: one of evidence numbers, entities or rules. */
export type SplitWish = { evidence?: number[]; entities?: { kind: string; name: string }[]; rules?: string[] };
