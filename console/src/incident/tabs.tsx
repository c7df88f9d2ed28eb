import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input } from "antd";
import { useId, useState } from "react";
import { useBlock } from "../actions/block";
import { ActionTable } from "../actions/table";
import { api } from "../api/client";
import { ask, itemsOf } from "../api/queries";
import type { Incident, Note } from "../api/vocabulary";
import { ReadOnly } from "../app/readonly";
import { useSession } from "../app/session";
import { useT } from "../i18n";
import { Chip } from "../ui/chip";
import { Ask, Empty } from "../ui/states";
import { Time } from "../ui/time";
import { suspectsOf } from "../incidents/suspects";

export function ActionsTab({ incident }: { incident: Incident }) {
  const t = useT();
  const { may } = useSession();
  const block = useBlock();
  const query = useQuery(ask.actions({ incident: incident.id, limit: 200 }));
  const suspects = suspectsOf(incident).slice(0, 12);
  return (
    <div className="column">
      <div className="row wrap">
        <span className="quiet">{t.incident.suspects}</span>
        {suspects.length === 0 && <span className="quiet">{t.incident.noSuspects}</span>}
        {suspects.map((s) => <span key={s} className="row"><Chip kind="address" name={s} role="actor" />{may("respond") && <Button danger onClick={() => block({ target: s, incidentId: incident.id })}>{t.chip.block}</Button>}</span>)}
      </div>
      <Ask query={query}>{(page) => (itemsOf(page).length ? <ActionTable actions={itemsOf(page)} /> : <Empty title={t.incident.noActions} lead={t.incident.noActionsLead} />)}</Ask>
    </div>
  );
}

export function NotesTab({ id }: { id: string }) {
  const t = useT();
  const { may } = useSession();
  const { message } = App.useApp();
  const client = useQueryClient();
  const query = useQuery(ask.notes(id));
  const [text, setText] = useState("");
  const box = useId();
  const send = useMutation({
    mutationFn: () => api.post<Note>(`/incidents/${encodeURIComponent(id)}/notes`, { text: text.trim() }),
    onSuccess: () => { setText(""); void client.invalidateQueries({ queryKey: ["incident", id] }); },
    onError: (error) => message.error(error.message, 6),
  });
  return (
    <div className="column narrow">
      {!may("write") && <ReadOnly />}
      {may("write") && (
        <div className="column tight">
          <label htmlFor={box} className="visually-hidden">{t.incident.addNote}</label>
          <Input.TextArea id={box} value={text} onChange={(e) => setText(e.target.value)} rows={3} placeholder={t.incident.notePlaceholder} maxLength={20_000} onKeyDown={(e) => { if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && text.trim()) send.mutate(); }} />
          <div><Button type="primary" disabled={!text.trim()} loading={send.isPending} onClick={() => send.mutate()}>{t.incident.addNote}</Button></div>
        </div>
      )}
      <Ask query={query} rows={3}>
        {(page) => (itemsOf(page).length ? (
          <ul className="notes">{itemsOf(page).map((n) => <li key={n.id}><div className="row"><b>{n.who}</b><span className="quiet"><Time at={n.time} full /></span></div><p className="note-text">{n.text}</p></li>)}</ul>
        ) : <Empty title={t.incident.noNotes} />)}
      </Ask>
    </div>
  );
}

export function LogTab({ id }: { id: string }) {
  const t = useT();
  const query = useQuery(ask.incidentLog(id));
  return (
    <Ask query={query} rows={3}>
      {(page) => (itemsOf(page).length ? (
        <div className="scroll-x">
          <table className="list-table">
            <thead><tr><th>{t.incident.when}</th><th>{t.incident.who}</th><th>{t.incident.what}</th><th>{t.incident.detail}</th><th>{t.incident.from}</th></tr></thead>
            <tbody>{itemsOf(page).map((e) => <tr key={e.id}><td><Time at={e.time} full /></td><td>{e.who}</td><td className="mono">{e.what}{e.failed && <span className="badge bad">{t.actions.state.failed}</span>}</td><td className="wrap-any">{e.detail}</td><td className="mono">{e.from}</td></tr>)}</tbody>
          </table>
        </div>
      ) : <Empty title={t.incident.noLog} />)}
    </Ask>
  );
}
