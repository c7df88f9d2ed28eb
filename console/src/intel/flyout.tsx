import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { App, Button, Popconfirm } from "antd";
import { useState } from "react";
import { api } from "../api/client";
import { ask } from "../api/queries";
import type { Indicator } from "../api/vocabulary";
import { ReadOnly } from "../app/readonly";
import { useSession } from "../app/session";
import { useT } from "../i18n";
import { formatCount } from "../ui/format";
import { Icon } from "../ui/icons";
import { quote } from "../ui/logsql";
import { Severity } from "../ui/marks";
import { Ask } from "../ui/states";
import { Time } from "../ui/time";
import { Allow } from "./allow";
import { AgeingCurve } from "./curve";
import { Confidence, IndicatorBadge, Tlp } from "./marks";

/** One indicator: what the feeds say of it, how it ages, and where it was seen. */
export function IndicatorFlyout({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useT();
  const query = useQuery(ask.indicator(id));
  return (
    <aside className="flyout wide" aria-label={t.common.details}>
      <Ask query={query} rows={10}>{(x) => <Body of={x} onClose={onClose} />}</Ask>
      {!query.data && <button type="button" className="icon-button" onClick={onClose}>{t.common.close}</button>}
    </aside>
  );
}

function Body({ of: x, onClose }: { of: Indicator; onClose: () => void }) {
  const t = useT();
  const d = t.intel;
  const { may } = useSession();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [allowing, setAllowing] = useState(false);
  const remove = useMutation({ mutationFn: () => api.delete(`/intel/indicators/${encodeURIComponent(x.id)}`), onSuccess: () => { message.success(d.removed); onClose(); void client.invalidateQueries({ queryKey: ["intel"] }); }, onError: (e) => message.error(e.message, 6) });
  return (
    <>
      <div className="flyout-head">
        <div className="grow column tight">
          <div className="row wrap"><IndicatorBadge state={x.state} why={x.why} /><Severity level={x.severity} /><Tlp word={x.tlp} />{x.labels.map((l) => <span key={l} className="badge calm">{l}</span>)}</div>
          <h2 className="flyout-title mono wrap-any">{x.value}</h2>
          <div className="row wrap gap-16">
            {!may("write") && <ReadOnly />}
            <Link to="/hunt" search={{ query: quote(x.value), since: "30d" }}>{d.huntNow}</Link>
            {may("write") && x.state !== "allowed" && <Button onClick={() => setAllowing(true)}>{d.allowIt}</Button>}
            {may("write") && <Popconfirm title={d.removeTitle} description={d.removeLead} okText={d.remove} okButtonProps={{ danger: true }} onConfirm={() => remove.mutate()}><Button danger>{d.remove}</Button></Popconfirm>}
          </div>
        </div>
        <button type="button" className="icon-button" onClick={onClose} aria-label={t.common.close} title={`${t.common.close} (Esc)`}><Icon name="close" /></button>
      </div>
      <div className="flyout-body" tabIndex={0}>
        <dl className="facts">
          <dt>{d.columns.kind}</dt><dd>{d.kind[x.kind]}{x.subdomains && <span className="quiet"> {d.below}</span>}</dd>
          <dt>{d.columns.confidence}</dt><dd><Confidence value={x.confidence} base={x.base} /></dd>
          <dt>{d.columns.asserted}</dt><dd><Time at={x.asserted} full /></dd>
          <dt>{d.columns.until}</dt><dd><Time at={x.valid_until} full /></dd>
          <dt>{d.columns.seen}</dt><dd>{formatCount(x.sightings)} · <Time at={x.first_seen} empty={t.common.never} /> – <Time at={x.last_seen} empty={t.common.never} /></dd>
          <dt>{d.hunted}</dt><dd><Time at={x.hunted} full empty={d.never} /></dd>
        </dl>
        <section><div className="section-title">{d.ageing}</div><AgeingCurve of={x} /></section>
        {x.assertions && x.assertions.length > 0 && (
          <section>
            <div className="section-title">{d.assertions}</div>
            <table className="list-table compact">
              <thead><tr><th>{d.columns.name}</th><th>{d.columns.confidence}</th><th>{d.columns.tlp}</th><th>{d.columns.first}</th><th>{d.columns.asserted}</th><th>{d.columns.until}</th></tr></thead>
              <tbody>{x.assertions.map((a) => <tr key={a.feed + a.reference}><td>{a.feed}{a.revoked && <span className="badge calm">{d.state.revoked}</span>}{a.reference && <div className="quiet mono wrap-any">{a.reference}</div>}</td><td>{a.confidence}</td><td><Tlp word={a.tlp} /></td><td><Time at={a.first} /></td><td><Time at={a.asserted} /></td><td><Time at={a.valid_until} full /></td></tr>)}</tbody>
            </table>
          </section>
        )}
      </div>
      {allowing && <Allow value={x.value} onClose={() => setAllowing(false)} />}
    </>
  );
}
