import { Input, Modal, Radio } from "antd";
import { useEffect, useId, useRef, useState } from "react";
import type { IncidentEdit } from "../api/vocabulary";
import { useKeys } from "../app/shortcuts";
import { useT } from "../i18n";
import { press, reasonsOf, stepBack, verdicts, type Judgement, type VerdictWord } from "./reasons";

type Props = { count: number; onClose: () => void; onDone: (edit: IncidentEdit) => void; onDuplicate: () => void };

/** Asks what it was and why, then closes: a digit for the verdict, a digit for the reason, Enter. A duplicate is merged into what it repeats. */
export function CloseDialog({ count, onClose, onDone, onDuplicate }: Props) {
  const t = useT();
  const v = t.triage.verdict;
  const [given, setGiven] = useState<Judgement>({});
  const latest = useRef(given);
  const [text, setText] = useState("");
  const id = useId();
  // Keys may come faster than the screen is drawn.
  const judge = (next: Judgement) => { latest.current = next; setGiven(next); };
  const lists = useRef<HTMLDivElement>(null);
  useEffect(() => lists.current?.querySelector<HTMLElement>(given.reason ? ".reason-grid input:checked" : ".radio-list input:checked")?.focus(), [given]);
  const done = () => {
    const { verdict, reason } = latest.current;
    if (!verdict) return;
    onDone({ status: "closed", verdict, ...editReason(reason, text.trim()) });
  };
  const digits = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [String(i + 1), () => {
    if (i === verdicts.length && !latest.current.verdict && count === 1) onDuplicate();
    else judge(press(latest.current, i + 1));
  }]));
  useKeys({ ...digits, Escape: onClose, Enter: () => { done(); }, "mod+Enter": () => { done(); }, Backspace: () => judge(stepBack(latest.current)) }, { exclusive: true });
  const { verdict, reason } = given;
  return (
    <Modal open title={t.incidents.closeTitle(count)} onCancel={onClose} onOk={done} okText={t.incident.close} okButtonProps={{ disabled: !verdict }} width={560} transitionName="" maskTransitionName="">
      <div className="column" ref={lists}>
        <span className="quiet">{t.incident.closeLead} {v.press}</span>
        <Radio.Group value={verdict ?? null} onChange={(e) => judge({ verdict: e.target.value as VerdictWord })} aria-label={t.incidents.verdict} className="radio-list">
          {verdicts.map((x, i) => <Radio key={x} value={x} autoFocus={i === 0}><kbd className={verdict ? "off" : undefined}>{i + 1}</kbd> {t.verdict[x]} <span className="quiet">{t.verdictHint[x]}</span></Radio>)}
        </Radio.Group>
        {count === 1 && !verdict && <button type="button" className="plain duplicate" onClick={onDuplicate}><kbd>{verdicts.length + 1}</kbd> {t.verdict.duplicate} <span className="quiet">{v.mergeInstead}</span></button>}
        {verdict && (
          <fieldset className="reasons">
            <legend>{v.reason} <span className="quiet">{v.reasonHint} · {v.back}</span></legend>
            <Radio.Group value={reason ?? null} onChange={(e) => judge({ verdict, reason: e.target.value as string })} aria-label={v.reason} className="reason-grid">
              {reasonsOf[verdict].map((code, i) => <Radio key={code} value={code}><kbd>{i + 1}</kbd> {v.reasons[code]}</Radio>)}
            </Radio.Group>
          </fieldset>
        )}
        <div>
          <label htmlFor={id}>{v.text}</label>
          <Input.TextArea id={id} value={text} onChange={(e) => setText(e.target.value)} rows={2} maxLength={2000} />
        </div>
      </div>
    </Modal>
  );
}

/** The reason as the API takes it: its code, and words of one's own. */
function editReason(code: string | undefined, text: string): Partial<IncidentEdit> {
  return { ...(code ? { reason: code } : {}), ...(text ? { reason_text: text } : {}) };
}
