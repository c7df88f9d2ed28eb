import { Modal } from "antd";
import { useT } from "../i18n";
import { useKeys } from "./shortcuts";

export function HelpSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT();
  const k = t.keys;
  useKeys({ Escape: onClose, "?": onClose }, { active: open, exclusive: true });
  const groups: [string, [string, string][]][] = [
    [k.groups.anywhere, [
      ["Ctrl K", k.palette], ["?", k.help], ["g t", k.go.today], ["g i", k.go.incidents], ["g h", k.go.hunt], ["g r", k.go.rules], ["g n", k.go.intel], ["g o", k.go.noise], ["g s", k.go.sources], ["g a", k.go.actions], ["g d", k.theme], ["Esc", k.escape],
    ]],
    [t.triage.keys.both, [["a", k.ack], ["o", k.owner], ["e", k.escalate], ["m", t.triage.keys.merge], ["s", t.triage.keys.split], ["c", t.triage.keys.verdict], ["b", k.block], ["u", t.triage.keys.undo]]],
    [t.triage.keys.queue, [["j ↓", k.down], ["k ↑", k.up], ["Space", k.peek], ["Enter", k.open], ["x", k.select], ["z", t.triage.keys.snooze], ["/", k.filter]]],
    [k.groups.incident, [["j k", `${k.down} / ${k.up}`], ["1 … 6", k.tab], ["p", t.triage.keys.play], ["[ ]", t.triage.keys.step], ["- =", t.triage.keys.speed]]],
  ];
  const columns = [groups.slice(0, 1), groups.slice(1, 2), groups.slice(2)];
  return (
    <Modal open={open} onCancel={onClose} footer={null} title={k.title} width={860} destroyOnHidden>
      <div className="help-grid">
        {columns.map((column) => (
          <div key={column[0]?.[0]} className="help-column">
            {column.map(([name, keys]) => (
              <section key={name}>
                <div className="section-title">{name}</div>
                <dl>{keys.map(([key, what]) => <Pair key={key} keys={key} what={what} />)}</dl>
              </section>
            ))}
          </div>
        ))}
      </div>
    </Modal>
  );
}

function Pair({ keys, what }: { keys: string; what: string }) {
  return <><dt>{keys.split(" ").map((key) => (key === "…" || key === "Ctrl K" ? <span key={key}> … </span> : <kbd key={key}>{key}</kbd>))}</dt><dd>{what}</dd></>;
}
