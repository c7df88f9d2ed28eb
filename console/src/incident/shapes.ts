import type { EntityRef, Incident, Note, Reason, Severity, Text, Verdict } from "../api/vocabulary";

/** One side of a merge or a split as it would be. */
export type Side = { incident?: string; title: Text; alerts: number; rules: Incident["rules"]; entities: EntityRef[]; score: number; score_before: number; severity: Severity; reasons: Reason[] };
/** What a merge or a split leaves where it is, and what it moves. */
export type MovePreview = { stays: Side; moves: Side };

/** What is to leave an incident: one of evidence numbers, entities or rules. */
export type SplitWish = { evidence?: number[]; entities?: { kind: string; name: string }[]; rules?: string[] };

export type Change = { id: string; kind: "merge" | "split" | "move"; time: string; by: string; reason: string; alerts: number; sides: { incident: string; title: Text; before: number; after: number }[]; undone?: string; undone_by?: string; blocked?: string };
export type Rearranged = { incident: Incident; new?: Incident; change: Change };
export type Trait = { kind: string; name: string; title?: Text };
export type SimilarIncident = { incident: Incident; likeness: number; shared: Trait[]; verdict?: Verdict; reason?: string };
export type Task = { id: string; title: string; due?: string; owner?: string; done: boolean; done_by?: string };
export type Comment = Note & { reply_to?: string };

/** One entry of the append-only ledger of evidence. */
export type LedgerEntry = {
  incident_id: string; number: number; time: string; recorded: string; kind: string; detector?: string; family?: string; text: Text; entities: EntityRef[]; events: string[];
  observed?: number; expected?: number; unit?: string; baseline?: number; count: number; weight: number; prev: string; hash: string; alert_id?: string;
};
export type LedgerPage = { items: LedgerEntry[]; next?: string; total: number; intact: boolean; head?: string; broken?: { incident_id: string; number: number; problem: string }; omitted: number };
