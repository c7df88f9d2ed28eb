import { Button } from "antd";
import { useT } from "../i18n";
import type { Deed } from "./incidents";

/** What can be done to all that are selected, each with its key. */
export function BulkBar({ count, onAck, onAsk, onClear }: { count: number; onAck: () => void; onAsk: (kind: Deed) => void; onClear: () => void }) {
  const t = useT();
  return (
    <div className="bulk" role="toolbar" aria-label={t.common.selected(count)}>
      <b>{t.common.selected(count)}</b>
      <Button onClick={onAck}>{t.incidents.ack} <kbd>a</kbd></Button>
      <Button onClick={() => onAsk("owner")}>{t.incidents.assign}</Button>
      <Button onClick={() => onAsk("escalate")}>{t.incidents.escalate} <kbd>e</kbd></Button>
      <Button onClick={() => onAsk("merge")}>{t.triage.merge.key} <kbd>m</kbd></Button>
      {count === 1 && <Button onClick={() => onAsk("split")}>{t.triage.split.key} <kbd>s</kbd></Button>}
      <Button onClick={() => onAsk("snooze")}>{t.triage.snooze.key} <kbd>z</kbd></Button>
      <Button onClick={() => onAsk("close")}>{t.incidents.closeWith} <kbd>c</kbd></Button>
      <Button type="text" onClick={onClear}>{t.common.clear} <kbd>Esc</kbd></Button>
    </div>
  );
}
