import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Popconfirm } from "antd";
import { ask, itemsOf } from "../api/queries";
import { useSession } from "../app/session";
import { useLanguage, useT } from "../i18n";
import { useMoved } from "../incidents/moved";
import { Ask, Empty } from "../ui/states";
import { Time } from "../ui/time";
import { caseAsk } from "./ask";

/** Who changed the incident: merges, splits and moves, each of which can be undone, and everything else from the audit log. */
export function LogTab({ id }: { id: string }) {
  const t = useT();
  const query = useQuery(ask.incidentLog(id));
  return (
    <div className="column">
      <Changes id={id} />
      <section>
        <div className="section-title">{t.triage.changes.log}</div>
        <Ask query={query} rows={3}>
          {(page) => (itemsOf(page).length ? (
            <div className="scroll-x">
              <table className="list-table">
                <thead><tr><th>{t.incident.when}</th><th>{t.incident.who}</th><th>{t.incident.what}</th><th>{t.incident.detail}</th><th>{t.incident.from}</th></tr></thead>
                <tbody>{itemsOf(page).map((e) => <tr key={e.id}><td><Time at={e.time} full /></td><td>{e.who}</td><td className="mono">{e.what}{e.failed && <span className="badge bad">{t.actions.state.failed}</span>}</td><td className="wrap-any">{e.detail}</td><td className="mono">{e.from}</td></tr>)}</tbody>
              </table>
            </div>
          ) : <Empty title={t.incident.noLog} />)}
        </Ask>
      </section>
    </div>
  );
}

function Changes({ id }: { id: string }) {
  const { t, pick } = useLanguage();
  const w = t.triage.changes;
  const { may } = useSession();
  const moved = useMoved();
  const query = useQuery(caseAsk.changes(id));
  return (
    <section className="changes">
      <div className="section-title">{w.title}</div>
      <Ask query={query} rows={2}>
        {(page) => (itemsOf(page).length === 0 ? <p className="quiet flush">{w.none}</p> : (
          <table className="list-table">
            <thead><tr><th>{t.incident.when}</th><th>{w.by}</th><th>{t.incident.what}</th><th>{t.common.reason}</th><th /></tr></thead>
            <tbody>
              {itemsOf(page).map((c) => (
                <tr key={c.id} className={c.undone ? "undone" : undefined}>
                  <td><Time at={c.time} full /></td><td>{c.by}</td><td><b>{w.kind[c.kind] ?? c.kind}</b> <span className="quiet">{t.incident.alerts(c.alerts)}</span>{c.sides.filter((x) => x.incident !== id).map((x) => <div key={x.incident}><Link to="/incidents/$id" params={{ id: x.incident }}>{pick(x.title)}</Link></div>)}</td><td className="wrap-any">{c.reason || (c.why && pick(c.why))}</td>
                  <td className="right">{c.undone ? <span className="badge calm" title={c.undone_by}>{w.undone}</span> : may("write") && (c.blocked ? <span className="quiet">{w.blocked}</span> : (
                    <Popconfirm title={w.undoTitle} description={w.undoLead} okText={w.undo} cancelText={t.common.cancel} onConfirm={() => moved.undo(id, c.id)}><Button size="small">{w.undo}</Button></Popconfirm>
                  ))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      </Ask>
    </section>
  );
}
