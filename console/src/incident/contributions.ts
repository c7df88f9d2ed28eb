import type { Reason } from "../api/vocabulary";
import { waterfall, type Step } from "../ui/score";

/** Where families stand, from what is known beforehand to what speaks against. */
export const families = ["prior", "rule", "intelligence", "novelty", "volume", "spread", "sequence", "exfiltration", "identity", "exposure", "other", "exculpatory"] as const;
export type FamilyName = (typeof families)[number];

/** The family of a contribution, also of one from before contributions had families. */
export const familyOf = (reason: Pick<Reason, "family">): FamilyName => families.find((f) => f === reason.family) ?? "other";

/** A family's contributions end to end, and what they give together. */
export type FamilySteps = { family: FamilyName; points: number; from: number; to: number; steps: Step[] };

/**
 * Lays contributions end to end, those of one family together: the family that gives most stands first after the prior,
 * what speaks against stands last. The last step ends at the sum.
 */
export function byFamily(reasons: readonly Reason[], score: number): FamilySteps[] {
  const sums = new Map<FamilyName, number>();
  for (const r of reasons) sums.set(familyOf(r), (sums.get(familyOf(r)) ?? 0) + r.points);
  const place = (f: FamilyName) => (f === "prior" ? -1 : f === "exculpatory" ? 1 : 0);
  const order = [...sums.keys()].sort((a, b) => place(a) - place(b) || (sums.get(b) ?? 0) - (sums.get(a) ?? 0) || families.indexOf(a) - families.indexOf(b));
  const sorted = order.flatMap((f) => reasons.filter((r) => familyOf(r) === f).sort((a, b) => b.points - a.points));
  const { steps } = waterfall(sorted, score);
  return order.map((family) => {
    const mine = steps.filter((s) => familyOf(s.reason) === family);
    const [first, last] = [mine[0] as Step, mine.at(-1) as Step];
    return { family, points: sums.get(family) ?? 0, from: first.from, to: last.to, steps: mine };
  });
}

/** What each family adds, the largest first: the thin bar beside a score. */
export function shares(reasons: readonly Reason[]): { family: FamilyName; points: number }[] {
  return byFamily(reasons, 0).filter((f) => f.points > 0).map(({ family, points }) => ({ family, points })).sort((a, b) => b.points - a.points);
}
