import { useMutation, useQueryClient, type InfiniteData, type QueryClient } from "@tanstack/react-query";
import { App, Input, Modal, Radio } from "antd";
import { useId, useState } from "react";
import { Problem, api } from "../api/client";
import type { BatchResult, Incident, IncidentEdit, Page, Verdict } from "../api/vocabulary";
import { useKeys } from "../app/shortcuts";
import { useT } from "../i18n";

/** Puts changed incidents where lists and pages show them, without moving a row. */
export function patchIncidents(client: QueryClient, changed: readonly (Partial<Incident> & { id: string })[]) {
  const byId = new Map(changed.map((c) => [c.id, c]));
  const merge = (i: Incident): Incident => {
    const c = byId.get(i.id);
    return c && (c.version ?? 0) >= i.version ? { ...i, ...c, evidence: c.evidence?.length ? c.evidence : i.evidence } : i;
  };
  client.setQueriesData<InfiniteData<Page<Incident>>>({ queryKey: ["incidents", "list"] }, (data) => {
    if (!data?.pages.some((p) => p.items.some((i) => byId.has(i.id)))) return data;
    return { ...data, pages: data.pages.map((p) => (p.items.some((i) => byId.has(i.id)) ? { ...p, items: p.items.map(merge) } : p)) };
  });
  for (const id of byId.keys()) client.setQueryData<Incident>(["incident", id], (old) => (old ? merge(old) : old));
}

/** The version that the screen shows by now: the one at hand, or a newer one that came since. */
function shownVersion(client: QueryClient, incident: Incident): number {
  const versions = [incident.version, client.getQueryData<Incident>(["incident", incident.id])?.version ?? 0];
  for (const [, data] of client.getQueriesData<InfiniteData<Page<Incident>>>({ queryKey: ["incidents", "list"] })) {
    for (const page of data?.pages ?? []) versions.push(page.items.find((i) => i.id === incident.id)?.version ?? 0);
  }
  return Math.max(...versions);
}

/** Changes one incident as it was seen (a later change by someone else wins), or several at once. */
export function useEditIncidents() {
  const t = useT();
  const client = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    scope: { id: "incidents" }, // one after the other, so that each knows the version that the one before made
    mutationFn: async ({ incidents, edit }: { incidents: readonly Incident[]; edit: IncidentEdit }): Promise<Incident[]> => {
      const [first, ...rest] = incidents;
      if (!first) return [];
      if (rest.length === 0) return [await api.patch<Incident>(`/incidents/${encodeURIComponent(first.id)}`, edit, { "If-Match": String(shownVersion(client, first)) })];
      const done = await api.post<BatchResult>("/incidents/batch", { ids: incidents.map((i) => i.id), edit });
      const failed = done.items.find((item) => item.problem)?.problem;
      if (failed) message.error(failed.detail || failed.title || failed.code, 8);
      return done.items.flatMap((item) => (item.incident ? [item.incident] : []));
    },
    onSuccess: (changed) => {
      patchIncidents(client, changed);
      for (const i of changed) void client.invalidateQueries({ queryKey: ["incident", i.id] });
      void client.invalidateQueries({ queryKey: ["today"] });
      if (changed.length) message.success(changed.length === 1 ? t.incidents.changed : t.incidents.done(changed.length));
    },
    onError: (error, { incidents }) => {
      const conflict = error instanceof Problem && (error.code === "conflict" || error.status === 412);
      message.error(conflict ? t.incidents.conflict : error.message, 6);
      for (const i of incidents) {
        void client.fetchQuery({ queryKey: ["incident", i.id], staleTime: 0, queryFn: () => api.get<Incident>(`/incidents/${encodeURIComponent(i.id)}`) })
          .then((now) => patchIncidents(client, [now])).catch(() => undefined);
      }
    },
  });
}

export const verdicts: readonly Verdict[] = ["true_positive", "benign_positive", "false_positive", "undetermined"];

/** Asks what it was and why, then closes. The keys 1 to 4 choose. */
export function CloseDialog({ count, onClose, onDone }: { count: number; onClose: () => void; onDone: (edit: IncidentEdit) => void }) {
  const t = useT();
  const [verdict, setVerdict] = useState<Verdict | undefined>();
  const [reason, setReason] = useState("");
  const id = useId();
  const done = () => verdict && onDone({ status: "closed", verdict, ...(reason.trim() ? { reason: reason.trim() } : {}) });
  useKeys({
    Escape: onClose, Enter: () => { done(); }, "mod+Enter": () => { done(); },
    "1": () => setVerdict("true_positive"), "2": () => setVerdict("benign_positive"), "3": () => setVerdict("false_positive"), "4": () => setVerdict("undetermined"),
  }, { exclusive: true });
  return (
    <Modal open title={t.incidents.closeTitle(count)} onCancel={onClose} onOk={done} okText={t.incident.close} okButtonProps={{ disabled: !verdict }} width={480} transitionName="" maskTransitionName="">
      <div className="column">
        <span className="quiet">{t.incident.closeLead}</span>
        <Radio.Group value={verdict} onChange={(e) => setVerdict(e.target.value as Verdict)} aria-label={t.incidents.verdict} className="radio-list">
          {verdicts.map((v, i) => <Radio key={v} value={v} autoFocus={i === 0}><kbd>{i + 1}</kbd> {t.verdict[v]} <span className="quiet">{t.verdictHint[v]}</span></Radio>)}
        </Radio.Group>
        <div>
          <label htmlFor={id}>{t.common.reason}</label>
          <Input.TextArea id={id} value={reason} onChange={(e) => setReason(e.target.value)} rows={3} maxLength={2000} />
        </div>
      </div>
    </Modal>
  );
}

/** Asks who is to work on it, and why it changes hands. */
export function OwnerDialog({ title, me, needsReason = false, onClose, onDone }: { title: string; me: string; needsReason?: boolean; onClose: () => void; onDone: (edit: IncidentEdit) => void }) {
  const t = useT();
  const [owner, setOwner] = useState(needsReason ? "" : me);
  const [reason, setReason] = useState("");
  const ids = [useId(), useId()] as const;
  useKeys({ Escape: onClose }, { exclusive: true });
  const ready = owner.trim() !== "" && (!needsReason || reason.trim().length > 2);
  const done = () => ready && onDone({ owner: owner.trim(), ...(reason.trim() ? { reason: needsReason ? `${t.incidents.escalateNote}: ${reason.trim()}` : reason.trim() } : {}) });
  return (
    <Modal open title={title} onCancel={onClose} onOk={done} okText={t.incidents.assign} okButtonProps={{ disabled: !ready }} width={420} transitionName="" maskTransitionName="">
      <div className="column">
        <div>
          <label htmlFor={ids[0]}>{t.incidents.ownerName}</label>
          <Input id={ids[0]} size="middle" value={owner} onChange={(e) => setOwner(e.target.value)} autoFocus onPressEnter={() => !needsReason && done()} />
        </div>
        <div>
          <label htmlFor={ids[1]}>{t.common.reason}</label>
          <Input.TextArea id={ids[1]} value={reason} onChange={(e) => setReason(e.target.value)} rows={3} maxLength={2000} />
          {needsReason && <span className="quiet">{t.common.reasonNeeded}</span>}
        </div>
      </div>
    </Modal>
  );
}
