import type { Indicator } from "../api/vocabulary";
import { useT } from "../i18n";
import { formatTime } from "../ui/format";
import { useSecond } from "../ui/time";
import { ageingOf, cutOff, type Point } from "./ageing";

const width = 520;
const height = 96;
const left = 28;
const foot = 18;

/** Confidence from the last confirmation until the indicator no longer fires; what is to come is dashed. */
export function AgeingCurve({ of: x }: { of: Indicator }) {
  const d = useT().intel;
  const now = Math.floor(useSecond() / 60) * 60_000;
  const a = ageingOf(x, Math.max(now, Date.parse(x.asserted)));
  const begin = a.past[0]?.time ?? now;
  const end = Math.max(a.future.at(-1)?.time ?? 0, a.past.at(-1)?.time ?? 0, begin + 1);
  const px = (time: number) => left + ((time - begin) / (end - begin)) * (width - left - 4);
  const py = (c: number) => 6 + (1 - c / 100) * (height - foot - 6);
  const line = (points: readonly Point[]) => points.map((p, i) => `${i ? "L" : "M"}${px(p.time).toFixed(1)} ${py(p.confidence).toFixed(1)}`).join("");
  const date = (time: number) => formatTime(new Date(time).toISOString()).slice(0, 10);
  const live = x.state === "live";
  return (
    <figure className="ageing">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${d.ageing}: ${x.base} → ${x.confidence}`}>
        {[0, 50, 100].map((c) => <g key={c}><path className="rule" d={`M${left} ${py(c)}H${width}`} /><text x={left - 6} y={py(c) + 3.500} textAnchor="end">{c}</text></g>)}
        <path className="cut" d={`M${left} ${py(cutOff)}H${width}`} /><text className="cut-word" x={width - 2} y={py(cutOff) - 3} textAnchor="end">{d.cut} {cutOff}</text>
        <path className="area" d={`${line(a.past)}L${px(a.past.at(-1)?.time ?? begin).toFixed(1)} ${py(0)}L${left} ${py(0)}Z`} />
        <path className="to-come" d={line(a.future)} /><path className="line" d={line(a.past)} />
        <circle cx={px(Math.min(now, end))} cy={py(x.confidence)} r="3.500" />
        <text x={left} y={height - 4}>{date(begin)}</text><text x={width - 2} y={height - 4} textAnchor="end">{date(end)}</text>
      </svg>
      <figcaption className="quiet">{live ? d.endsBy[a.why](date(a.ends)) : x.why || d.stateHint[x.state]}</figcaption>
    </figure>
  );
}
