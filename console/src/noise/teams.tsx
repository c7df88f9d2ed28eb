import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { App, Button, Drawer, Input, InputNumber, Popconfirm, Select } from "antd";
import { useId, useState } from "react";
import { api } from "../api/client";
import { itemsOf } from "../api/queries";
import { useSession } from "../app/session";
import { useKeys } from "../app/shortcuts";
import { useT } from "../i18n";
import { Icon } from "../ui/icons";
import { Empty, Panel } from "../ui/states";
import { askTeams, teamName, type BudgetReport, type NoiseReport, type Team, type TeamScope } from "./ask";
import { number, restOf, useChosenTeam } from "./budget";

/** Every team with what it owns, and what it asked for beside what came of it. */
export function TeamsPanel({ report }: { report: NoiseReport }) {
  const t = useT();
  const n = t.noise.teams;
  const { may } = useSession();
  const navigate = useNavigate({ from: "/noise" });
  const chosen = useChosenTeam(report);
  const teams = new Map(itemsOf(useQuery(askTeams()).data).map((one) => [one.name, one]));
  const [open, setOpen] = useState<Team | "new">();
  const write = may("write");
  const choose = (team?: string) => void navigate({ search: (prev) => ({ ...prev, team }), replace: true });
  return (
    <Panel title={n.title} flush extra={<span className="row">{report.teams.length > 0 && <span className="quiet panel-note">{n.lead}</span>}{write && <Button size="small" icon={<Icon name="plus" size={13} />} onClick={() => setOpen("new")}>{n.create}</Button>}</span>}>
      {report.teams.length === 0 ? <Empty title={n.empty}>{n.emptyLead}</Empty> : (
        <div className="table-scroll" tabIndex={0} role="region" aria-label={n.title}>
          <table className="list-table rows teams">
            <thead><tr><th>{n.columns.team}</th><th>{n.columns.owns}</th><th>{n.columns.members}</th><th className="right">{n.columns.asked}</th><th className="right">{n.columns.realised}</th><th className="right">{n.columns.line}</th><th><span className="visually-hidden">{n.edit}</span></th></tr></thead>
            <tbody>
              <tr className={chosen ? undefined : "on"}>
                <td><button type="button" className="plain link" aria-pressed={!chosen} onClick={() => choose()}>{restOf(report) ? n.rest : n.whole}</button></td>
                <td className="quiet">{restOf(report) ? n.restHint : ""}</td><td />
                <Figures of={report.budget} /><td />
              </tr>
              {report.teams.map((one) => {
                const team = teams.get(one.name);
                return (
                  <tr key={one.name} className={chosen?.name === one.name ? "on" : undefined}>
                    <td><button type="button" className="plain link" aria-pressed={chosen?.name === one.name} onClick={() => choose(one.name)}>{teamName(one)}</button></td>
                    <td className="team-owns"><Owns team={team} /></td>
                    <td className="ellipsis" title={team?.members.join(", ")}>{team?.members.length ? team.members.join(", ") : <span className="quiet">—</span>}</td>
                    <Figures of={one} />
                    <td className="right">{write && team && <Button size="small" aria-label={n.editOf(teamName(one))} onClick={() => setOpen(team)}>{n.edit}</Button>}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {open && <TeamDrawer key={open === "new" ? "" : open.name} team={open === "new" ? undefined : open} onClose={() => setOpen(undefined)} />}
    </Panel>
  );
}

function Figures({ of: r }: { of: BudgetReport }) {
  const n = useT().noise;
  const over = r.asked > 0 && r.line.days >= 1 && r.realised > 1.5 * r.asked;
  return (
    <>
      <td className="right">{r.asked > 0 ? number(r.asked) : <span className="quiet" title={n.teams.tenantLine}>—</span>}</td>
      <td className="right">{over ? <b className="text-warn" title={n.budget.over}>{number(r.realised)}</b> : number(r.realised)}</td>
      <td className="right">{r.line.score}</td>
    </>
  );
}

function Owns({ team }: { team: Team | undefined }) {
  const n = useT().noise.teams;
  if (!team) return null;
  const all = [...team.departments.map((name) => ({ kind: n.departments, name })), ...team.tags.map((name) => ({ kind: n.tags, name })), ...team.networks.map((name) => ({ kind: n.networks, name }))];
  if (all.length === 0) return <span className="text-warn">{n.ownsNothing}</span>;
  return <span className="team-chips" title={all.map((o) => o.name).join(", ")}>{all.slice(0, 5).map((o) => <span key={`${o.kind} ${o.name}`} className="badge calm" title={o.kind}>{o.name}</span>)}{all.length > 5 && <span className="quiet">+{all.length - 5}</span>}</span>;
}

const nameShape = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u;
const networkShape = /^[0-9a-f.:]+(\/\d{1,3})?$/i;

/** Makes a team, or changes one. */
function TeamDrawer({ team, onClose }: { team: Team | undefined; onClose: () => void }) {
  const t = useT();
  const n = t.noise.teams;
  const { message } = App.useApp();
  const client = useQueryClient();
  const [name, setName] = useState(team?.name ?? "");
  const [title, setTitle] = useState(team?.title ?? "");
  const [place, setPlace] = useState(team?.place ?? 100);
  const [lists, setLists] = useState({ departments: team?.departments ?? [], tags: team?.tags ?? [], networks: team?.networks ?? [], members: team?.members ?? [] });
  const ids = { name: useId(), title: useId(), place: useId(), departments: useId(), tags: useId(), networks: useId(), members: useId() };
  useKeys({ Escape: onClose }, { exclusive: true });
  const wrong = lists.networks.find((x) => !networkShape.test(x) || !/[.:]/.test(x));
  const ready = nameShape.test(name) && wrong === undefined;
  const scope: TeamScope = { title: title.trim(), place, ...lists };
  const settled = () => { for (const what of ["noise", "incidents", "incident"]) void client.invalidateQueries({ queryKey: [what] }); onClose(); };
  const save = useMutation({
    mutationFn: () => (team ? api.patch<Team>(`/teams/${encodeURIComponent(team.name)}`, scope) : api.post<Team>("/teams", { name, ...scope })),
    onSuccess: () => { message.success(team ? n.changed : n.made, 5); settled(); }, onError: (e) => message.error(e.message, 8),
  });
  const remove = useMutation({
    mutationFn: () => api.delete<null>(`/teams/${encodeURIComponent(name)}`), onSuccess: () => { message.success(n.removed, 5); settled(); }, onError: (e) => message.error(e.message, 8),
  });
  const field = (key: keyof typeof lists, hint?: React.ReactNode) => (
    <div><label htmlFor={ids[key]}>{n[key]}</label><Select id={ids[key]} className="wide-field" mode="tags" value={lists[key]} onChange={(v: string[]) => setLists((old) => ({ ...old, [key]: v.map((x) => x.trim()).filter(Boolean) }))} tokenSeparators={[",", "，", ";", "；"]} open={false} suffixIcon={null} status={key === "networks" && wrong !== undefined ? "error" : undefined} />{hint}</div>
  );
  return (
    <Drawer open onClose={onClose} size={520} mask={{ blur: false }} destroyOnHidden keyboard={false} closable={{ placement: "end" }} title={team ? n.editing : n.create}
      footer={<div className="row">{team && <Popconfirm title={n.removeTitle(teamName(team))} description={n.removeLead} okText={n.remove} cancelText={t.common.cancel} okButtonProps={{ danger: true }} onConfirm={() => remove.mutate()}><Button danger loading={remove.isPending}>{n.remove}</Button></Popconfirm>}<span className="grow" /><Button onClick={onClose}>{t.common.cancel}</Button><Button type="primary" disabled={!ready} loading={save.isPending} onClick={() => save.mutate()}>{t.common.save}</Button></div>}>
      <div className="column team-form">
        <div className="row gap-16 team-names">
          <div><label htmlFor={ids.name}>{n.name}</label><Input id={ids.name} value={name} onChange={(e) => setName(e.target.value)} disabled={team !== undefined} maxLength={64} status={name && !nameShape.test(name) ? "error" : undefined} /></div>
          <div><label htmlFor={ids.title}>{n.label}</label><Input id={ids.title} value={title} onChange={(e) => setTitle(e.target.value)} maxLength={80} /></div>
        </div>
        <span className="quiet">{n.nameHint}</span>
        {field("departments")}
        {field("tags")}
        {field("networks", <span className={wrong === undefined ? "quiet" : "text-bad"}>{wrong === undefined ? n.networksHint : n.badNetwork(wrong)}</span>)}
        <span className="quiet">{n.scopeHint}</span>
        {field("members")}
        <div><label htmlFor={ids.place}>{n.place}</label><div><InputNumber id={ids.place} min={0} max={1000} value={place} onChange={(x) => x !== null && setPlace(x)} /></div><span className="quiet">{n.placeHint}</span></div>
      </div>
    </Drawer>
  );
}
