import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Input, Modal, Segmented } from "antd";
import { createContext, useContext, useId, useMemo, useState, type ReactNode } from "react";
import { api } from "../api/client";
import type { Action } from "../api/vocabulary";
import { useKeys } from "../app/shortcuts";
import { useT } from "../i18n";
import { Time } from "../ui/time";

type Wish = { target?: string; incidentId?: string; reason?: string };

const BlockContext = createContext<((wish: Wish) => void) | null>(null);

/** Opens the one dialog that asks for a block, from wherever an address is seen. */
export function useBlock(): (wish: Wish) => void {
  const open = useContext(BlockContext);
  if (!open) throw new Error("useBlock outside BlockProvider");
  return open;
}

export function BlockProvider({ children }: { children: ReactNode }) {
  const [wish, setWish] = useState<Wish | null>(null);
  const open = useMemo(() => (w: Wish) => setWish(w), []);
  return (
    <BlockContext.Provider value={open}>
      {children}
      {wish && <BlockDialog wish={wish} onClose={() => setWish(null)} />}
    </BlockContext.Provider>
  );
}

const spans = [900, 3600, 14_400, 86_400, 604_800] as const;

/** True for what looks like an address or a network; the server decides. */
export const isAddress = (text: string): boolean =>
  /^(\d{1,3}\.){3}\d{1,3}(\/\d{1,2})?$/.test(text) || (/^[0-9a-fA-F:.]+(\/\d{1,3})?$/.test(text) && text.includes(":"));

function BlockDialog({ wish, onClose }: { wish: Wish; onClose: () => void }) {
  const t = useT();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [target, setTarget] = useState(wish.target ?? "");
  const [ttl, setTtl] = useState<number>(3600);
  const [reason, setReason] = useState(wish.reason ?? "");
  const [opened] = useState(() => Date.now());
  const ids = [useId(), useId()] as const;
  useKeys({ Escape: onClose }, { exclusive: true });
  const send = useMutation({
    mutationFn: () => api.post<Action>("/actions", { kind: "block_address", target: target.trim(), ttl_seconds: ttl, reason: reason.trim(), ...(wish.incidentId ? { incident_id: wish.incidentId } : {}) }),
    onSuccess: (action) => {
      void client.invalidateQueries({ queryKey: ["actions"] });
      void client.invalidateQueries({ queryKey: ["today"] });
      if (action.state === "refused" || action.state === "failed") message.error(`${t.actions.state[action.state]}: ${action.refusal ?? ""}`, 8);
      else message.success(action.state === "proposed" ? t.actions.proposed : `${t.actions.state[action.state]}: ${action.target}`);
      onClose();
    },
    onError: (error) => message.error(error.message, 8),
  });
  const good = isAddress(target.trim());
  const name = (s: number) => (s < 3600 ? t.actions.minutes(s / 60) : s < 86_400 ? t.actions.hours(s / 3600) : t.actions.days(s / 86_400));
  return (
    <Modal open title={t.actions.blockTitle} onCancel={onClose} okText={t.actions.submit} okButtonProps={{ danger: true, disabled: !good || reason.trim().length < 3 }} confirmLoading={send.isPending} onOk={() => send.mutate()} width={520} transitionName="" maskTransitionName="">
      <div className="column">
        <div>
          <label htmlFor={ids[0]}>{t.actions.target}</label>
          <Input id={ids[0]} size="middle" className="mono" value={target} onChange={(e) => setTarget(e.target.value)} status={target && !good ? "error" : undefined} autoFocus={!wish.target} />
          <span className="quiet">{target && !good ? t.actions.bad : t.actions.targetHint}</span>
        </div>
        <div>
          <div>{t.actions.duration}</div>
          <Segmented value={ttl} onChange={setTtl} options={spans.map((s) => ({ value: s, label: name(s) }))} aria-label={t.actions.duration} />
        </div>
        <div>
          <label htmlFor={ids[1]}>{t.common.reason}</label>
          <Input.TextArea id={ids[1]} value={reason} onChange={(e) => setReason(e.target.value)} rows={3} placeholder={t.actions.reasonPlaceholder} maxLength={500} autoFocus={Boolean(wish.target)} />
          <span className="quiet">{t.common.reasonNeeded}</span>
        </div>
        <dl className="facts boxed">
          <dt>{t.actions.what}</dt><dd>{t.actions.kind.block_address} <b className="mono">{target.trim() || "…"}</b></dd>
          <dt>{t.actions.where}</dt><dd>{t.actions.whereNote}</dd>
          <dt>{t.actions.until}</dt><dd><Time at={new Date(opened + ttl * 1000).toISOString()} full /></dd>
          <dt>{t.actions.undo}</dt><dd>{t.actions.undoBy} {t.actions.protectedNote}</dd>
        </dl>
      </div>
    </Modal>
  );
}
