import type { Incident, Reason } from "../api/vocabulary";
import { useLanguage } from "../i18n";
import { waterfall } from "../ui/score";

/** The reasons of a score, end to end, and the sum that they make. */
export function Waterfall({ incident }: { incident: Incident }) {
  const { t, pick, ruleName } = useLanguage();
  const w = waterfall(incident.reasons, incident.score);
  /** The reason with the rule it quotes named in the reader's language. */
  const words = (r: Reason) => {
    const rule = incident.rules.find((x) => x.rule_id === r.params?.rule);
    const text = pick(r.text) || r.code;
    return rule ? text.replace(rule.title, ruleName(rule)) : text;
  };
  const reach = Math.max(100, w.sum, ...w.steps.map((s) => Math.max(s.from, s.to)));
  const at = (n: number) => `${(n / reach) * 100}%`;
  return (
    <div className="waterfall" role="table" aria-label={t.incident.waterfall}>
      {w.steps.map((s, i) => (
        <div key={s.reason.code + i} role="row" className="contents">
          <span role="cell">{words(s.reason)}</span>
          <span role="cell" className="waterfall-track"><i className={s.reason.points < 0 ? "minus" : undefined} style={{ left: at(Math.min(s.from, s.to)), width: at(Math.abs(s.reason.points)) }} /></span>
          <b role="cell" className="right">{s.reason.points < 0 ? "−" : "+"}{Math.abs(s.reason.points)}</b>
        </div>
      ))}
      <div role="row" className="contents">
        <b role="cell">{t.incident.total}{w.limit ? <span className="quiet"> · {t.incident.capped}</span> : null}{w.agrees ? null : <span className="text-bad"> · {t.incident.mismatch(w.sum)}</span>}</b>
        <span role="cell" className="waterfall-track"><i className="total" style={{ left: 0, width: at(w.total) }} /></span>
        <b role="cell" className="right">{w.total}</b>
      </div>
    </div>
  );
}
