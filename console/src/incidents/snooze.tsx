import { Modal, Segmented } from "antd";
import { useRef, useState } from "react";
import { useKeys } from "../app/shortcuts";
import { useT } from "../i18n";
import { Time } from "../ui/time";

const hours = [1, 4, 8, 24, 72] as const;

/** Asks for how long incidents are left alone; a digit chooses, Enter does it. */
export function SnoozeDialog({ count, onClose, onDone }: { count: number; onClose: () => void; onDone: (until: number) => void }) {
  const t = useT();
  const w = t.triage.snooze;
  const [chosen, setChosen] = useState<number>(4);
  const latest = useRef(chosen);
  const box = useRef<HTMLDivElement>(null);
  const [opened] = useState(() => Date.now());
  const choose = (n: number) => { latest.current = n; setChosen(n); };
  const done = () => onDone(opened + latest.current * 3_600_000);
  useKeys({ Escape: onClose, Enter: done, ...Object.fromEntries(hours.map((h, i) => [String(i + 1), () => choose(h)])) }, { exclusive: true });
  return (
    <Modal open title={w.title(count)} onCancel={onClose} onOk={done} okText={w.key} width={460} afterOpenChange={(open) => { if (open) box.current?.focus(); }} transitionName="" maskTransitionName="">
      <div className="column" tabIndex={-1} ref={box}>
        <span className="quiet">{w.lead}</span>
        <Segmented value={chosen} onChange={choose} options={hours.map((h) => ({ value: h as number, label: w.hours(h) }))} aria-label={w.until} block />
        <span>{w.until} <Time at={new Date(opened + chosen * 3_600_000).toISOString()} full /></span>
      </div>
    </Modal>
  );
}
