import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Button, Checkbox, Input, Select, type InputRef } from "antd";
import { useMemo, useRef, useState } from "react";
import { ask, itemsOf } from "../api/queries";
import type { RuleStatus } from "../api/vocabulary";
import { ReadOnly } from "../app/readonly";
import { useSession } from "../app/session";
import { useKeys } from "../app/shortcuts";
import { useAsleep } from "../detection/reasons";
import { DetectionTabs } from "../detection/tabs";
import { useLanguage, useT } from "../i18n";
import { formatCount, formatMicros, formatPercent } from "../ui/format";
import { Icon } from "../ui/icons";
import { Severity } from "../ui/marks";
import { SparkBars } from "../ui/spark";
import { tactics } from "../ui/stages";
import { Ask, Empty } from "../ui/states";
import { Time, zoneName } from "../ui/time";
import { RuleFlyout } from "./flyout";
import { filterRules, ruleStates, tallyRules } from "./list";
import { RuleState } from "./marks";
import { StagePick, useRuleEdit } from "./stage";
import { UploadRules } from "./upload";

const rowHeight = 44;
const noFilter = { q: undefined, state: undefined, severity: undefined, tactic: undefined, kind: undefined };

/** Every rule: what it does, whether it runs, how often it fired. */
export function RulesScreen() {
  const t = useT();
  const search = useSearch({ from: "/rules" });
  const navigate = useNavigate({ from: "/rules" });
  const { may } = useSession();
  const write = may("write");
  const query = useQuery(ask.rules());
  const box = useRef<InputRef>(null);
  const set = (next: Partial<typeof search>) => void navigate({ search: (prev) => ({ ...prev, ...next }), replace: true });
  const all = useMemo(() => itemsOf(query.data), [query.data]);
  const { q, state, severity, tactic, kind } = search;
  const rows = useMemo(() => filterRules(all, { q, state, severity, tactic, kind }), [all, q, state, severity, tactic, kind]);
  const [focus, setFocus] = useState(-1);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const at = search.id ? rows.findIndex((r) => r.id === search.id) : focus;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 10 });
  const move = (n: number) => {
    const next = Math.min(rows.length - 1, Math.max(0, at + n));
    setFocus(next);
    virtual.scrollToIndex(next, { align: "auto" });
    const row = rows[next];
    if (search.id && row) set({ id: row.id });
  };
  const pick = (r: RuleStatus | undefined) => setPicked((old) => {
    if (!r || !write || r.state === "rejected") return old;
    const next = new Set(old);
    if (!next.delete(r.id)) next.add(r.id);
    return next;
  });
  const openAt = () => { const row = rows[at]; if (row) set({ id: row.id }); };
  useKeys({
    j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1), Enter: openAt, Space: openAt, x: () => pick(rows[at]),
    Escape: () => { if (search.id) set({ id: undefined }); else if (picked.size) setPicked(new Set()); else return false; }, "/": () => box.current?.focus(),
  });
  const changeable = rows.filter((r) => r.state !== "rejected");
  const every = changeable.length > 0 && changeable.every((r) => picked.has(r.id));
  const c = t.rules.columns;
  return (
    <div className="screen">
      <div className="screen-head tabbed">
        <DetectionTabs />
        <Input ref={box} className="head-search" value={q ?? ""} onChange={(e) => set({ q: e.target.value || undefined })} prefix={<Icon name="search" size={14} />} placeholder={t.rules.search} aria-label={t.rules.search} allowClear suffix={q ? undefined : <kbd>/</kbd>} />
        <Select className="head-select" value={severity ?? ""} onChange={(v) => set({ severity: v || undefined })} aria-label={c.severity} options={[{ value: "", label: `${c.severity}: ${t.common.all}` }, ...(["critical", "high", "medium", "low"] as const).map((s) => ({ value: s as string, label: `≥ ${t.severity[s]}` }))]} />
        <Select className="head-select wide" value={tactic ?? ""} onChange={(v) => set({ tactic: v || undefined })} aria-label={t.rules.tactic} options={[{ value: "", label: t.rules.anyTactic }, ...tactics.map((x) => ({ value: x as string, label: t.tactics[x] ?? x }))]} />
        <span className="grow" />
        {write && <><UploadRules /><Button type="primary" icon={<Icon name="plus" size={14} />} onClick={() => void navigate({ to: "/rules/edit" })}>{t.detection.editor.create}</Button></>}
      </div>
      <div className="screen-head sub">
        {picked.size > 0 ? <Bulk ids={[...picked]} onClear={() => setPicked(new Set())} /> : <><Tally all={all} shown={rows.length} search={search} set={set} /><span className="grow" />{!write && <ReadOnly />}</>}
      </div>
      <div className="screen-body">
        <div className="rule-list">
          <div className="inc-scroll" ref={scroller} role="grid" aria-label={t.rules.title} aria-rowcount={rows.length + 1} tabIndex={0}>
            <div role="row" aria-rowindex={1} className={write ? "rule-head" : "rule-head fixed"}>
              {write && <span role="columnheader"><Checkbox checked={every} indeterminate={!every && picked.size > 0} onChange={() => setPicked(every ? new Set() : new Set(changeable.map((r) => r.id)))} aria-label={t.detection.list.selectAll} /></span>}
              <span role="columnheader">{c.state}</span><span role="columnheader">{c.severity}</span><span role="columnheader">{c.title}</span><span role="columnheader" className="c-attack">{c.attack}</span><span role="columnheader" className="c-source">{c.source}</span><span role="columnheader">{c.fired}</span><span role="columnheader" className="c-false right" title={t.rules.falseHint}>{c.falseShare}</span><span role="columnheader" className="c-cost right" title={t.rules.costHint}>{c.cost}</span><span role="columnheader" className="c-last">{c.last} <small>{zoneName()}</small></span>
            </div>
            <Ask query={query} rows={12}>
              {() => rows.length === 0 ? (all.length ? <Empty title={t.rules.empty}><Button onClick={() => set(noFilter)}>{t.state.clearFilter}</Button></Empty> : <Empty title={t.rules.empty} lead={t.rules.emptyLead}>{write && <Button type="primary" onClick={() => void navigate({ to: "/rules/edit" })}>{t.detection.editor.create}</Button>}</Empty>) : (
                <div role="rowgroup" className="inc-rows" style={{ height: virtual.getTotalSize() }}>
                  {virtual.getVirtualItems().map((v) => {
                    const r = rows[v.index];
                    if (!r) return null;
                    const names = ["rule-row", !write && "fixed", v.index === at && "focused", r.id === search.id && "shown", picked.has(r.id) && "selected"].filter(Boolean).join(" ");
                    return (
                      <div key={r.id + r.file} role="row" aria-rowindex={v.index + 2} className={names} style={{ transform: `translateY(${v.start}px)` }} onClick={() => { setFocus(v.index); set({ id: r.id }); }}>
                        {write && <span role="gridcell" onClick={(e) => e.stopPropagation()}><Checkbox checked={picked.has(r.id)} disabled={r.state === "rejected"} onChange={() => pick(r)} aria-label={t.incidents.selectRow(r.title || r.file)} /></span>}
                        <Cells rule={r} />
                      </div>
                    );
                  })}
                </div>
              )}
            </Ask>
          </div>
        </div>
        {search.id && <RuleFlyout key={search.id} id={search.id} onClose={() => set({ id: undefined })} />}
      </div>
    </div>
  );
}

type Search = { state?: string; kind?: string };

/** How many rules are in each state; a word keeps only those. */
function Tally({ all, shown, search, set }: { all: readonly RuleStatus[]; shown: number; search: Search; set: (next: { state?: string; kind?: RuleStatus["kind"] }) => void }) {
  const t = useT();
  const d = t.detection;
  const n = useMemo(() => tallyRules(all), [all]);
  const kinds = (["rule", "correlation", "filter"] as const).filter((k) => n.kind[k] > 0);
  if (all.length === 0) return null;
  return (
    <div className="tally-bar">
      <button type="button" aria-pressed={!search.state} onClick={() => set({ state: undefined })}>{t.common.all} <b>{formatCount(all.length)}</b></button>
      {ruleStates.map((s) => <button key={s} type="button" className={`is-${s}`} aria-pressed={search.state === s} disabled={!n.state[s] && search.state !== s} title={d.list.stateHint[s]} onClick={() => set({ state: search.state === s ? undefined : s })}>{t.rules.state[s]} <b>{formatCount(n.state[s])}</b></button>)}
      {kinds.length > 1 && <i aria-hidden="true" />}
      {kinds.length > 1 && kinds.map((k) => <button key={k} type="button" aria-pressed={search.kind === k} onClick={() => set({ kind: search.kind === k ? undefined : k })}>{d.kind.many[k]} <b>{formatCount(n.kind[k])}</b></button>)}
      {shown < all.length && <span className="quiet">{t.common.showing(shown, all.length)}</span>}
    </div>
  );
}

/** What can be done with the chosen rules at once. */
function Bulk({ ids, onClear }: { ids: readonly string[]; onClear: () => void }) {
  const t = useT();
  const { edit, setStage } = useRuleEdit(ids, onClear);
  return <><b>{t.common.selected(ids.length)}</b><span className="quiet">{t.detection.list.bulk}</span><StagePick disabled={edit.isPending} onChange={setStage} /><Button type="text" onClick={onClear}>{t.common.clear} <kbd>Esc</kbd></Button></>;
}

function Cells({ rule: r }: { rule: RuleStatus }) {
  const { t, ruleName } = useLanguage();
  const asleep = useAsleep();
  const title = ruleName(r);
  const why = r.problem ?? (r.state === "live" ? asleep(r) : undefined);
  const note = why || r.kind !== "rule" || r.exceptions > 0;
  return (
    <>
      <span role="gridcell"><RuleState rule={r} why={why} /></span>
      <span role="gridcell">{r.severity === r.level ? <Severity level={r.severity} /> : <span title={t.detection.list.overridden(t.severity[r.level])} className="overridden"><Severity level={r.severity} /></span>}</span>
      <span role="gridcell" className="rule-title">
        <button type="button" className={note ? "plain name one" : "plain name"} title={`${title}\n${r.file}`} tabIndex={-1}>{title || r.file}</button>
        {note && <span className={r.problem ? "text-bad ellipsis rule-note" : "quiet ellipsis rule-note"} title={why}>{[r.kind === "rule" ? "" : t.detection.kind[r.kind], r.exceptions ? t.detection.list.exceptions(r.exceptions) : "", why].filter(Boolean).join(" · ")}</span>}
      </span>
      <span role="gridcell" className="c-attack"><span className="ellipsis" title={r.tactics.map((x) => t.tactics[x] ?? x).join(", ")}>{r.tactics.map((x) => t.tactics[x] ?? x).join(", ") || "—"}</span><span className="quiet ellipsis">{r.techniques.join(" ")}</span></span>
      <span role="gridcell" className="c-source ellipsis quiet">{[r.product, r.category, r.service].filter(Boolean).join(" / ") || "—"}</span>
      <span role="gridcell" className="row"><SparkBars values={r.fired_days} label={t.rules.columns.fired} width={96} /><b>{formatCount(r.fired)}</b></span>
      <span role="gridcell" className="c-false right">{r.verdicts ? <span className={r.false_share > .5 ? "text-warn" : undefined} title={t.rules.verdicts(r.verdicts)}>{formatPercent(r.false_share * 100)}</span> : <span className="quiet">—</span>}</span>
      <span role="gridcell" className="c-cost right">{r.cost_us > 0 ? <span title={t.rules.costShare(r.cost_share)}>{formatMicros(r.cost_us)}</span> : <span className="quiet">—</span>}</span>
      <span role="gridcell" className="c-last"><Time at={r.last_fired} empty={t.rules.never} /></span>
    </>
  );
}
