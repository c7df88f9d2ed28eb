import type { IncidentEdit } from "../api/vocabulary";

/** A duplicate is merged into what it repeats, so it is no verdict of its own here. */
export type VerdictWord = Exclude<NonNullable<IncidentEdit["verdict"]>, "duplicate">;

/** The verdicts in the order of their digits. */
export const verdicts: readonly VerdictWord[] = ["true_positive", "benign_positive", "false_positive", "undetermined"];

/** The reasons that a verdict can have, in the order of their digits. */
export const reasonsOf: Record<VerdictWord, readonly string[]> = {
  true_positive: ["test", "other"],
  benign_positive: ["scan_by_us", "maintenance", "expected_admin", "test", "misconfiguration", "other"],
  false_positive: ["rule_too_broad", "misconfiguration", "scan_by_us", "maintenance", "expected_admin", "test", "not_reproducible", "other"],
  undetermined: ["not_reproducible", "other"],
};

/** A verdict as it is being given: first what it was, then why. */
export type Judgement = { verdict?: VerdictWord; reason?: string };

/** What a digit does: it chooses the verdict, and once that is known the reason; the same digit again takes the reason back. */
export function press(j: Judgement, digit: number): Judgement {
  if (!j.verdict) {
    const verdict = verdicts[digit - 1];
    return verdict ? { verdict } : j;
  }
  const reason = reasonsOf[j.verdict][digit - 1];
  if (!reason) return j;
  return { ...j, reason: j.reason === reason ? undefined : reason };
}

/** One step back: the reason first, then the verdict. */
export const stepBack = (j: Judgement): Judgement => (j.reason ? { verdict: j.verdict } : {});
