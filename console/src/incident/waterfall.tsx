import { Fragment, useState } from "react";
import type { Incident, Reason } from "../api/vocabulary";
import { useLanguage } from "../i18n";
import { Icon } from "../ui/icons";
import { waterfall, type Step } from "../ui/score";
import { byFamily, type FamilyName } from "./contributions";
import { useFocus } from "./focus";

type Props = { incident: Incident; onCite?: (number: number) => void };

/** The contributions to a score by family, end to end, and the sum that they make; each with what the score would be without it. */
export function Waterfall({ incident, onCite }: Props) {
  const { t } = useLanguage();
  const w = t.triage.score;
  const whole = waterfall(incident.reasons, incident.score);
  const groups = byFamily(incident.reasons, incident.score);
  const [open, setOpen] = useState<ReadonlySet<FamilyName>>(new Set());
  const turn = (family: FamilyName) => setOpen((old) => { const next = new Set(old); if (!next.delete(family)) next.add(family); return next; });
  if (groups.length === 0) return <p className="quiet flush">{w.none}</p>;
  const marks = groups.flatMap((g) => g.steps.flatMap((s) => [s.from, s.to]));
  const [least, most] = [Math.min(0, ...marks), Math.max(100, whole.sum, ...marks)];
  const at = (n: number) => `${((n - least) / (most - least)) * 100}%`;
  const wide = (n: number) => `${(Math.abs(n) / (most - least)) * 100}%`;
  const again = counted(incident.reasons);
  const familiar = groups.some((g) => g.family !== "other");
  return (
    <div className={again ? "waterfall by-family again" : "waterfall by-family"} role="table" aria-label={t.incident.waterfall}>
      {again && (
        <div role="row" className="contents wf-head">
          <span role="columnheader" /><span role="columnheader" className="wf-scale"><span aria-hidden="true">0</span><span className="visually-hidden">{w.scale}</span><span aria-hidden="true">{Math.round(most)}</span></span><span role="columnheader" className="right">{w.points}</span><span role="columnheader" className="right" title={w.withoutTitle}>{w.withoutIt}</span>
        </div>
      )}
      {groups.map((g) => (
        <Fragment key={g.family}>
          {familiar && (
            <div role="row" className="contents">
              <span role="cell" className="wf-family">{t.triage.family[g.family]}</span>
              <span role="cell" className="waterfall-track thin"><i className={g.points < 0 ? "minus" : undefined} style={{ left: at(Math.min(g.from, g.to)), width: wide(g.points) }} /></span>
              <span role="cell" className="right quiet wf-sum">{signed(g.points)}</span>{again && <span role="cell" />}
            </div>
          )}
          {(open.has(g.family) ? g.steps : g.steps.filter((s) => s.reason.points !== 0)).map((s, i) => (
            <div key={`${s.reason.code} ${i}`} role="row" className="contents">
              <span role="cell" className={familiar ? "wf-what" : undefined}><Words reason={s.reason} incident={incident} onCite={onCite} /></span>
              <span role="cell" className="waterfall-track"><i className={s.reason.points < 0 ? "minus" : undefined} style={{ left: at(Math.min(s.from, s.to)), width: wide(s.reason.points) }} /></span>
              <b role="cell" className="right">{signed(s.reason.points)}</b>
              {again && <span role="cell" className={s.reason.without === incident.score ? "right quiet wf-without" : "right wf-without"} title={`${w.without(s.reason.without)}${s.reason.weight ? ` · ${w.weight(s.reason.weight.toFixed(2))}` : ""}`}>{s.reason.without}</span>}
            </div>
          ))}
          <Small steps={g.steps} again={again} open={open.has(g.family)} onTurn={() => turn(g.family)} />
        </Fragment>
      ))}
      <div role="row" className="contents">
        <b role="cell">{t.incident.total}{whole.limit ? <span className="quiet"> · {t.incident.capped}</span> : null}{whole.agrees ? null : <span className="text-bad"> · {t.incident.mismatch(whole.sum)}</span>}</b>
        <span role="cell" className="waterfall-track"><i className="total" style={{ left: at(0), width: wide(whole.total) }} /></span>
        <b role="cell" className="right">{whole.total}</b>{again && <span role="cell" />}
      </div>
    </div>
  );
}

/** What gives less than a point is counted, and shown when asked for. */
function Small({ steps, again, open, onTurn }: { steps: readonly Step[]; again: boolean; open: boolean; onTurn: () => void }) {
  const { t } = useLanguage();
  const n = steps.filter((s) => s.reason.points === 0).length;
  if (n === 0) return null;
  return (
    <div role="row" className="contents">
      <span role="cell" className="wf-what"><button type="button" className="plain link flush-left" aria-expanded={open} onClick={onTurn}><Icon name={open ? "down" : "expand"} size={12} /> {open ? t.triage.score.fewer : t.triage.score.small(n)}</button></span>
      <span role="cell" /><span role="cell" />{again && <span role="cell" />}
    </div>
  );
}

/** A contribution in words, with the rule it quotes in the reader's language, its footnotes, and the score without it. */
function Words({ reason: r, incident, onCite }: { reason: Reason } & Props) {
  const { pick, ruleName } = useLanguage();
  const rule = incident.rules.find((x) => x.rule_id === (r.params?.rule ?? r.detector));
  const text = pick(r.text) || r.code;
  return (
    <>
      {rule ? text.replace(rule.title, ruleName(rule)) : text} <Cites numbers={r.evidence ?? []} onCite={onCite} />
    </>
  );
}

/** Contributions from before scores were computed anew without each of them all say 0. */
const counted = (reasons: readonly Reason[]): boolean => reasons.some((r) => r.without !== 0 || r.family);

const signed = (n: number): string => (n === 0 ? "0" : n < 0 ? `−${-n}` : `+${n}`);

const cited = 12;

/** Footnotes; pointing at one lights it up in timeline and graph. */
export function Cites({ numbers, onCite }: { numbers: readonly number[]; onCite?: (number: number) => void }) {
  const { t } = useLanguage();
  const { setFocus } = useFocus();
  if (numbers.length === 0) return null;
  return (
    <span className="cites" onMouseEnter={() => setFocus({ many: numbers })} onMouseLeave={() => setFocus({})}>
      {numbers.slice(0, cited).map((n) => <button key={n} type="button" className="cite" aria-label={t.incident.cite(n)} onClick={() => onCite?.(n)}>{n}</button>)}
      {numbers.length > cited && <span className="quiet" title={numbers.slice(cited).join(", ")}>+{numbers.length - cited}</span>}
    </span>
  );
}
