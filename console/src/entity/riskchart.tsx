import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useLanguage } from "../i18n";
import { formatTime } from "../ui/format";
import { bandOf, type Contribution, type RiskPoint } from "./ask";

const height = 188;
const left = 30;
const right = 10;
const top = 20;
const bottom = 22;

const day = 86_400_000;
const pad = (n: number) => String(n).padStart(2, "0");

/** The risk over time; pointing at it, or the arrow keys, tell what it was made of then. */
export function RiskChart({ series, contributions }: { series: readonly RiskPoint[]; contributions: readonly Contribution[] }) {
  const { t, pick } = useLanguage();
  const d = t.entityPage;
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(600);
  const [at, setAt] = useState<number>();
  useEffect(() => {
    const size = new ResizeObserver(([entry]) => entry && setWidth(Math.max(240, entry.contentRect.width)));
    if (box.current) size.observe(box.current);
    return () => size.disconnect();
  }, []);
  const first = Date.parse(series[0]?.time ?? "");
  const last = Date.parse(series[series.length - 1]?.time ?? "");
  const x = (time: number) => left + ((time - first) / Math.max(1, last - first)) * (width - left - right);
  const y = (v: number) => top + (1 - v / 100) * (height - top - bottom);
  const line = series.map((p, i) => `${i ? "L" : "M"}${x(Date.parse(p.time)).toFixed(1)} ${y(p.score).toFixed(1)}`).join("");
  const base = `L${x(last).toFixed(1)} ${y(0)}L${left} ${y(0)}Z`;
  const keys = (e: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, PageUp: -4, PageDown: 4, Home: -series.length, End: series.length }[e.key];
    if (by === undefined) return;
    e.preventDefault();
    setAt((n) => Math.max(0, Math.min(series.length - 1, (n ?? series.length - 1) + by)));
  };
  const point = (clientX: number) => {
    const from = box.current?.getBoundingClientRect().left ?? 0;
    const share = (clientX - from - left) / Math.max(1, width - left - right);
    setAt(Math.max(0, Math.min(series.length - 1, Math.round(share * (series.length - 1)))));
  };
  const titles = new Map(contributions.map((c) => [c.incident, pick(c.title)]));
  const shown = at === undefined ? undefined : series[at];
  const told = shown ?? series[series.length - 1];
  const parts = (told?.of ?? []).map((p) => `${p.points} ${titles.get(p.incident) ?? p.incident}`).join("; ") || d.nothingThen;
  const days = [...Array(31).keys()].map((n) => { const m = new Date(first + n * day); m.setHours(0, 0, 0, 0); return m.getTime(); }).filter((m, n) => n % 5 === 0 && x(m) > left + 18 && x(m) < width - right - 18);
  return (
    <div ref={box} className="risk-chart" tabIndex={0} role="slider" aria-label={d.chart} aria-valuemin={0} aria-valuemax={100} aria-valuenow={told?.score ?? 0} aria-valuetext={`${formatTime(told?.time)}: ${d.risk} ${told?.score ?? 0}. ${parts}`}
      onKeyDown={keys} onMouseMove={(e) => point(e.clientX)} onMouseLeave={() => setAt(undefined)} onBlur={() => setAt(undefined)}>
      <svg width={width} height={height} aria-hidden="true">
        <text className="tick" x={0} y={10}>{d.risk}</text>
        {[0, 25, 50, 75, 100].map((v) => <g key={v}><line className="grid-line" x1={left} x2={width - right} y1={y(v)} y2={y(v)} /><text className="tick" x={left - 6} y={y(v) + 4} textAnchor="end">{v}</text></g>)}
        {days.map((m) => <text key={m} className="tick" x={x(m)} y={height - 6} textAnchor="middle">{`${pad(new Date(m).getMonth() + 1)}-${pad(new Date(m).getDate())}`}</text>)}
        <path className="risk-area" d={line + base} />
        <path className="risk-line" d={line} />
        {contributions.filter((c) => c.share > 0 && Date.parse(c.first) >= first).map((c) => <path key={c.incident} className={`risk-mark ${c.severity}`} d={`M${x(Date.parse(c.first)).toFixed(1)} ${y(0) - 5}l4 5l-4 5l-4 -5z`} />)}
        {shown && <><line className="cross" x1={x(Date.parse(shown.time))} x2={x(Date.parse(shown.time))} y1={top} y2={y(0)} /><circle className={`cross-dot ${bandOf(shown.score)}`} cx={x(Date.parse(shown.time))} cy={y(shown.score)} r={4} /></>}
      </svg>
      {shown && (
        <div className={`risk-tip${x(Date.parse(shown.time)) > width / 2 ? " flip" : ""}`} style={{ left: x(Date.parse(shown.time)) }}>
          <div><b>{shown.score}</b> <span className="quiet">{formatTime(shown.time).slice(0, 16)}</span></div>
          {shown.of.length ? shown.of.map((p) => <div key={p.incident} className="ellipsis"><b>{p.points}</b> {titles.get(p.incident) ?? p.incident}</div>) : <div className="quiet">{d.nothingThen}</div>}
        </div>
      )}
    </div>
  );
}
