/** The time range of a screen as it stands in the URL: since = "24h" or an instant; until = an instant or now. */
export type Range = { since?: string; until?: string };

const units: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of "15m", "24h", "7d"; undefined for anything else. */
export function spanOf(text: string): number | undefined {
  const m = /^(\d{1,4})([mhd])$/.exec(text);
  return m ? Number(m[1]) * (units[m[2] as string] as number) : undefined;
}

/** The range as two instants, for the API. An empty since is left out. */
export function instants(range: Range, now = Date.now()): { since?: string; until?: string } {
  const span = range.since ? spanOf(range.since) : undefined;
  const since = span !== undefined ? new Date(now - span).toISOString() : range.since;
  return { since, until: range.until };
}

export const presets = ["15m", "1h", "6h", "24h", "7d", "30d"] as const;
