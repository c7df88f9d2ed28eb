import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useLanguage } from "../i18n";
import { Severity, StatusBadge } from "../ui/marks";
import { Time } from "../ui/time";
import type { Contribution } from "./ask";

/** What the risk is made of; the points add up to it. */
export function Contributions({ list, sum }: { list: readonly Contribution[]; sum: number }) {
  const { t, pick } = useLanguage();
  const d = t.entityPage;
  const [all, setAll] = useState(false);
  const given = list.filter((c) => c.points > 0);
  const rest = list.length - given.length;
  const shown = all || given.length === 0 ? list : given;
  if (list.length === 0) return null;
  const most = Math.max(...list.map((c) => c.points), 1);
  return (
    <div className="contributions">
      <h3 className="section-title">{d.made}</h3>
      <div className="table-scroll" tabIndex={0} role="region" aria-label={d.made}>
        <table className="list-table">
          <thead><tr><th className="right">{d.points}</th><th>{d.incident}</th><th>{t.incidents.columns.status}</th><th>{t.incidents.columns.last}</th><th>{d.how}</th></tr></thead>
          <tbody>
            {shown.map((c) => (
              <tr key={c.incident} className={c.points ? undefined : "idle"}>
                <td className="right points"><b>{c.points}</b><span className="risk-bar" aria-hidden="true"><i className={c.severity} style={{ width: `${(c.points / most) * 100}%` }} /></span></td>
                <td><Severity level={c.severity} bare /> <Link to="/incidents/$id" params={{ id: c.incident }}>{pick(c.title) || c.incident}</Link> <span className="quiet nowrap">· {d.part[c.role ?? "none"]}</span></td>
                <td><StatusBadge status={c.status} /></td><td><Time at={c.last} /></td><td className="quiet how">{pick(c.text)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot><tr><td className="right"><b>{sum}</b></td><td colSpan={4} className="quiet">{d.total} {sum} · {d.counted}{rest > 0 && given.length > 0 && !all && <> · <button type="button" className="plain link" onClick={() => setAll(true)}>{d.more(rest)}</button></>}</td></tr></tfoot>
        </table>
      </div>
    </div>
  );
}
