import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Input, Segmented } from "antd";
import { useMemo } from "react";
import { ask, itemsOf } from "../api/queries";
import type { Coverage, CoveredTechnique } from "../api/vocabulary";
import { useKeys } from "../app/shortcuts";
import { useLanguage, useT } from "../i18n";
import { RuleState } from "../rules/marks";
import { formatCount } from "../ui/format";
import { Icon } from "../ui/icons";
import { Severity } from "../ui/marks";
import { Ask, Empty } from "../ui/states";
import { Time } from "../ui/time";
import { useAsleep } from "./reasons";
import { DetectionTabs } from "./tabs";

export const coverStates = ["fired", "able", "asleep", "gap"] as const;
type Cover = (typeof coverStates)[number];

/** What could be said of a technique today: seen, could be seen, could not for lack of data, nobody looks. */
export function coverOf(t: CoveredTechnique): Cover {
  if (t.fired > 0) return "fired";
  if (t.live + t.shadow > t.asleep) return "able";
  return t.rules > 0 ? "asleep" : "gap";
}

const parentOf = (id: string): string => id.split(".")[0] ?? id;

/** A technique with its sub-techniques, in the best of their states. */
export type Cell = { id: string; name: string; cover: Cover; own: CoveredTechnique | undefined; subs: CoveredTechnique[]; rules: number; fired: number };

/** The cells of one tactic: techniques in order of their names, sub-techniques folded into their parents. */
export function cellsOf(tactic: string, all: readonly CoveredTechnique[]): Cell[] {
  const cells = new Map<string, Cell>();
  const names = new Map(all.map((t) => [t.id, t.name]));
  for (const t of all) {
    if (!t.tactics.includes(tactic)) continue;
    const id = parentOf(t.id);
    const cell = cells.get(id) ?? { id, name: names.get(id) ?? id, cover: "gap" as Cover, own: undefined, subs: [], rules: 0, fired: 0 };
    cells.set(id, cell);
    if (t.id === id) cell.own = t;
    else cell.subs.push(t);
    cell.rules += t.rules;
    cell.fired += t.fired;
    if (coverStates.indexOf(coverOf(t)) < coverStates.indexOf(cell.cover)) cell.cover = coverOf(t);
  }
  return [...cells.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/** The matrix of ATT&CK: what fired, what could, what lacks data, and where no rule is. */
export function AttackScreen() {
  const t = useT();
  const d = t.detection.attack;
  const search = useSearch({ from: "/rules/attack" });
  const navigate = useNavigate({ from: "/rules/attack" });
  const query = useQuery(ask.coverage());
  const set = (next: Partial<typeof search>) => void navigate({ search: (prev) => ({ ...prev, ...next }), replace: true });
  useKeys({ Escape: () => { if (!search.id) return false; set({ id: undefined }); } });
  const tally = useMemo(() => tallyOf(query.data), [query.data]);
  return (
    <div className="screen">
      <div className="screen-head tabbed">
        <DetectionTabs />
        <Input className="head-search" value={search.q ?? ""} onChange={(e) => set({ q: e.target.value || undefined })} prefix={<Icon name="search" size={14} />} placeholder={d.search} aria-label={d.search} allowClear />
        <Segmented value={search.show ?? "all"} onChange={(v) => set({ show: v === "all" ? undefined : "covered" })} options={[{ value: "all", label: d.allTechniques }, { value: "covered", label: d.covered }]} aria-label={d.show} />
        <span className="grow" />
        <Button href="/api/v1/coverage/layer" download="vedette-layer.json" icon={<Icon name="download" size={14} />}>{d.layer}</Button>
      </div>
      <div className="attack-legend">
        <div role="list">{coverStates.map((s) => <span key={s} role="listitem" title={d[`${s}Hint`]}><i className={`swatch ${s}`} /> {d[s]} <b>{formatCount(tally[s])}</b></span>)}</div>
        <span className="quiet grow ellipsis">{d.lead}</span>{tally.asleep > 0 && <Link to="/rules/asleep">{d.wake}</Link>}
      </div>
      <div className="screen-body">
        <div className="attack-scroll" tabIndex={0}>
          <Ask query={query} rows={12}>{(data) => <Matrix of={data} q={search.q ?? ""} covered={search.show === "covered"} chosen={search.id} onChoose={(id) => set({ id })} />}</Ask>
        </div>
        {search.id && query.data && <TechniqueFlyout id={search.id} of={query.data} onClose={() => set({ id: undefined })} />}
      </div>
    </div>
  );
}

function tallyOf(data: Coverage | undefined): Record<Cover, number> {
  const out: Record<Cover, number> = { fired: 0, able: 0, asleep: 0, gap: 0 };
  for (const t of data?.techniques ?? []) out[coverOf(t)]++;
  return out;
}

function Matrix({ of, q, covered, chosen, onChoose }: { of: Coverage; q: string; covered: boolean; chosen?: string; onChoose: (id: string) => void }) {
  const { t, language } = useLanguage();
  const d = t.detection.attack;
  const low = q.toLowerCase();
  const fits = (c: Cell) => (!covered || c.cover !== "gap") && (!low || `${c.id} ${c.name} ${c.subs.map((s) => `${s.id} ${s.name}`).join(" ")}`.toLowerCase().includes(low));
  return (
    <div className="attack-matrix" style={{ gridTemplateColumns: `repeat(${of.tactics.length}, minmax(124px, 1fr))` }}>
      {of.tactics.map((tactic) => {
        const cells = cellsOf(tactic.name, of.techniques);
        const seen = cells.filter((c) => c.cover === "fired" || c.cover === "able").length;
        return (
          <section key={tactic.name} aria-label={language === "zh" ? tactic.zh : tactic.en}>
            <header><b>{language === "zh" ? tactic.zh : tactic.en}</b><span className="quiet">{d.of(seen, cells.length)}</span></header>
            {cells.filter(fits).map((c) => (
              <button key={c.id} type="button" className={c.id === chosen ? `cell ${c.cover} on` : `cell ${c.cover}`} onClick={() => onChoose(c.id)} title={`${c.id} ${c.name}\n${d[c.cover]} · ${d.rules(c.rules)}`}>
                <span>{c.name}<span className="visually-hidden"> {c.id}: {d[c.cover]}, {d.rules(c.rules)}</span></span>{c.rules > 0 && <small aria-hidden="true">{c.rules}</small>}
              </button>
            ))}
          </section>
        );
      })}
    </div>
  );
}

function TechniqueFlyout({ id, of, onClose }: { id: string; of: Coverage; onClose: () => void }) {
  const t = useT();
  const d = t.detection.attack;
  const { ruleName } = useLanguage();
  const rules = useQuery(ask.rules());
  const asleep = useAsleep();
  const family = of.techniques.filter((x) => parentOf(x.id) === id).sort((a, b) => a.id.localeCompare(b.id));
  const own = family.find((x) => x.id === id);
  const mine = itemsOf(rules.data).filter((r) => r.techniques.some((x) => parentOf(x) === id)).sort((a, b) => b.fired - a.fired || a.title.localeCompare(b.title));
  const fired = family.reduce((n, x) => n + x.fired, 0);
  return (
    <aside className="flyout wide" aria-label={t.common.details}>
      <div className="flyout-head">
        <div className="grow column tight">
          <div className="row wrap"><span className="badge calm">{id}</span>{fired > 0 && <span className="badge accent">{d.firedTimes(fired)}</span>}</div>
          <h2 className="flyout-title">{own?.name ?? id}</h2>
        </div>
        <button type="button" className="icon-button" onClick={onClose} aria-label={t.common.close} title={`${t.common.close} (Esc)`}><Icon name="close" /></button>
      </div>
      <div className="flyout-body" tabIndex={0}>
        {family.length > 1 && <section><div className="section-title">{d.subs}</div><ul className="sub-list">{family.filter((x) => x.id !== id).map((x) => <li key={x.id}><i className={`swatch ${coverOf(x)}`} /><span className="quiet nowrap">{x.id}</span><span className="grow">{x.name}</span><span className="quiet nowrap">{d[coverOf(x)]}{x.rules ? ` · ${d.rules(x.rules)}` : ""}</span></li>)}</ul></section>}
        <section>
          <div className="section-title">{t.rules.title}</div>
          {mine.length === 0 ? <Empty title={d.noRules} lead={d.noRulesLead} /> : (
            <table className="list-table compact"><tbody>{mine.map((r) => (
              <tr key={r.id + r.file}><td><RuleState rule={r} /></td><td><Severity level={r.severity} /></td><td><Link to="/rules" search={{ id: r.id }}>{ruleName(r)}</Link>{r.asleep && <div className="quiet wrap-any">{asleep(r)}</div>}</td><td className="right nowrap">{formatCount(r.fired)}</td><td className="nowrap"><Time at={r.last_fired} empty={t.rules.never} /></td></tr>
            ))}</tbody></table>
          )}
        </section>
      </div>
    </aside>
  );
}
