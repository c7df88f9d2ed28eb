import type { Incident, IncidentEdit, Note, Severity, Text } from "../api/vocabulary";

/** What a merge or a split leaves where it is, or moves. */
export type Side = { alerts: number; rules: string[]; entities: string[]; score: number };
export type MovePreview = { stays: Side; moves: Side };

/** What is to leave an incident: one of evidence numbers, entities or rules. */
export type SplitWish = { evidence?: number[]; entities?: { kind: string; name: string }[]; rules?: string[] };

export type Change = { id: string; kind: "merge" | "split" | "move"; time: string; by: string; reason?: string; undone?: string };
export type SimilarIncident = { incident: Incident; likeness: number; shared: string[]; verdict?: IncidentEdit["verdict"] };
export type Task = { id: string; title: string; due?: string; owner?: string; done: boolean };
export type Comment = Note & { reply_to?: string };

/** One entry of the append-only ledger of evidence. */
export type LedgerEntry = {
  number: number; time: string; recorded: string; kind: string; detector?: string; family?: string; text: Text; entities?: Incident["entities"]; events?: string[];
  observed?: number; expected?: number; unit?: string; baseline?: number; count?: number; weight?: number; severity?: Severity; prev?: string; hash: string; alert_id?: string;
};
