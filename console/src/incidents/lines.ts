import { useCallback, useMemo, useState } from "react";
import type { Incident } from "../api/vocabulary";
import { useLanguage } from "../i18n";
import { groupLines, groupOf, type Line } from "./group";
import { loadSnoozed, saveSnoozed, sleeps, type Snoozed } from "./keep";
import type { Grouping } from "./views";

/** The lines of the list: rows as they come, with ghosts for those to come, or rows under the heads of their groups. */
export function useLines(rows: readonly Incident[], total: number, by: Grouping | undefined) {
  const { ruleName } = useLanguage();
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const lines = useMemo(() => (by ? groupLines(rows, (i) => groupOf(i, by, ruleName), folded) : null), [rows, by, ruleName, folded]);
  const lineAt = useCallback((n: number): Line => {
    if (lines) return lines[n] ?? { kind: "ghost", index: n };
    const incident = rows[n];
    return incident ? { kind: "row", incident, index: n } : { kind: "ghost", index: n };
  }, [lines, rows]);
  const fold = useCallback((name: string) => setFolded((old) => {
    const next = new Set(old);
    if (!next.delete(name)) next.add(name);
    return next;
  }), []);
  const lineOf = useCallback((id: string | undefined) => {
    if (!id) return -1;
    return lines ? lines.findIndex((l) => l.kind === "row" && l.incident.id === id) : rows.findIndex((r) => r.id === id);
  }, [lines, rows]);
  /** The row that lies so many rows on from a line, skipping heads; the last or first one at the ends. */
  const rowFrom = useCallback((from: number, step: number): { line: number; incident: Incident } | undefined => {
    const last = lines ? lines.length : rows.length;
    const way = step < 0 ? -1 : 1;
    let found: { line: number; incident: Incident } | undefined;
    let left = Math.abs(step);
    for (let n = from + way; n >= 0 && n < last && left > 0; n += way) {
      const line = lineAt(n);
      if (line.kind !== "row") continue;
      found = { line: n, incident: line.incident };
      left--;
    }
    return found;
  }, [lines, rows, lineAt]);
  return { count: lines ? lines.length : total, lineAt, lineOf, rowFrom, fold };
}

/** Incidents that this browser leaves alone for a while. */
export function useSnoozed() {
  const [snoozed, setSnoozed] = useState<Snoozed>(() => loadSnoozed(localStorage, Date.now()));
  const keep = useCallback((next: Snoozed) => { saveSnoozed(localStorage, next); setSnoozed(next); }, []);
  const snooze = useCallback((incidents: readonly Incident[], until: number) => {
    keep({ ...loadSnoozed(localStorage, Date.now()), ...Object.fromEntries(incidents.map((i) => [i.id, { until, alerts: i.alerts }])) });
  }, [keep]);
  const wake = useCallback(() => keep({}), [keep]);
  const awake = useCallback((i: Incident) => !sleeps(i, snoozed, Date.now()), [snoozed]);
  return { snooze, wake, awake };
}
