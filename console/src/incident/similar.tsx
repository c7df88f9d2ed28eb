import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { itemsOf } from "../api/queries";
import { useLanguage } from "../i18n";
import { Severity } from "../ui/marks";
import { Ask, Empty } from "../ui/states";
import { Time } from "../ui/time";
import { caseAsk } from "./ask";
import { ResultMark } from "./marks";

/** Past incidents that are like this one, by what they share, with what people decided they were. */
export function SimilarTab({ id }: { id: string }) {
  const { t, pick } = useLanguage();
  const s = t.triage.similar;
  const query = useQuery(caseAsk.similar(id));
  return (
    <Ask query={query} rows={4}>
      {(page) => (itemsOf(page).length === 0 ? <Empty title={s.none} /> : (
        <div className="column">
          <p className="quiet flush">{s.lead}</p>
          <div className="scroll-x">
            <table className="list-table similar">
              <thead><tr><th>{s.likeness}</th><th>{s.what}</th><th>{s.shared}</th><th>{s.verdict}</th><th>{s.when}</th></tr></thead>
              <tbody>
                {itemsOf(page).map(({ incident: i, likeness, shared, verdict, reason }) => {
                  const said = verdict || i.verdict;
                  return (
                    <tr key={i.id}>
                      <td className="likeness"><b>{Math.round(likeness * 100)} %</b><span className="meter"><i style={{ width: `${likeness * 100}%` }} /></span></td>
                      <td><Severity level={i.severity} bare /> <Link to="/incidents/$id" params={{ id: i.id }}>{pick(i.title)}</Link> {i.result && <ResultMark result={i.result} bare />}</td>
                      <td className="wrap-any">{shared.slice(0, 6).map((x) => (x.title && pick(x.title)) || t.tactics[x.name as keyof typeof t.tactics] || x.name).join(" · ")}{shared.length > 6 && <span className="quiet"> +{shared.length - 6}</span>}</td>
                      <td>{said ? <span className={`badge ${said === "true_positive" ? "bad" : "calm"}`}>{t.verdict[said]}</span> : <span className="quiet">{s.still}</span>}{reason && <div className="quiet">{t.triage.verdict.reasons[reason] ?? reason}</div>}</td>
                      <td><Time at={i.last} /></td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        </div>
      ))}
    </Ask>
  );
}
