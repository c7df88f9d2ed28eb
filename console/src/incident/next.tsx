import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { App, Button } from "antd";
import { useState } from "react";
import { useBlock } from "../actions/block";
import { itemsOf } from "../api/queries";
import type { Incident } from "../api/vocabulary";
import { useSession } from "../app/session";
import { useLanguage } from "../i18n";
import { Icon } from "../ui/icons";
import { Panel } from "../ui/states";
import { caseAsk, caseDo } from "./ask";
import { Told } from "./score";
import { Cites } from "./waterfall";
import { plain } from "./words";

type Step = NonNullable<Incident["next"]>[number];

const atFirst = 4;

/** What to do next, most urgent first: each leads to the search or the action that it speaks of, or becomes a task. */
export function NextSteps({ incident, onCite }: { incident: Incident; onCite: (number: number) => void }) {
  const { t, pick } = useLanguage();
  const n = t.triage.next;
  const { may } = useSession();
  const { message } = App.useApp();
  const client = useQueryClient();
  const block = useBlock();
  const [all, setAll] = useState(false);
  const tasks = useQuery(caseAsk.tasks(incident.id));
  const byTitle = new Map(itemsOf(tasks.data).map((x) => [x.title, x]));
  const taskOf = (s: Step) => byTitle.get(s.text.en) ?? byTitle.get(s.text.zh) ?? byTitle.get(plain(pick(s.text)));
  const refresh = () => void client.invalidateQueries({ queryKey: ["incident", incident.id, "tasks"] });
  const onError = (error: Error) => message.error(error.message, 8);
  const make = useMutation({ mutationFn: ({ step, done }: { step: Step; done: boolean }) => caseDo.addTask(incident.id, { title: plain(pick(step.text)), done }), onSuccess: refresh, onError });
  const tick = useMutation({ mutationFn: ({ id, done }: { id: string; done: boolean }) => caseDo.changeTask(incident.id, id, { done }), onSuccess: refresh, onError });
  const steps = incident.next ?? [];
  if (steps.length === 0) return null;
  const live = incident.status !== "closed";
  const write = may("write") && tasks.isSuccess;
  return (
    <Panel title={n.title} className="next-steps" extra={<span className="quiet">{n.lead}</span>}>
      <ol>
        {(all ? steps : steps.slice(0, atFirst)).map((s, i) => {
          const task = taskOf(s);
          const address = s.entity?.kind === "address" ? s.entity.name : undefined;
          return (
            <li key={`${s.code} ${i}`} className={task?.done ? "done" : undefined}>
              <input type="checkbox" checked={task?.done ?? false} disabled={!write || make.isPending || tick.isPending} aria-label={t.triage.tasks.mark(plain(pick(s.text)))} onChange={() => (task ? tick.mutate({ id: task.id, done: !task.done }) : make.mutate({ step: s, done: true }))} />
              <span className="grow"><Told text={s.text} incident={incident} onCite={onCite} /> <Cites numbers={s.evidence ?? []} onCite={onCite} /></span>
              <span className="next-do">
                {s.query && <Link to="/hunt" search={{ query: s.query }}><Button size="small" tabIndex={-1} icon={<Icon name="hunt" size={12} />}>{n.hunt}</Button></Link>}
                {address && live && may("respond") && <Button size="small" danger onClick={() => block({ target: address, incidentId: incident.id, reason: plain(pick(s.text)) })}>{n.act}</Button>}
                {write && (task ? <span className="badge calm"><Icon name="check" size={12} /> {task.done ? n.done : n.made}</span> : <Button size="small" type="text" onClick={() => make.mutate({ step: s, done: false })}>{n.task}</Button>)}
              </span>
            </li>
          );
        })}
      </ol>
      {steps.length > atFirst && <button type="button" className="plain link" aria-expanded={all} onClick={() => setAll(!all)}>{all ? n.fewer : n.all(steps.length)}</button>}
    </Panel>
  );
}
