import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { App, Button } from "antd";
import { useBlock } from "../actions/block";
import { ActionTable } from "../actions/table";
import { Problem } from "../api/client";
import { ask, itemsOf } from "../api/queries";
import type { EntityKind, Incident, Page } from "../api/vocabulary";
import { useSession } from "../app/session";
import { useKeys } from "../app/shortcuts";
import { useLanguage, useT } from "../i18n";
import { formatCount, formatTime } from "../ui/format";
import { Icon } from "../ui/icons";
import { entityQuery } from "../ui/logsql";
import { Severity, StatusBadge } from "../ui/marks";
import { SparkLine } from "../ui/spark";
import { Ask, Empty, Failed, Loading, Panel } from "../ui/states";
import { Time } from "../ui/time";
import { askEntity, askIncidentsOf, bandOf, entityKinds, type EntityPage } from "./ask";
import { Contributions } from "./contributions";
import { Said } from "./edit";
import "./entity.css";
import { RiskChart } from "./riskchart";
import { Sessions } from "./sessions";
import { Aliases, Exposures, Facts, Peers, Usual } from "./side";
import { Timeline } from "./timeline";

/** All that is known of one entity. */
export function EntityScreen() {
  const t = useT();
  const d = t.entityPage;
  const { kind, name } = useParams({ from: "/entities/$kind/$name" });
  const known = (entityKinds as readonly string[]).includes(kind);
  const query = useQuery({ ...askEntity(kind, name), enabled: known, retry: false });
  const missing = !known || (query.error instanceof Problem && query.error.status === 404);
  return (
    <div className="screen entity-page">
      <Head kind={kind as EntityKind} name={name} page={query.data} />
      <div className="screen-body entity-body" tabIndex={0}>
        {missing
          ? <Empty title={d.unknownTitle} lead={d.unknownLead}><Link to="/hunt" search={{ query: known ? entityQuery(kind as EntityKind, name) : name }}><Button type="primary">{d.hunt}</Button></Link><Link to="/entities"><Button>{d.back}</Button></Link></Empty>
          : query.data ? <Body key={`${kind} ${name}`} page={query.data} /> : query.isPending ? <Waiting /> : <Failed error={query.error} retry={() => void query.refetch()} />}
      </div>
    </div>
  );
}

/** The shape of the page while it is on its way. */
function Waiting() {
  const d = useT().entityPage;
  return <div className="entity-grid"><div className="entity-main"><Panel title={d.riskTitle}><Loading rows={6} /></Panel><Panel title={d.timeline}><Loading rows={4} /></Panel></div><div className="entity-side"><Panel title={d.facts}><Loading rows={4} /></Panel><Panel title={d.aliases}><Loading rows={4} /></Panel></div></div>;
}

function Head({ kind, name, page }: { kind: EntityKind; name: string; page: EntityPage | undefined }) {
  const t = useT();
  const d = t.entityPage;
  const navigate = useNavigate();
  const block = useBlock();
  const { may } = useSession();
  const { message } = App.useApp();
  const known = kind in t.entity;
  useKeys({ Escape: () => void navigate({ to: "/entities" }), h: () => void navigate({ to: "/hunt", search: { query: entityQuery(kind, name) } }) });
  const scores = page?.risk.series.map((p) => p.score) ?? [];
  return (
    <div className="screen-head entity-head">
      <Link to="/entities" className="icon-button" aria-label={d.back} title={d.back}><Icon name="back" /></Link>
      <div className="entity-title">
        <h1 className="wrap-any">{known && <Icon name={kind} size={18} />} {name} <span className="quiet kind">{known ? t.entity[kind] : kind}</span>{page?.entity.protected && <Icon name="lock" size={14} aria-label={t.entity.protected} />}</h1>
        {page && <Said page={page} />}
      </div>
      {page && <div className="entity-now" title={d.halfLife(page.risk.half_life)}><SparkLine values={scores} label={d.riskTitle} width={96} height={28} /><b className={`now ${bandOf(page.risk.now)}`}>{page.risk.now}</b><span>{bandOf(page.risk.now) === "none" ? <span className="quiet">{d.band.none}</span> : <Severity level={bandOf(page.risk.now) as "low"} />}<span className="quiet">{d.risk}</span></span></div>}
      <div className="row">
        <Button onClick={() => void navigate({ to: "/hunt", search: { query: entityQuery(kind, name) } })} icon={<Icon name="hunt" size={14} />}>{d.hunt}</Button>
        <Button onClick={() => void navigator.clipboard?.writeText(name).then(() => message.success(t.common.copied))} icon={<Icon name="copy" size={14} />} aria-label={d.copyName} title={d.copyName} />
        {kind === "address" && may("respond") && <Button danger onClick={() => block({ target: name })}>{t.chip.block}</Button>}
      </div>
    </div>
  );
}

function Body({ page }: { page: EntityPage }) {
  const { kind, name } = page.entity;
  const incidents = useQuery(askIncidentsOf(kind, name));
  const held = useQuery({ ...ask.actions({ target: name, limit: 20 }), enabled: kind === "address" });
  const live = itemsOf(held.data).filter((a) => a.target === name);
  const t = useT();
  return (
    <div className="entity-grid">
      <div className="entity-main">
        <RiskPanel page={page} />
        <Timeline kind={kind as EntityKind} incidents={itemsOf(incidents.data)} sessions={page.sessions} />
        <Incidents query={incidents} of={`${kind}:${name}`} />
        <Sessions kind={kind as EntityKind} list={page.sessions} />
        {live.length > 0 && <Panel title={t.entity.live} flush><ActionTable actions={live} /></Panel>}
      </div>
      <div className="entity-side">
        <Facts page={page} />
        <Aliases list={page.aliases} />
        <Peers list={page.peers} />
        <Exposures list={page.exposures} />
        <Usual list={page.baselines} />
      </div>
    </div>
  );
}

function RiskPanel({ page }: { page: EntityPage }) {
  const d = useT().entityPage;
  const { now, series, contributions, half_life: halfLife, factor } = page.risk;
  const scores = series.map((p) => p.score);
  const peak = scores.indexOf(Math.max(...scores));
  const week = series[series.length - 1 - 28];
  const quiet = scores.every((s) => s === 0);
  return (
    <Panel title={d.riskTitle} extra={<span className="quiet panel-lead">{d.halfLife(halfLife)}{factor !== 1 && <> · {d.factor(factor)}</>}</span>}>
      {quiet && contributions.length === 0 ? <Empty title={d.noRisk} lead={d.noRiskLead} /> : (
        <>
          <p className="risk-lead"><b>{now}</b> {d.now}{week && <> · {d.week(now - week.score)}</>}{(scores[peak] ?? 0) > now && <> · {d.peak(scores[peak] as number, formatTime(series[peak]?.time).slice(5, 16))}</>}</p>
          <RiskChart series={series} contributions={contributions} />
          <Contributions list={contributions} sum={now} />
        </>
      )}
    </Panel>
  );
}

function Incidents({ query, of }: { query: { data: Page<Incident> | undefined; error: unknown; isPending: boolean; refetch: () => unknown }; of: string }) {
  const { t, pick } = useLanguage();
  const d = t.entityPage;
  const rows = itemsOf(query.data);
  return (
    <Panel title={d.incidentsTitle} extra={rows.length > 0 && <Link to="/incidents" search={{ view: "all", entity: of }}>{d.showAll(query.data?.total ?? rows.length)}</Link>} flush={rows.length > 0}>
      <Ask query={query} rows={2}>
        {() => rows.length === 0 ? <p className="quiet">{d.noIncidents}</p> : (
          <div className="table-scroll" tabIndex={0} role="region" aria-label={d.incidentsTitle}>
            <table className="list-table">
              <thead><tr><th>{t.incidents.columns.severity}</th><th className="right">{t.incidents.columns.score}</th><th>{t.incidents.columns.title}</th><th>{t.incidents.columns.status}</th><th className="right">{t.incidents.columns.alerts}</th><th>{t.incidents.columns.first}</th><th>{t.incidents.columns.last}</th></tr></thead>
              <tbody>{rows.slice(0, 20).map((i) => (
                <tr key={i.id}><td><Severity level={i.severity} /></td><td className="right"><b>{i.score}</b></td><td><Link to="/incidents/$id" params={{ id: i.id }}>{pick(i.title)}</Link>{i.verdict && <span className="quiet"> · {t.verdict[i.verdict]}</span>}</td><td><StatusBadge status={i.status} /></td><td className="right">{formatCount(i.alerts)}</td><td><Time at={i.first} /></td><td><Time at={i.last} /></td></tr>
              ))}</tbody>
            </table>
          </div>
        )}
      </Ask>
    </Panel>
  );
}
