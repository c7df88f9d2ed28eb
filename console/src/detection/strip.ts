import type { LedgerRow, LedgerState } from "../api/vocabulary";

export type Segment = { from: number; width: number; state: LedgerState; row: LedgerRow };
export type Strip = { source: string; segments: Segment[]; bad: number };

/** The rows of a rule as one line of segments for each source, in per cent of the time shown; sources with trouble come first. */
export function stripsOf(rows: readonly LedgerRow[], begin: number, end: number): Strip[] {
  const span = Math.max(1, end - begin);
  const out = new Map<string, Strip>();
  for (const row of rows) {
    const a = Math.max(begin, Date.parse(row.from));
    const b = Math.min(end, Date.parse(row.until));
    if (!(b > a)) continue;
    const strip = out.get(row.source) ?? { source: row.source, segments: [], bad: 0 };
    out.set(row.source, strip);
    const width = ((b - a) / span) * 100;
    strip.segments.push({ from: ((a - begin) / span) * 100, width, state: row.state, row });
    if (row.state !== "evaluated") strip.bad += width;
  }
  return [...out.values()].sort((x, y) => y.bad - x.bad || x.source.localeCompare(y.source));
}
