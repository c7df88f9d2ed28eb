import { useNavigate } from "@tanstack/react-router";
import { Segmented } from "antd";
import { useMemo, useState } from "react";
import type { EntityKind, Incident } from "../api/vocabulary";
import { useLanguage } from "../i18n";
import { formatTime } from "../ui/format";
import { Panel } from "../ui/states";
import type { LogonSession } from "./ask";

const spans = { day: 86_400_000, week: 7 * 86_400_000, month: 30 * 86_400_000 } as const;
type Span = keyof typeof spans;
const maxLanes = 8;
const pad = (n: number) => String(n).padStart(2, "0");

type Bar = { key: string; from: number; to: number; tone: string; label: string; open?: () => void };
type Lane = { name: string; bars: Bar[] };

/** The lane that a session stands in: what is on the other side of it. */
const laneOf = (kind: EntityKind, s: LogonSession) => (kind === "host" ? s.user : kind === "user" ? s.host : `${s.user} @ ${s.host}`);

/** Incidents and sessions side by side in time. */
export function Timeline({ kind, incidents, sessions }: { kind: EntityKind; incidents: readonly Incident[]; sessions: readonly LogonSession[] }) {
  const { t, pick } = useLanguage();
  const d = t.entityPage;
  const navigate = useNavigate();
  const now = Date.now();
  const [chosen, setSpan] = useState<Span>();
  const newest = Math.max(...incidents.map((i) => Date.parse(i.last)), ...sessions.map((s) => Date.parse(s.to)), 0);
  const oldest = Math.min(...incidents.map((i) => Date.parse(i.first)), ...sessions.map((s) => Date.parse(s.from)), now);
  const span = chosen ?? (now - newest > spans.week ? "month" : now - oldest <= spans.day ? "day" : now - newest > spans.day ? "week" : now - oldest > spans.week ? "month" : "week");
  const begin = now - spans[span];
  const lanes = useMemo<Lane[]>(() => {
    const within = (from: number, to: number) => to >= begin && from <= now;
    const all: Lane[] = [];
    const cases = incidents.filter((i) => within(Date.parse(i.first), Date.parse(i.last)));
    if (cases.length) all.push({ name: d.lane, bars: cases.map((i) => ({ key: i.id, from: Date.parse(i.first), to: Date.parse(i.last), tone: i.severity, label: `${t.severity[i.severity]} ${i.score} · ${pick(i.title)} · ${formatTime(i.first).slice(0, 16)} – ${formatTime(i.last).slice(0, 16)}`, open: () => void navigate({ to: "/incidents/$id", params: { id: i.id } }) })) });
    const by = new Map<string, Bar[]>();
    for (const s of sessions) {
      const from = Date.parse(s.from), to = Date.parse(s.to);
      if (!within(from, to)) continue;
      const name = laneOf(kind, s);
      const bars = by.get(name) ?? by.set(name, []).get(name) ?? [];
      bars.push({ key: s.id, from, to, tone: `session ${s.kind}`, label: `${s.user} @ ${s.host} · ${d.kind[s.kind]}${s.address ? ` · ${s.address}` : ""} · ${formatTime(s.from).slice(0, 16)} – ${formatTime(s.to).slice(11, 16)} · ${s.logons} × · ${s.ended ? d.ended : d.open}` });
    }
    for (const [name, bars] of [...by].sort((a, b) => b[1].length - a[1].length || a[0].localeCompare(b[0]))) all.push({ name, bars });
    return all;
  }, [incidents, sessions, kind, begin, now, d, t, pick, navigate]);
  const share = (at: number) => Math.max(0, Math.min(100, ((at - begin) / spans[span]) * 100));
  const ticks = [...Array(7).keys()].map((n) => begin + (n / 6) * spans[span]);
  const tick = (at: number) => { const m = new Date(at); return span === "day" ? `${pad(m.getHours())}:${pad(m.getMinutes())}` : `${pad(m.getMonth() + 1)}-${pad(m.getDate())}`; };
  return (
    <Panel title={d.timeline} extra={<Segmented<Span> size="small" value={span} onChange={setSpan} aria-label={d.spanLabel} options={(Object.keys(spans) as Span[]).map((s) => ({ value: s, label: d.span[s] }))} />}>
      {lanes.length === 0 ? <p className="quiet">{d.noTimeline}</p> : (
        <div className="lanes">
          {lanes.slice(0, maxLanes).map((lane) => (
            <div className="lane" key={lane.name}>
              <span className="lane-name ellipsis" title={lane.name}>{lane.name}</span>
              <div className="lane-track">
                {lane.bars.map((b) => {
                  const at = { left: `${share(b.from)}%`, width: `max(5px, ${share(b.to) - share(b.from)}%)` };
                  return b.open ? <button type="button" key={b.key} className={`lane-bar ${b.tone}`} style={at} title={b.label} aria-label={b.label} onClick={b.open} /> : <span key={b.key} className={`lane-bar ${b.tone}`} style={at} title={b.label} />;
                })}
              </div>
            </div>
          ))}
          <div className="lane ticks" aria-hidden="true"><span /><div className="lane-track">{ticks.map((at, i) => <span key={at} className={i === 0 ? "first" : i === 6 ? "last" : ""} style={{ left: `${share(at)}%` }}>{tick(at)}</span>)}</div></div>
          {lanes.length > maxLanes && <p className="quiet">{d.lanesMore(lanes.length - maxLanes)}</p>}
        </div>
      )}
    </Panel>
  );
}
