import { useMutation, useQuery } from "@tanstack/react-query";
import { App, Button, Input, Modal } from "antd";
import { useId, useMemo, useRef, useState } from "react";
import { api } from "../api/client";
import type { Incident, Page } from "../api/vocabulary";
import { useKeys } from "../app/shortcuts";
import { caseAsk, caseDo } from "../incident/ask";
import { useLanguage } from "../i18n";
import { Icon } from "../ui/icons";
import { Severity } from "../ui/marks";
import { useMoved } from "./moved";
import { TwoSides } from "./preview";

/** Asks which incident stays and what moves into it, and shows both before anything moves. */
export function MergeDialog({ incidents: first, onClose, onDone }: { incidents: readonly Incident[]; onClose: () => void; onDone?: (id: string) => void }) {
  const { t, pick } = useLanguage();
  const m = t.triage.merge;
  const { message } = App.useApp();
  const moved = useMoved();
  const [all, setAll] = useState<readonly Incident[]>(first);
  const [staying, setStaying] = useState<string>(() => best(first)?.id ?? "");
  const [reason, setReason] = useState("");
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const others = useMemo(() => all.filter((i) => i.id !== staying).map((i) => i.id), [all, staying]);
  const preview = useQuery(caseAsk.mergePreview(staying, others));
  const send = useMutation({
    mutationFn: () => caseDo.merge(staying, others, reason.trim()),
    onSuccess: (made) => { moved.say(made, m.done(others.length)); onDone?.(staying); onClose(); },
    onError: (error) => message.error(error.message, 8),
  });
  const ready = others.length > 0 && !send.isPending && preview.data !== undefined;
  const submit = () => { if (ready) send.mutate(); };
  useKeys({ Escape: onClose, "mod+Enter": submit, Enter: submit }, { exclusive: true });
  const target = all.find((i) => i.id === staying);
  return (
    <Modal open title={m.title} onCancel={onClose} onOk={submit} okText={m.submit(others.length)} okButtonProps={{ disabled: !ready }} confirmLoading={send.isPending} width={720} afterOpenChange={(open) => { if (open && first.length > 1) box.current?.focus(); }} transitionName="" maskTransitionName="">
      <div className="column" tabIndex={-1} ref={box}>
        {target && <div><div className="section-title">{m.into}</div><div className="merge-row stays"><Severity level={target.severity} bare /><b className="merge-score">{target.score}</b><span className="grow">{pick(target.title)}</span></div></div>}
        <div>
          <div className="section-title">{m.from}</div>
          {all.filter((i) => i.id !== staying).map((i) => (
            <div key={i.id} className="merge-row">
              <Severity level={i.severity} bare /><b className="merge-score">{i.score}</b><span className="grow">{pick(i.title)}</span>
              <Button type="text" size="small" title={m.swap} aria-label={`${m.swap}: ${pick(i.title)}`} onClick={() => setStaying(i.id)}><Icon name="upload" size={14} /></Button>
              <Button type="text" size="small" title={m.remove} aria-label={`${m.remove}: ${pick(i.title)}`} onClick={() => setAll(all.filter((x) => x.id !== i.id))}><Icon name="close" size={14} /></Button>
            </div>
          ))}
          {target && (first.length < 2 || others.length === 0) && <FindOther of={target} taken={all} onPick={(i) => { setAll([...all, i]); box.current?.focus(); }} />}
        </div>
        <TwoSides query={preview} stays={m.into} moves={m.moves} nothing={others.length === 0 ? m.pick : undefined} />
        <div><label htmlFor={id}>{m.reason}</label><Input.TextArea id={id} value={reason} onChange={(e) => setReason(e.target.value)} rows={2} maxLength={2000} onKeyDown={(e) => { if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) submit(); }} /></div>
      </div>
    </Modal>
  );
}

const best = (incidents: readonly Incident[]): Incident | undefined => [...incidents].sort((a, b) => b.score - a.score || b.alerts - a.alerts)[0];

const offered = 8;

/** Other incidents: those that share an entity at first, then what the words find. */
function FindOther({ of, taken, onPick }: { of: Incident; taken: readonly Incident[]; onPick: (i: Incident) => void }) {
  const { t, pick } = useLanguage();
  const m = t.triage.merge;
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const q = text.trim();
  const main = of.entities.find((e) => e.role === "actor") ?? of.entities[0];
  const filter = q ? { q } : { entity: main ? `${main.kind}:${main.name}` : undefined };
  const found = useQuery({ queryKey: ["incidents", "find", filter], queryFn: ({ signal }) => api.get<Page<Incident>>("/incidents", { ...filter, status: "open,working,contained", limit: 20 }, signal) });
  const have = new Set(taken.map((i) => i.id));
  const items = (found.data?.items ?? []).filter((i) => !have.has(i.id)).slice(0, offered);
  const choose = (i: Incident | undefined) => { if (i) { onPick(i); setText(""); } };
  return (
    <div className="column tight">
      <Input autoFocus value={text} onChange={(e) => { setText(e.target.value); setAt(0); }} prefix={<Icon name="search" size={14} />} placeholder={m.searchHint} aria-label={m.search} onKeyDown={(e) => {
        if (e.key === "ArrowDown") { e.preventDefault(); setAt(Math.min(items.length - 1, at + 1)); }
        if (e.key === "ArrowUp") { e.preventDefault(); setAt(Math.max(0, at - 1)); }
        if (e.key === "Enter" && !e.ctrlKey && !e.metaKey) { e.preventDefault(); choose(items[at]); }
      }} />
      {!q && items.length > 0 && <span className="section-title">{m.suggested}</span>}
      {items.map((i, n) => (
        <button key={i.id} type="button" className={n === at ? "merge-row pick on" : "merge-row pick"} onClick={() => choose(i)}>
          <Severity level={i.severity} bare /><b className="merge-score">{i.score}</b><span className="grow">{pick(i.title)}</span>
        </button>
      ))}
      {found.isSuccess && items.length === 0 && <span className="quiet">{m.none}</span>}
    </div>
  );
}
