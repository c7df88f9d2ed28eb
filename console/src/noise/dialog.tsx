import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { App, Button, Input, Modal, Segmented, Select } from "antd";
import { useEffect, useId, useMemo, useState } from "react";
import { api } from "../api/client";
import { ask, itemsOf } from "../api/queries";
import { useSession } from "../app/session";
import { useKeys } from "../app/shortcuts";
import { useLanguage } from "../i18n";
import { useDetectorName } from "./detector";
import { SparkBars } from "../ui/spark";
import { Failed } from "../ui/states";
import { Time } from "../ui/time";
import { readEntity, written, type Preview, type Proposal, type Suppression } from "./ask";

const day = 86_400_000;
const spans = [7, 30, 90] as const;

type Props = { proposal?: Proposal; rule?: string; onClose: () => void };

/** Writes a suppression: which rule, at which entities, why, until when, and what it would have hidden. */
export function SuppressionDialog({ proposal, rule: first = "", onClose }: Props) {
  const { t, ruleName, pick } = useLanguage();
  const detectorName = useDetectorName();
  const n = t.noise.suppression;
  const { message } = App.useApp();
  const { session } = useSession();
  const client = useQueryClient();
  const rules = useQuery(ask.rules());
  const [rule, setRule] = useState(proposal?.rule_id ?? first);
  const [entities, setEntities] = useState<string[]>(proposal?.entities?.map(written) ?? []);
  const [reason, setReason] = useState(proposal ? pick(proposal.why) : "");
  const [owner, setOwner] = useState(proposal?.owner ?? session.name);
  const [days, setDays] = useState<number>(30);
  const [opened] = useState(() => Date.now());
  const ids = [useId(), useId(), useId(), useId()] as const;
  useKeys({ Escape: onClose }, { exclusive: true });
  const expires = new Date(opened + days * day).toISOString();
  const read = entities.map(readEntity);
  const wrong = entities.find((_, i) => read[i] === undefined);
  const ready = rule !== "" && entities.length > 0 && wrong === undefined;
  const scope = { rule_id: rule, entities: read.filter((e) => e !== undefined) };
  const preview = useMutation({ mutationFn: (of: typeof scope) => api.post<Preview>("/suppressions/preview", of) });
  const look = preview.mutate;
  const key = ready ? JSON.stringify(scope) : "";
  useEffect(() => { if (key) look(JSON.parse(key) as typeof scope); }, [key, look]);
  const save = useMutation({
    mutationFn: () => api.post<Suppression>("/suppressions", { ...scope, reason: reason.trim(), owner: owner.trim(), expires, proposal: proposal?.id }),
    onSuccess: (s) => { message.success(s.state === "waiting" ? n.addedWaiting : n.added); void client.invalidateQueries({ queryKey: ["noise"] }); onClose(); },
    onError: (e) => message.error(e.message, 8),
  });
  const options = useMemo(() => {
    const all = itemsOf(rules.data).filter((r) => r.state !== "rejected" && r.kind !== "filter").map((r) => ({ value: r.id, label: ruleName(r) })).concat(Object.keys(t.triage.detector).map((d) => ({ value: `anomaly.${d}`, label: t.triage.detector[d] ?? d })));
    return rule !== "" && !all.some((o) => o.value === rule) ? [{ value: rule, label: proposal ? detectorName(rule) ?? pick(proposal.title) : rule }, ...all] : all;
  }, [rules.data, ruleName, rule, proposal, pick, t, detectorName]);
  const critical = ready && preview.data?.critical === true;
  return (
    <Modal open title={n.create} onCancel={onClose} okText={critical ? n.propose : n.add} cancelText={t.common.cancel} okButtonProps={{ disabled: !ready || !preview.data || reason.trim().length < 3 || owner.trim() === "" }} confirmLoading={save.isPending} onOk={() => save.mutate()} width={700} transitionName="" maskTransitionName="">
      <div className="column">
        <p className="quiet flush">{n.lead}</p>
        <div><label htmlFor={ids[0]}>{n.rule}</label><Select id={ids[0]} className="wide-field" value={rule || undefined} onChange={setRule} options={options} showSearch={{ optionFilterProp: "label" }} disabled={!!proposal} /></div>
        <div><label htmlFor={ids[1]}>{n.entities}</label><Select id={ids[1]} className="wide-field" mode="tags" value={entities} onChange={setEntities} tokenSeparators={[" ", ","]} open={false} suffixIcon={null} status={wrong === undefined ? undefined : "error"} /><span className={wrong === undefined ? "quiet" : "text-bad"}>{wrong === undefined ? n.entitiesHint : n.badEntity(wrong)}</span></div>
        <div><label htmlFor={ids[2]}>{n.reason}</label><Input.TextArea id={ids[2]} value={reason} onChange={(e) => setReason(e.target.value)} rows={2} maxLength={1000} /><span className="quiet">{n.neededReason}</span></div>
        <div className="row gap-16 wrap">
          <div><label htmlFor={ids[3]}>{n.owner}</label><Input id={ids[3]} value={owner} onChange={(e) => setOwner(e.target.value)} maxLength={100} /></div>
          <div><div>{n.until}</div><Segmented value={days} onChange={setDays} options={spans.map((x) => ({ value: x as number, label: n.forDays(x) }))} aria-label={n.until} /> <Time at={expires} full /></div>
        </div>
        {preview.error && <><Failed error={preview.error} /><Button onClick={() => look(scope)}>{n.preview}</Button></>}
        {ready && preview.data && <Outcome of={preview.data} />}
        {ready && preview.isPending && <span className="quiet" role="status">{n.previewLead}</span>}
      </div>
    </Modal>
  );
}

function Outcome({ of: p }: { of: Preview }) {
  const { t, pick } = useLanguage();
  const n = t.noise.suppression;
  const lost = p.true_lost ?? [];
  return (
    <div className="boxed column" role="status">
      <div className="row wrap"><b>{p.would_hide.alerts === 0 ? n.none : n.hides(p.would_hide.alerts, p.would_hide.touched)}</b>{p.would_hide.alerts > 0 && <span className="quiet">{n.whole(p.would_hide.incidents)}</span>}</div>
      {p.would_hide.alerts > 0 && <div className="row wrap"><SparkBars values={p.days?.map((d) => d.alerts) ?? []} label={n.preview} width={320} height={32} /><span className="quiet">{n.previewDays(p.days?.length ?? 0)}</span></div>}
      {p.would_hide.alerts > 0 && (lost.length === 0 ? <span className="text-good">{n.lostNone}</span> : (
        <div><b className="text-warn">{n.lost(lost.length)}</b><ul className="lost">{lost.slice(0, 5).map((x) => <li key={x.incident}><Link to="/incidents/$id" params={{ id: x.incident }}>{pick(x.title)}</Link> <span className="quiet">× {x.alerts}</span></li>)}</ul></div>
      ))}
      {p.critical && <span className="text-warn">{n.critical[p.critical_why ?? "rule"]}</span>}
      {!p.complete && <span className="quiet">{n.partial} <Time at={p.since} /></span>}
    </div>
  );
}
