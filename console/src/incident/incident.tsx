import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Tabs } from "antd";
import { Suspense, lazy, useLayoutEffect, useMemo, useRef, useState } from "react";
import { ask, itemsOf } from "../api/queries";
import type { Evidence, Incident } from "../api/vocabulary";
import { incidentTabs, type IncidentTab } from "../app/router";
import { useKeys } from "../app/shortcuts";
import { useT } from "../i18n";
import { Entities } from "../ui/chip";
import { formatCount, formatDuration } from "../ui/format";
import { Icon } from "../ui/icons";
import { wayBack } from "../incidents/place";
import { Ask, Loading, Panel } from "../ui/states";
import { Time } from "../ui/time";
import { ActionsTab } from "./actions-tab";
import { caseAsk } from "./ask";
import { Banners } from "./banner";
import { EvidenceTab } from "./evidence";
import { FocusContext, type Focus } from "./focus";
import { Head } from "./head";
import { LogTab } from "./log";
import { NextSteps } from "./next";
import { NotesTab } from "./notes";
import { Player, usePlay } from "./player";
import { ScoreTab } from "./score";
import { SimilarTab } from "./similar";
import { Story } from "./story";
import { Timeline } from "./timeline";
import "./triage.css";

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
  const [pointed, setPointed] = useState<Focus>({});
  const evidence = useMemo(() => [...incident.evidence].sort((a, b) => a.number - b.number), [incident.evidence]);
  const { play, deed, now } = usePlay(evidence);
  const focus = useMemo<Focus>(() => (now === undefined ? pointed : { until: now }), [now, pointed]);
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
    Escape: () => { if (play.at === undefined) void navigate({ to: "/incidents", search: wayBack(sessionStorage) }); else deed({ do: "stop" }); },
    ...Object.fromEntries(incidentTabs.map((name, i) => [String(i + 1), () => go({ tab: name })])),
  });
  const cited = evidence.find((e) => e.alert.id === search.alert)?.number;
  const cite = (n: number) => choose(evidence.find((e) => e.number === n));
  const notes = useQuery(caseAsk.comments(incident.id));
  const tasks = useQuery(caseAsk.tasks(incident.id));
  const similar = useQuery(caseAsk.similar(incident.id));
  const actions = useQuery(ask.actions({ incident: incident.id, limit: 200 }));
  const counts: Partial<Record<IncidentTab, number>> = { evidence: incident.alerts, actions: itemsOf(actions.data).length, similar: itemsOf(similar.data).length, notes: itemsOf(notes.data).length + itemsOf(tasks.data).filter((x) => !x.done).length };
  const names: Record<IncidentTab, string> = { evidence: t.incident.evidence, score: t.incident.score, actions: t.incident.actions, similar: t.triage.similar.tab, notes: t.triage.tasks.tab, log: t.incident.log };
  const context = useMemo(() => ({ focus, setFocus: setPointed }), [focus]);
  return (
    <FocusContext.Provider value={context}>
      <Head incident={incident} />
      <Banners incident={incident} onCite={cite} />
      <section className="panel panel-body inc-story">
        <StoryBox incident={incident} cited={cited} onCite={cite} />
        <Facts incident={incident} />
      </section>
      <NextSteps incident={incident} onCite={cite} />
      <div className="inc-pair">
        <Panel title={t.incident.timeline} flush extra={evidence.length > 1 ? <Player play={play} deed={deed} total={evidence.length} /> : undefined}>
          <Timeline evidence={evidence} chosen={search.alert} onChoose={(e) => choose(e)} />
        </Panel>
        <Panel title={t.incident.graph} className="inc-graph" flush extra={<span className="quiet">{t.incident.graphLead}</span>}><Suspense fallback={<Loading rows={8} />}><Graph evidence={evidence} /></Suspense></Panel>
      </div>
      <div ref={tabsAt} className="panel inc-tabs">
        <Tabs activeKey={tab} onChange={(key) => go({ tab: key as IncidentTab })} destroyOnHidden items={incidentTabs.map((key) => ({
          key, label: <>{names[key]}{counts[key] ? <span className="tab-count">{formatCount(counts[key])}</span> : null}</>,
          children: (
            <div className="panel-body">
              {key === "evidence" && <EvidenceTab incident={incident} chosen={search.alert} onChoose={(alert) => go({ alert })} />}
              {key === "score" && <ScoreTab incident={incident} onCite={cite} />}
              {key === "actions" && <ActionsTab incident={incident} />}
              {key === "similar" && <SimilarTab id={incident.id} />}
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

function Facts({ incident: i }: { incident: Incident }) {
  const t = useT();
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
