import { useState } from "react";
import type { EntityKind } from "../api/vocabulary";
import { useT } from "../i18n";
import { Chip } from "../ui/chip";
import { formatCount, formatDuration } from "../ui/format";
import { Panel } from "../ui/states";
import { Time } from "../ui/time";
import type { LogonSession } from "./ask";

const few = 10;

/** Who was logged on where, from where, from when to when. */
export function Sessions({ kind, list }: { kind: EntityKind; list: readonly LogonSession[] }) {
  const t = useT();
  const d = t.entityPage;
  const [all, setAll] = useState(false);
  if (kind !== "host" && kind !== "user" && kind !== "address") return null;
  return (
    <Panel title={d.sessions} extra={<span className="quiet panel-lead">{d.sessionsLead}</span>} flush={list.length > 0}>
      {list.length === 0 ? <p className="quiet">{d.noSessions}</p> : (
        <div className="table-scroll" tabIndex={0} role="region" aria-label={d.sessions}>
          <table className="list-table">
            <thead><tr>{kind !== "user" && <th>{d.user}</th>}{kind !== "host" && <th>{d.host}</th>}{kind !== "address" && <th>{d.address}</th>}<th>{d.means}</th><th>{d.from}</th><th>{d.to}</th><th>{d.lasted}</th><th className="right">{d.logons}</th></tr></thead>
            <tbody>
              {(all ? list : list.slice(0, few)).map((s) => (
                <tr key={s.id}>
                  {kind !== "user" && <td><Chip kind="user" name={s.user} /></td>}{kind !== "host" && <td><Chip kind="host" name={s.host} /></td>}
                  {kind !== "address" && <td>{s.address ? <Chip kind="address" name={s.address} /> : <span className="quiet">—</span>}</td>}
                  <td className="nowrap">{d.kind[s.kind]}</td><td><Time at={s.from} /></td>
                  <td><Time at={s.to} /> <span className="quiet nowrap">{s.ended ? d.ended : d.open}</span></td>
                  <td className="nowrap quiet">{s.to === s.from ? d.once : formatDuration(Date.parse(s.to) - Date.parse(s.from), t.time)}</td><td className="right">{formatCount(s.logons)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {!all && list.length > few && <div className="padded"><button type="button" className="plain link" onClick={() => setAll(true)}>{d.showAll(list.length)}</button></div>}
    </Panel>
  );
}
