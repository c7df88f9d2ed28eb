import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { App, Button, Checkbox, Input, Modal, Segmented } from "antd";
import { useId, useMemo, useRef, useState } from "react";
import { ask } from "../api/queries";
import type { Incident } from "../api/vocabulary";
import { useKeys } from "../app/shortcuts";
import { caseAsk, caseDo } from "../incident/ask";
import { useLanguage } from "../i18n";
import { formatCount } from "../ui/format";
import { Icon } from "../ui/icons";
import { Severity } from "../ui/marks";
import { Ask } from "../ui/states";
import { Time } from "../ui/time";
import { useMoved } from "./moved";
import { TwoSides } from "./preview";
import { splitWish, type SplitBy } from "./wish";

const ways: readonly SplitBy[] = ["rules", "entities", "evidence"];

/** Asks what is to become an incident of its own, and shows both halves before anything moves. */
export function SplitDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useLanguage();
  const query = useQuery(ask.incident(id));
  useKeys({ Escape: onClose }, { exclusive: true, active: !query.data });
  return query.data ? <Body incident={query.data} onClose={onClose} /> : (
    <Modal open title={t.triage.split.title} onCancel={onClose} footer={null} width={720} transitionName="" maskTransitionName=""><Ask query={query}>{() => null}</Ask></Modal>
  );
}

function Body({ incident, onClose }: { incident: Incident; onClose: () => void }) {
  const { t } = useLanguage();
  const s = t.triage.split;
  const { message } = App.useApp();
  const moved = useMoved();
  const navigate = useNavigate();
  const [by, setBy] = useState<SplitBy>("rules");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [at, setAt] = useState(0);
  const [reason, setReason] = useState("");
  const field = useId();
  const list = useRef<HTMLDivElement>(null);
  const options = useOptions(incident, by);
  const wish = useMemo(() => splitWish(incident, by, chosen), [incident, by, chosen]);
  const everything = by !== "entities" && chosen.size > 0 && chosen.size === options.length;
  const preview = useQuery(caseAsk.splitPreview(incident.id, everything ? null : wish));
  const send = useMutation({
    mutationFn: () => caseDo.split(incident.id, wish ?? {}, reason.trim()),
    onSuccess: (made) => { const fresh = made.new?.id; moved.say(made, s.done, fresh && <Button type="link" size="small" onClick={() => void navigate({ to: "/incidents/$id", params: { id: fresh } })}>{s.openNew}</Button>); onClose(); },
    onError: (error) => message.error(error.message, 8),
  });
  const ready = wish !== null && !everything && preview.data !== undefined && !send.isPending;
  const submit = () => { if (ready) send.mutate(); };
  const turn = (key: string | undefined) => setChosen((old) => { const next = new Set(old); if (key !== undefined && !next.delete(key)) next.add(key); return next; });
  const goBy = (way: SplitBy) => { setBy(way); setChosen(new Set()); setAt(0); };
  useKeys({
    Escape: onClose, Enter: submit, "mod+Enter": submit, j: () => setAt(Math.min(options.length - 1, at + 1)), k: () => setAt(Math.max(0, at - 1)), ArrowDown: () => setAt(Math.min(options.length - 1, at + 1)), ArrowUp: () => setAt(Math.max(0, at - 1)),
    x: () => turn(options[at]?.key), Space: () => turn(options[at]?.key), "1": () => goBy("rules"), "2": () => goBy("entities"), "3": () => goBy("evidence"),
  }, { exclusive: true });
  return (
    <Modal open title={s.title} onCancel={onClose} onOk={submit} okText={s.submit} okButtonProps={{ disabled: !ready }} confirmLoading={send.isPending} width={760} afterOpenChange={(open) => { if (open) list.current?.focus(); }} transitionName="" maskTransitionName="">
      <div className="column">
        <div className="row wrap"><Segmented value={by} onChange={goBy} options={ways.map((w) => ({ value: w, label: s.by[w] }))} aria-label={s.title} /><span className="quiet">{s.lead}</span></div>
        <div className="split-list" role="group" aria-label={s.by[by]} tabIndex={-1} ref={list}>
          {options.map((o, n) => (
            <div key={o.key} className={n === at ? "split-row on" : "split-row"} ref={(el) => { if (n === at) el?.scrollIntoView({ block: "nearest" }); }}>
              <Checkbox checked={chosen.has(o.key)} onChange={() => { turn(o.key); setAt(n); }}><span className="split-label">{o.label}</span></Checkbox>
              <span className="quiet nowrap">{o.count}</span>
            </div>
          ))}
        </div>
        <TwoSides query={preview} stays={s.stays} moves={s.leaves} nothing={everything ? s.all : wish === null ? s.nothing : undefined} />
        <div><label htmlFor={field}>{s.reason}</label><Input.TextArea id={field} value={reason} onChange={(e) => setReason(e.target.value)} rows={2} maxLength={2000} onKeyDown={(e) => { if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) submit(); }} /></div>
      </div>
    </Modal>
  );
}

type Option = { key: string; label: React.ReactNode; count: React.ReactNode };

/** What an incident can be split by, each with how much of it there is. */
function useOptions(i: Incident, by: SplitBy): Option[] {
  const { t, pick, ruleName, ruleTitle } = useLanguage();
  if (by === "rules") return i.rules.map((r) => ({ key: r.rule_id, label: <><Severity level={r.severity} bare /> {ruleName(r)}</>, count: t.common.times(r.count) }));
  if (by === "entities") return i.entities.map((e) => ({ key: `${e.kind}:${e.name}`, label: <><Icon name={e.kind} size={12} /> {e.name} <span className="quiet">{e.role ? t.entity[e.role] : ""}</span></>, count: t.entity[e.kind] }));
  return i.evidence.map((e) => ({ key: String(e.number), label: <><span className="cite">{e.number}</span> {pick(e.text) || ruleTitle(e.alert)}</>, count: <><Time at={e.alert.time} />{e.count > 1 ? ` ×${formatCount(e.count)}` : ""}</> }));
}
