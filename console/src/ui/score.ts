import type { Reason } from "../api/vocabulary";

export type Step = { reason: Reason; from: number; to: number };
export type Waterfall = { steps: Step[]; sum: number; total: number; limit: boolean; agrees: boolean };

/**
 * Lays the reasons of a score end to end. The sum and the score must agree; the one exception that is no defect is a sum
 * past the bounds of the scale, cut to 0 or 100.
 */
export function waterfall(reasons: readonly Reason[], score: number): Waterfall {
  let at = 0;
  const steps = reasons.map((reason) => {
    const step = { reason, from: at, to: at + reason.points };
    at = step.to;
    return step;
  });
  const cut = Math.min(100, Math.max(0, at));
  return { steps, sum: at, total: score, limit: cut !== at && cut === score, agrees: at === score || cut === score };
}
