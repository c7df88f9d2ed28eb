import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Button, Tabs } from "antd";
import { Suspense, lazy, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useBlock } from "../actions/block";
import { ask, itemsOf } from "../api/queries";
import type { Evidence, Incident, IncidentEdit } from "../api/vocabulary";
import { ReadOnly } from "../app/readonly";
import { incidentTabs, type IncidentTab } from "../app/router";
import { useSession } from "../app/session";
import { useKeys } from "../app/shortcuts";
import { useLanguage, useT } from "../i18n";
import { CloseDialog, OwnerDialog, useEditIncidents } from "../incidents/edit";
import { suspectOf } from "../incidents/suspects";
import { Entities } from "../ui/chip";
import { formatCount, formatDuration } from "../ui/format";
import { Icon } from "../ui/icons";
import { Score, Severity, Stages, StatusBadge } from "../ui/marks";
import { Ask, Loading, Panel } from "../ui/states";
import { Time } from "../ui/time";
import { EvidenceTab } from "./evidence";
import { FocusContext, type Focus } from "./focus";
import { Story } from "./story";
import { ActionsTab, LogTab, NotesTab } from "./tabs";
import { Timeline } from "./timeline";
import { Waterfall } from "./waterfall";

const Graph = lazy(() => import("./graph").then((m) => ({ default: m.Graph })));

/** One incident: its story, timeline and graph side by side, and everything that it rests on. */
export function IncidentScreen() {
  const { id } = useParams({ from: "/incidents/$id" });
  const query = useQuery({ ...ask.incident(id), refetchInterval: 60_000 });
  return <div className="incident"><Ask query={query} rows={14}>{(incident) => <Page key={incident.id} incident={incident} />}</Ask></div>;
}

function Page({ incident }: { incident: Incident }) {
  const t = useT();
  const search = useSearch({ from: "/incidents/$id" });
  const navigate = useNavigate({ from: "/incidents/$id" });
  const tab = search.tab ?? "evidence";
  const go = (next: { tab?: IncidentTab; alert?: string }) => void navigate({ search: (prev) => ({ ...prev, ...next }), replace: true, resetScroll: false });
  const tabsAt = useRef<HTMLDivElement>(null);
  const [focus, setFocus] = useState<Focus>({});
  const [playing, setPlaying] = useState(false);
  const evidence = useMemo(() => [...incident.evidence].sort((a, b) => a.number - b.number), [incident.evidence]);
  useEffect(() => {
    if (!playing) return;
    let at = 0;
    const step = () => {
      const e = evidence[at++];
      if (!e) { setPlaying(false); return; }
      setFocus({ until: e.number });
      document.getElementById(`evidence-${e.number}`)?.scrollIntoView({ block: "nearest" });
    };
    step();
    const timer = setInterval(step, 900);
    return () => { clearInterval(timer); setFocus({}); };
  }, [playing, evidence]);
  const choose = (e: Evidence | undefined, scroll = true) => {
    if (!e) return;
    go({ tab: "evidence", alert: e.alert.id });
    if (scroll) requestAnimationFrame(() => tabsAt.current?.scrollIntoView({ block: "start" }));
  };
  const step = (n: number) => {
    const at = evidence.findIndex((e) => e.alert.id === search.alert);
    choose(evidence[Math.min(evidence.length - 1, Math.max(0, at + n))], false);
  };
  useKeys({
    j: () => step(1), k: () => step(-1),
    Escape: () => void navigate({ to: "/incidents" }),
    ...Object.fromEntries(incidentTabs.map((name, i) => [String(i + 1), () => go({ tab: name })])),
  });
  const cited = evidence.find((e) => e.alert.id === search.alert)?.number;
  const notes = useQuery(ask.notes(incident.id));
  const actions = useQuery(ask.actions({ incident: incident.id, limit: 200 }));
  const counts: Partial<Record<IncidentTab, number>> = { evidence: incident.alerts, actions: itemsOf(actions.data).length, notes: itemsOf(notes.data).length };
  const context = useMemo(() => ({ focus, setFocus: (f: Focus) => { if (!playing) setFocus(f); } }), [focus, playing]);
  return (
    <FocusContext.Provider value={context}>
      <Head incident={incident} />
      <section className="panel panel-body inc-story">
        <StoryBox incident={incident} cited={cited} onCite={(n) => choose(evidence.find((e) => e.number === n))} />
        <Facts incident={incident} />
      </section>
      <div className="inc-pair">
        <Panel title={t.incident.timeline} flush extra={evidence.length > 1 ? <Button type="text" icon={<Icon name={playing ? "stop" : "play"} size={14} />} onClick={() => setPlaying(!playing)}>{playing ? t.incident.stop : t.incident.play}</Button> : undefined}>
          <Timeline evidence={evidence} chosen={search.alert} onChoose={(e) => choose(e)} />
        </Panel>
        <Panel title={t.incident.graph} className="inc-graph" flush extra={<span className="quiet">{t.incident.graphLead}</span>}><Suspense fallback={<Loading rows={8} />}><Graph evidence={evidence} /></Suspense></Panel>
      </div>
      <div ref={tabsAt} className="panel inc-tabs">
        <Tabs activeKey={tab} onChange={(key) => go({ tab: key as IncidentTab })} destroyOnHidden items={incidentTabs.map((key) => ({
          key, label: <>{t.incident[key]}{counts[key] ? <span className="tab-count">{formatCount(counts[key])}</span> : null}</>,
          children: (
            <div className="panel-body">
              {key === "evidence" && <EvidenceTab incident={incident} chosen={search.alert} onChoose={(alert) => go({ alert })} />}
              {key === "score" && <div className="narrow"><Waterfall incident={incident} /></div>}
              {key === "actions" && <ActionsTab incident={incident} />}
              {key === "notes" && <NotesTab id={incident.id} />}
              {key === "log" && <LogTab id={incident.id} />}
            </div>
          ),
        }))} />
      </div>
    </FocusContext.Provider>
  );
}

/** The story in a few lines, with the whole of it and of its entities one click away. */
function StoryBox({ incident, cited, onCite }: { incident: Incident; cited?: number; onCite: (number: number) => void }) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const [long, setLong] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const text = box.current?.querySelector(".story");
    if (!text) return;
    const measure = () => setLong((old) => (text.classList.contains("clamped") ? text.scrollHeight > text.clientHeight + 2 : old));
    const size = new ResizeObserver(measure);
    size.observe(text);
    return () => size.disconnect();
  }, []);
  return (
    <div ref={box} className="story-box">
      <Story incident={incident} cited={cited} onCite={onCite} clamped={!open} />
      {open && <div className="chips open"><Entities entities={incident.entities} max={64} /></div>}
      {(long || open) && <button type="button" className="plain link story-more" aria-expanded={open} onClick={() => setOpen(!open)}><Icon name={open ? "down" : "expand"} size={12} /> {open ? t.incident.less : t.incident.whole(incident.entities.length)}</button>}
    </div>
  );
}

function Head({ incident: i }: { incident: Incident }) {
  const { t, pick } = useLanguage();
  const { session, may } = useSession();
  const block = useBlock();
  const edit = useEditIncidents();
  const [dialog, setDialog] = useState<"close" | "owner" | "escalate" | null>(null);
  const write = may("write");
  const apply = (change: IncidentEdit) => { edit.mutate({ incidents: [i], edit: change }); setDialog(null); };
  const live = i.status !== "closed";
  useKeys({
    a: () => { if (write && live) apply({ status: "working", owner: session.name }); }, o: () => { if (write && live) apply({ owner: session.name }); },
    e: () => { if (write && live) setDialog("escalate"); }, c: () => { if (write && live) setDialog("close"); },
    b: () => { if (may("respond") && live) block({ target: suspectOf(i), incidentId: i.id }); },
  }, { active: dialog === null });
  return (
    <header className="inc-top">
      <Link to="/incidents" className="icon-button" aria-label={`${t.common.back}: ${t.nav.incidents}`} title={t.nav.incidents}><Icon name="collapse" /></Link>
      <div className="grow column tight">
        <h1>{pick(i.title)}</h1>
        <div className="row wrap"><Severity level={i.severity} /><Score score={i.score} reasons={i.reasons} /><StatusBadge status={i.status} />{i.verdict && <span className="badge calm">{t.verdict[i.verdict]}</span>}<Stages tactics={i.tactics} severity={i.severity} /><span className="quiet">{t.incident.owner}: {i.owner || t.common.nobody}</span></div>
      </div>
      <div className="row wrap">
        {!write && <ReadOnly />}
        {write && live && i.status === "open" && <Button size="middle" onClick={() => apply({ status: "working", owner: session.name })}>{t.incidents.ack}</Button>}
        {write && live && <Button size="middle" onClick={() => setDialog("owner")}>{t.incident.assign}</Button>}
        {write && i.status === "working" && <Button size="middle" onClick={() => apply({ status: "contained" })}>{t.status.contained}</Button>}
        {may("respond") && live && <Button size="middle" danger onClick={() => block({ target: suspectOf(i), incidentId: i.id })}>{t.incident.contain}</Button>}
        {write && live && <Button size="middle" type="primary" onClick={() => setDialog("close")}>{t.incident.close}</Button>}
        {write && !live && <Button size="middle" onClick={() => apply({ status: "working" })}>{t.incident.reopen}</Button>}
      </div>
      {dialog === "close" && <CloseDialog count={1} onClose={() => setDialog(null)} onDone={apply} />}
      {(dialog === "owner" || dialog === "escalate") && <OwnerDialog title={dialog === "owner" ? t.incidents.assignTitle : t.incidents.escalate} me={session.name} needsReason={dialog === "escalate"} onClose={() => setDialog(null)} onDone={apply} />}
    </header>
  );
}

function Facts({ incident: i }: { incident: Incident }) {
  const { t } = useLanguage();
  return (
    <dl className="facts inc-facts">
      <dt>{t.incident.first}</dt><dd><Time at={i.first} full /></dd>
      <dt>{t.incident.last}</dt><dd><Time at={i.last} full /></dd>
      <dt>{t.incident.duration}</dt><dd>{formatDuration(Date.parse(i.last) - Date.parse(i.first), t.time)}</dd>
      <dt>{t.incident.detected}</dt><dd><Time at={i.detected} full /></dd>
      <dt>{t.incidents.columns.alerts}</dt><dd>{formatCount(i.alerts)}</dd>
    </dl>
  );
}
