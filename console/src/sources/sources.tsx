import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Input, Segmented, type InputRef } from "antd";
import { useRef, useState } from "react";
import { ask, itemsOf } from "../api/queries";
import type { SourceStatus } from "../api/vocabulary";
import { ReadOnly } from "../app/readonly";
import { useSession } from "../app/session";
import { useKeys } from "../app/shortcuts";
import { useT } from "../i18n";
import { formatCount, formatDuration, formatPercent, formatRate } from "../ui/format";
import { Icon } from "../ui/icons";
import { SparkLine } from "../ui/spark";
import { Ask, Empty } from "../ui/states";
import { Time, zoneName } from "../ui/time";
import { AddSource } from "./add";
import { SourceFlyout } from "./flyout";

const states = ["well", "quiet", "silent", "failing"] as const;
const tone = { well: "good", quiet: "warn", silent: "bad", failing: "bad" } as const;
const order = { failing: 0, silent: 1, quiet: 2, well: 3 } as const;

export function SourceState({ state }: { state: SourceStatus["state"] }) {
  const t = useT();
  return <span className={`badge ${tone[state]}`} title={t.sources.stateHint[state]}><Icon name={state === "well" ? "check" : state === "quiet" ? "clock" : "close"} size={12} /> {t.sources.state[state]}</span>;
}

export const droppedOf = (s: SourceStatus): number => Object.values(s.dropped).reduce((a, b) => a + b, 0);

/** Who sends, how well, and what is lost or not understood. */
export function SourcesScreen() {
  const t = useT();
  const search = useSearch({ from: "/sources" });
  const navigate = useNavigate({ from: "/sources" });
  const { may } = useSession();
  const query = useQuery(ask.sources());
  const box = useRef<InputRef>(null);
  const set = (next: Partial<typeof search>) => void navigate({ search: (prev) => ({ ...prev, ...next }), replace: true });
  const all = itemsOf(query.data);
  const low = (search.q ?? "").toLowerCase();
  const rows = all.filter((s) => (!search.state || s.state === search.state) && (!low || `${s.name} ${s.peer ?? ""} ${s.receiver}`.toLowerCase().includes(low)))
    .sort((a, b) => order[a.state] - order[b.state] || a.name.localeCompare(b.name));
  const [focus, setFocus] = useState(-1);
  const at = search.id ? rows.findIndex((r) => r.name === search.id) : focus;
  const move = (n: number) => {
    const next = Math.min(rows.length - 1, Math.max(0, at + n));
    setFocus(next);
    const row = rows[next];
    if (search.id && row) set({ id: row.name });
    document.getElementById(`source-${next}`)?.scrollIntoView({ block: "nearest" });
  };
  const openAt = () => { const row = rows[at]; if (row) set({ id: row.name }); };
  useKeys({
    j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1), Enter: openAt, Space: openAt,
    Escape: () => { if (!search.id) return false; set({ id: undefined }); }, "/": () => box.current?.focus(),
  });
  const chosen = all.find((s) => s.name === search.id);
  const troubled = all.filter((s) => s.state !== "well").length;
  return (
    <div className="screen">
      <div className="screen-head">
        <h1>{t.sources.title}</h1>
        <Segmented value={search.state ?? ""} onChange={(v) => set({ state: v || undefined })} options={[{ value: "", label: t.common.all }, ...states.map((s) => ({ value: s as string, label: t.sources.state[s] }))]} />
        <Input ref={box} className="head-search" value={search.q ?? ""} onChange={(e) => set({ q: e.target.value || undefined })} prefix={<Icon name="search" size={14} />} placeholder={t.sources.search} aria-label={t.sources.search} allowClear />
        <span className="grow" />
        {query.data && <span className="quiet">{t.sources.count(rows.length)}{troubled ? ` · ${t.sources.troubled(troubled)}` : ""}</span>}
        {!may("write") && <ReadOnly />}
        {may("write") && <Button type="primary" icon={<Icon name="plus" size={14} />} onClick={() => set({ add: "1" })}>{t.sources.add}</Button>}
      </div>
      <div className="screen-body">
        <div className="table-box" tabIndex={0}>
          <Ask query={query} rows={10}>
            {() => all.length === 0 ? <Empty title={t.sources.empty} lead={t.sources.emptyLead}><Button type="primary" onClick={() => set({ add: "1" })}>{t.sources.add}</Button></Empty>
              : rows.length === 0 ? <Empty title={t.state.emptyFilter}><Button onClick={() => set({ q: undefined, state: undefined })}>{t.state.clearFilter}</Button></Empty>
                : <SourceTable rows={rows} at={at} chosen={search.id} onOpen={(s, i) => { setFocus(i); set({ id: s.name }); }} />}
          </Ask>
        </div>
        {chosen && <SourceFlyout source={chosen} onClose={() => set({ id: undefined })} />}
      </div>
      {search.add && <AddSource onClose={() => set({ add: undefined })} />}
    </div>
  );
}

function SourceTable({ rows, at, chosen, onOpen }: { rows: SourceStatus[]; at: number; chosen?: string; onOpen: (s: SourceStatus, index: number) => void }) {
  const t = useT();
  const c = t.sources.columns;
  return (
    <table className="list-table rows">
      <thead><tr><th>{c.state}</th><th>{c.name}</th><th>{c.receiver}</th><th>{c.rate}</th><th className="right">{c.records}</th><th className="right">{c.lag}</th><th>{c.last} <small>{zoneName()}</small></th><th className="right">{c.failures}</th><th className="right">{c.dropped}</th><th>{c.datasets}</th></tr></thead>
      <tbody>
        {rows.map((s, i) => (
          <tr key={s.name} id={`source-${i}`} className={[i === at && "focused", s.name === chosen && "shown"].filter(Boolean).join(" ") || undefined} onClick={() => onOpen(s, i)}>
            <td><SourceState state={s.state} /></td>
            <td><button type="button" className="plain name" onClick={(e) => { e.stopPropagation(); onOpen(s, i); }}>{s.name}</button></td>
            <td>{s.receiver}</td>
            <td><div className="row"><SparkLine values={s.rate} label={`${c.rate} ${s.name}`} /><span>{formatRate(s.rate.at(-1) ?? 0)}</span></div></td>
            <td className="right">{formatCount(s.records)}</td>
            <td className="right nowrap">{formatDuration(s.lag_ms, t.time)}</td>
            <td><Time at={s.last} /></td>
            <td className="right nowrap">{s.failures ? <b className="text-warn">{formatPercent((s.failures / Math.max(1, s.records)) * 100)}</b> : <span className="quiet">0</span>}</td>
            <td className="right">{droppedOf(s) ? <b className="text-bad">{formatCount(droppedOf(s))}</b> : <span className="quiet">0</span>}</td>
            <td><Datasets of={s.datasets} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What most of its records were recognised as; the rest is counted, and named when pointed at. */
function Datasets({ of }: { of: SourceStatus["datasets"] }) {
  const names = Object.entries(of).sort((a, b) => b[1] - a[1]).map(([name]) => name);
  const rest = names.slice(2);
  return <>{names.slice(0, 2).map((name) => <span key={name} className="badge calm">{name}</span>)}{rest.length > 0 && <span className="quiet" title={rest.join(", ")}> +{rest.length}</span>}</>;
}
