import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input } from "antd";
import { useId, useState } from "react";
import { api } from "../api/client";
import { itemsOf } from "../api/queries";
import type { Note } from "../api/vocabulary";
import { ReadOnly } from "../app/readonly";
import { useSession } from "../app/session";
import { useT } from "../i18n";
import { Ask, Empty } from "../ui/states";
import { Time } from "../ui/time";
import { caseAsk } from "./ask";
import { Tasks } from "./tasks";
import { threads, type Thread } from "./threads";

/** Tasks, and what people said about an incident: notes, and the answers to them. */
export function NotesTab({ id }: { id: string }) {
  const t = useT();
  const w = t.triage.notes;
  const { may } = useSession();
  const query = useQuery(caseAsk.comments(id));
  return (
    <div className="notes-tab">
      {!may("write") && <ReadOnly />}
      <section className="column tight" aria-label={w.title}>
        <div className="section-title">{w.title}</div>
        {may("write") && <Writer id={id} label={t.incident.addNote} placeholder={t.incident.notePlaceholder} rows={3} />}
        <Ask query={query} rows={3}>
          {(page) => (itemsOf(page).length ? <ul className="notes">{threads(itemsOf(page)).map((x) => <One key={x.note.id} id={id} thread={x} />)}</ul> : <Empty title={t.incident.noNotes} />)}
        </Ask>
      </section>
      <Tasks id={id} />
    </div>
  );
}

/** A note with the answers to it. */
function One({ id, thread: { note, answers } }: { id: string; thread: Thread<Note> }) {
  const t = useT();
  const w = t.triage.notes;
  const { may } = useSession();
  const [open, setOpen] = useState(false);
  return (
    <li>
      <Said note={note} />
      {answers.length > 0 && <ul className="answers">{answers.map((a) => <li key={a.id}><Said note={a} /></li>)}</ul>}
      {may("write") && !open && <button type="button" className="plain link" aria-label={w.replyTo(note.who)} onClick={() => setOpen(true)}>{w.reply}</button>}
      {open && <Writer id={id} to={note.id} label={w.send} placeholder={w.placeholder} rows={2} onClose={() => setOpen(false)} />}
    </li>
  );
}

function Said({ note }: { note: Note }) {
  return <><div className="row"><b>{note.who}</b><span className="quiet"><Time at={note.time} full /></span></div><p className="note-text">{note.text}</p></>;
}

function Writer({ id, to, label, placeholder, rows, onClose }: { id: string; to?: string; label: string; placeholder: string; rows: number; onClose?: () => void }) {
  const t = useT();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [text, setText] = useState("");
  const box = useId();
  const send = useMutation({
    mutationFn: () => api.post<Note>(`/incidents/${encodeURIComponent(id)}/notes`, { text: text.trim(), ...(to ? { reply_to: to } : {}) }),
    onSuccess: () => { setText(""); void client.invalidateQueries({ queryKey: ["incident", id, "notes"] }); onClose?.(); },
    onError: (error) => message.error(error.message, 6),
  });
  return (
    <div className="column tight">
      <label htmlFor={box} className="visually-hidden">{label}</label>
      <Input.TextArea id={box} value={text} autoFocus={Boolean(to)} onChange={(e) => setText(e.target.value)} rows={rows} placeholder={placeholder} maxLength={20_000} onKeyDown={(e) => { if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && text.trim()) send.mutate(); }} />
      <div className="row"><Button type={to ? "default" : "primary"} disabled={!text.trim()} loading={send.isPending} onClick={() => send.mutate()}>{label}</Button>{onClose && <Button type="text" onClick={onClose}>{t.common.cancel}</Button>}</div>
    </div>
  );
}
