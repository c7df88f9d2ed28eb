import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Input } from "antd";
import { useMemo } from "react";
import { ask, itemsOf } from "../api/queries";
import type { AsleepRules } from "../api/vocabulary";
import { useSession } from "../app/session";
import { useLanguage, useT } from "../i18n";
import { groupAsleep, own, wakeKey, type Group } from "../rules/list";
import { formatCount } from "../ui/format";
import { Icon } from "../ui/icons";
import { Severity } from "../ui/marks";
import { Ask, Empty } from "../ui/states";
import { DetectionTabs } from "./tabs";

/** Rules that can never fire here, by what would wake them: the plan for what to connect next. */
export function AsleepScreen() {
  const t = useT();
  const d = t.detection.asleep;
  const search = useSearch({ from: "/rules/asleep" });
  const navigate = useNavigate({ from: "/rules/asleep" });
  const query = useQuery(ask.asleep());
  const set = (next: Partial<typeof search>) => void navigate({ search: (prev) => ({ ...prev, ...next }), replace: true });
  return (
    <div className="screen">
      <div className="screen-head tabbed">
        <DetectionTabs />
        <Input className="head-search" value={search.q ?? ""} onChange={(e) => set({ q: e.target.value || undefined })} prefix={<Icon name="search" size={14} />} placeholder={d.search} aria-label={d.search} allowClear />
        <span className="quiet grow ellipsis">{query.data ? d.lead(query.data.total, query.data.rules) : ""}</span>
      </div>
      <div className="screen-body"><div className="table-box" tabIndex={0}>
        <Ask query={query} rows={8}>{(data) => <Groups of={data} q={search.q ?? ""} onClear={() => set({ q: undefined })} />}</Ask>
      </div></div>
    </div>
  );
}

function Groups({ of, q, onClear }: { of: AsleepRules; q: string; onClear: () => void }) {
  const { t, ruleName } = useLanguage();
  const d = t.detection.asleep;
  const rules = useQuery(ask.rules());
  const { may } = useSession();
  const byId = useMemo(() => new Map(itemsOf(rules.data).map((r) => [r.id, r])), [rules.data]);
  const groups = useMemo(() => groupAsleep(of.items ?? [], new Map((of.wakes ?? []).map((w) => [wakeKey(w.logsource, w.fields), w.how]))), [of]);
  const name = (r: Group["rules"][number]) => { const known = byId.get(r.rule_id); return known ? ruleName(known) : r.title; };
  const low = q.toLowerCase();
  const shown = groups.filter((g) => !low || `${g.logsource} ${g.fields.join(" ")} ${g.how ?? ""} ${g.rules.map((r) => `${name(r)} ${r.title}`).join(" ")}`.toLowerCase().includes(low));
  if (groups.length === 0) return <Empty title={d.none} lead={d.noneLead} />;
  if (shown.length === 0) return <Empty title={t.state.emptyFilter}><Button onClick={onClear}>{t.state.clearFilter}</Button></Empty>;
  const most = Math.max(...groups.map((g) => g.rules.length));
  return (
    <table className="list-table rows roomy">
      <thead><tr><th>{d.need}</th><th className="right">{t.rules.title}</th><th aria-hidden="true" /><th>{d.wakes}</th><th>{t.rules.columns.attack}</th><th>{d.how}</th></tr></thead>
      <tbody>{shown.map((g) => {
        const techniques = [...new Set(g.rules.flatMap((r) => byId.get(r.rule_id)?.techniques ?? []))].sort();
        return (
          <tr key={wakeKey(g.logsource, g.fields)}>
            <td><b className="mono">{g.logsource}</b>{g.fields.length > 0 && <div className="quiet wrap-any">{d.fields} <span className="mono">{g.fields.join(", ")}</span></div>}</td>
            <td className="right"><b className="figure small">{formatCount(g.rules.length)}</b></td>
            <td className="wake-bar"><span className="meter"><i style={{ width: `${(g.rules.length / most) * 100}%` }} /></span></td>
            <td><ul className="wake-list">{g.rules.map((r) => <li key={r.rule_id}><Severity level={r.severity} bare /> <Link to="/rules" search={{ id: r.rule_id }}>{name(r)}</Link></li>)}</ul></td>
            <td><span className="chips">{techniques.slice(0, 8).map((x) => <Link key={x} to="/rules/attack" search={{ id: x.split(".")[0] }} className="badge calm">{x}</Link>)}{techniques.length > 8 && <span className="chip-more" title={techniques.slice(8).join(" ")}>+{techniques.length - 8}</span>}</span></td>
            <td className="wrap-any">{own(g) ? <span className="quiet">{d.noNews}</span> : <span className="column tight"><span>{g.how || d.send(g.logsource)}</span>{may("write") && <Link to="/sources" search={{ add: "1" }}>{t.sources.add}</Link>}</span>}</td>
          </tr>
        );
      })}</tbody>
    </table>
  );
}
