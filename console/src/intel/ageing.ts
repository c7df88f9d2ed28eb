import type { Indicator } from "../api/vocabulary";

const day = 86_400_000;

/** How fast confidence goes by kind, as the server does unless it is configured otherwise: days until nothing is left, and the bend of the curve. */
const ageing: Record<Indicator["kind"], [days: number, speed: number]> = {
  address: [30, 0.5], network: [30, 0.5], domain: [90, 0.5], url: [60, 0.5], email: [90, 0.5], md5: [365, 0.3], sha1: [365, 0.3], sha256: [365, 0.3], sha512: [365, 0.3], imphash: [180, 0.3],
};

/** Confidence below which an indicator does not fire. */
export const cutOff = 20;

export type Point = { time: number; confidence: number };
/** What was, as far as the server says; what is to come; and when it no longer fires, by age or by its end. */
export type Ageing = { past: Point[]; future: Point[]; ends: number; why: "faded" | "expired" };

const leftOf = (kind: Indicator["kind"], age: number): number => {
  const [days, speed] = ageing[kind];
  const part = Math.max(0, age) / (days * day);
  return part >= 1 ? 0 : 1 - part ** (1 / speed);
};

/** The curve of an indicator's confidence from when it was last confirmed until it no longer fires. It always passes through what the server says of now. */
export function ageingOf(x: Pick<Indicator, "kind" | "base" | "confidence" | "asserted" | "valid_until">, now: number, steps = 48): Ageing {
  const begin = Math.min(Date.parse(x.asserted), now);
  const until = Date.parse(x.valid_until);
  const [days] = ageing[x.kind];
  const last = Math.max(begin + day, Math.min(Number.isFinite(until) ? until : Infinity, begin + days * day));
  const expected = x.base * leftOf(x.kind, now - begin);
  const scale = expected > 0.5 ? x.confidence / expected : x.confidence > 0 ? x.confidence / Math.max(expected, 0.5) : 1;
  const at = (time: number): number => {
    // The correction grows from nothing at the beginning to all of it now, so that both known points are met.
    const share = now > begin ? Math.min(1, Math.max(0, (time - begin) / (now - begin))) : 1;
    return Math.max(0, Math.min(100, x.base * leftOf(x.kind, time - begin) * (1 + (scale - 1) * share)));
  };
  const past: Point[] = [];
  const future: Point[] = [];
  const middle = Math.min(now, last);
  for (let i = 0; i <= steps; i++) past.push({ time: begin + ((middle - begin) * i) / steps, confidence: at(begin + ((middle - begin) * i) / steps) });
  let faded: number | undefined;
  for (let i = 0; i <= steps && last > middle; i++) {
    const p = { time: middle + ((last - middle) * i) / steps, confidence: at(middle + ((last - middle) * i) / steps) };
    future.push(p);
    if (faded === undefined && p.confidence < cutOff) faded = p.time;
  }
  if (faded === undefined && !future.length) faded = past.find((p) => p.confidence < cutOff)?.time;
  return { past, future, ends: faded ?? last, why: faded === undefined ? "expired" : "faded" };
}
