import { Link } from "@tanstack/react-router";
import { memo } from "react";
import type { Incident } from "../api/vocabulary";
import { FamilyScore, ResultMark } from "../incident/marks";
import { useLanguage, useT } from "../i18n";
import { Entities } from "../ui/chip";
import { formatCount } from "../ui/format";
import { Icon } from "../ui/icons";
import { Severity, Stages, StatusBadge } from "../ui/marks";
import { Time } from "../ui/time";

type Props = { incident: Incident; team?: string; index: number; top: number; focused: boolean; shown: boolean; selected: boolean; onShow: (id: string) => void; onSelect: (id: string) => void };

export const rowHeight = 62;
export const headHeight = 34;

export const IncidentRow = memo(function IncidentRow({ incident: i, team, index, top, focused, shown, selected, onShow, onSelect }: Props) {
  const { t, pick } = useLanguage();
  const title = pick(i.title);
  const names = ["inc-row", focused && "focused", shown && "shown", selected && "selected", i.status === "closed" && "closed"].filter(Boolean).join(" ");
  return (
    <div role="row" aria-rowindex={index + 2} aria-selected={selected} className={names} style={{ transform: `translateY(${top}px)` }} onClick={() => onShow(i.id)}>
      <span role="gridcell" className="c-check"><input type="checkbox" checked={selected} onChange={() => onSelect(i.id)} onClick={(e) => e.stopPropagation()} aria-label={t.incidents.selectRow(title)} tabIndex={-1} /></span>
      <span role="gridcell" className="c-severity"><Severity level={i.severity} /></span>
      <span role="gridcell" className="c-score"><FamilyScore score={i.score} reasons={i.reasons} words /></span>
      <span role="gridcell" className="c-title">
        <Link to="/incidents/$id" params={{ id: i.id }} className="inc-title" title={title} tabIndex={-1} preload={false}>{title}</Link>
        <span className="inc-chips"><Entities entities={i.entities} max={4} /></span>
      </span>
      <span role="gridcell" className="c-stages"><Stages tactics={i.tactics} severity={i.severity} />{i.result && <ResultMark result={i.result} bare />}</span>
      <span role="gridcell" className="c-alerts" title={t.incidents.folded(i.alerts)}>{formatCount(i.alerts)}</span>
      <span role="gridcell" className="c-first"><Time at={i.first} /></span>
      <span role="gridcell" className="c-last"><Time at={i.last} /></span>
      <span role="gridcell" className="c-owner ellipsis" title={i.owner}>{i.owner || <span className="quiet">—</span>}</span>
      {team !== undefined && <span role="gridcell" className="c-team ellipsis" title={team}>{team || <span className="quiet">—</span>}</span>}
      <span role="gridcell" className="c-status"><StatusBadge status={i.status} /></span>
    </div>
  );
});

export function IncidentGhost({ top }: { top: number }) {
  return <div className="inc-row ghost" aria-hidden="true" style={{ transform: `translateY(${top}px)` }}><span /><i /><i /><i className="wide" /></div>;
}

type HeadProps = { name: string; ids: readonly string[]; worst: number; open: boolean; index: number; top: number; all: boolean; onFold: (name: string) => void; onSelect: (ids: readonly string[], on: boolean) => void };

/** The head of a group: its name, how many, the highest score; folds, and selects all of it. */
export const GroupHead = memo(function GroupHead({ name, ids, worst, open, index, top, all, onFold, onSelect }: HeadProps) {
  const t = useT();
  const g = t.triage.group;
  const label = name || g.nothing;
  return (
    <div role="row" aria-rowindex={index + 2} className="inc-group" style={{ transform: `translateY(${top}px)` }}>
      <span role="gridcell"><input type="checkbox" checked={all} onChange={() => onSelect(ids, !all)} aria-label={g.select(label)} tabIndex={-1} /></span>
      <span role="gridcell" className="grow">
        <button type="button" className="plain row" aria-expanded={open} onClick={() => onFold(name)}><Icon name={open ? "down" : "expand"} size={12} /><b className="ellipsis">{label}</b><span className="quiet nowrap">{g.of(ids.length)} · {g.worst} {worst}</span></button>
      </span>
    </div>
  );
});
