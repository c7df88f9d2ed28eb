import { Button, Input, Modal, Segmented, Select, type InputRef } from "antd";
import { useEffect, useId, useState } from "react";
import type { Severity as SeverityWord } from "../api/vocabulary";
import type { IncidentSearch } from "../app/router";
import { useSession } from "../app/session";
import { useKeys } from "../app/shortcuts";
import { useLanguage, useT } from "../i18n";
import { Icon } from "../ui/icons";
import { zoneName } from "../ui/time";
import { loadViews, removeView, saveView, shows, type SavedView } from "./keep";
import { useMyTeams } from "./teams";
import { groupings, incidentSorts, incidentViews, type Grouping } from "./views";

const severities: readonly SeverityWord[] = ["critical", "high", "medium", "low"];

type SetSearch = (next: Partial<IncidentSearch>, replace?: boolean) => void;
type Props = { search: IncidentSearch; set: SetSearch; filterBox: React.RefObject<InputRef | null>; count: number; ready: boolean; fresh: number; onFresh: () => void; teams: ReadonlyMap<string, string>; snoozed: number; onWake: () => void };

/** Views, search, filters, order and grouping of the queue, and what came since it was read. */
export function Head({ search, set, filterBox, count, ready, fresh, onFresh, teams, snoozed, onWake }: Props) {
  const { t } = useLanguage();
  const mine = useMyTeams(useSession().session.name);
  const teamOptions = [...teams].map(([value, label]) => ({ value, label: mine.has(value) ? `${label} · ${t.incidents.mine}` : label })).sort((a, b) => Number(mine.has(b.value)) - Number(mine.has(a.value)));
  const [text, setText] = useState(search.q ?? "");
  useEffect(() => setText(search.q ?? ""), [search.q]);
  useEffect(() => {
    const q = text.trim() || undefined;
    if (q === search.q) return;
    const timer = setTimeout(() => set({ q }, true), 250);
    return () => clearTimeout(timer);
  }, [text, search.q, set]);
  const entity = search.entity;
  const label = { queue: t.incidents.queue, mine: t.incidents.mine, below: t.triage.below.tab, closed: t.incidents.closed, all: t.incidents.all };
  const nothing = { q: undefined, severity: undefined, owner: undefined, entity: undefined, rule: undefined, team: undefined, group: undefined, sort: undefined, view: undefined };
  return (
    <div className="screen-head inc-screen-head">
      <h1>{t.incidents.title}</h1>
      <Segmented value={search.view ?? "queue"} onChange={(view) => set({ view, id: undefined })} options={incidentViews.map((v) => ({ value: v, label: label[v] }))} />
      <Input ref={filterBox} className="head-search" prefix={<Icon name="search" size={14} />} value={text} onChange={(e) => setText(e.target.value)} placeholder={t.incidents.search} aria-label={t.incidents.search} allowClear suffix={text ? undefined : <kbd>/</kbd>} />
      <Select value={search.severity ?? ""} onChange={(v) => set({ severity: v || undefined })} aria-label={t.incidents.severityFilter} options={[{ value: "", label: t.common.pair(t.incidents.severityFilter, t.common.all) }, ...severities.map((s) => ({ value: s, label: `≥ ${t.severity[s]}` }))]} />
      <Select value={search.sort ?? "score"} onChange={(sort) => set({ sort })} aria-label={t.incidents.sortLabel} options={incidentSorts.map((s) => ({ value: s, label: t.incidents.sort[s] }))} />
      <Select<Grouping | ""> value={search.group ?? ""} onChange={(v) => set({ group: v || undefined })} aria-label={t.triage.group.label} options={[{ value: "", label: t.triage.group.none }, ...groupings.map((g) => ({ value: g, label: t.common.pair(t.triage.group.label, t.triage.group[g]) }))]} />
      {teams.size > 0 && <Select value={search.team ?? ""} onChange={(v) => set({ team: v || undefined })} aria-label={t.noise.teams.team} popupMatchSelectWidth={false} options={[{ value: "", label: t.noise.teams.any }, ...teamOptions, { value: "-", label: t.noise.teams.none }]} />}
      {entity && <span className="badge accent">{t.common.pair(t.incidents.entityFilter, entity.slice(entity.indexOf(":") + 1))} <button type="button" className="plain" aria-label={t.state.clearFilter} onClick={() => set({ entity: undefined })}><Icon name="close" size={12} /></button></span>}
      {search.rule && <span className="badge accent">{t.common.pair(t.incidents.ruleFilter, search.rule)} <button type="button" className="plain" aria-label={t.state.clearFilter} onClick={() => set({ rule: undefined })}><Icon name="close" size={12} /></button></span>}
      <Views search={search} onPick={(view) => set({ ...nothing, ...view.search, id: undefined })} />
      <span className="grow" />
      {fresh > 0 && <Button type="primary" onClick={onFresh} title={t.incidents.freshHint}>{t.incidents.fresh(fresh)} ▲</Button>}
      {snoozed > 0 && <button type="button" className="plain link" title={t.triage.snooze.show} onClick={onWake}><Icon name="clock" size={12} /> {t.triage.snooze.hidden(snoozed)}</button>}
      <span className="quiet nowrap" role="status">{ready ? t.incidents.rows(count) : ""}</span>
    </div>
  );
}

/** Views that people kept, and the button that keeps one more. */
function Views({ search, onPick }: { search: IncidentSearch; onPick: (view: SavedView) => void }) {
  const t = useT();
  const w = t.triage.views;
  const [views, setViews] = useState(() => loadViews(localStorage));
  const [asking, setAsking] = useState(false);
  const special = Boolean(search.q || search.severity || search.owner || search.entity || search.rule || search.team || search.group || (search.sort && search.sort !== "score"));
  const known = views.some((v) => shows(search, v));
  if (views.length === 0 && !special) return null;
  return (
    <div className="views" role="group" aria-label={w.label}>
      {views.map((v) => {
        const on = shows(search, v);
        return (
          <span key={v.name} className={on ? "view-tab on" : "view-tab"}>
            <button type="button" className="plain" aria-pressed={on} onClick={() => onPick(v)}>{v.name}</button>
            <button type="button" className="plain quiet" aria-label={w.remove(v.name)} title={w.remove(v.name)} onClick={() => setViews(removeView(localStorage, v.name))}><Icon name="close" size={10} /></button>
          </span>
        );
      })}
      {special && !known && <Button type="text" icon={<Icon name="save" size={14} />} onClick={() => setAsking(true)}>{w.save}</Button>}
      {asking && <SaveView onClose={() => setAsking(false)} onSave={(name) => {
        const { view, sort, severity, owner, q, entity, rule, team, group } = search;
        setViews(saveView(localStorage, { name, search: { view, sort, severity, owner, q, entity, rule, team, group } }));
        setAsking(false);
      }} />}
    </div>
  );
}

function SaveView({ onClose, onSave }: { onClose: () => void; onSave: (name: string) => void }) {
  const t = useT();
  const w = t.triage.views;
  const [name, setName] = useState("");
  const id = useId();
  useKeys({ Escape: onClose }, { exclusive: true });
  const ready = name.trim() !== "";
  return (
    <Modal open title={w.saveTitle} onCancel={onClose} onOk={() => onSave(name.trim())} okText={t.common.save} okButtonProps={{ disabled: !ready }} width={420} transitionName="" maskTransitionName="">
      <div className="column tight">
        <label htmlFor={id}>{w.name}</label>
        <Input id={id} value={name} onChange={(e) => setName(e.target.value)} maxLength={40} autoFocus onPressEnter={() => ready && onSave(name.trim())} />
        <span className="quiet">{w.lead}</span>
      </div>
    </Modal>
  );
}

export function ListHead({ teams }: { teams: boolean }) {
  const t = useT();
  const c = t.incidents.columns;
  const zone = zoneName();
  return (
    <div role="row" className="inc-head" aria-rowindex={1}>
      <span role="columnheader" className="c-check"><span className="visually-hidden">{t.keys.select}</span></span>
      <span role="columnheader" className="c-severity">{c.severity}</span>
      <span role="columnheader" className="c-score">{c.score}</span>
      <span role="columnheader" className="c-title">{c.title}</span>
      <span role="columnheader" className="c-stages">{c.stages}</span>
      <span role="columnheader" className="c-alerts">{c.alerts}</span>
      <span role="columnheader" className="c-first">{c.first}</span>
      <span role="columnheader" className="c-last">{c.last} <small>{zone}</small></span>
      <span role="columnheader" className="c-owner">{c.owner}</span>
      {teams && <span role="columnheader" className="c-team">{t.noise.teams.team}</span>}
      <span role="columnheader" className="c-status">{c.status}</span>
    </div>
  );
}
