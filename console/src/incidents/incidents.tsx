import { useVirtualizer } from "@tanstack/react-virtual";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Input, Segmented, Select, type InputRef } from "antd";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useBlock } from "../actions/block";
import type { Incident, IncidentEdit, Severity as SeverityWord } from "../api/vocabulary";
import { useRange } from "../app/range-pick";
import { incidentSorts, incidentViews, type IncidentSearch } from "../app/router";
import { useSession } from "../app/session";
import { useKeys } from "../app/shortcuts";
import { useLanguage, useT } from "../i18n";
import { ChipFilterProvider, isEntity, type ChipFilter } from "../ui/chip";
import { Icon } from "../ui/icons";
import { Empty, Failed, Loading } from "../ui/states";
import { zoneName } from "../ui/time";
import { CloseDialog, OwnerDialog, useEditIncidents } from "./edit";
import { IncidentFlyout } from "./flyout";
import { useIncidentList } from "./list";
import { IncidentGhost, IncidentRow, rowHeight } from "./row";
import { suspectOf } from "./suspects";

type Dialog = { kind: "close" | "owner" | "escalate"; incidents: Incident[] };

/** The queue of incidents: list, flyout beside it, all of it by keyboard. */
export function IncidentsScreen() {
  const t = useT();
  const search = useSearch({ from: "/incidents" });
  const navigate = useNavigate({ from: "/incidents" });
  const range = useRange();
  const { session, may } = useSession();
  const me = session.name;
  const list = useIncidentList(useStable(pickFilter(search)), useStable(range), me);
  const { rows, total, query } = list;
  const set = useCallback((next: Partial<IncidentSearch>, replace = false) => void navigate({ to: "/incidents", search: (prev) => ({ ...prev, ...next }), replace }), [navigate]);
  const [focus, setFocus] = useState(-1);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const block = useBlock();
  const edit = useEditIncidents();
  const scroller = useRef<HTMLDivElement>(null);
  const filterBox = useRef<InputRef>(null);
  const virtual = useVirtualizer({ count: total, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 10 });
  const shown = virtual.getVirtualItems();
  const lastShown = shown.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && lastShown >= rows.length - 40) void fetchNextPage();
  }, [lastShown, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  const show = useCallback((index: number) => {
    setFocus(index);
    const row = rows[index];
    if (row) set({ id: row.id }, true);
  }, [rows, set]);
  const select = useCallback((id: string) => setSelected((old) => {
    const next = new Set(old);
    if (!next.delete(id)) next.add(id);
    return next;
  }), []);
  const at = search.id ? rows.findIndex((r) => r.id === search.id) : -1;
  const focused = focus >= 0 ? focus : at;
  const move = (step: number) => {
    const next = Math.min(rows.length - 1, Math.max(0, focused + step));
    if (rows.length === 0) return;
    setFocus(next);
    virtual.scrollToIndex(next, { align: "auto" });
    const row = rows[next];
    if (search.id && row) set({ id: row.id }, true);
  };
  const chosen = (): Incident[] => {
    if (selected.size) return rows.filter((r) => selected.has(r.id));
    const row = rows[focused];
    return row ? [row] : [];
  };
  const apply = (change: IncidentEdit, incidents = chosen()) => {
    if (!incidents.length || !may("write")) return;
    edit.mutate({ incidents, edit: change });
    setSelected(new Set());
  };
  const ask = (kind: Dialog["kind"]) => {
    const incidents = chosen();
    if (incidents.length && may("write")) setDialog({ kind, incidents });
  };
  useKeys({
    j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1),
    Home: () => move(-rows.length), End: () => move(rows.length),
    Enter: () => { const row = rows[focused]; if (row) void navigate({ to: "/incidents/$id", params: { id: row.id } }); },
    Space: () => { const row = rows[focused]; if (row) set({ id: search.id === row.id ? undefined : row.id }, true); },
    Escape: () => { if (selected.size) setSelected(new Set()); else if (search.id) set({ id: undefined }, true); else return false; },
    x: () => { const row = rows[focused]; if (row) select(row.id); },
    a: () => apply({ status: "working", owner: me }), o: () => apply({ owner: me }), e: () => ask("escalate"), c: () => ask("close"),
    b: () => { const row = rows[focused]; if (row && may("respond")) block({ target: suspectOf(row), incidentId: row.id }); },
    "/": () => filterBox.current?.focus(),
  }, { active: dialog === null });

  const chipFilter = useMemo<ChipFilter>(() => ({ include: (v) => set(isEntity(v) ? { entity: `${v.kind}:${v.name}`, view: "all" } : { q: v.name }) }), [set]);
  const narrowed = Boolean(search.q || search.severity || search.entity || search.rule || search.owner || range.since);
  return (
    <ChipFilterProvider value={chipFilter}>
      <div className="screen">
        <Head search={search} set={set} filterBox={filterBox} count={list.all} ready={query.isSuccess} fresh={list.fresh} onFresh={() => { void list.reload(); setFocus(-1); scroller.current?.scrollTo({ top: 0 }); }} />
        {selected.size > 0 && (
          <div className="bulk" role="toolbar" aria-label={t.common.selected(selected.size)}>
            <b>{t.common.selected(selected.size)}</b>
            <Button onClick={() => apply({ status: "working", owner: me })}>{t.incidents.ack} <kbd>a</kbd></Button>
            <Button onClick={() => ask("owner")}>{t.incidents.assign}</Button>
            <Button onClick={() => ask("escalate")}>{t.incidents.escalate} <kbd>e</kbd></Button>
            <Button onClick={() => ask("close")}>{t.incidents.closeWith} <kbd>c</kbd></Button>
            <Button type="text" onClick={() => setSelected(new Set())}>{t.common.clear}</Button>
          </div>
        )}
        <div className="screen-body">
          <div className="inc-list">
            <div className="inc-scroll" ref={scroller} role="grid" aria-label={t.incidents.list} aria-rowcount={total + 1} tabIndex={0}>
              <ListHead />
              {query.isPending ? <Loading rows={12} /> : query.error && !rows.length ? <Failed error={query.error} retry={() => void query.refetch()} /> : rows.length === 0 ? (
                <Nothing narrowed={narrowed} onClear={() => set({ q: undefined, severity: undefined, entity: undefined, rule: undefined, owner: undefined })} />
              ) : (
                <div role="rowgroup" className="inc-rows" style={{ height: virtual.getTotalSize() }}>
                  {shown.map((v) => {
                    const row = rows[v.index];
                    return row
                      ? <IncidentRow key={row.id} incident={row} index={v.index} top={v.start} focused={v.index === focused} shown={row.id === search.id} selected={selected.has(row.id)} onShow={show} onSelect={select} />
                      : <IncidentGhost key={v.index} top={v.start} />;
                  })}
                </div>
              )}
            </div>
          </div>
          {search.id && <IncidentFlyout id={search.id} onClose={() => set({ id: undefined }, true)} onAct={(kind, incident) => setDialog({ kind, incidents: [incident] })} onEdit={(change, incident) => apply(change, [incident])} />}
        </div>
        {dialog?.kind === "close" && <CloseDialog count={dialog.incidents.length} onClose={() => setDialog(null)} onDone={(change) => { apply(change, dialog.incidents); setDialog(null); }} />}
        {(dialog?.kind === "owner" || dialog?.kind === "escalate") && <OwnerDialog title={dialog.kind === "escalate" ? t.incidents.escalate : t.incidents.assignTitle} me={me} needsReason={dialog.kind === "escalate"} onClose={() => setDialog(null)} onDone={(change) => { apply(change, dialog.incidents); setDialog(null); }} />}
      </div>
    </ChipFilterProvider>
  );
}

/** The part of the address that changes which incidents are listed. */
const pickFilter = ({ view, sort, severity, owner, q, entity, rule }: IncidentSearch): IncidentSearch => ({ view, sort, severity, owner, q, entity, rule });

/** The same object as long as its content is the same. */
function useStable<T>(value: T): T {
  const key = JSON.stringify(value);
  // eslint-disable-next-line react-hooks/exhaustive-deps
  return useMemo(() => value, [key]);
}

function ListHead() {
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
      <span role="columnheader" className="c-status">{c.status}</span>
    </div>
  );
}

function Nothing({ narrowed, onClear }: { narrowed: boolean; onClear: () => void }) {
  const t = useT();
  return narrowed
    ? <Empty title={t.state.emptyFilter}><Button onClick={onClear}>{t.state.clearFilter}</Button></Empty>
    : <Empty title={t.incidents.empty} lead={t.incidents.emptyLead} />;
}

const severities: readonly SeverityWord[] = ["critical", "high", "medium", "low"];

type HeadProps = { search: IncidentSearch; set: (next: Partial<IncidentSearch>, replace?: boolean) => void; filterBox: React.RefObject<InputRef | null>; count: number; ready: boolean; fresh: number; onFresh: () => void };

function Head({ search, set, filterBox, count, ready, fresh, onFresh }: HeadProps) {
  const { t } = useLanguage();
  const [text, setText] = useState(search.q ?? "");
  useEffect(() => setText(search.q ?? ""), [search.q]);
  useEffect(() => {
    const q = text.trim() || undefined;
    if (q === search.q) return;
    const timer = setTimeout(() => set({ q }, true), 250);
    return () => clearTimeout(timer);
  }, [text, search.q, set]);
  const entity = search.entity;
  return (
    <div className="screen-head">
      <h1>{t.incidents.title}</h1>
      <Segmented value={search.view ?? "queue"} onChange={(view) => set({ view, id: undefined })} options={incidentViews.map((v) => ({ value: v, label: t.incidents[v] }))} />
      <Input ref={filterBox} className="head-search" prefix={<Icon name="search" size={14} />} value={text} onChange={(e) => setText(e.target.value)} placeholder={t.incidents.search} aria-label={t.incidents.search} allowClear suffix={text ? undefined : <kbd>/</kbd>} />
      <Select className="head-select" value={search.severity ?? ""} onChange={(v) => set({ severity: v || undefined })} aria-label={t.incidents.severityFilter} options={[{ value: "", label: `${t.incidents.severityFilter}: ${t.common.all}` }, ...severities.map((s) => ({ value: s, label: `≥ ${t.severity[s]}` }))]} />
      <Select className="head-select" value={search.sort ?? "score"} onChange={(sort) => set({ sort })} aria-label={t.incidents.sortLabel} options={incidentSorts.map((s) => ({ value: s, label: t.incidents.sort[s] }))} />
      {entity && <span className="badge accent">{t.incidents.entityFilter}: {entity.slice(entity.indexOf(":") + 1)} <button type="button" className="plain" aria-label={t.state.clearFilter} onClick={() => set({ entity: undefined })}><Icon name="close" size={12} /></button></span>}
      {search.rule && <span className="badge accent">{t.incidents.ruleFilter}: {search.rule} <button type="button" className="plain" aria-label={t.state.clearFilter} onClick={() => set({ rule: undefined })}><Icon name="close" size={12} /></button></span>}
      <span className="grow" />
      {fresh > 0 && <Button type="primary" onClick={onFresh} title={t.incidents.freshHint}>{t.incidents.fresh(fresh)} ▲</Button>}
      <span className="quiet" role="status">{ready ? t.incidents.rows(count) : ""}</span>
    </div>
  );
}
