import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ask, itemsOf } from "../api/queries";
import { useT } from "../i18n";
import { formatCount } from "../ui/format";
import { Icon } from "../ui/icons";
import { Ask, Empty } from "../ui/states";
import { Time } from "../ui/time";

/** Which indicators were seen, how often, and where last. */
export function Sightings({ head }: { head: ReactNode }) {
  const t = useT();
  const d = t.intel;
  const query = useQuery(ask.sightings());
  return (
    <div className="screen">
      <div className="screen-head tabbed">{head}</div>
      <div className="screen-body"><div className="table-box" tabIndex={0}>
        <Ask query={query} rows={8}>
          {(page) => itemsOf(page).length === 0 ? <Empty title={d.noSightings} lead={d.noSightingsLead} /> : (
            <table className="list-table rows">
              <thead><tr><th>{d.columns.kind}</th><th>{d.columns.value}</th><th className="right">{d.columns.count}</th><th>{d.columns.first}</th><th>{d.columns.last}</th><th>{d.columns.event}</th></tr></thead>
              <tbody>{itemsOf(page).map((s) => (
                <tr key={s.indicator_id}><td className="nowrap">{d.kind[s.kind]}</td><td><Link to="/intel" search={{ id: s.indicator_id }} className="mono wrap-any">{s.value}</Link></td><td className="right"><b>{formatCount(s.count)}</b></td><td><Time at={s.first} /></td><td><Time at={s.last} /></td>
                  <td><Link to="/hunt" search={{ query: `vedette.id:=${s.event_id}`, since: "30d" }} className="row"><Icon name="hunt" size={13} /> {s.event_id}</Link></td></tr>
              ))}</tbody>
            </table>
          )}
        </Ask>
      </div></div>
    </div>
  );
}
