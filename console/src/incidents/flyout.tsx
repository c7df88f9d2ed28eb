import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useBlock } from "../actions/block";
import { ask } from "../api/queries";
import type { Incident, IncidentEdit } from "../api/vocabulary";
import { ReadOnly } from "../app/readonly";
import { useSession } from "../app/session";
import { FamilyScore, ResultMark } from "../incident/marks";
import { Told } from "../incident/score";
import { Story } from "../incident/story";
import { Waterfall } from "../incident/waterfall";
import { useLanguage } from "../i18n";
import { Entities } from "../ui/chip";
import { formatCount, formatDuration } from "../ui/format";
import { Icon } from "../ui/icons";
import { Severity, Stages, StatusBadge } from "../ui/marks";
import { tacticOrder } from "../ui/stages";
import { Ask } from "../ui/states";
import { Time } from "../ui/time";
import type { Deed } from "./incidents";
import { suspectOf } from "./suspects";

type Props = { id: string; onClose: () => void; onAct: (kind: Deed, incident: Incident) => void; onEdit: (edit: IncidentEdit, incident: Incident) => void };

/** The incident beside the list. */
export function IncidentFlyout({ id, onClose, onAct, onEdit }: Props) {
  const { t } = useLanguage();
  const query = useQuery(ask.incident(id));
  return (
    <aside className="flyout" aria-label={t.common.details}>
      <Ask query={query} rows={10}>{(incident) => <Body incident={incident} onClose={onClose} onAct={onAct} onEdit={onEdit} />}</Ask>
      {!query.data && <button type="button" className="icon-button" onClick={onClose}>{t.common.close}</button>}
    </aside>
  );
}

function Body({ incident: i, onClose, onAct, onEdit }: { incident: Incident } & Omit<Props, "id">) {
  const { t, pick, ruleName } = useLanguage();
  const { session, may } = useSession();
  const navigate = useNavigate();
  const block = useBlock();
  const write = may("write") && i.status !== "closed";
  const cite = (n: number) => void navigate({ to: "/incidents/$id", params: { id: i.id }, search: { tab: "evidence", alert: i.evidence.find((e) => e.number === n)?.alert.id } });
  return (
    <>
      <div className="flyout-head">
        <div className="grow column tight">
          <div className="row wrap"><Severity level={i.severity} /><FamilyScore score={i.score} reasons={i.reasons} /><StatusBadge status={i.status} />{i.result && <ResultMark result={i.result} />}{i.verdict && <span className="badge calm">{t.verdict[i.verdict]}</span>}{i.below && <span className="badge calm" title={t.triage.below.lead}>{t.triage.below.badge}</span>}</div>
          <h2 className="flyout-title"><Link to="/incidents/$id" params={{ id: i.id }}>{pick(i.title)}</Link></h2>
          <div className="row wrap">
            <Link to="/incidents/$id" params={{ id: i.id }}><Button type="primary" tabIndex={-1}>{t.incidents.openPage}</Button></Link>
            {!may("write") && <ReadOnly />}
            {write && i.status === "open" && <Button onClick={() => onEdit({ status: "working", owner: session.name }, i)}>{t.incidents.ack}</Button>}
            {write && <Button onClick={() => onAct("owner", i)}>{t.incidents.assign}</Button>}
            {may("respond") && i.status !== "closed" && <Button danger onClick={() => block({ target: suspectOf(i), incidentId: i.id })}>{t.incident.contain}</Button>}
            {write && <Button onClick={() => onAct("close", i)}>{t.incidents.closeWith}</Button>}
          </div>
        </div>
        <button type="button" className="icon-button" onClick={onClose} aria-label={t.common.close} title={`${t.common.close} (Esc)`}><Icon name="close" /></button>
      </div>
      <div className="flyout-body">
        <StoryBrief incident={i} onCite={cite} />
        {(i.next?.length ?? 0) > 0 && (
          <section><div className="section-title">{t.triage.next.title}</div><ol className="next-brief">{(i.next ?? []).slice(0, 3).map((s, n) => <li key={`${s.code} ${n}`}><span className="brief"><Told text={s.text} incident={i} onCite={cite} /></span></li>)}</ol></section>
        )}
        <dl className="facts">
          <dt>{t.incident.owner}</dt><dd>{i.owner || t.common.nobody}</dd>
          <dt>{t.incident.first}</dt><dd><Time at={i.first} full /></dd>
          <dt>{t.incident.last}</dt><dd><Time at={i.last} full /> <span className="quiet">· {formatDuration(Date.parse(i.last) - Date.parse(i.first), t.time)}</span></dd>
          <dt>{t.incidents.columns.alerts}</dt><dd>{formatCount(i.alerts)}</dd>
          <dt>{t.incident.tactics}</dt><dd><Stages tactics={i.tactics} severity={i.severity} /> <span>{[...i.tactics].sort((a, b) => tacticOrder(a) - tacticOrder(b)).map((x) => t.tactics[x] ?? x).join(" → ")}</span></dd>
        </dl>
        <section><div className="section-title">{t.incident.entities}</div><div className="chips"><Entities entities={i.entities} max={30} /></div></section>
        <section><div className="section-title">{t.incident.waterfall}</div><Waterfall incident={i} onCite={cite} /></section>
        <section>
          <div className="section-title">{t.incident.rules}</div>
          <table className="list-table"><tbody>
            {[...i.rules].sort((a, b) => b.count - a.count).slice(0, 12).map((r) => <tr key={r.rule_id}><td><Severity level={r.severity} /></td><td><Link to="/rules" search={{ id: r.rule_id }}>{ruleName(r)}</Link></td><td className="right">{formatCount(r.count)}</td></tr>)}
          </tbody></table>
        </section>
      </div>
    </>
  );
}

/** The first lines of the story, and all of it when asked for. */
function StoryBrief({ incident, onCite }: { incident: Incident; onCite: (number: number) => void }) {
  const { t, pick } = useLanguage();
  const [open, setOpen] = useState(false);
  const long = pick(incident.story).length > 420;
  return (
    <div>
      <Story incident={incident} onCite={onCite} clamped={long && !open} />
      {long && <button type="button" className="plain link flush-left" aria-expanded={open} onClick={() => setOpen(!open)}><Icon name={open ? "down" : "expand"} size={12} /> {open ? t.incident.less : t.triage.wholeStory}</button>}
    </div>
  );
}
