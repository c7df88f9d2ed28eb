import { Link } from "@tanstack/react-router";
import { Button, Select } from "antd";
import { useState } from "react";
import { useBlock } from "../actions/block";
import type { Incident, IncidentEdit } from "../api/vocabulary";
import { ReadOnly } from "../app/readonly";
import { useSession } from "../app/session";
import { useKeys } from "../app/shortcuts";
import { useLanguage } from "../i18n";
import { OwnerDialog, useEditIncidents } from "../incidents/edit";
import { MergeDialog } from "../incidents/merge";
import { placeLeft, wayBack } from "../incidents/place";
import { SplitDialog } from "../incidents/split";
import { suspectOf } from "../incidents/suspects";
import { useTeams } from "../incidents/teams";
import { CloseDialog } from "../incidents/verdict";
import { Icon } from "../ui/icons";
import { Severity, Stages, StatusBadge } from "../ui/marks";
import { FamilyScore } from "./marks";

/** The title of an incident's page, what it is at a glance, and what can be done with it. */
export function Head({ incident: i }: { incident: Incident }) {
  const { t, pick } = useLanguage();
  const { session, may } = useSession();
  const block = useBlock();
  const edit = useEditIncidents();
  const [dialog, setDialog] = useState<"close" | "owner" | "escalate" | "merge" | "split" | null>(null);
  const write = may("write");
  const teams = useTeams();
  const apply = (change: IncidentEdit) => { edit.mutate({ incidents: [i], edit: change }); setDialog(null); };
  const close = () => setDialog(null);
  const live = i.status !== "closed";
  const ask = (kind: NonNullable<typeof dialog>) => { if (write && live) setDialog(kind); };
  useKeys({
    a: () => { if (write && live) apply({ status: "working", owner: session.name }); }, o: () => { if (write && live) apply({ owner: session.name }); },
    e: () => ask("escalate"), c: () => ask("close"), m: () => ask("merge"), s: () => ask("split"), u: () => edit.undo(),
    b: () => { if (may("respond") && live) block({ target: suspectOf(i), incidentId: i.id }); },
  }, { active: dialog === null });
  return (
    <header className="inc-top">
      <Link to="/incidents" search={placeLeft(sessionStorage).search} onClick={() => wayBack(sessionStorage)} className="icon-button" aria-label={`${t.common.back}: ${t.nav.incidents}`} title={t.nav.incidents}><Icon name="collapse" /></Link>
      <div className="grow column tight">
        <h1>{pick(i.title)}</h1>
        <div className="row wrap">
          <Severity level={i.severity} /><FamilyScore score={i.score} reasons={i.reasons} /><StatusBadge status={i.status} />
          {i.verdict && <span className="badge calm">{t.verdict[i.verdict]}</span>}
          {i.below && <span className="badge calm" title={t.triage.below.lead}>{t.triage.below.badge}</span>}
          <Stages tactics={i.tactics} severity={i.severity} /><span className="quiet">{t.common.pair(t.incident.owner, i.owner || t.common.nobody)}</span>
          {teams.size > 0 && <span className="quiet row tight" title={i.team_by ? t.noise.teams.byHand(i.team_by) : i.team ? t.noise.teams.byScope : undefined}>{t.noise.teams.team}: {write && live
            ? <Select size="small" variant="borderless" className="inc-team" value={i.team ?? ""} onChange={(team) => apply({ team })} aria-label={t.noise.teams.give} popupMatchSelectWidth={false} options={[{ value: "", label: t.noise.teams.none }, ...[...teams].map(([value, label]) => ({ value, label }))]} />
            : i.team ? teams.get(i.team) ?? i.team : t.noise.teams.none}</span>}
        </div>
      </div>
      <div className="row wrap inc-deeds">
        {!write && <ReadOnly />}
        {write && live && i.status === "open" && <Button size="middle" onClick={() => apply({ status: "working", owner: session.name })}>{t.incidents.ack}</Button>}
        {write && live && <Button size="middle" onClick={() => setDialog("owner")}>{t.incident.assign}</Button>}
        {write && live && <Button size="middle" onClick={() => setDialog("merge")}>{t.triage.merge.key}</Button>}
        {write && live && <Button size="middle" onClick={() => setDialog("split")}>{t.triage.split.key}</Button>}
        {write && i.status === "working" && <Button size="middle" onClick={() => apply({ status: "contained" })}>{t.status.contained}</Button>}
        {may("respond") && live && <Button size="middle" danger onClick={() => block({ target: suspectOf(i), incidentId: i.id })}>{t.incident.contain}</Button>}
        {write && live && <Button size="middle" type="primary" onClick={() => setDialog("close")}>{t.incident.close}</Button>}
        {write && !live && !i.merged && <Button size="middle" onClick={() => apply({ status: "working" })}>{t.incident.reopen}</Button>}
      </div>
      {dialog === "close" && <CloseDialog count={1} onClose={close} onDone={apply} onDuplicate={() => setDialog("merge")} />}
      {dialog === "merge" && <MergeDialog incidents={[i]} onClose={close} />}
      {dialog === "split" && <SplitDialog id={i.id} onClose={close} />}
      {(dialog === "owner" || dialog === "escalate") && <OwnerDialog title={dialog === "owner" ? t.incidents.assignTitle : t.incidents.escalate} me={session.name} needsReason={dialog === "escalate"} onClose={close} onDone={apply} />}
    </header>
  );
}
