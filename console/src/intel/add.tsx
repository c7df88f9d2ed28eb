import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Input, Modal, Segmented, Select, Slider } from "antd";
import { useId, useState } from "react";
import { api } from "../api/client";
import type { IntelReport } from "../api/vocabulary";
import { useKeys } from "../app/shortcuts";
import { useT } from "../i18n";

const spans = [7, 30, 90, 365] as const;
const markings = ["clear", "green", "amber", "amber+strict", "red"] as const;

/** Adds one indicator by hand. */
export function AddIndicator({ onClose }: { onClose: () => void }) {
  const t = useT();
  const d = t.intel;
  const { message } = App.useApp();
  const client = useQueryClient();
  const [value, setValue] = useState("");
  const [labels, setLabels] = useState<string[]>([]);
  const [confidence, setConfidence] = useState(70);
  const [days, setDays] = useState<number>(90);
  const [tlp, setTlp] = useState<(typeof markings)[number]>("amber");
  const ids = [useId(), useId()] as const;
  useKeys({ Escape: onClose }, { exclusive: true });
  const save = useMutation({
    mutationFn: () => api.post<IntelReport>("/intel/indicators?feed=manual", { value: value.trim(), confidence, labels, tlp, valid_until: new Date(Date.now() + days * 86_400_000).toISOString() }),
    onSuccess: (done) => {
      const refused = done.skipped[0];
      if (refused) { message.error(refused.reason, 8); return; }
      message.success(d.added); void client.invalidateQueries({ queryKey: ["intel"] }); onClose();
    },
    onError: (e) => message.error(e.message, 8),
  });
  return (
    <Modal open title={d.addTitle} onCancel={onClose} okText={d.add} cancelText={t.common.cancel} okButtonProps={{ disabled: !value.trim() }} confirmLoading={save.isPending} onOk={() => save.mutate()} width={560} transitionName="" maskTransitionName="">
      <div className="column">
        <div><label htmlFor={ids[0]}>{d.value}</label><Input id={ids[0]} className="mono" value={value} onChange={(e) => setValue(e.target.value)} autoFocus /><span className="quiet">{d.valueHint}</span></div>
        <div><label htmlFor={ids[1]}>{d.labels}</label><Select id={ids[1]} className="wide-field" mode="tags" value={labels} onChange={setLabels} tokenSeparators={[",", " "]} open={false} /></div>
        <div><div>{d.columns.confidence}: <b>{confidence}</b></div><Slider min={1} max={100} value={confidence} onChange={setConfidence} aria-label={d.columns.confidence} /></div>
        <div className="row gap-16 wrap">
          <div><div>{d.validFor}</div><Segmented value={days} onChange={setDays} options={spans.map((n) => ({ value: n as number, label: d.days(n) }))} aria-label={d.validFor} /></div>
          <div><div>TLP</div><Segmented value={tlp} onChange={setTlp} options={markings.map((m) => ({ value: m, label: m.toUpperCase() }))} aria-label="TLP" /></div>
        </div>
      </div>
    </Modal>
  );
}
