import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { App, Button, Popconfirm } from "antd";
import { useState } from "react";
import { api } from "../api/client";
import { itemsOf } from "../api/queries";
import { useSession } from "../app/session";
import { useRuleTitles } from "../detection/exceptions";
import { useLanguage, useT } from "../i18n";
import { Entities } from "../ui/chip";
import { formatCount } from "../ui/format";
import { Icon } from "../ui/icons";
import { Severity } from "../ui/marks";
import { SparkBars } from "../ui/spark";
import { Ask, Empty, Panel } from "../ui/states";
import { Countdown, Time } from "../ui/time";
import { RuleOrDetector } from "./detector";
import { askProposals, askSuppressions, type Proposal, type Suppression } from "./ask";

const week = 7 * 86_400_000;
const order = ["waiting", "active", "rejected", "expired"] as const;

/** What is proposed by verdicts, and what is hidden: by whom, until when, and how often. */
export function SuppressionsTab() {
  const t = useT();
  const n = t.noise.suppression;
  const query = useQuery(askSuppressions());
  const titles = useRuleTitles();
  return (
    <div className="padded">
      <div className="noise">
        <Proposals />
        <Panel title={t.noise.tabs.suppressions} flush>
          <Ask query={query} rows={6}>
            {(page) => itemsOf(page).length === 0 ? <Empty title={n.empty} lead={n.emptyLead} /> : (
              <div className="table-scroll" tabIndex={0} role="region" aria-label={t.noise.tabs.suppressions}>
                <table className="list-table rows suppressions">
                  <thead><tr><th>{n.columns.state}</th><th>{n.columns.what}</th><th>{n.columns.reason}</th><th>{n.columns.owner}</th><th>{n.columns.expires}</th><th className="right">{n.columns.hidden}</th><th>{n.columns.last}</th><th><span className="visually-hidden">{n.columns.do}</span></th></tr></thead>
                  <tbody>{[...itemsOf(page)].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || Date.parse(a.expires) - Date.parse(b.expires)).map((s) => <Row key={s.id} of={s} title={titles(s.rule_id)} />)}</tbody>
                </table>
              </div>
            )}
          </Ask>
        </Panel>
      </div>
    </div>
  );
}

function Proposals() {
  const n = useT().noise.proposals;
  const query = useQuery(askProposals());
  return (
    <Panel title={n.title} flush extra={<span className="quiet panel-note">{n.lead}</span>}>
      <Ask query={query} rows={3}>
        {(page) => itemsOf(page).length === 0 ? <p className="quiet padded-line">{n.none}</p> : <ul className="proposals">{itemsOf(page).map((p) => <ProposalRow key={p.id} of={p} />)}</ul>}
      </Ask>
    </Panel>
  );
}

function ProposalRow({ of: p }: { of: Proposal }) {
  const { t, pick } = useLanguage();
  const n = t.noise.proposals;
  const s = t.noise.suppression;
  const { may } = useSession();
  const navigate = useNavigate({ from: "/noise" });
  const lost = p.preview?.true_lost?.length ?? p.true;
  return (
    <li className="proposal">
      <div className="grow column">
        <div className="row wrap"><Severity level={p.severity} bare /> <b><RuleOrDetector id={p.rule_id} title={pick(p.title)} /></b> <Entities entities={p.entities} max={6} /></div>
        <div className="quiet">{pick(p.why)} <span className="nowrap">{t.common.pair(n.people(p.people?.length ?? 0), p.people?.join(", ") ?? "")}</span></div>
      </div>
      {p.preview && (
        <div className="proposal-figures">
          <div><b className="figure small">{formatCount(p.preview.would_hide.alerts)}</b><span className="quiet">{n.would}</span></div>
          <div><b className={lost > 0 ? "figure small text-warn" : "figure small"}>{lost}</b><span className="quiet">{n.lost}</span></div>
          <SparkBars values={p.preview.days?.map((d) => d.alerts) ?? []} label={n.would} width={120} height={28} />
        </div>
      )}
      {p.preview?.critical && <span className="badge warn" title={s.critical[p.preview.critical_why ?? ""]}><Icon name="user" size={12} /> 2</span>}
      {may("write") && <Button onClick={() => void navigate({ search: (prev) => ({ ...prev, proposal: p.id }) })}>{n.take}</Button>}
    </li>
  );
}

const tone = { waiting: "badge warn", active: "badge good", rejected: "badge calm", expired: "badge calm" } as const;
const mark = { waiting: "user", active: "check", rejected: "close", expired: "stop" } as const;

function Row({ of: s, title }: { of: Suppression; title: string }) {
  const t = useT();
  const n = t.noise.suppression;
  const [now] = useState(() => Date.now());
  const soon = s.state === "active" && Date.parse(s.expires) - now < week;
  return (
    <tr>
      <td><span className={tone[s.state]}><Icon name={mark[s.state]} size={12} /> {n.state[s.state]}</span></td>
      <td className="suppression-what"><RuleOrDetector id={s.rule_id} title={title} /><Entities entities={s.entities} max={4} /></td>
      <td className="wrap-any">{s.reason}<div className="quiet">{n.by(s.proposed_by, s.second_by)}{s.proposal && <> · {n.from}</>}</div></td>
      <td>{s.owner}</td>
      <td className={soon ? "text-warn" : undefined}><Time at={s.expires} />{s.state === "active" && <div className="quiet"><Countdown until={s.expires} /></div>}</td>
      <td className="right"><b>{formatCount(s.hidden)}</b></td>
      <td><Time at={s.last_hidden} empty={t.common.never} /></td>
      <td className="nowrap"><Decide of={s} /></td>
    </tr>
  );
}

function Decide({ of: s }: { of: Suppression }) {
  const t = useT();
  const n = t.noise.suppression;
  const { may, session } = useSession();
  const { message } = App.useApp();
  const client = useQueryClient();
  const path = `/suppressions/${encodeURIComponent(s.id)}`;
  const said = (words: string) => { message.success(words); void client.invalidateQueries({ queryKey: ["noise"] }); };
  const failed = (e: Error) => message.error(e.message, 6);
  const approve = useMutation({ mutationFn: () => api.post(`${path}/approve`), onSuccess: () => said(n.approved), onError: failed });
  const reject = useMutation({ mutationFn: () => api.post(`${path}/reject`), onSuccess: () => said(n.rejected), onError: failed });
  const remove = useMutation({ mutationFn: () => api.delete(path), onSuccess: () => said(n.removed), onError: failed });
  if (!may("write")) return null;
  if (s.state === "waiting") {
    const own = s.proposed_by === session.name;
    return (
      <span className="row">
        {own ? <span className="quiet wrap-any">{n.own}</span> : <Button size="small" type="primary" loading={approve.isPending} onClick={() => approve.mutate()}>{n.approve}</Button>}
        <Button size="small" loading={reject.isPending} onClick={() => reject.mutate()}>{n.reject}</Button>
      </span>
    );
  }
  return <Popconfirm title={n.removeTitle} okText={n.remove} cancelText={t.common.cancel} okButtonProps={{ danger: true }} onConfirm={() => remove.mutate()}><Button size="small" danger>{n.remove}</Button></Popconfirm>;
}
