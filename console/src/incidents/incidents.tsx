import { useVirtualizer } from "@tanstack/react-virtual";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { App, Button, type InputRef } from "antd";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useBlock } from "../actions/block";
import type { Incident, IncidentEdit } from "../api/vocabulary";
import { useRange } from "../app/range-pick";
import type { IncidentSearch } from "../app/router";
import { useSession } from "../app/session";
import { useKeys } from "../app/shortcuts";
import "../incident/triage.css";
import { useT } from "../i18n";
import { ChipFilterProvider, isEntity, type ChipFilter } from "../ui/chip";
import { Empty, Failed, Loading } from "../ui/states";
import { BulkBar } from "./bulk";
import { OwnerDialog, useEditIncidents } from "./edit";
import { IncidentFlyout } from "./flyout";
import { Head, ListHead } from "./head";
import { useLines, useSnoozed } from "./lines";
import { useIncidentList } from "./list";
import { MergeDialog } from "./merge";
import { keepPlace, placeLeft } from "./place";
import { GroupHead, IncidentGhost, IncidentRow, headHeight, rowHeight } from "./row";
import { SnoozeDialog } from "./snooze";
import { SplitDialog } from "./split";
import { suspectOf } from "./suspects";
import { useTeams } from "./teams";
import { CloseDialog } from "./verdict";

export type Deed = "close" | "owner" | "escalate" | "merge" | "split" | "snooze";
type Dialog = { kind: Deed; incidents: Incident[] };

/** So many incidents are read to be grouped, at the most. */
const groupedAtMost = 2000;

/** The queue of incidents: list, flyout beside it, all of it by keyboard. */
export function IncidentsScreen() {
  const t = useT();
  const search = useSearch({ from: "/incidents" });
  const navigate = useNavigate({ from: "/incidents" });
  const range = useRange();
  const { session, may } = useSession();
  const me = session.name;
  const list = useIncidentList(useStable(pickFilter(search)), useStable(range), me);
  const { query } = list;
  const teams = useTeams();
  const { message } = App.useApp();
  const snoozing = useSnoozed();
  const puttingOff = (search.view ?? "queue") === "queue" || search.view === "mine";
  const { awake } = snoozing;
  const rows = useMemo(() => (puttingOff ? list.rows.filter(awake) : list.rows), [puttingOff, list.rows, awake]);
  const asleep = list.rows.length - rows.length;
  const lines = useLines(rows, list.total - asleep, search.group);
  const set = useCallback((next: Partial<IncidentSearch>, replace = false) => void navigate({ to: "/incidents", search: (prev) => ({ ...prev, ...next }), replace }), [navigate]);
  const [focus, setFocus] = useState(() => { const place = placeLeft(sessionStorage); return place.back ? place.focus : undefined; });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const block = useBlock();
  const edit = useEditIncidents();
  const scroller = useRef<HTMLDivElement>(null);
  const filterBox = useRef<InputRef>(null);
  const { lineAt } = lines;
  const virtual = useVirtualizer({ count: lines.count, getScrollElement: () => scroller.current, estimateSize: (n) => (lineAt(n).kind === "head" ? headHeight : rowHeight), overscan: 10, getItemKey: useCallback((n: number) => { const l = lineAt(n); return l.kind === "row" ? l.incident.id : l.kind === "head" ? l.key : n; }, [lineAt]) });
  const shown = virtual.getVirtualItems();
  const lastShown = shown.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const wantMore = search.group ? list.rows.length < groupedAtMost : lastShown >= rows.length - 40;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && wantMore) void fetchNextPage();
  }, [wantMore, list.rows.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  const show = useCallback((id: string) => { setFocus(id); set({ id }, true); }, [set]);
  const select = useCallback((id: string) => setSelected((old) => {
    const next = new Set(old);
    if (!next.delete(id)) next.add(id);
    return next;
  }), []);
  const selectAll = useCallback((ids: readonly string[], on: boolean) => setSelected((old) => {
    const next = new Set(old);
    for (const id of ids) if (on) next.add(id); else next.delete(id);
    return next;
  }), []);
  const current = focus ?? search.id;
  const focused = lines.lineOf(current);
  const row = rows.find((r) => r.id === current);
  useEffect(() => keepPlace(sessionStorage, { search, focus: current }), [search, current]);
  const returned = useRef(focus !== undefined);
  useEffect(() => {
    if (!returned.current || focused < 0) return;
    returned.current = false;
    virtual.scrollToIndex(focused, { align: "center" });
  }, [focused, virtual]);
  const move = (step: number) => {
    const next = lines.rowFrom(focused, step);
    if (!next) return;
    setFocus(next.incident.id);
    virtual.scrollToIndex(next.line, { align: "auto" });
    if (search.id) set({ id: next.incident.id }, true);
  };
  const chosen = (): Incident[] => (selected.size ? rows.filter((r) => selected.has(r.id)) : row ? [row] : []);
  const apply = (change: IncidentEdit, incidents = chosen()) => {
    if (!incidents.length || !may("write")) return;
    edit.mutate({ incidents, edit: change });
    setSelected(new Set());
  };
  const ask = (kind: Deed, incidents = chosen()) => {
    if (incidents.length && may("write")) setDialog({ kind, incidents });
  };
  useKeys({
    j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1),
    Home: () => move(-rows.length), End: () => move(rows.length),
    Enter: () => { if (row) void navigate({ to: "/incidents/$id", params: { id: row.id } }); },
    Space: () => { if (row) set({ id: search.id === row.id ? undefined : row.id }, true); },
    Escape: () => { if (selected.size) setSelected(new Set()); else if (search.id) set({ id: undefined }, true); else return false; },
    x: () => { if (row) select(row.id); }, u: () => edit.undo(),
    a: () => apply({ status: "working", owner: me }), o: () => apply({ owner: me }), e: () => ask("escalate"), c: () => ask("close"), m: () => ask("merge"), z: () => ask("snooze"),
    s: () => { const one = row ?? chosen()[0]; if (one) ask("split", [one]); },
    b: () => { if (row && may("respond")) block({ target: suspectOf(row), incidentId: row.id }); },
    "/": () => filterBox.current?.focus(),
  }, { active: dialog === null });

  const chipFilter = useMemo<ChipFilter>(() => ({ include: (v) => set(isEntity(v) ? { entity: `${v.kind}:${v.name}`, view: "all" } : { q: v.name }) }), [set]);
  const narrowed = Boolean(search.q || search.severity || search.entity || search.rule || search.owner || search.team || range.since);
  const part = search.group && query.hasNextPage && list.rows.length >= groupedAtMost ? list.rows.length : 0;
  return (
    <ChipFilterProvider value={chipFilter}>
      <div className="screen">
        <Head search={search} set={set} teams={teams} filterBox={filterBox} count={list.all} ready={query.isSuccess} fresh={list.fresh} onFresh={() => { void list.reload(); setFocus(undefined); scroller.current?.scrollTo({ top: 0 }); }} snoozed={asleep} onWake={snoozing.wake} />
        {selected.size > 0 && may("write") && <BulkBar count={selected.size} onAck={() => apply({ status: "working", owner: me })} onAsk={(kind) => ask(kind)} onClear={() => setSelected(new Set())} />}
        {search.view === "below" && <p className="inc-note quiet">{t.triage.below.lead}</p>}
        {part > 0 && <p className="inc-note quiet">{t.triage.group.part(part)}</p>}
        <div className="screen-body">
          <div className="inc-list">
            <div className={teams.size > 0 ? "inc-scroll with-teams" : "inc-scroll"} ref={scroller} role="grid" aria-label={t.incidents.list} aria-rowcount={lines.count + 1} tabIndex={0}>
              <ListHead teams={teams.size > 0} />
              {query.isPending ? <Loading rows={12} /> : query.error && !rows.length ? <Failed error={query.error} retry={() => void query.refetch()} /> : rows.length === 0 ? (
                <Nothing narrowed={narrowed} below={search.view === "below"} onClear={() => set({ q: undefined, severity: undefined, entity: undefined, rule: undefined, owner: undefined, team: undefined })} />
              ) : (
                <div role="rowgroup" className="inc-rows" style={{ height: virtual.getTotalSize() }}>
                  {shown.map((v) => {
                    const line = lineAt(v.index);
                    if (line.kind === "head") return <GroupHead key={line.key} name={line.name} ids={line.ids} worst={line.worst} open={line.open} index={v.index} top={v.start} all={line.ids.every((id) => selected.has(id))} onFold={lines.fold} onSelect={selectAll} />;
                    if (line.kind === "ghost") return <IncidentGhost key={v.index} top={v.start} />;
                    const i = line.incident;
                    return <IncidentRow key={i.id} incident={i} team={teams.size > 0 ? i.team && (teams.get(i.team) ?? i.team) || "" : undefined} index={v.index} top={v.start} focused={v.index === focused} shown={i.id === search.id} selected={selected.has(i.id)} onShow={show} onSelect={select} />;
                  })}
                </div>
              )}
            </div>
          </div>
          {search.id && <IncidentFlyout id={search.id} onClose={() => set({ id: undefined }, true)} onAct={(kind, incident) => setDialog({ kind, incidents: [incident] })} onEdit={(change, incident) => apply(change, [incident])} />}
        </div>
        {dialog && <Dialogs of={dialog} me={me} onClose={() => setDialog(null)} onDuplicate={() => setDialog({ ...dialog, kind: "merge" })} onMerged={(id) => { setSelected(new Set()); show(id); }} onEdit={(change) => { apply(change, dialog.incidents); setDialog(null); }}
          onSnooze={(until) => { snoozing.snooze(dialog.incidents, until); setSelected(new Set()); setDialog(null); void message.success(t.triage.snooze.done(dialog.incidents.length)); }} />}
      </div>
    </ChipFilterProvider>
  );
}

type DialogProps = { of: Dialog; me: string; onClose: () => void; onDuplicate: () => void; onEdit: (edit: IncidentEdit) => void; onMerged: (id: string) => void; onSnooze: (until: number) => void };

function Dialogs({ of: { kind, incidents }, me, onClose, onDuplicate, onEdit, onMerged, onSnooze }: DialogProps) {
  const t = useT();
  switch (kind) {
    case "close": return <CloseDialog count={incidents.length} onClose={onClose} onDone={onEdit} onDuplicate={onDuplicate} />;
    case "merge": return <MergeDialog incidents={incidents} onClose={onClose} onDone={onMerged} />;
    case "split": return incidents[0] ? <SplitDialog id={incidents[0].id} onClose={onClose} /> : null;
    case "snooze": return <SnoozeDialog count={incidents.length} onClose={onClose} onDone={onSnooze} />;
    default: return <OwnerDialog title={kind === "escalate" ? t.incidents.escalate : t.incidents.assignTitle} me={me} needsReason={kind === "escalate"} onClose={onClose} onDone={onEdit} />;
  }
}

/** The part of the address that changes which incidents are listed. */
const pickFilter = ({ view, sort, severity, owner, q, entity, rule, team }: IncidentSearch): IncidentSearch => ({ view, sort, severity, owner, q, entity, rule, team });

/** The same object as long as its content is the same. */
function useStable<T>(value: T): T {
  const key = JSON.stringify(value);
  // eslint-disable-next-line react-hooks/exhaustive-deps
  return useMemo(() => value, [key]);
}

function Nothing({ narrowed, below, onClear }: { narrowed: boolean; below: boolean; onClear: () => void }) {
  const t = useT();
  if (narrowed) return <Empty title={t.state.emptyFilter}><Button onClick={onClear}>{t.state.clearFilter}</Button></Empty>;
  return below ? <Empty title={t.triage.below.empty} lead={t.triage.below.lead} /> : <Empty title={t.incidents.empty} lead={t.incidents.emptyLead} />;
}
