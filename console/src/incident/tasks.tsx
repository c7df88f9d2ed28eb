import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, DatePicker, Input } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";
import { itemsOf } from "../api/queries";
import { useSession } from "../app/session";
import { useT } from "../i18n";
import { formatDuration, noTime } from "../ui/format";
import { Icon } from "../ui/icons";
import { Ask } from "../ui/states";
import { Time } from "../ui/time";
import { caseAsk, caseDo } from "./ask";
import type { Task } from "./shapes";

/** Open tasks first, those that are due soonest before the rest. */
export const inOrder = (tasks: readonly Task[]): Task[] => {
  const due = (x: Task) => (noTime(x.due) ? Infinity : Date.parse(x.due as string));
  return [...tasks].sort((a, b) => Number(a.done) - Number(b.done) || (due(a) === due(b) ? 0 : due(a) - due(b)));
};

/** What people set out to do about an incident. */
export function Tasks({ id }: { id: string }) {
  const t = useT();
  const w = t.triage.tasks;
  const { may } = useSession();
  const { message } = App.useApp();
  const client = useQueryClient();
  const query = useQuery(caseAsk.tasks(id));
  const [title, setTitle] = useState("");
  const [owner, setOwner] = useState("");
  const [due, setDue] = useState<Dayjs | null>(null);
  const deed = useMutation({
    mutationFn: (run: () => Promise<unknown>) => run(),
    onSuccess: () => client.invalidateQueries({ queryKey: ["incident", id, "tasks"] }),
    onError: (error) => message.error(error.message, 6),
  });
  const write = may("write");
  const add = () => {
    if (!title.trim()) return;
    deed.mutate(() => caseDo.addTask(id, { title: title.trim(), ...(owner.trim() ? { owner: owner.trim() } : {}), ...(due ? { due: due.toISOString() } : {}) }).then(() => { setTitle(""); setOwner(""); setDue(null); }));
  };
  const now = Date.now();
  return (
    <section className="column tight" aria-label={w.title}>
      <Ask query={query} rows={2}>
        {(page) => {
          const items = inOrder(itemsOf(page));
          return (
            <>
              <div className="section-title">{w.title}{items.length > 0 && <span className="quiet"> · {w.done(items.filter((x) => x.done).length, items.length)}</span>}</div>
              {items.length === 0 && <p className="quiet flush">{w.none}</p>}
              {items.length > 0 && (
                <ul className="tasks">
                  {items.map((x) => {
                    const late = !x.done && !noTime(x.due) && Date.parse(x.due as string) < now;
                    return (
                      <li key={x.id} className={x.done ? "done" : undefined}>
                        <input type="checkbox" checked={x.done} disabled={!write || deed.isPending} onChange={() => deed.mutate(() => caseDo.changeTask(id, x.id, { done: !x.done }))} aria-label={w.mark(x.title)} />
                        <span className="grow wrap-any">{x.title}</span>
                        {x.owner && <span className="quiet nowrap"><Icon name="user" size={12} /> {x.owner}</span>}
                        {!noTime(x.due) && <span className={late ? "text-bad nowrap" : "quiet nowrap"}><Icon name="clock" size={12} /> {late ? w.late(formatDuration(now - Date.parse(x.due as string), t.time)) : <Time at={x.due} />}</span>}
                        {write && <button type="button" className="icon-button small" aria-label={w.remove(x.title)} title={w.remove(x.title)} onClick={() => deed.mutate(() => caseDo.removeTask(id, x.id))}><Icon name="close" size={12} /></button>}
                      </li>
                    );
                  })}
                </ul>
              )}
            </>
          );
        }}
      </Ask>
      {write && query.isSuccess && (
        <div className="row wrap task-add">
          <Input value={title} onChange={(e) => setTitle(e.target.value)} placeholder={w.placeholder} aria-label={w.placeholder} maxLength={200} onPressEnter={add} />
          <Input className="task-owner" value={owner} onChange={(e) => setOwner(e.target.value)} placeholder={w.owner} aria-label={w.owner} maxLength={128} onPressEnter={add} />
          <DatePicker value={due} onChange={setDue} showTime={{ format: "HH:mm" }} format="MM-DD HH:mm" placeholder={w.due} aria-label={w.due} />
          <Button disabled={!title.trim()} loading={deed.isPending} onClick={add}>{w.add}</Button>
        </div>
      )}
    </section>
  );
}
