import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { App, Button, Input, Popconfirm } from "antd";
import { useState } from "react";
import { api } from "../api/client";
import { ask, itemsOf } from "../api/queries";
import type { Exception } from "../api/vocabulary";
import { ReadOnly } from "../app/readonly";
import { useSession } from "../app/session";
import { useLanguage, useT } from "../i18n";
import { formatCount } from "../ui/format";
import { Icon } from "../ui/icons";
import { Ask, Empty } from "../ui/states";
import { Time, zoneName } from "../ui/time";
import { ExceptionDialog } from "./exception";
import { DetectionTabs } from "./tabs";

const week = 7 * 86_400_000;

/** What is hidden on purpose: where, why, by whom, until when, and how often it was needed. */
export function ExceptionsScreen() {
  const t = useT();
  const d = t.detection.exceptions;
  const search = useSearch({ from: "/rules/exceptions" });
  const navigate = useNavigate({ from: "/rules/exceptions" });
  const { may } = useSession();
  const query = useQuery(ask.exceptions());
  const titles = useRuleTitles();
  const set = (next: Partial<typeof search>) => void navigate({ search: (prev) => ({ ...prev, ...next }), replace: true });
  const all = itemsOf(query.data);
  const words = (search.q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const rows = all.filter((e) => { const text = `${titles(e.rule_id)} ${e.rule_id} ${e.reason} ${e.owner} ${e.selection}`.toLowerCase(); return words.every((w) => text.includes(w)); })
    .sort((a, b) => Number(over(a)) - Number(over(b)) || Date.parse(a.expires) - Date.parse(b.expires));
  const chosen = all.find((e) => e.id === search.id);
  const close = () => set({ id: undefined, rule: undefined, selection: undefined });
  return (
    <div className="screen">
      <div className="screen-head tabbed">
        <DetectionTabs />
        <Input className="head-search" value={search.q ?? ""} onChange={(e) => set({ q: e.target.value || undefined })} prefix={<Icon name="search" size={14} />} placeholder={d.search} aria-label={d.search} allowClear />
        <span className="grow" />
        {may("write") ? <Button type="primary" icon={<Icon name="plus" size={14} />} onClick={() => set({ id: "new" })}>{d.create}</Button> : <ReadOnly />}
      </div>
      <div className="screen-body">
        <div className="table-box" tabIndex={0}>
          <Ask query={query} rows={8}>
            {() => all.length === 0 ? <Empty title={d.empty} lead={d.emptyLead}>{may("write") && <Button type="primary" onClick={() => set({ id: "new" })}>{d.create}</Button>}</Empty> : rows.length === 0 ? <Empty title={t.state.emptyFilter}><Button onClick={() => set({ q: undefined })}>{t.state.clearFilter}</Button></Empty> : (
              <table className="list-table rows">
                <thead><tr><th>{t.rules.columns.state}</th><th>{d.rule}</th><th>{d.selection}</th><th>{d.reason}</th><th>{d.owner}</th><th>{d.expires} <small>{zoneName()}</small></th><th className="right">{d.hidden}</th><th>{d.last}</th><th><span className="visually-hidden">{d.change}</span></th></tr></thead>
                <tbody>{rows.map((e) => <Row key={e.id} of={e} title={titles(e.rule_id)} onChange={may("write") ? () => set({ id: e.id }) : undefined} />)}</tbody>
              </table>
            )}
          </Ask>
        </div>
      </div>
      {may("write") && (search.id === "new" || chosen) && <ExceptionDialog key={search.id} exception={chosen} rule={chosen?.rule_id ?? search.rule} selection={chosen?.selection ?? search.selection} onClose={close} />}
    </div>
  );
}

const over = (e: Exception): boolean => Date.parse(e.expires) <= Date.now();

/** Names rules by id, in the reader's language. */
export function useRuleTitles(): (id: string, otherwise?: string) => string {
  const { t, ruleName } = useLanguage();
  const rules = useQuery(ask.rules());
  const byId = new Map(itemsOf(rules.data).map((r) => [r.id, r]));
  return (id, otherwise = id) => { const rule = byId.get(id); return id ? (rule ? ruleName(rule) : otherwise) : t.detection.exceptions.every; };
}

function Row({ of: e, title, onChange }: { of: Exception; title: string; onChange?: () => void }) {
  const t = useT();
  const d = t.detection.exceptions;
  const { message } = App.useApp();
  const client = useQueryClient();
  const remove = useMutation({ mutationFn: () => api.delete(`/exceptions/${encodeURIComponent(e.id)}`), onSuccess: () => { message.success(d.removed); void client.invalidateQueries({ queryKey: ["exceptions"] }); }, onError: (x) => message.error(x.message, 6) });
  const [now] = useState(() => Date.now());
  const ends = Date.parse(e.expires) - now;
  return (
    <tr>
      <td><span className={ends <= 0 ? "badge calm" : ends < week ? "badge warn" : "badge good"} title={ends > 0 && ends < week ? d.soon : undefined}><Icon name={ends <= 0 ? "stop" : ends < week ? "clock" : "check"} size={12} /> {ends <= 0 ? d.state.over : d.state.live}</span></td>
      <td>{e.rule_id ? <Link to="/rules" search={{ id: e.rule_id }}>{title}</Link> : <b>{title}</b>}</td>
      <td><pre className="mono selection">{e.selection.trim()}</pre></td>
      <td className="wrap-any">{e.reason}</td>
      <td className="nowrap">{e.owner}</td>
      <td><Time at={e.expires} /></td>
      <td className="right">{formatCount(e.hidden)}</td>
      <td><Time at={e.last_hidden} empty={t.common.never} /></td>
      <td className="nowrap">{onChange && <><Button size="small" onClick={onChange}>{d.change}</Button> <Popconfirm title={d.removeTitle} description={d.removeLead} okText={d.remove} okButtonProps={{ danger: true }} onConfirm={() => remove.mutate()}><Button size="small" danger>{d.remove}</Button></Popconfirm></>}</td>
    </tr>
  );
}
