import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { App, Button, Input, Select, Upload, type InputRef } from "antd";
import { useMemo, useRef, useState } from "react";
import { api, queryString } from "../api/client";
import { ask, itemsOf } from "../api/queries";
import type { RuleStatus, RuleUpload, Severity as SeverityWord } from "../api/vocabulary";
import { ReadOnly } from "../app/readonly";
import { useSession } from "../app/session";
import { useKeys } from "../app/shortcuts";
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

const states = ["live", "shadow", "off", "asleep", "rejected"] as const;
type Shown = (typeof states)[number];
const tone = { live: "good", shadow: "accent", off: "calm", asleep: "warn", rejected: "bad" } as const;
const icon = { live: "check", shadow: "clock", off: "stop", asleep: "stop", rejected: "close" } as const;
const rank: Record<SeverityWord, number> = { info: 0, low: 1, medium: 2, high: 3, critical: 4 };

/** What a rule does here: where its roll-out stands, or what keeps it from running or from ever firing. */
export function shownState(r: RuleStatus): Shown {
  if (r.state === "rejected") return "rejected";
  if (r.state === "off") return "off";
  if (r.asleep) return "asleep";
  return r.stage === "shadow" ? "shadow" : "live";
}

export function RuleState({ rule }: { rule: RuleStatus }) {
  const t = useT();
  const state = shownState(rule);
  const word = state === "live" && rule.stage === "auto" ? t.detection.stage.auto : t.rules.state[state];
  return <span className={`badge ${tone[state]}`} title={rule.problem || rule.asleep || t.detection.stageHint[rule.stage]}><Icon name={icon[state]} size={12} /> {word}</span>;
}

type Filter = { q?: string; state?: string; severity?: string; tactic?: string };

/** The rules that a filter leaves, those that fired most first. */
export function filterRules(all: readonly RuleStatus[], f: Filter): RuleStatus[] {
  const words = (f.q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const least = f.severity && f.severity in rank ? rank[f.severity as SeverityWord] : 0;
  return all.filter((r) => {
    if (f.state && shownState(r) !== f.state) return false;
    if (rank[r.severity] < least) return false;
    if (f.tactic && !r.tactics.includes(f.tactic)) return false;
    const text = `${r.title} ${r.title_zh ?? ""} ${r.id} ${r.file} ${r.tags.join(" ")} ${r.techniques.join(" ")}`.toLowerCase();
    return words.every((w) => text.includes(w));
  }).sort((a, b) => Number(b.state === "rejected") - Number(a.state === "rejected") || b.fired - a.fired || rank[b.severity] - rank[a.severity] || a.title.localeCompare(b.title));
}

const rowHeight = 44;

/** Every rule: what it does, whether it runs, how often it fired. */
export function RulesScreen() {
  const t = useT();
  const search = useSearch({ from: "/rules" });
  const navigate = useNavigate({ from: "/rules" });
  const { may } = useSession();
  const query = useQuery(ask.rules());
  const box = useRef<InputRef>(null);
  const set = (next: Partial<typeof search>) => void navigate({ search: (prev) => ({ ...prev, ...next }), replace: true });
  const all = useMemo(() => itemsOf(query.data), [query.data]);
  const { q, state, severity, tactic } = search;
  const rows = useMemo(() => filterRules(all, { q, state, severity, tactic }), [all, q, state, severity, tactic]);
  const [focus, setFocus] = useState(-1);
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
  const openAt = () => { const row = rows[at]; if (row) set({ id: row.id }); };
  useKeys({
    j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1), Enter: openAt, Space: openAt,
    Escape: () => { if (!search.id) return false; set({ id: undefined }); }, "/": () => box.current?.focus(),
  });
  const live = all.filter((r) => ["live", "shadow"].includes(shownState(r))).length;
  const c = t.rules.columns;
  return (
    <div className="screen">
      <div className="screen-head">
        <DetectionTabs />
        <Input ref={box} className="head-search" value={q ?? ""} onChange={(e) => set({ q: e.target.value || undefined })} prefix={<Icon name="search" size={14} />} placeholder={t.rules.search} aria-label={t.rules.search} allowClear suffix={q ? undefined : <kbd>/</kbd>} />
        <Select className="head-select" value={state ?? ""} onChange={(v) => set({ state: v || undefined })} aria-label={c.state} options={[{ value: "", label: `${c.state}: ${t.common.all}` }, ...states.map((s) => ({ value: s as string, label: t.rules.state[s] }))]} />
        <Select className="head-select" value={severity ?? ""} onChange={(v) => set({ severity: v || undefined })} aria-label={c.severity} options={[{ value: "", label: `${c.severity}: ${t.common.all}` }, ...(["critical", "high", "medium", "low"] as const).map((s) => ({ value: s as string, label: `≥ ${t.severity[s]}` }))]} />
        <Select className="head-select wide" value={tactic ?? ""} onChange={(v) => set({ tactic: v || undefined })} aria-label={t.rules.tactic} options={[{ value: "", label: t.rules.anyTactic }, ...tactics.map((x) => ({ value: x as string, label: t.tactics[x] ?? x }))]} />
        <span className="grow" />
        {query.data && <span className="quiet nowrap" title={t.rules.count(rows.length)}>{t.rules.coverage(live, all.length)}</span>}
        {may("write") ? <><UploadRules /><Button type="primary" icon={<Icon name="plus" size={14} />} onClick={() => void navigate({ to: "/rules/edit" })}>{t.detection.editor.create}</Button></> : <ReadOnly />}
      </div>
      <div className="screen-body">
        <div className="rule-list">
          <div className="inc-scroll" ref={scroller} role="grid" aria-label={t.rules.title} aria-rowcount={rows.length + 1} tabIndex={0}>
            <div role="row" aria-rowindex={1} className="rule-head">
              <span role="columnheader">{c.state}</span><span role="columnheader">{c.severity}</span><span role="columnheader">{c.title}</span><span role="columnheader" className="c-attack">{c.attack}</span><span role="columnheader" className="c-source">{c.source}</span><span role="columnheader">{c.fired}</span><span role="columnheader" className="c-false right" title={t.rules.falseHint}>{c.falseShare}</span><span role="columnheader" className="c-cost right" title={t.rules.costHint}>{c.cost}</span><span role="columnheader" className="c-last">{c.last} <small>{zoneName()}</small></span>
            </div>
            <Ask query={query} rows={12}>
              {() => rows.length === 0 ? (all.length ? <Empty title={t.rules.empty}><Button onClick={() => set({ q: undefined, state: undefined, severity: undefined, tactic: undefined })}>{t.state.clearFilter}</Button></Empty> : <Empty title={t.rules.empty} lead={t.rules.emptyLead} />) : (
                <div role="rowgroup" className="inc-rows" style={{ height: virtual.getTotalSize() }}>
                  {virtual.getVirtualItems().map((v) => {
                    const r = rows[v.index];
                    if (!r) return null;
                    const names = ["rule-row", v.index === at && "focused", r.id === search.id && "shown"].filter(Boolean).join(" ");
                    return <div key={r.id + r.file} role="row" aria-rowindex={v.index + 2} className={names} style={{ transform: `translateY(${v.start}px)` }} onClick={() => { setFocus(v.index); set({ id: r.id }); }}><Cells rule={r} /></div>;
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

function Cells({ rule: r }: { rule: RuleStatus }) {
  const { t, ruleName } = useLanguage();
  const title = ruleName(r);
  return (
    <>
      <span role="gridcell"><RuleState rule={r} /></span>
      <span role="gridcell"><Severity level={r.severity} /></span>
      <span role="gridcell" className="rule-title"><button type="button" className={r.problem ? "plain name one" : "plain name"} title={`${title}\n${r.file}`} tabIndex={-1}>{title || r.file}</button>{r.problem && <span className="text-bad ellipsis" title={r.problem}>{r.problem}</span>}</span>
      <span role="gridcell" className="c-attack"><span className="ellipsis">{r.tactics.map((x) => t.tactics[x] ?? x).join(", ") || "—"}</span><span className="quiet ellipsis">{r.techniques.join(" ")}</span></span>
      <span role="gridcell" className="c-source ellipsis quiet">{[r.product, r.category, r.service].filter(Boolean).join(" / ") || "—"}</span>
      <span role="gridcell" className="row"><SparkBars values={r.fired_days} label={t.rules.columns.fired} width={96} /><b>{formatCount(r.fired)}</b></span>
      <span role="gridcell" className="c-false right">{r.verdicts ? <span className={r.false_share > .5 ? "text-warn" : undefined} title={t.rules.verdicts(r.verdicts)}>{formatPercent(r.false_share * 100)}</span> : <span className="quiet">—</span>}</span>
      <span role="gridcell" className="c-cost right">{r.cost_us > 0 ? <span title={t.rules.costShare(r.cost_share)}>{formatMicros(r.cost_us)}</span> : <span className="quiet">—</span>}</span>
      <span role="gridcell" className="c-last"><Time at={r.last_fired} empty={t.rules.never} /></span>
    </>
  );
}

function UploadRules() {
  const t = useT();
  const { message, notification } = App.useApp();
  const client = useQueryClient();
  const send = useMutation({
    mutationFn: (file: File) => api.post<RuleUpload>(`/rules${queryString({ name: file.name })}`, undefined, { raw: { type: typeOf(file.name), data: file } }),
    onSuccess: (done) => {
      void client.invalidateQueries({ queryKey: ["rules"] });
      const text = [t.rules.uploaded(done.added.length), done.rejected.length ? t.rules.rejected(done.rejected.length) : ""].filter(Boolean).join(" · ");
      if (!done.rejected.length) { message.success(text); return; }
      notification.warning({ title: text, duration: 0, description: <ul className="plain-list">{done.rejected.slice(0, 20).map((r, i) => <li key={i}><b className="mono">{r.file}</b> {r.problem}</li>)}</ul> });
    },
    onError: (error) => message.error(error.message, 8),
  });
  return (
    <Upload accept=".yml,.yaml,.zip,.gz,.tgz" showUploadList={false} beforeUpload={(file) => { send.mutate(file); return false; }}>
      <Button icon={<Icon name="upload" size={14} />} loading={send.isPending} title={t.rules.uploadHint}>{t.rules.upload}</Button>
    </Upload>
  );
}

const typeOf = (name: string): string => (name.endsWith(".zip") ? "application/zip" : /\.(gz|tgz)$/.test(name) ? "application/gzip" : "application/yaml");
