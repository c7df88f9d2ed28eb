import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Modal } from "antd";
import { useId, useState, type ReactNode } from "react";
import { api } from "../api/client";
import { ask, itemsOf } from "../api/queries";
import type { Allowance } from "../api/vocabulary";
import { ReadOnly } from "../app/readonly";
import { useSession } from "../app/session";
import { useKeys } from "../app/shortcuts";
import { useT } from "../i18n";
import { Icon } from "../ui/icons";
import { Ask, Empty } from "../ui/states";
import { Time } from "../ui/time";

/** Values that never fire, and who said so. */
export function AllowList({ head }: { head: ReactNode }) {
  const t = useT();
  const d = t.intel;
  const { may } = useSession();
  const { message } = App.useApp();
  const client = useQueryClient();
  const query = useQuery(ask.allowances());
  const [adding, setAdding] = useState(false);
  const remove = useMutation({ mutationFn: (id: string) => api.delete(`/intel/allow/${encodeURIComponent(id)}`), onSuccess: () => { message.success(d.removed); void client.invalidateQueries({ queryKey: ["intel"] }); }, onError: (e) => message.error(e.message, 6) });
  return (
    <div className="screen">
      <div className="screen-head tabbed">{head}<span className="quiet grow">{d.allowLead}</span>{may("write") ? <Button type="primary" icon={<Icon name="plus" size={14} />} onClick={() => setAdding(true)}>{d.allowAdd}</Button> : <ReadOnly />}</div>
      <div className="screen-body"><div className="table-box" tabIndex={0}>
        <Ask query={query} rows={8}>
          {(page) => itemsOf(page).length === 0 ? <Empty title={d.noAllow} lead={d.allowLead} /> : (
            <table className="list-table rows">
              <thead><tr><th>{d.columns.kind}</th><th>{d.columns.value}</th><th>{d.columns.reason}</th><th>{d.columns.origin}</th><th>{d.columns.by}</th><th>{d.columns.created}</th><th><span className="visually-hidden">{d.remove}</span></th></tr></thead>
              <tbody>{itemsOf(page).map((x: Allowance) => (
                <tr key={x.id}><td className="nowrap">{d.kind[x.kind as keyof typeof d.kind] ?? x.kind}</td><td className="mono wrap-any">{x.value}{x.below && <span className="quiet"> {d.below}</span>}</td><td className="wrap-any">{x.reason}</td><td>{d[x.origin]}</td><td>{x.by || "—"}</td><td><Time at={x.created} /></td>
                  <td>{may("write") && x.origin === "person" && <Button size="small" danger loading={remove.isPending && remove.variables === x.id} onClick={() => remove.mutate(x.id)}>{d.remove}</Button>}</td></tr>
              ))}</tbody>
            </table>
          )}
        </Ask>
      </div></div>
      {adding && <Allow onClose={() => setAdding(false)} />}
    </div>
  );
}

/** Asks for a value that shall never fire, and why. */
export function Allow({ value: first = "", onClose }: { value?: string; onClose: () => void }) {
  const t = useT();
  const d = t.intel;
  const { message } = App.useApp();
  const client = useQueryClient();
  const [value, setValue] = useState(first);
  const [reason, setReason] = useState("");
  const ids = [useId(), useId()] as const;
  useKeys({ Escape: onClose }, { exclusive: true });
  const save = useMutation({ mutationFn: () => api.post<Allowance>("/intel/allow", { value: value.trim(), reason: reason.trim() }), onSuccess: () => { message.success(d.allowed); void client.invalidateQueries({ queryKey: ["intel"] }); onClose(); }, onError: (e) => message.error(e.message, 8) });
  return (
    <Modal open title={d.allowAdd} onCancel={onClose} okText={d.allowIt} cancelText={t.common.cancel} okButtonProps={{ disabled: !value.trim() || reason.trim().length < 3 }} confirmLoading={save.isPending} onOk={() => save.mutate()} width={520} transitionName="" maskTransitionName="">
      <div className="column">
        <div><label htmlFor={ids[0]}>{d.value}</label><Input id={ids[0]} className="mono" value={value} onChange={(e) => setValue(e.target.value)} autoFocus={!first} /></div>
        <div><label htmlFor={ids[1]}>{t.common.reason}</label><Input.TextArea id={ids[1]} rows={2} value={reason} onChange={(e) => setReason(e.target.value)} maxLength={500} /><span className="quiet">{t.common.reasonNeeded}</span></div>
      </div>
    </Modal>
  );
}
