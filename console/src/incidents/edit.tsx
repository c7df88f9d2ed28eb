import { useMutation, useQueryClient, type InfiniteData, type QueryClient } from "@tanstack/react-query";
import { App, Button, Input, Modal } from "antd";
import { useCallback, useId, useRef, useState } from "react";
import { Problem, api } from "../api/client";
import type { BatchResult, Incident, IncidentEdit, Page } from "../api/vocabulary";
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

/** The incident as the screen shows it by now: the one at hand, or a newer one that came since. */
function shownNow(client: QueryClient, incident: Incident): Incident {
  let newest = incident;
  const look = (i: Incident | undefined) => { if (i && i.version > newest.version) newest = i; };
  look(client.getQueryData<Incident>(["incident", incident.id]));
  for (const [, data] of client.getQueriesData<InfiniteData<Page<Incident>>>({ queryKey: ["incidents", "list"] })) {
    for (const page of data?.pages ?? []) look(page.items.find((i) => i.id === incident.id));
  }
  return newest;
}

type Wish = { incidents: readonly Incident[]; edit: IncidentEdit; undoing?: boolean };

const send = async (client: QueryClient, { incidents, edit }: Wish): Promise<{ changed: Incident[]; problem?: string }> => {
  const [first, ...rest] = incidents;
  if (!first) return { changed: [] };
  if (rest.length === 0) return { changed: [await api.patch<Incident>(`/incidents/${encodeURIComponent(first.id)}`, edit, { "If-Match": String(shownNow(client, first).version) })] };
  const done = await api.post<BatchResult>("/incidents/batch", { ids: incidents.map((i) => i.id), edit });
  const failed = done.items.find((item) => item.problem)?.problem;
  return { changed: done.items.flatMap((item) => (item.incident ? [item.incident] : [])), problem: failed && (failed.detail || failed.title || failed.code) };
};

/** What an edit does to what is shown, before the server has said so. */
const foreseen = ({ status, owner, team, verdict }: IncidentEdit): Partial<Incident> => ({ ...(team === undefined ? {} : { team }), ...(status ? { status } : {}), ...(owner === undefined ? {} : { owner }), ...(verdict ? { verdict } : {}) });

/**
 * Changes one incident as it was seen (a later change by someone else wins), or several at once. Rows show the change at
 * once and go back when the server refuses it; every change offers to be undone, by its button or by the key u.
 */
export function useEditIncidents() {
  const t = useT();
  const client = useQueryClient();
  const { message } = App.useApp();
  const before = useRef<readonly Incident[]>([]);
  const given = useRef(false); // the last edit gave them to a team
  const mutate = useRef<(wish: Wish) => void>(() => undefined);
  const undo = useCallback(() => {
    const was = before.current;
    before.current = [];
    message.destroy("undo");
    if (was.length === 0) return false;
    const kinds = new Map<string, Incident[]>();
    const kindOf = (i: Incident) => JSON.stringify([i.status, i.owner, i.verdict, i.team]);
    for (const i of was) kinds.set(kindOf(i), [...(kinds.get(kindOf(i)) ?? []), i]);
    for (const incidents of kinds.values()) {
      const { status, owner = "", team = "", verdict } = incidents[0] as Incident;
      mutate.current({ incidents, edit: { status, owner, ...(given.current ? { team } : {}), ...(verdict && verdict !== "duplicate" ? { verdict } : {}) }, undoing: true });
    }
    return true;
  }, [message]);
  const edit = useMutation({
    scope: { id: "incidents" }, // one after the other, so that each knows the version that the one before made
    mutationFn: (wish: Wish) => send(client, wish),
    onMutate: ({ incidents, edit: change }) => {
      const was = incidents.map((i) => shownNow(client, i));
      patchIncidents(client, was.map((i) => ({ id: i.id, version: i.version, ...foreseen(change) })));
      return { was };
    },
    onSuccess: ({ changed, problem }, { edit: change, undoing }, context) => {
      const done = new Set(changed.map((i) => i.id));
      patchIncidents(client, [...context.was.filter((i) => !done.has(i.id)), ...changed]);
      for (const i of changed) void client.invalidateQueries({ queryKey: ["incident", i.id] });
      void client.invalidateQueries({ queryKey: ["today"] });
      if (problem) message.error(problem, 8);
      if (changed.length === 0) return;
      if (undoing) { message.success({ key: "undo", content: t.triage.undo.undone }); return; }
      before.current = context.was.filter((i) => done.has(i.id));
      given.current = change.team !== undefined;
      const said = change.status === "closed" && change.verdict ? t.triage.undo.closed(changed.length, t.verdict[change.verdict]) : changed.length === 1 ? t.incidents.changed : t.incidents.done(changed.length);
      message.success({ key: "undo", duration: 8, content: <span className="undo-toast">{said} <Button type="link" size="small" onClick={undo}>{t.triage.undo.key} <kbd>u</kbd></Button></span> });
    },
    onError: (error, { incidents }, context) => {
      patchIncidents(client, context?.was ?? []);
      const conflict = error instanceof Problem && (error.code === "conflict" || error.status === 412);
      message.error(conflict ? t.incidents.conflict : error.message, 6);
      for (const i of incidents) {
        void client.fetchQuery({ queryKey: ["incident", i.id], staleTime: 0, queryFn: () => api.get<Incident>(`/incidents/${encodeURIComponent(i.id)}`) })
          .then((now) => patchIncidents(client, [now])).catch(() => undefined);
      }
    },
  });
  mutate.current = edit.mutate;
  return { mutate: edit.mutate, undo };
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
