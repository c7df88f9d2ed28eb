import { useMemo } from "react";
import type { EntityRef, Evidence } from "../api/vocabulary";
import { useLanguage } from "../i18n";
import { Icon } from "../ui/icons";
import { Severity } from "../ui/marks";
import { Empty } from "../ui/states";
import { Time } from "../ui/time";
import { inFocus, keyOf, useFocus } from "./focus";

const maxLanes = 7;
const laneKinds: Record<string, number> = { address: 3, host: 3, user: 2, cloud_account: 2, domain: 1 };

/** The entities that deserve a lane: those that take part most, people and machines before files. */
export function lanesOf(evidence: readonly Evidence[]): EntityRef[] {
  const seen = new Map<string, { ref: EntityRef; weight: number; at: number }>();
  evidence.forEach((e, at) => {
    for (const ref of e.alert.entities) {
      const lane = seen.get(keyOf(ref)) ?? { ref, weight: 0, at };
      lane.weight += laneKinds[ref.kind] ?? 0.2;
      seen.set(keyOf(ref), lane);
    }
  });
  return [...seen.values()].sort((a, b) => b.weight - a.weight).slice(0, maxLanes).sort((a, b) => a.at - b.at).map((l) => l.ref);
}

/** What happened, downwards in time, with a lane for each entity. */
export function Timeline({ evidence, chosen, onChoose }: { evidence: readonly Evidence[]; chosen?: string; onChoose: (e: Evidence) => void }) {
  const { t, pick, ruleTitle } = useLanguage();
  const { focus, setFocus } = useFocus();
  const rows = useMemo(() => [...evidence].sort((a, b) => a.number - b.number), [evidence]);
  const lanes = useMemo(() => lanesOf(rows), [rows]);
  if (rows.length === 0) return <Empty title={t.incident.noEvidence} />;
  return (
    <div className="timeline" style={{ "--lanes": lanes.length } as React.CSSProperties}>
      <div className="tl-head">
        <span />
        <span className="tl-lanes">
          {lanes.map((l) => (
            <button key={keyOf(l)} type="button" className={focus.entity === keyOf(l) ? "tl-lane on" : "tl-lane"} title={`${t.entity[l.kind]}: ${l.name}`} onMouseEnter={() => setFocus({ entity: keyOf(l) })} onMouseLeave={() => setFocus({})} onFocus={() => setFocus({ entity: keyOf(l) })} onBlur={() => setFocus({})}>
              <span>{l.name}</span><Icon name={l.kind} size={12} />
            </button>
          ))}
        </span>
        <span />
      </div>
      <ol className="tl-rows">
        {rows.map((e) => {
          const on = new Set(e.alert.entities.map(keyOf));
          const hits = lanes.flatMap((l, i) => (on.has(keyOf(l)) ? [i] : []));
          return (
            <li key={e.number}>
              <button type="button" id={`evidence-${e.number}`} className={["tl-row", !inFocus(e, focus) && "fade", chosen === e.alert.id && "on", focus.until === e.number && "now"].filter(Boolean).join(" ")} aria-current={focus.until === e.number ? "step" : undefined} onClick={() => onChoose(e)} onMouseEnter={() => setFocus({ evidence: e.number })} onMouseLeave={() => setFocus({})}>
                <span className="tl-time"><Time at={e.alert.time} /></span>
                <span className="tl-lanes" aria-hidden="true">
                  {hits.length > 1 && <i className="tl-bar" style={{ left: `${(hits[0] as number) * 24 + 12}px`, width: `${((hits.at(-1) as number) - (hits[0] as number)) * 24}px` }} />}
                  {lanes.map((l, i) => <i key={keyOf(l)} className="tl-line" style={{ left: `${i * 24 + 12}px` }} />)}
                  {hits.map((i) => <i key={i} className={`tl-dot ${e.alert.severity}`} style={{ left: `${i * 24 + 12}px` }} />)}
                </span>
                <span className="tl-text">
                  <span className="cite">{e.number}</span> <Severity level={e.alert.severity} bare /> <span>{pick(e.text) || ruleTitle(e.alert)}</span>
                  {e.count > 1 && <span className="quiet"> {t.common.times(e.count)}</span>}
                  <span className="tl-rule">{[pick(e.text).includes(ruleTitle(e.alert)) ? "" : ruleTitle(e.alert), ...e.alert.tactics.map((x) => t.tactics[x] ?? x), ...e.alert.techniques].filter(Boolean).join(" · ")}</span>
                </span>
              </button>
            </li>
          );
        })}
      </ol>
    </div>
  );
}
