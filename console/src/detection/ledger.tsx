import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Segmented, Select } from "antd";
import { useMemo } from "react";
import { ask, itemsOf } from "../api/queries";
import type { LedgerGap, LedgerOverview, LedgerSource, LedgerState } from "../api/vocabulary";
import { useKeys } from "../app/shortcuts";
import { useLanguage, useT } from "../i18n";
import { formatCount, formatDuration, formatShortTime } from "../ui/format";
import { Icon } from "../ui/icons";
import { Severity } from "../ui/marks";
import { Ask, Empty, Panel } from "../ui/states";
import { Time } from "../ui/time";
import { RuleLedger } from "./blindness";
import { useRuleTitles } from "./exceptions";
import { DetectionTabs } from "./tabs";

export const ledgerHours = [1, 6, 24, 168] as const;
const states: readonly LedgerState[] = ["evaluated", "pending", "failed", "disabled", "capped", "no_data"];
const iconOf = { evaluated: "check", pending: "clock", failed: "close", disabled: "stop", capped: "warning", no_data: "stop" } as const;
const toneOf = { evaluated: "good", pending: "warn", failed: "bad", disabled: "calm", capped: "warn", no_data: "bad" } as const;

export function LedgerStateBadge({ state }: { state: LedgerState }) {
  const t = useT().detection.ledger;
  return <span className={`badge ${toneOf[state]}`} title={t.stateHint[state]}><Icon name={iconOf[state]} size={12} /> {t.state[state]}</span>;
}

/** What was looked at and what was not: every source over time, and every gap with the rules that were blind in it. */
export function LedgerScreen() {
  const t = useT();
  const d = t.detection.ledger;
  const search = useSearch({ from: "/rules/ledger" });
  const navigate = useNavigate({ from: "/rules/ledger" });
  const set = (next: Partial<typeof search>) => void navigate({ search: (prev) => ({ ...prev, ...next }), replace: true });
  const hours = ledgerHours.find((h) => String(h) === search.hours) ?? 1;
  const rule = search.rule;
  const overview = useQuery(ask.ledger(hours));
  const gaps = useQuery(ask.gaps(hours, rule ? 5000 : undefined));
  const mine = itemsOf(gaps.data).filter((g) => !rule || g.rule_id === rule || g.blind.some((b) => b.id === rule));
  const open = mine.filter((g) => !g.until);
  const ended = mine.filter((g) => g.until);
  useKeys({ Escape: () => { if (!search.source) return false; set({ source: undefined, from: undefined }); } });
  return (
    <div className="screen">
      <div className="screen-head tabbed">
        <DetectionTabs />
        <Segmented value={hours} onChange={(h) => set({ hours: h === 1 ? undefined : String(h) })} options={ledgerHours.map((h) => ({ value: h as (typeof ledgerHours)[number], label: t.shell[h <= 24 ? "lastHours" : "lastDays"](h <= 24 ? h : h / 24) }))} aria-label={t.shell.range} />
        <RulePick value={rule} onChange={(id) => set({ rule: id, source: undefined })} />
        <span className="quiet grow ellipsis">{d.lead}</span>
      </div>
      <div className="screen-body">
        <div className="padded ledger-column">
          <Panel title={<>{d.gaps}{open.length > 0 && <span className="tab-count">{open.length}</span>}</>} flush>
            <Ask query={gaps} rows={3}>{() => open.length === 0 ? <div className="no-gap quiet"><Icon name="check" size={13} /> {rule ? d.noGapOfRule : d.noGaps}</div> : <Gaps of={open} onSource={(source) => set({ source })} />}</Ask>
          </Panel>
          {rule ? <Panel title={<RuleTitle id={rule} />} extra={<Legend />}><RuleLedger rule={rule} hours={hours} /></Panel> : <Panel title={d.heat} extra={<Legend />} flush>
            <Ask query={overview} rows={8}>{(data) => data.sources.length === 0 ? <Empty title={d.nothing} lead={d.nothingLead} /> : <Heat of={data} chosen={search.source} onChoose={(source, from) => set({ source, from })} />}</Ask>
          </Panel>}
          {ended.length > 0 && <Panel title={<>{d.ended}<span className="tab-count">{ended.length}</span></>} flush><Gaps of={ended} onSource={(source) => set({ source })} /></Panel>}
        </div>
        {search.source && <SourceRows source={search.source} hours={hours} onClose={() => set({ source: undefined, from: undefined })} />}
      </div>
    </div>
  );
}

function RuleTitle({ id }: { id: string }) {
  return <>{useT().detection.ledger.whenLooked} · <Link to="/rules" search={{ id }}>{useRuleTitles()(id)}</Link></>;
}

/** Asks for one rule: when did it look, and when was it blind. */
function RulePick({ value, onChange }: { value?: string; onChange: (id: string | undefined) => void }) {
  const { t, ruleName } = useLanguage();
  const rules = useQuery(ask.rules());
  const options = useMemo(() => itemsOf(rules.data).filter((r) => r.state !== "rejected" && r.kind !== "filter").map((r) => ({ value: r.id, label: ruleName(r) })).sort((a, b) => a.label.localeCompare(b.label)), [rules.data, ruleName]);
  return <Select className="head-rule" value={value} onChange={(id?: string) => onChange(id || undefined)} onClear={() => onChange(undefined)} allowClear showSearch={{ optionFilterProp: "label" }} options={options} loading={rules.isPending} placeholder={t.detection.ledger.everyRule} aria-label={t.detection.ledger.rule} popupMatchSelectWidth={420} />;
}

function Legend() {
  const d = useT().detection.ledger;
  return <span className="ledger-legend">{states.map((s) => <span key={s} title={d.stateHint[s]}><i className={`beat ${s}`} /> {d.state[s]}</span>)}</span>;
}

function Gaps({ of, onSource }: { of: LedgerGap[]; onSource: (source: string) => void }) {
  const { t, language } = useLanguage();
  const d = t.detection.ledger;
  const titles = useRuleTitles();
  return (
    <table className="list-table rows">
      <thead><tr><th>{t.rules.columns.state}</th><th>{d.reason}</th><th>{d.source}</th><th>{d.since}</th><th>{d.until}</th><th>{d.ruleLead}</th></tr></thead>
      <tbody>
        {of.map((g) => (
          <tr key={g.id} onClick={() => g.source && onSource(g.source)}>
            <td><span className={g.until ? "badge calm" : "badge bad"}><Icon name={g.until ? "check" : "warning"} size={12} /> {d.kind[g.kind]}</span></td>
            <td className="wrap-any" title={g.reason}>{language === "zh" ? d.because[g.kind] : g.reason}</td>
            <td>{g.source ? <button type="button" className="plain name" onClick={() => onSource(g.source ?? "")}>{g.source}</button> : g.rule_id ? <Link to="/rules" search={{ id: g.rule_id }}>{titles(g.rule_id)}</Link> : d.allSources}{g.logsource && <div className="quiet">{g.logsource}</div>}</td>
            <td className="nowrap"><Time at={g.since} /></td>
            <td className="nowrap">{g.until ? <Time at={g.until} /> : <b className="text-bad">{d.open}</b>}</td>
            <td>{g.rule_id && g.rules === 1 ? <span className="quiet">{d.itself}</span> : <Blind of={g} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Blind({ of: g }: { of: LedgerGap }) {
  const d = useT().detection.ledger;
  const titles = useRuleTitles();
  const few = g.blind.slice(0, 2);
  return (
    <div className="column tight">
      <b>{d.blind(g.rules)}</b>
      {few.map((r) => <span key={r.id} className="row"><Severity level={r.severity} bare /> <Link to="/rules" search={{ id: r.id }} className="quiet">{titles(r.id, r.title)}</Link></span>)}
    </div>
  );
}

/** The time of day, with the date when there is more than one. */
const clock = (at: string, span: number): string => (span > 86_400_000 ? formatShortTime(at).slice(0, 11) : formatShortTime(at).slice(6, 11));

/** One row of cells for each source; the colour is the worst state of the step, its depth how much came. */
function Heat({ of, chosen, onChoose }: { of: LedgerOverview; chosen?: string; onChoose: (source: string, from: string) => void }) {
  const t = useT();
  const d = t.detection.ledger;
  const begin = Date.parse(of.since);
  const step = of.step_seconds * 1000;
  const steps = Math.max(...of.sources.map((s) => s.states.length));
  const marks = [0, 1, 2, 3].map((i) => new Date(begin + (steps * step * i) / 4).toISOString());
  return (
    <div className="ledger-heat">
      <div className="ledger-row head"><span>{d.source}</span><span>{t.rules.columns.state}</span><span className="beats-axis">{marks.map((m) => <span key={m}>{clock(m, steps * step)}</span>)}</span><span className="right">{d.rules}</span></div>
      {of.sources.map((s) => (
        <div key={s.source} className={s.source === chosen ? "ledger-row shown" : "ledger-row"}>
          <button type="button" className="plain name" onClick={() => onChoose(s.source, of.since)}>{s.source}</button>
          <LedgerStateBadge state={s.state} />
          <Beats of={s} begin={begin} step={step} steps={steps} onChoose={(from) => onChoose(s.source, from)} />
          <span className="right quiet" title={s.logsources.join("\n")}>{formatCount(s.rules)}</span>
        </div>
      ))}
    </div>
  );
}

function Beats({ of: s, begin, step, steps, onChoose }: { of: LedgerSource; begin: number; step: number; steps: number; onChoose: (from: string) => void }) {
  const t = useT();
  const d = t.detection.ledger;
  const most = Math.max(...s.events, 1);
  const bad = s.states.filter((x) => x && x !== "evaluated").length;
  return (
    <span className="beats" role="img" aria-label={`${s.source}: ${d.state[s.state]}, ${bad} / ${steps}`} style={{ gridTemplateColumns: `repeat(${steps}, 1fr)` }}
      onClick={(e) => { const i = (e.target as HTMLElement).dataset.i; if (i) onChoose(new Date(begin + Number(i) * step).toISOString()); }}>
      {s.states.map((state, i) => {
        const events = s.events[i] ?? 0;
        const depth = state === "evaluated" ? (events ? 0.35 + 0.65 * (Math.log1p(events) / Math.log1p(most)) : 0.12) : 1;
        return <i key={i} data-i={i} className={state ? `beat ${state}` : "beat none"} style={{ opacity: depth }} title={`${formatShortTime(new Date(begin + i * step).toISOString())} · ${state ? d.state[state as LedgerState] : d.quiet} · ${formatCount(events)} ${d.events}`} />;
      })}
    </span>
  );
}

function SourceRows({ source, hours, onClose }: { source: string; hours: number; onClose: () => void }) {
  const t = useT();
  const d = t.detection.ledger;
  const query = useQuery(ask.ledgerRows(source, hours));
  const titles = useRuleTitles();
  return (
    <aside className="flyout wide" aria-label={t.common.details}>
      <div className="flyout-head"><div className="grow column tight"><h2 className="flyout-title">{source}</h2><Link to="/sources" search={{ id: source }}>{t.sources.title}</Link></div>
        <button type="button" className="icon-button" onClick={onClose} aria-label={t.common.close} title={`${t.common.close} (Esc)`}><Icon name="close" /></button></div>
      <div className="flyout-body" tabIndex={0}>
        <Ask query={query} rows={8}>
          {(page) => itemsOf(page).length === 0 ? <Empty title={d.nothing} /> : (
            <table className="list-table compact">
              <thead><tr><th>{t.rules.columns.state}</th><th>{d.logsource}</th><th>{d.since}</th><th>{t.incident.duration}</th><th className="right">{d.events}</th><th className="right">{d.rules}</th></tr></thead>
              <tbody>{itemsOf(page).map((r, i) => (
                <tr key={i}><td><LedgerStateBadge state={r.state} /></td><td className="wrap-any">{r.logsource || "—"}{r.reason && <div className="quiet">{r.reason}</div>}{r.rule_ids?.length ? <div className="chips">{r.rule_ids.slice(0, 5).map((id) => <Link key={id} to="/rules" search={{ id }} className="badge calm">{titles(id)}</Link>)}</div> : null}</td>
                  <td><Time at={r.from} /></td><td className="nowrap">{formatDuration(Date.parse(r.until) - Date.parse(r.from), t.time)}</td><td className="right">{formatCount(r.events)}</td><td className="right">{formatCount(r.rules)}</td></tr>
              ))}</tbody>
            </table>
          )}
        </Ask>
      </div>
    </aside>
  );
}
