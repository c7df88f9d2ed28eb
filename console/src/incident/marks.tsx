import { memo } from "react";
import type { Incident, Reason } from "../api/vocabulary";
import { useLanguage, useT } from "../i18n";
import { byFamily, shares } from "./contributions";

const strength = (at: number): number => Math.max(0.32, 1 - at * 0.2);

/** The score with a thin bar of what each family of evidence adds, and the two that add most in words. */
export const FamilyScore = memo(function FamilyScore({ score, reasons, words = false }: { score: number; reasons: readonly Reason[]; words?: boolean }) {
  const { t, pick } = useLanguage();
  const parts = shares(reasons);
  const sum = parts.reduce((n, p) => n + p.points, 0) || 1;
  const known = parts.filter((p) => p.family !== "other");
  const sign = (n: number) => (n < 0 ? `−${-n}` : `+${n}`);
  const tip = byFamily(reasons, score).map((f) => [`${t.triage.family[f.family]} ${sign(f.points)}`, ...f.steps.map((s) => `   ${sign(s.reason.points)} ${pick(s.reason.text) || s.reason.code}`)].join("\n")).join("\n");
  return (
    <span className={words ? "family-score words" : "family-score"} title={tip}>
      <span className="score">
        <b>{score}</b>
        <span className="score-bar" aria-hidden="true">{parts.map((p, i) => <i key={p.family} style={{ width: `${(p.points / sum) * score}%`, opacity: strength(i) }} />)}</span>
      </span>
      {words && known.length > 0 && <span className="score-words ellipsis">{known.slice(0, 2).map((p, i) => <span key={p.family}>{i > 0 && " · "}{t.triage.family[p.family]}</span>)}</span>}
    </span>
  );
});

const resultShapes: Record<NonNullable<Incident["result"]>, string> = {
  attempted: "M2 8h9M8 4.500L11.500 8 8 11.500M14 3v10",
  succeeded: "M1.500 8h9.500M7.500 4.500L11 8l-3.500 3.500M14 3v2.500M14 10.500V13",
  compromised: "M2.500 2.500h11v11h-11zM8 5v3.500M8 10.800v.4",
};
const tone: Record<NonNullable<Incident["result"]>, string> = { attempted: "calm", succeeded: "warn", compromised: "bad" };

/** How far an attack came, by shape and word: stopped at the wall, through it, or inside. */
export const ResultMark = memo(function ResultMark({ result, bare = false }: { result: NonNullable<Incident["result"]>; bare?: boolean }) {
  const t = useT();
  return (
    <span className={`result-mark ${tone[result]} ${bare ? "bare" : "badge"}`} title={t.triage.resultLead[result]}>
      <svg width="13" height="13" viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.700" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true"><path d={resultShapes[result]} /></svg>
      {t.triage.result[result]}
    </span>
  );
});
