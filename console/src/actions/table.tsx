import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { App, Button, Input, Modal } from "antd";
import { useId, useState } from "react";
import { api } from "../api/client";
import type { Action, ActionState } from "../api/vocabulary";
import { useSession } from "../app/session";
import { useKeys } from "../app/shortcuts";
import { useT } from "../i18n";
import { Chip } from "../ui/chip";
import { formatDuration } from "../ui/format";
import { Countdown, Time } from "../ui/time";

type Verb = "approve" | "reject" | "undo";

const tone: Record<ActionState, string> = { proposed: "warn", refused: "bad", rejected: "calm", applying: "warn", active: "accent", expired: "calm", undone: "calm", failed: "bad" };

const settled: readonly ActionState[] = ["refused", "rejected", "expired", "undone", "failed"];

/** Actions as leases: what, where, until when, who wanted it and why, whether it holds, and the way back. */
export function ActionTable({ actions, withIncident = false }: { actions: readonly Action[]; withIncident?: boolean }) {
  const t = useT();
  const { may } = useSession();
  const [deed, setDeed] = useState<{ action: Action; verb: Verb } | null>(null);
  const respond = may("respond");
  return (
    <>
      <div className="scroll-x">
        <table className="list-table">
          <thead><tr><th>{t.incident.status}</th><th>{t.actions.what}</th><th>{t.actions.lease}</th><th>{t.actions.why}</th><th>{t.actions.verified}</th><th>{t.actions.created}</th>{withIncident && <th>{t.actions.incident}</th>}<th><span className="visually-hidden">{t.actions.title}</span></th></tr></thead>
          <tbody>
            {actions.map((a) => (
              <tr key={a.id}>
                <td><State action={a} /></td>
                <td><div>{t.actions.kind[a.kind] ?? a.kind}</div><Chip kind="address" name={a.target} role="actor" /><div className="quiet">{a.actuator}</div></td>
                <td className="nowrap"><Lease action={a} /></td>
                <td><div>{a.reason}</div><div className="quiet">{t.actions.by} {a.owner}{a.approved_by ? ` · ${t.actions.approvedBy} ${a.approved_by}` : ""}</div>{a.refusal && <div className="text-bad">{a.refusal}</div>}</td>
                <td><Verified action={a} /></td>
                <td><Time at={a.created} /></td>
                {withIncident && <td>{a.incident_id ? <Link to="/incidents/$id" params={{ id: a.incident_id }} search={{ tab: "actions" }}>{a.incident_id}</Link> : "—"}</td>}
                <td>
                  {respond && a.state === "proposed" && <div className="row"><Button type="primary" onClick={() => setDeed({ action: a, verb: "approve" })}>{t.actions.approve}</Button><Button onClick={() => setDeed({ action: a, verb: "reject" })}>{t.actions.reject}</Button></div>}
                  {respond && (a.state === "active" || a.state === "applying") && <Button onClick={() => setDeed({ action: a, verb: "undo" })}>{t.actions.undo}</Button>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {deed && <DeedDialog {...deed} onClose={() => setDeed(null)} />}
    </>
  );
}

function State({ action }: { action: Action }) {
  const t = useT();
  return (
    <div className="column tight">
      <span className={`badge ${tone[action.state]}`}>{t.actions.state[action.state]}</span>
      {action.dry_run && <span className="badge calm" title={t.actions.dryRun}>{t.actions.dryRunShort}</span>}
      {action.automatic && <span className="badge calm">{t.actions.automatic}</span>}
    </div>
  );
}

function Lease({ action }: { action: Action }) {
  const t = useT();
  if (action.state === "active") return <><Countdown until={action.expires} /><div className="quiet"><Time at={action.expires} /></div></>;
  if (settled.includes(action.state)) return <><div>{formatDuration(action.ttl_seconds * 1000, t.time)}</div><div className="quiet">{t.actions.ended} <Time at={action.ended} /></div></>;
  return <>{formatDuration(action.ttl_seconds * 1000, t.time)}</>;
}

function Verified({ action }: { action: Action }) {
  const t = useT();
  const v = action.verified;
  if (!v?.time || v.time.startsWith("0001")) return <span className="quiet">{t.actions.notVerified}</span>;
  return <><span className={v.holds ? "text-good" : "text-bad"}>{v.holds ? t.actions.holds : t.actions.holdsNot}</span><div className="quiet" title={v.detail}><Time at={v.time} /></div></>;
}

/** Asks for the reason, and says once more what, where, until when, and how it is undone. */
function DeedDialog({ action, verb, onClose }: { action: Action; verb: Verb; onClose: () => void }) {
  const t = useT();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const id = useId();
  useKeys({ Escape: onClose }, { exclusive: true });
  const send = useMutation({
    mutationFn: () => api.post<Action>(`/actions/${encodeURIComponent(action.id)}/${verb}`, { reason: reason.trim() }),
    onSuccess: (after) => {
      for (const key of ["actions", "today", "incident"]) void client.invalidateQueries({ queryKey: [key] });
      message.success(after ? `${t.actions.state[after.state]}: ${after.target}` : t.actions.done);
      onClose();
    },
    onError: (error) => {
      void client.invalidateQueries({ queryKey: ["actions"] });
      message.error(error.message, 8);
    },
  });
  const title = { approve: t.actions.approveTitle, reject: t.actions.rejectTitle, undo: t.actions.undoTitle }[verb];
  return (
    <Modal open title={title} onCancel={onClose} onOk={() => send.mutate()} okText={t.actions[verb]} okButtonProps={{ danger: verb === "approve", disabled: reason.trim().length < 3 }} confirmLoading={send.isPending} width={520} transitionName="" maskTransitionName="">
      <div className="column">
        <dl className="facts boxed">
          <dt>{t.actions.what}</dt><dd>{t.actions.kind[action.kind] ?? action.kind} <b className="mono">{action.target}</b></dd>
          <dt>{t.actions.where}</dt><dd>{action.actuator}{action.dry_run ? ` · ${t.actions.dryRun}` : ""}</dd>
          <dt>{t.actions.until}</dt><dd>{action.expires && !action.expires.startsWith("0001") ? <Time at={action.expires} full /> : formatDuration(action.ttl_seconds * 1000, t.time)}</dd>
          <dt>{t.actions.how}</dt><dd>{action.undo || t.actions.undoBy}</dd>
          <dt>{t.actions.why}</dt><dd>{action.reason}</dd>
        </dl>
        <div>
          <label htmlFor={id}>{t.common.reason}</label>
          <Input.TextArea id={id} autoFocus value={reason} onChange={(e) => setReason(e.target.value)} rows={3} maxLength={500} />
          <span className="quiet">{t.common.reasonNeeded}</span>
        </div>
      </div>
    </Modal>
  );
}
