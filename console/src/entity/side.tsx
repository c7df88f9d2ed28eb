import { Link } from "@tanstack/react-router";
import { Tag } from "antd";
import { useState } from "react";
import type { EntityKind } from "../api/vocabulary";
import { useLanguage, useT } from "../i18n";
import { Chip } from "../ui/chip";
import { formatCount, formatTime } from "../ui/format";
import { Icon } from "../ui/icons";
import { Severity } from "../ui/marks";
import { Panel } from "../ui/states";
import { Time } from "../ui/time";
import { entityKinds, type Alias, type EntityPage, type Exposure, type Peer } from "./ask";
import { Risk } from "./marks";

export function Facts({ page }: { page: EntityPage }) {
  const t = useT();
  const d = t.entityPage;
  const e = page.entity;
  return (
    <Panel title={d.facts}>
      <dl className="facts">
        <dt>{d.first}</dt><dd><Time at={page.first} full /></dd>
        <dt>{d.last}</dt><dd><Time at={page.last} full /></dd>
        <dt>{d.alerts}</dt><dd>{formatCount(e.alerts)}</dd>
        {e.alerts > 0 && <><dt>{d.worst}</dt><dd><Severity level={e.severity} /></dd></>}
        {e.kind === "address" && <><dt>{d.zone}</dt><dd>{e.internal ? t.entity.internal : t.entity.external}</dd></>}
        {e.protected && <><dt><Icon name="lock" size={14} aria-label={t.entity.protected} /></dt><dd>{t.entity.protected}</dd></>}
        {page.said_by && <><dt>{d.saidBy}</dt><dd>{d.said(page.said_by, formatTime(page.said_at).slice(0, 16))}{page.imported && <Tag>{d.fromFile}</Tag>}</dd></>}
      </dl>
    </Panel>
  );
}

const few = 8;

/** Other names, each with what shows it and when; names that two claim are marked. */
export function Aliases({ list }: { list: readonly Alias[] }) {
  const { t, pick } = useLanguage();
  const d = t.entityPage;
  const [all, setAll] = useState(false);
  return (
    <Panel title={d.aliases} extra={list.length > 0 && <span className="quiet">{list.length}</span>}>
      {list.length === 0 ? <p className="quiet">{d.noAliases}</p> : (
        <ul className="alias-list">
          {(all ? list : list.slice(0, few)).map((a) => (
            <li key={`${a.kind} ${a.name} ${a.why}`}>
              <div className="row wrap"><span className="alias-kind quiet">{d.aliasKind[a.kind]}</span>{(entityKinds as readonly string[]).includes(a.kind) ? <Chip kind={a.kind as EntityKind} name={a.name} /> : <span className="mono wrap-any">{a.name}</span>}</div>
              {a.conflict && <div className="conflict" title={d.conflictHint}><Icon name="warning" size={12} /> {d.conflict(a.rival ?? "")}</div>}
              <div className="quiet alias-why" title={d.seen(a.spans)}>{pick(a.text)} <span className="nowrap">{d.since(formatTime(a.first).slice(5, 16), formatTime(a.last).slice(5, 16))}</span></div>
            </li>
          ))}
        </ul>
      )}
      {!all && list.length > few && <button type="button" className="plain link" onClick={() => setAll(true)}>{d.showAll(list.length)}</button>}
    </Panel>
  );
}

export function Peers({ list }: { list: readonly Peer[] }) {
  const t = useT();
  const d = t.entityPage;
  return (
    <Panel title={d.peers} extra={<span className="quiet panel-lead">{d.peersLead}</span>}>
      {list.length === 0 ? <p className="quiet">{d.noPeers}</p> : (
        <ul className="peer-list">
          {list.map((p) => (
            <li key={p.name}>
              <Link className="plain name ellipsis" to="/entities/$kind/$name" params={{ kind: p.kind, name: p.name }} title={p.name}><Icon name={p.kind} size={14} /> {p.name}</Link>
              <span className="likeness" title={`${d.likeness} ${Math.round(p.likeness * 100)} %`}><i aria-hidden="true"><b style={{ width: `${p.likeness * 100}%` }} /></i>{Math.round(p.likeness * 100)} %</span>
              <span className="quiet nowrap" title={p.shared.map((s) => `${t.entity[s.kind]} ${s.name}`).join("\n")}>{d.shared(p.shared.length)}</span>
              <span title={d.risk}><Risk value={p.risk} bare /></span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

export function Exposures({ list }: { list: readonly Exposure[] }) {
  const d = useT().entityPage;
  return (
    <Panel title={d.exposures} extra={list.length > 0 && <span className="quiet">{list.length}</span>}>
      {list.length === 0 ? <p className="quiet">{d.noExposures}</p> : (
        <ul className="alias-list">
          {list.map((x) => (
            <li key={`${x.id} ${x.source}`}>
              <div className="row wrap"><Severity level={x.severity} bare /> <b className="mono">{x.id}</b> <Tag title={x.state === "suspected" ? d.suspectedHint : undefined}>{d.exposureState[x.state]}</Tag></div>
              <div className="quiet"><Link to="/rules" search={{ id: x.source }}>{x.title}</Link> · <Time at={x.last} /></div>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

/** The kind of entity that the values of a feature are; others are plain words. */
const valueKinds: Record<string, EntityKind> = {
  "program by host": "process", "account by host": "user", "host by account": "host", "child by parent process": "process", "internal destination by source": "address", "source of logins by host": "address",
};

/** What the detectors of the unknown hold for usual of it, each with what it stands on. */
export function Usual({ list }: { list: EntityPage["baselines"] }) {
  const t = useT();
  const d = t.entityPage;
  if (!list) return null;
  return (
    <Panel title={d.usual} extra={list.length > 0 && <span className="quiet panel-lead">{d.usualLead}</span>}>
      {list.length === 0 ? <p className="quiet flush">{d.noUsual}</p> : <ul className="alias-list usual-list">{list.map((u) => <UsualRow key={u.feature} of={u} />)}</ul>}
    </Panel>
  );
}

function UsualRow({ of: u }: { of: NonNullable<EntityPage["baselines"]>[number] }) {
  const { t, pick } = useLanguage();
  const d = t.entityPage;
  const kind = valueKinds[u.feature];
  const values = u.values ?? [];
  return (
    <li>
      <div className="row wrap usual-head"><span className="quiet grow">{t.triage.feature[u.feature] ?? pick(u.title)}</span>{u.learning && <Tag title={d.learningHint}>{d.learning}</Tag>}</div>
      {values.length > 0
        ? <div className="chips">{values.map((v) => (kind ? <Chip key={v} kind={kind} name={v} /> : <span key={v} className="tag wrap-any">{v}</span>))}{(u.more ?? 0) > 0 && <span className="quiet">{d.moreValues(u.more ?? 0)}</span>}</div>
        : <div><b>{u.usual || "—"}</b> <span className="quiet">{pick(u.text)}</span></div>}
      <div className="quiet alias-why">{d.stands(u.observations)}{u.since && <> · {d.learnedSince} <Time at={u.since} /></>}</div>
    </li>
  );
}
