import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { App, Button, InputNumber, Segmented, Select, Slider } from "antd";
import { useId, useState } from "react";
import { api } from "../api/client";
import type { Incident } from "../api/vocabulary";
import { useSession } from "../app/session";
import { useLanguage, useT } from "../i18n";
import { Score, Severity } from "../ui/marks";
import { Empty, Panel } from "../ui/states";
import { Time } from "../ui/time";
import { askBudget, teamName, type Budget, type BudgetReport, type NoiseReport, type TeamBudget } from "./ask";

export const number = (x: number): string => (x >= 10 ? x.toFixed(0) : x.toFixed(1).replace(/\.0$/, ""));

/** The team whose budget is looked at; none for the tenant's. */
export function useChosenTeam(report: NoiseReport): TeamBudget | undefined {
  const { team } = useSearch({ from: "/noise" });
  return report.teams.find((t) => t.name === team);
}

const fewTeams = 3;

/** Whose budget is shown: the whole tenant first, or what no team with a number of its own has. */
function Pick({ report }: { report: NoiseReport }) {
  const n = useT().noise.teams;
  const navigate = useNavigate({ from: "/noise" });
  const chosen = useChosenTeam(report);
  if (report.teams.length === 0) return null;
  const options = [{ value: "", label: restOf(report) ? n.rest : n.whole }, ...report.teams.map((t) => ({ value: t.name, label: teamName(t) }))];
  const pick = (team: string) => void navigate({ search: (prev) => ({ ...prev, team: team || undefined }), replace: true });
  return report.teams.length <= fewTeams
    ? <Segmented className="budget-pick" value={chosen?.name ?? ""} onChange={pick} options={options} aria-label={n.pick} />
    : <Select className="budget-pick" value={chosen?.name ?? ""} onChange={pick} options={options} aria-label={n.pick} popupMatchSelectWidth={false} showSearch={{ optionFilterProp: "label" }} />;
}

/** True when the tenant's budget is only for what no team with one of its own has. */
export const restOf = (report: NoiseReport): boolean => report.teams.some((t) => t.own);

/** The dial: what was asked for beside what came of it, and what another number would do; for the tenant or a team. */
export function BudgetPanel({ report: all }: { report: NoiseReport }) {
  const { noise: { budget: n, teams: w } } = useT();
  const { may } = useSession();
  const team = useChosenTeam(all);
  const report: BudgetReport = team ?? all.budget;
  const young = report.line.days < 1;
  const over = report.asked > 0 && !young && report.realised > 1.5 * report.asked;
  return (
    <Panel title={n.title} extra={<span className="quiet panel-note">{n.lead}</span>}>
      <Pick report={all} />
      <div className="budget-figures">
        <div><b className="figure">{report.asked > 0 ? number(report.asked) : "—"}</b><span className="quiet">{report.asked > 0 ? `${n.asked} ${n.perDay}` : n.unset}</span></div>
        <div><b className={over ? "figure text-warn" : "figure"}>{number(report.realised)}</b><span className="quiet">{n.realised} {n.perDay}</span></div>
        <div><b className="figure">{report.line.score}</b><span className="quiet" title={n.lineHint}>{n.line}</span></div>
      </div>
      {over && <p className="text-warn flush">{n.over}</p>}
      <p className="quiet flush">{n.lineHint} {report.asked === 0 ? (team ? w.tenantLine : n.unsetLead) : young ? n.young : n.basis(number(report.line.expected), report.line.basis, number(report.line.days))}</p>
      <Days report={report} />
      {may("write") && <Dial key={team?.name} asked={report.asked} team={team} />}
    </Panel>
  );
}

function Days({ report }: { report: BudgetReport }) {
  const n = useT().noise.budget;
  const top = Math.max(1, report.asked * 1.5, ...report.days.map((d) => d.shown));
  const height = (x: number) => `${(x / top) * 100}%`;
  const parts = [{ key: "attack", of: (d: BudgetReport["days"][number]) => d.true }, { key: "no", of: (d: BudgetReport["days"][number]) => d.false + d.benign }, { key: "open", of: (d: BudgetReport["days"][number]) => d.undetermined }] as const;
  return (
    <figure className="budget-days">
      <figcaption className="section-title">{n.days}<span className="legend">{parts.map((p) => <span key={p.key}><i className={`is-${p.key}`} />{n[p.key]}</span>)}</span></figcaption>
      <div className="bars" role="img" aria-label={`${n.days}: ${report.days.map((d) => `${d.day.slice(5, 10)} ${d.shown}`).join(", ")}`}>
        {report.asked > 0 && <span className="bars-line" style={{ bottom: height(report.asked) }} />}
        {report.days.map((d) => <span key={d.day} className="bar" title={`${d.day.slice(0, 10)}: ${d.shown}`}>{parts.map((p) => <i key={p.key} className={`is-${p.key}`} style={{ height: height(p.of(d)) }} />)}</span>)}
      </div>
    </figure>
  );
}

function Dial({ asked, team }: { asked: number; team: TeamBudget | undefined }) {
  const { noise: { budget: n, teams: w } } = useT();
  const { message } = App.useApp();
  const client = useQueryClient();
  const id = useId();
  const [value, setValue] = useState(asked > 0 ? asked : 5);
  const tried = useQuery({ ...askBudget(value, team?.name), placeholderData: keepPreviousData });
  const path = team ? `/noise/budget?team=${encodeURIComponent(team.name)}` : "/noise/budget";
  const settled = () => { for (const what of ["noise", "incidents"]) void client.invalidateQueries({ queryKey: [what] }); };
  const save = useMutation({
    mutationFn: () => api.put<Budget>(path, { per_day: value }),
    onSuccess: (b) => { message.success(n.applied(b.line.score), 5); settled(); },
    onError: (e) => message.error(e.message, 6),
  });
  const drop = useMutation({ mutationFn: () => api.delete<null>(path), onSuccess: () => { message.success(w.dropped, 5); settled(); }, onError: (e) => message.error(e.message, 6) });
  const b = tried.data;
  return (
    <div className="dial">
      <label htmlFor={id}>{n.dial}</label>
      <Slider className="dial-slider" min={0.5} max={30} step={0.5} value={Math.min(30, value)} onChange={setValue} tooltip={{ open: false }} ariaLabelForHandle={n.dial} />
      <InputNumber id={id} min={0.001} max={500} step={0.5} value={value} onChange={(x) => x !== null && setValue(x)} />
      <Button type="primary" disabled={value === asked} loading={save.isPending} onClick={() => save.mutate()}>{n.apply}</Button>
      <span className="dial-outcome quiet" role="status">
        {b && <>{n.tried(b.line.score)} · {b.shows > 0 ? n.shows(b.shows) : b.hides > 0 ? n.hides(b.hides) : n.same}{b.lost > 0 && <b className="text-warn"> · {n.lost(b.lost)}</b>}</>}
      </span>
      {team?.own && <Button className="dial-drop" type="link" size="small" loading={drop.isPending} onClick={() => drop.mutate()}>{w.drop}</Button>}
    </div>
  );
}

/** What lies just under the line, each a click away. */
export function JustBelow({ incidents }: { incidents: readonly Incident[] }) {
  const { t, pick } = useLanguage();
  const n = t.noise.budget;
  return (
    <Panel title={n.below} flush extra={incidents.length > 0 && <span className="quiet panel-note">{n.belowLead}</span>}>
      {incidents.length === 0 ? <Empty title={n.belowNone} /> : (
        <ul className="needs">
          {incidents.map((i) => <li key={i.id}><Link to="/incidents/$id" params={{ id: i.id }} className="need"><Severity level={i.severity} /><Score score={i.score} reasons={i.reasons} /><span className="grow need-title" title={pick(i.title)}>{pick(i.title)}</span><span className="quiet need-age"><Time at={i.last} /></span></Link></li>)}
        </ul>
      )}
    </Panel>
  );
}
