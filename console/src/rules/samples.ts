/** A record that a rule must match, or must not. */
export type Sample = { id: string; record: string; match: boolean };

export const maxSamples = 10;
const maxRecord = 64 * 1024;
const keyOf = (rule: string): string => `vedette.samples.${rule}`;

/** Samples live as long as the tab: they are somebody's records and belong into no long-lived store of a browser. */
export function loadSamples(rule: string, store: Pick<Storage, "getItem"> = sessionStorage): Sample[] {
  try {
    const read: unknown = JSON.parse(store.getItem(keyOf(rule)) ?? "[]");
    if (!Array.isArray(read)) return [];
    return read.filter((s): s is Sample => typeof s?.id === "string" && typeof s.record === "string" && typeof s.match === "boolean").slice(0, maxSamples);
  } catch {
    return [];
  }
}

/** Keeps samples; false when the browser has no room for them. */
export function saveSamples(rule: string, samples: readonly Sample[], store: Pick<Storage, "setItem" | "removeItem"> = sessionStorage): boolean {
  try {
    if (samples.length) store.setItem(keyOf(rule), JSON.stringify(samples.slice(0, maxSamples)));
    else store.removeItem(keyOf(rule));
    return true;
  } catch {
    return false;
  }
}

/** Adds a record once; the expectation of a record that is there already is changed. */
export function withSample(samples: readonly Sample[], sample: Sample): Sample[] {
  const record = sample.record.trim().slice(0, maxRecord);
  const at = samples.findIndex((s) => s.record === record);
  if (at >= 0) return samples.map((s, i) => (i === at ? { ...s, match: sample.match } : s));
  return samples.length < maxSamples ? [...samples, { ...sample, record }] : [...samples];
}
