import { createContext, useContext } from "react";
import type { EntityRef, Evidence } from "../api/vocabulary";

/** What timeline and graph point at together: an entity, or pieces of evidence; and the piece that a play has come to. */
export type Focus = { entity?: string; evidence?: number; many?: readonly number[]; until?: number };

export const FocusContext = createContext<{ focus: Focus; setFocus: (focus: Focus) => void }>({ focus: {}, setFocus: () => {} });

export const useFocus = () => useContext(FocusContext);

export const keyOf = (e: Pick<EntityRef, "kind" | "name">): string => `${e.kind} ${e.name}`;

/** True when a piece of evidence is what the focus is on, or nothing in particular is. */
export function inFocus(evidence: Evidence, focus: Focus): boolean {
  if (focus.until !== undefined && evidence.number > focus.until) return false;
  if (focus.many) return focus.many.includes(evidence.number);
  if (focus.evidence !== undefined) return evidence.number === focus.evidence;
  return focus.entity === undefined || evidence.alert.entities.some((e) => keyOf(e) === focus.entity);
}
