import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { Suspense, lazy, useCallback, useMemo } from "react";
import { ask, itemsOf } from "../api/queries";
import type { LedgerGap, Today } from "../api/vocabulary";
import { rangeName, useRange, useSetRange } from "../app/range-pick";
import { palette, useMode } from "../app/theme";
import { useLanguage, useT } from "../i18n";
import type { Dictionary } from "../i18n/en";
import { formatBytes, formatCount, formatDuration, formatPercent, formatRate, formatSpeed, noTime } from "../ui/format";
import { Icon } from "../ui/icons";
import { Score, Severity, StatusBadge } from "../ui/marks";
import { Ask, Empty, Loading, Panel } from "../ui/states";
import { Time, useSecond } from "../ui/time";
import { askNoise } from "../noise/ask";
import { ReplayButton, shareFound } from "../noise/recall";
import "../noise/noise.css";

const TimeBars = lazy(() => import("../ui/chart").then((m) => ({ default: m.TimeBars })));

const severities = ["critical", "high", "medium", "low", "info"] as const;

/** So many incidents stand on the first screen; the link above them leads to the rest. */
const shownIncidents = 6;

/** What needs a person now, what was folded away, how fast, and how the machine is. */
export function TodayScreen() {
  const t = useT();
  const range = useRange("24h");
  const query = useQuery(ask.today(range));
  return (
    <div className="screen">
      <div className="screen-head"><h1>{t.today.title}</h1><span className="quiet">{rangeName(range, t)}</span></div>
      <div className="padded">
        <Ask query={query} rows={14}>
          {(today) => today.records === 0 && today.needs_you.length === 0 ? <First /> : (
            <div className="today">
              <div className="today-column">
                <Needs today={today} />
                <ByHour today={today} />
              </div>
              <div className="today-column">
                <Folded today={today} />
                <Speed today={today} />
                <Health today={today} />
                <Parts today={today} />
              </div>
            </div>
          )}
        </Ask>
      </div>
    </div>
  );
}

function First() {
  const t = useT();
  const navigate = useNavigate();
  return <div className="panel"><Empty title={t.today.first} lead={t.today.firstLead}><Button type="primary" onClick={() => void navigate({ to: "/sources", search: { add: "1" } })}>{t.today.addSource}</Button></Empty></div>;
}

function Needs({ today }: { today: Today }) {
  const { t, pick } = useLanguage();
  const now = useSecond() * 1000;
  const age = (at: string) => formatDuration(Math.max(0, now - Date.parse(at)), t.time);
  const { waiting, oldest } = today.approvals;
  const gaps = itemsOf(useQuery(ask.openGaps()).data);
  const blind = gaps.reduce((n, g) => Math.max(n, g.rules), 0);
  const quiet = gaps.length === 0 && today.needs_you.length === 0 && waiting === 0 && today.silent.length === 0;
  return (
    <Panel title={t.today.needs} className="area-needs" flush extra={<Link to="/incidents">{t.common.pair(t.today.openIncidents, today.incidents.open + today.incidents.working)}</Link>}>
      {quiet && <Empty title={t.today.nothing} />}
      <ul className="needs">
        {waiting > 0 && (
          <li><Link to="/actions" search={{ view: "waiting" }} className="need"><span className="need-mark text-warn"><Icon name="actions" /></span><b className="grow">{t.today.approvals(waiting)}</b>{!noTime(oldest) && <span className="quiet">{t.today.oldest(age(oldest as string))}</span>}</Link></li>
        )}
        {today.silent.length > 0 && (
          <li><Link to="/sources" search={{ state: "silent" }} className="need"><span className="need-mark text-warn"><Icon name="sources" /></span><span className="grow"><b>{t.today.silent(today.silent.length)}</b> <span className="quiet">{today.silent.slice(0, 4).join(", ")}{today.silent.length > 4 ? " …" : ""}</span></span></Link></li>
        )}
        {gaps.length > 0 && (
          <li><Link to="/rules/ledger" className="need"><span className="need-mark text-warn"><Icon name="rules" /></span><span className="grow"><b>{t.today.gaps(gaps.length)}</b> <span className="quiet">{gapNames(gaps, t)}</span></span>{blind > 0 && <span className="quiet nowrap">{t.detection.ledger.blind(blind)}</span>}</Link></li>
        )}
        {today.needs_you.slice(0, shownIncidents).map((i) => (
          <li key={i.id}>
            <Link to="/incidents/$id" params={{ id: i.id }} className="need">
              <Severity level={i.severity} /><Score score={i.score} reasons={i.reasons} /><span className="grow need-title" title={pick(i.title)}>{pick(i.title)}</span>{i.status !== "open" && <StatusBadge status={i.status} />}<span className="quiet need-age">{age(i.created)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** The kinds of gaps with their sources, as far as a line holds them. */
function gapNames(gaps: readonly LedgerGap[], t: Dictionary): string {
  const names = [...new Set(gaps.map((g) => `${t.detection.ledger.kind[g.kind]}${g.source ? ` ${g.source}` : ""}`))];
  return names.slice(0, 3).join(", ") + (names.length > 3 ? " …" : "");
}

function Folded({ today }: { today: Today }) {
  const t = useT();
  const steps: [number, string, string?][] = [[today.records, t.today.records], [today.alerts, t.today.alertsWord], [today.made, t.today.incidentsWord, t.noise.today.above(today.made - today.below)]];
  const top = Math.log1p(Math.max(1, today.records));
  return (
    <Panel title={t.today.folded} className="area-folded">
      <div className="folded">
        {steps.map(([n, word, note]) => (
          <div key={word} className="folded-row"><b className="figure">{formatCount(n)}</b><span>{word}{note && <span className="quiet"> · {note}</span>}</span><span className="meter"><i style={{ width: `${Math.max(1, (Math.log1p(n) / top) * 100)}%` }} /></span></div>
        ))}
      </div>
      <Ratio percent={today.folded_percent} />
    </Panel>
  );
}

/** The published ratio never stands without recall. */
function Ratio({ percent }: { percent: number }) {
  const t = useT();
  const report = useQuery({ ...askNoise(), staleTime: 30_000 }).data;
  const recall = report?.recall;
  return (
    <>
      <div className="folded-pair">
        <b className="figure text-good">{formatPercent(percent)}</b><span className="quiet">{t.today.foldedNote}</span>
        {recall ? <><b className={shareFound(recall) >= 90 ? "figure text-good" : "figure text-warn"}>{formatPercent(shareFound(recall))}</b><span className="quiet">{t.noise.ratio.recall} <span className="nowrap">(<Time at={recall.ran} />)</span></span></>
          : <><b className="figure quiet">—</b><span className="quiet row wrap">{t.noise.today.recallNever} {report && <ReplayButton />}</span></>}
      </div>
      <div className="folded-link"><Link to="/noise">{t.noise.today.noiseLink}</Link>{recall && <span className="quiet">{t.noise.ratio.attacks(recall.attacks_found, recall.attacks_total)} · {t.noise.ratio.false(String(recall.false_per_day))}</span>}</div>
    </>
  );
}

function Speed({ today }: { today: Today }) {
  const t = useT();
  const { incidents } = today;
  return (
    <Panel title={t.today.speed} className="area-speed">
      <div className="speed">
        <div><b className="figure">{today.detect_p50_ms === undefined ? "—" : formatSpeed(today.detect_p50_ms, t.time)}</b><span className="quiet">{t.today.detect}</span></div>
        <div><b className="figure">{today.respond_p50_ms === undefined ? "—" : formatSpeed(today.respond_p50_ms, t.time)}</b><span className="quiet">{today.respond_p50_ms === undefined ? t.today.noRespond : t.today.respond}</span></div>
      </div>
      <div className="section-title">{t.today.bySeverity}</div>
      <div className="row wrap gap-16">
        {severities.map((s) => <Link key={s} to="/incidents" search={{ severity: s }} className="tally"><Severity level={s} /> <b>{incidents.by_severity[s]}</b></Link>)}
      </div>
      <div className="section-title spaced">{t.today.work}</div>
      <div className="row wrap gap-16">
        {(["open", "working", "contained", "closed"] as const).map((s) => <Link key={s} to="/incidents" search={{ view: s === "closed" ? "closed" : "queue" }} className="tally"><StatusBadge status={s} /> <b>{incidents[s]}</b></Link>)}
      </div>
    </Panel>
  );
}

function ByHour({ today }: { today: Today }) {
  const t = useT();
  const { mode } = useMode();
  const setRange = useSetRange();
  const times = useMemo(() => today.by_hour.map((h) => h.time), [today.by_hour]);
  const series = useMemo(() => [...severities].reverse().map((s) => ({ name: t.severity[s], color: palette[mode][s], values: today.by_hour.map((h) => h[s]) })), [today.by_hour, mode, t]);
  const brush = useCallback((since: string, until: string) => setRange({ since, until }), [setRange]);
  const some = series.some((s) => s.values.some((v) => v > 0));
  return (
    <Panel title={t.today.byHour} className="area-hours" extra={some ? <span className="row gap-16"><span className="chart-legend">{severities.filter((s) => today.by_hour.some((h) => h[s] > 0)).map((s) => <Severity key={s} level={s} />)}</span><span className="quiet nowrap">{t.today.brush}</span></span> : undefined}>
      {some ? <Suspense fallback={<Loading rows={3} />}><TimeBars times={times} series={series} height="100%" label={t.today.byHour} unit={t.nav.incidents} step={3_600_000} onBrush={brush} /></Suspense> : <Empty title={t.today.noIncidents} />}
    </Panel>
  );
}

function Health({ today }: { today: Today }) {
  const t = useT();
  const g = today.ingest;
  const share = g.journal_limit > 0 ? (g.journal_bytes / g.journal_limit) * 100 : 0;
  const facts: { name: string; value: string; bad?: boolean; to?: "silent" | "failing" }[] = [
    { name: t.today.rate, value: `${formatRate(g.rate)} ${t.common.perSecond}` },
    { name: t.today.lag, value: formatDuration(g.lag_ms, t.time), bad: g.lag_ms > 10_000 },
    { name: t.today.backlog, value: formatCount(g.backlog), bad: g.backlog > 1000 },
    { name: t.today.failures, value: formatCount(g.parse_failures), bad: g.parse_failures > 0, to: "failing" },
    { name: t.today.dropped, value: formatCount(g.dropped), bad: g.dropped > 0 },
    { name: t.today.silentSources, value: formatCount(today.silent.length), bad: today.silent.length > 0, to: "silent" },
  ];
  return (
    <Panel title={t.today.health} className="area-health">
      <div className="health">
        {facts.map((f) => (
          <Link key={f.name} to="/sources" search={{ state: f.to }} className="health-item"><span className="quiet">{f.name}</span><b className={f.bad ? "figure small text-warn" : "figure small"}>{f.value}</b></Link>
        ))}
        <div className="health-item wide"><span className="quiet">{t.today.journal}</span><span><b>{formatBytes(g.journal_bytes)}</b> <span className="quiet">/ {formatBytes(g.journal_limit)}</span></span><span className="meter"><i className={share > 80 ? "hot" : undefined} style={{ width: `${Math.min(100, Math.max(0.5, share))}%` }} /></span></div>
      </div>
    </Panel>
  );
}

function Parts({ today }: { today: Today }) {
  const t = useT();
  const well = today.status.every((s) => s.ready);
  const remarks = today.status.filter((s) => s.reason);
  return (
    <Panel title={t.today.parts} className="area-parts" extra={well ? <span className="text-good nowrap"><Icon name="check" size={14} /> {t.today.allWell}</span> : undefined}>
      <ul className="parts">
        {today.status.map((s) => <li key={s.room}><span className={s.ready ? "text-good" : "text-bad"}><Icon name={s.ready ? "check" : "close"} size={12} /></span> {t.today.rooms[s.room] ?? s.room}</li>)}
      </ul>
      {remarks.map((s) => <p key={s.room} className="part-remark quiet" title={s.reason}><b>{t.today.rooms[s.room] ?? s.room}</b> · {s.room === "respond" && /changes nothing/.test(s.reason ?? "") ? t.today.dryRun : s.reason}</p>)}
    </Panel>
  );
}
