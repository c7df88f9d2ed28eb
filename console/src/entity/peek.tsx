import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button, Drawer } from "antd";
import { useBlock } from "../actions/block";
import { ActionTable } from "../actions/table";
import { api } from "../api/client";
import { ask, itemsOf } from "../api/queries";
import type { EntityKind, Incident, Page } from "../api/vocabulary";
import { useSession } from "../app/session";
import { useKeys } from "../app/shortcuts";
import { useLanguage, useT } from "../i18n";
import { formatCount } from "../ui/format";
import { Icon } from "../ui/icons";
import { entityQuery } from "../ui/logsql";
import { Severity, StatusBadge } from "../ui/marks";
import { Ask, Failed } from "../ui/states";
import { Time } from "../ui/time";
import { Problem } from "../api/client";
import { Chip } from "../ui/chip";
import { askEntity, entityKinds } from "./ask";
import "./entity.css";
import { Criticality, Risk } from "./marks";

/** What is known of an entity, over whatever screen it was asked from. */
export function EntityPeek({ of, onClose }: { of: string; onClose: () => void }) {
  const t = useT();
  const at = of.indexOf(":");
  const kind = of.slice(0, at) as EntityKind;
  const name = of.slice(at + 1);
  useKeys({ Escape: onClose });
  const known = kind in t.entity && at > 0;
  return (
    <Drawer open onClose={onClose} size={560} mask={{ blur: false }} destroyOnHidden keyboard={false} closable={{ placement: "end" }} classNames={{ body: "drawer-body" }}
      title={<span className="row"><Icon name={known ? kind : "value"} /> <span className="grow wrap-any">{name}</span><span className="quiet">{known ? t.entity[kind] : ""}</span></span>}>
      {known ? <EntityBody kind={kind} name={name} onClose={onClose} /> : <Failed error={new Problem(404, "not_found", "")} />}
    </Drawer>
  );
}

function EntityBody({ kind, name, onClose }: { kind: EntityKind; name: string; onClose: () => void }) {
  const { t, pick, ruleTitle } = useLanguage();
  const { may } = useSession();
  const navigate = useNavigate();
  const block = useBlock();
  const ref = `${kind}:${name}`;
  const entity = useQuery({ ...askEntity(kind, name), retry: false });
  const incidents = useQuery({ queryKey: ["incidents", "of", ref], queryFn: ({ signal }) => api.get<Page<Incident>>("/incidents", { entity: ref, limit: 20, sort: "last" }, signal) });
  const alerts = useQuery(ask.alerts({ entity: ref, limit: 20 }));
  const actions = useQuery({ ...ask.actions({ target: name, limit: 20 }), enabled: kind === "address" });
  const held = itemsOf(actions.data).filter((a) => a.target === name);
  const unknown = entity.error instanceof Problem && entity.error.status === 404;
  return (
    <div className="column">
      <div className="row wrap">
        <Button type="primary" onClick={() => void navigate({ to: "/entities/$kind/$name", params: { kind, name }, search: (prev) => ({ since: prev.since, until: prev.until }) })}>{t.entityPage.openPage}</Button>
        <Button onClick={() => void navigate({ to: "/hunt", search: { query: entityQuery(kind, name) } })}>{t.entity.hunt}</Button>
        <Button onClick={() => void navigate({ to: "/incidents", search: { view: "all", entity: ref } })}>{t.chip.incidents}</Button>
        <Button onClick={() => void navigator.clipboard?.writeText(name)}>{t.common.copy}</Button>
        {kind === "address" && may("respond") && <Button danger onClick={() => { onClose(); block({ target: name }); }}>{t.chip.block}</Button>}
      </div>
      {unknown ? <p className="quiet">{t.entity.unknown}</p> : (
        <Ask query={entity} rows={3}>
          {({ entity: e, risk, aliases }) => (
            <dl className="facts">
              <dt>{t.entityPage.risk}</dt><dd><Risk value={risk.now} /></dd>
              <dt>{t.entityPage.criticality}</dt><dd><Criticality level={e.criticality} />{e.owner && <span className="quiet"> · {e.owner}</span>}</dd>
              {aliases.length > 0 && <><dt>{t.entityPage.aliases}</dt><dd className="chips">{[...new Map(aliases.map((a) => [`${a.kind} ${a.name}`, a])).values()].slice(0, 4).map((a) => (entityKinds as readonly string[]).includes(a.kind) ? <Chip key={`${a.kind} ${a.name}`} kind={a.kind as EntityKind} name={a.name} /> : <span key={`${a.kind} ${a.name}`} className="mono">{a.name}</span>)}</dd></>}
              <dt>{t.entity.worst}</dt><dd><Severity level={e.severity} /></dd>
              <dt>{t.entity.first}</dt><dd><Time at={e.first} full /></dd>
              <dt>{t.entity.last}</dt><dd><Time at={e.last} full /></dd>
              <dt>{t.incidents.columns.alerts}</dt><dd>{formatCount(e.alerts)}</dd>
              <dt>{t.entity.incidents}</dt><dd>{formatCount(e.incidents)}</dd>
              {kind === "address" && <><dt>{t.entity.address}</dt><dd>{e.internal ? t.entity.internal : t.entity.external}</dd></>}
              {e.protected && <><dt><Icon name="lock" size={14} /></dt><dd>{t.entity.protected}</dd></>}
            </dl>
          )}
        </Ask>
      )}
      {held.length > 0 && <section><div className="section-title">{t.entity.live}</div><ActionTable actions={held} /></section>}
      <section>
        <div className="section-title">{t.entity.incidents}</div>
        <Ask query={incidents} rows={2}>
          {(page) => itemsOf(page).length ? (
            <table className="list-table"><tbody>{itemsOf(page).map((i) => (
              <tr key={i.id}><td><Severity level={i.severity} /></td><td><Link to="/incidents/$id" params={{ id: i.id }}>{pick(i.title)}</Link></td><td><StatusBadge status={i.status} /></td><td><Time at={i.last} /></td></tr>
            ))}</tbody></table>
          ) : <p className="quiet">{t.incidents.empty}</p>}
        </Ask>
      </section>
      <section>
        <div className="section-title">{t.entity.alertsOf}</div>
        <Ask query={alerts} rows={2}>
          {(page) => itemsOf(page).length ? (
            <table className="list-table"><tbody>{itemsOf(page).map((a) => (
              <tr key={a.id}><td><Severity level={a.severity} /></td><td><Link to="/rules" search={{ id: a.rule_id }}>{ruleTitle(a)}</Link></td><td><Time at={a.time} /></td></tr>
            ))}</tbody></table>
          ) : <p className="quiet">{t.entity.none}</p>}
        </Ask>
      </section>
    </div>
  );
}
