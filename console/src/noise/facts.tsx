import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { App, Button, Popconfirm } from "antd";
import { api } from "../api/client";
import { itemsOf } from "../api/queries";
import { useSession } from "../app/session";
import { useRuleTitles } from "../detection/exceptions";
import { useT } from "../i18n";
import { Entities } from "../ui/chip";
import { noTime } from "../ui/format";
import { Icon, type IconName } from "../ui/icons";
import { Ask, Empty, Panel } from "../ui/states";
import { Countdown, Time, useSecond } from "../ui/time";
import { askFacts, type FactRow } from "./ask";

const states = ["active", "coming", "over", "ended"] as const;
type FactState = (typeof states)[number];
const tone: Record<FactState, string> = { active: "badge good", coming: "badge warn", over: "badge calm", ended: "badge calm" };
const mark: Record<FactState, IconName> = { active: "check", coming: "clock", over: "stop", ended: "close" };

function stateOf(f: FactRow, now: number): FactState {
  if (!noTime(f.ended)) return "ended";
  if (Date.parse(f.until) <= now) return "over";
  return Date.parse(f.from) > now ? "coming" : "active";
}

/** What is known that speaks against attacks: who says so, until when, and which open incidents it explains. */
export function FactsTab() {
  const n = useT().noise.facts;
  const query = useQuery(askFacts());
  const now = useSecond() * 1000;
  const place = (f: FactRow) => states.indexOf(stateOf(f, now));
  return (
    <div className="padded">
      <div className="noise">
        <p className="quiet facts-lead">{n.lead}</p>
        <Panel title={n.title} flush>
          <Ask query={query} rows={6}>
            {(page) => itemsOf(page).length === 0 ? <Empty title={n.empty} lead={n.emptyLead} /> : (
              <div className="table-scroll" tabIndex={0} role="region" aria-label={n.title}>
                <table className="list-table rows suppressions fact-table">
                  <thead><tr><th>{n.columns.state}</th><th>{n.columns.kind}</th><th>{n.columns.who}</th><th>{n.columns.when}</th><th>{n.columns.ref}</th><th>{n.columns.says}</th><th className="right">{n.columns.touched}</th><th><span className="visually-hidden">{n.columns.do}</span></th></tr></thead>
                  <tbody>{[...itemsOf(page)].sort((a, b) => place(a) - place(b) || Date.parse(a.until) - Date.parse(b.until)).map((f) => <Row key={f.id} of={f} state={stateOf(f, now)} />)}</tbody>
                </table>
              </div>
            )}
          </Ask>
        </Panel>
      </div>
    </div>
  );
}

function Row({ of: f, state }: { of: FactRow; state: FactState }) {
  const n = useT().noise.facts;
  const titles = useRuleTitles();
  const rules = f.rules ?? [];
  const cves = f.cves ?? [];
  return (
    <tr className={state === "ended" || state === "over" ? "is-past" : undefined}>
      <td><span className={tone[state]}><Icon name={mark[state]} size={12} /> {n.state[state]}</span>{f.ended_by && <div className="quiet">{n.endedBy(f.ended_by)}</div>}</td>
      <td className="nowrap">{n.kind[f.kind]}</td>
      <td className="suppression-what">
        <span className="chips"><Entities entities={f.entities ?? []} max={4} /></span>
        {cves.length > 0 && <div className="quiet">{cves.join(", ")}</div>}
        {rules.length > 0 && <div className="quiet">{rules.map((id) => titles(id)).join(", ")}</div>}
      </td>
      <td className="nowrap"><Time at={f.from} /> –<div><Time at={f.until} />{state === "active" && <span className="quiet"> · <Countdown until={f.until} /></span>}</div></td>
      <td className="wrap-any">{f.ref && <b>{f.ref}</b>}<div>{f.text}</div></td>
      <td><b>{f.source}</b><div className="quiet">{n.by(f.by)}</div></td>
      <td className="right">{f.touched > 0 ? <Touched ids={f.incidents} count={f.touched} /> : <span className="quiet">0</span>}</td>
      <td className="nowrap">{state !== "ended" && state !== "over" && <End id={f.id} />}</td>
    </tr>
  );
}

/** One incident is a link; of more the number, the first of them behind it. */
function Touched({ ids, count }: { ids: readonly string[]; count: number }) {
  const n = useT().noise.facts;
  const first = ids[0] ?? "";
  return <Link to="/incidents/$id" params={{ id: first }} title={ids.join("\n")}>{n.touchedNow(count)}</Link>;
}

function End({ id }: { id: string }) {
  const t = useT();
  const n = t.noise.facts;
  const { may } = useSession();
  const { message } = App.useApp();
  const client = useQueryClient();
  const end = useMutation({
    mutationFn: () => api.delete(`/facts/${encodeURIComponent(id)}`),
    onSuccess: () => { message.success(n.ended); void client.invalidateQueries({ queryKey: ["noise"] }); void client.invalidateQueries({ queryKey: ["incidents"] }); void client.invalidateQueries({ queryKey: ["incident"] }); },
    onError: (e) => message.error(e.message, 6),
  });
  if (!may("write")) return null;
  return <Popconfirm title={n.endTitle} description={n.endLead} okText={n.end} cancelText={t.common.cancel} okButtonProps={{ danger: true }} onConfirm={() => end.mutate()}><Button size="small" danger loading={end.isPending}>{n.end}</Button></Popconfirm>;
}
