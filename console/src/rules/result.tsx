import type { RuleTest } from "../api/vocabulary";
import { useT } from "../i18n";
import { Icon } from "../ui/icons";

/** What a rule made of a record: its selections with their comparisons, or the first part that failed. */
export function TestResult({ result }: { result: RuleTest }) {
  const t = useT();
  return (
    <div className="column">
      <div className={result.matched ? "verdict good" : "verdict"} role="status">
        <Icon name={result.matched ? "check" : "close"} /> <b>{result.matched ? t.rules.matched : t.rules.notMatched}</b>
      </div>
      {!result.matched && result.first_failed && <div className="boxed"><div className="section-title">{t.rules.firstFailed}</div><span className="wrap-any">{result.first_failed}</span></div>}
      {result.warnings.map((w) => <div key={w} className="text-warn">{w}</div>)}
      {result.selections.map((s) => (
        <section key={s.name}>
          <div className="row"><span className={s.matched ? "badge good" : "badge calm"}><Icon name={s.matched ? "check" : "close"} size={12} /> {s.name}</span></div>
          {s.fields.length > 0 && (
            <div className="scroll-x">
              <table className="list-table compact">
                <thead><tr><th><span className="visually-hidden">{t.incident.matched}</span></th><th>{t.rules.field}</th><th>{t.rules.operator}</th><th>{t.rules.expected}</th><th>{t.rules.actual}</th></tr></thead>
                <tbody>
                  {s.fields.map((f, i) => (
                    <tr key={i} className={f.matched ? "hit" : undefined}>
                      <td className={f.matched ? "text-good" : "text-bad"}><Icon name={f.matched ? "check" : "close"} size={12} /><span className="visually-hidden">{f.matched ? t.common.yes : t.common.no}</span></td>
                      <td className="mono">{f.field || "—"}</td><td>{f.op}</td><td className="mono wrap-any">{f.expected}</td><td className="mono wrap-any">{f.present ? f.actual || "“”" : <span className="quiet">{t.rules.missing}</span>}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </section>
      ))}
    </div>
  );
}
