import type { Alert } from "../api/vocabulary";
import { useLanguage } from "../i18n";
import { formatBytes, formatCount } from "../ui/format";
import { Time } from "../ui/time";
import { familyOf } from "./contributions";

type Anomaly = NonNullable<Alert["anomaly"]>;

/** A measure with its unit in the reader's words, bytes as people read them. */
export function measure(n: number, unit: string | undefined, { units, unitsOfOne }: { units: Record<string, string>; unitsOfOne: Record<string, string> }): string {
  if (unit === "bytes") return formatBytes(n);
  const number = formatCount(Math.abs(n) >= 10 ? Math.round(n) : Math.round(n * 100) / 100);
  return unit ? `${number} ${(n === 1 ? unitsOfOne : units)[unit] ?? unit}` : number;
}

/** What a detector of the unknown saw beside what was usual, and on what it knows what is usual. */
export function AnomalyView({ of: a }: { of: Anomaly }) {
  const { t, pick } = useLanguage();
  const w = t.triage.anomaly;
  const most = Math.max(a.observed, a.expected, 1e-9);
  const ratio = a.expected > 0 ? a.observed / a.expected : 0;
  return (
    <section className="anomaly">
      <div className="section-title">{w.title}</div>
      <p className="flush">{pick(a.text)}</p>
      <div className="anomaly-bars">
        <span>{w.observed}</span><span className="meter"><i className="hot" style={{ width: `${(a.observed / most) * 100}%` }} /></span><b>{measure(a.observed, a.unit, t.triage)}</b>
        <span>{w.expected}</span><span className="meter"><i style={{ width: `${(a.expected / most) * 100}%` }} /></span><b>{measure(a.expected, a.unit, t.triage)}</b>
      </div>
      {ratio >= 1.5 && <p className="quiet flush">{w.times(formatCount(ratio >= 10 ? Math.round(ratio) : Math.round(ratio * 10) / 10))}</p>}
      <dl className="facts">
        <dt>{w.feature}</dt><dd>{t.triage.feature[a.feature] ?? a.feature}</dd>
        <dt>{t.triage.score.detector}</dt><dd>{t.triage.detector[a.detector] ?? a.detector} · {t.triage.family[familyOf(a)]}</dd>
        <dt>{w.baseline}</dt><dd>{w.observations(a.baseline)}{a.since && <> · {w.since} <Time at={a.since} full /></>}</dd>
        <dt>{w.weight}</dt><dd>{t.triage.score.weight(a.weight.toFixed(2))}</dd>
      </dl>
      {a.learning && <p className="quiet flush">{w.learning}</p>}
    </section>
  );
}
