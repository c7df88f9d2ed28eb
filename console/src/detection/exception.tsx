import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Modal, Segmented, Select } from "antd";
import { Suspense, lazy, useId, useMemo, useState } from "react";
import { api } from "../api/client";
import { ask, itemsOf } from "../api/queries";
import type { Exception, ExceptionPreview } from "../api/vocabulary";
import { useKeys } from "../app/shortcuts";
import { useSession } from "../app/session";
import { useLanguage } from "../i18n";
import { SparkBars } from "../ui/spark";
import { Failed, Loading } from "../ui/states";
import { Time } from "../ui/time";

const Code = lazy(() => import("../ui/code").then((m) => ({ default: m.Code })));

const day = 86_400_000;
const spans = [7, 30, 90, 180] as const;

type Props = { exception?: Exception; rule?: string; selection?: string; onClose: () => void };

/** Writes or changes an exception: for which rule, what it hides, why, until when, and what it would have hidden. */
export function ExceptionDialog({ exception, rule: first = "", selection: start = "", onClose }: Props) {
  const { t, ruleName } = useLanguage();
  const d = t.detection.exceptions;
  const { message } = App.useApp();
  const { session } = useSession();
  const client = useQueryClient();
  const rules = useQuery(ask.rules());
  const [rule, setRule] = useState(first);
  const [selection, setSelection] = useState(start);
  const [reason, setReason] = useState(exception?.reason ?? "");
  const [owner, setOwner] = useState(exception?.owner ?? session.name);
  const [days, setDays] = useState<number>(30);
  const [opened] = useState(() => Date.now());
  const ids = [useId(), useId(), useId()] as const;
  useKeys({ Escape: onClose }, { exclusive: true });
  const expires = new Date(opened + days * day).toISOString();
  const body = { rule_id: rule, selection, reason: reason.trim(), owner: owner.trim(), expires };
  const save = useMutation({
    mutationFn: () => exception ? api.patch<Exception>(`/exceptions/${encodeURIComponent(exception.id)}`, body) : api.post<Exception>("/exceptions", body),
    onSuccess: () => { message.success(exception ? d.changed : d.added); void client.invalidateQueries({ queryKey: ["exceptions"] }); void client.invalidateQueries({ queryKey: ["rules"] }); onClose(); },
    onError: (e) => message.error(e.message, 8),
  });
  const preview = useMutation({ mutationFn: () => api.post<ExceptionPreview>("/exceptions/preview", { rule_id: rule, selection, since: new Date(Date.now() - 30 * day).toISOString() }) });
  const options = useMemo(() => [{ value: "", label: d.every }, ...itemsOf(rules.data).filter((r) => r.state !== "rejected").map((r) => ({ value: r.id, label: ruleName(r) }))], [rules.data, ruleName, d.every]);
  return (
    <Modal open title={exception ? d.change : d.create} onCancel={onClose} okText={d.add} cancelText={t.common.cancel} okButtonProps={{ disabled: !selection.trim() || reason.trim().length < 3 || !owner.trim() }} confirmLoading={save.isPending} onOk={() => save.mutate()} width={680} transitionName="" maskTransitionName="">
      <div className="column">
        <p className="quiet flush">{d.lead}</p>
        <div><label htmlFor={ids[0]}>{d.rule}</label><Select id={ids[0]} className="wide-field" value={rule} onChange={setRule} options={options} showSearch={{ optionFilterProp: "label" }} disabled={!!exception} /></div>
        <div>
          <div>{d.selection}</div>
          <Suspense fallback={<Loading rows={3} />}><Code value={selection} onChange={setSelection} language="yaml" label={d.selection} height={112} placeholder={"user.name: 'backup'\nhost.name|endswith: '.test.example'"} /></Suspense>
          <span className="quiet">{d.selectionHint}</span>
        </div>
        <div><label htmlFor={ids[1]}>{d.reason}</label><Input.TextArea id={ids[1]} value={reason} onChange={(e) => setReason(e.target.value)} rows={2} maxLength={500} /><span className="quiet">{d.neededReason}</span></div>
        <div className="row gap-16 wrap">
          <div><label htmlFor={ids[2]}>{d.owner}</label><Input id={ids[2]} value={owner} onChange={(e) => setOwner(e.target.value)} maxLength={100} /></div>
          <div><div>{d.until}</div><Segmented value={days} onChange={setDays} options={spans.map((n) => ({ value: n as number, label: d.forDays(n) }))} aria-label={d.until} /> <Time at={expires} full /></div>
        </div>
        <div className="row"><Button onClick={() => preview.mutate()} loading={preview.isPending} disabled={!selection.trim() || !rule}>{d.preview}</Button><span className="quiet">{d.previewLead}</span></div>
        {preview.error && <Failed error={preview.error} />}
        {preview.data && <Outcome of={preview.data} />}
      </div>
    </Modal>
  );
}

function Outcome({ of: p }: { of: ExceptionPreview }) {
  const { t } = useLanguage();
  const d = t.detection.exceptions;
  const everything = p.matched > 0 && p.hidden === p.matched;
  return (
    <div className="boxed column" role="status">
      <span>{p.hidden === 0 ? d.previewNone : d.previewOf(p.hidden, p.matched)}</span>
      {everything && <b className="text-warn">{d.previewAll}</b>}
      {p.hidden > 0 && <SparkBars values={p.days.map((x) => x.hidden)} label={d.previewLead} width={320} height={32} />}
    </div>
  );
}
