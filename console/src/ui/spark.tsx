import { formatCount, formatRate } from "./format";

/** A line of values over time without axes. */
export function SparkLine({ values, label, width = 120, height = 22 }: { values: readonly number[]; label: string; width?: number; height?: number }) {
  const max = Math.max(...values, 0.001);
  const step = values.length > 1 ? width / (values.length - 1) : width;
  const y = (v: number) => height - 1 - (v / max) * (height - 3);
  const line = values.map((v, i) => `${i ? "L" : "M"}${(i * step).toFixed(1)} ${y(v).toFixed(1)}`).join("");
  return (
    <svg className="spark" width={width} height={height} role="img" aria-label={`${label}: max ${formatRate(max)}`}>
      {values.length > 1 && <path className="area" d={`${line}L${width} ${height}L0 ${height}Z`} />}
      {values.length > 1 && <path className="stroke" d={line} />}
    </svg>
  );
}

/** Counts per day as small bars. */
export function SparkBars({ values, label, width = 120, height = 20 }: { values: readonly number[]; label: string; width?: number; height?: number }) {
  const max = Math.max(...values, 1);
  const step = width / Math.max(values.length, 1);
  const sum = values.reduce((a, b) => a + b, 0);
  return (
    <svg className="spark" width={width} height={height} role="img" aria-label={`${label}: ${formatCount(sum)}`}>
      {values.map((v, i) => {
        const h = v > 0 ? Math.max(2, (Math.log1p(v) / Math.log1p(max)) * (height - 1)) : 1;
        return <rect key={i} className={v > 0 ? undefined : "zero"} x={i * step} y={height - h} width={Math.max(1, step - 1)} height={h} />;
      })}
    </svg>
  );
}
