import { BarChart } from "echarts/charts";
import { BrushComponent, GridComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useMemo, useRef } from "react";
import type { Severity } from "../api/vocabulary";
import { palette, useMode } from "../app/theme";
import { useT } from "../i18n";
import { formatCount, formatTime } from "./format";

echarts.use([BarChart, GridComponent, TooltipComponent, BrushComponent, CanvasRenderer]);

export type Series = { name: string; color: string; values: number[] };

export const severityOrder: readonly Severity[] = ["info", "low", "medium", "high", "critical"];

type Props = { times: readonly string[]; series: readonly Series[]; height: number | "100%"; label: string; unit?: string; step: number; onBrush?: (since: string, until: string) => void };

const pad = (n: number) => String(n).padStart(2, "0");

/** The axis mark for a time, as fine as the bars are wide. */
function mark(text: string, step: number, long: boolean): string {
  const d = new Date(text);
  const hm = `${pad(d.getHours())}:${pad(d.getMinutes())}`;
  if (step < 60_000) return `${hm}:${pad(d.getSeconds())}`;
  const date = `${pad(d.getMonth() + 1)}-${pad(d.getDate())}`;
  if (step >= 86_400_000) return date;
  return long ? `${date} ${hm}` : d.getHours() === 0 && step >= 3_600_000 ? date : hm;
}

/** Stacked bars over time; dragging over them chooses a time range. */
export function TimeBars({ times, series, height, label, unit, step, onBrush }: Props) {
  const t = useT();
  const { mode } = useMode();
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts>(undefined);
  const latest = useRef({ times, onBrush, step });
  latest.current = { times, onBrush, step };
  useEffect(() => {
    const made = echarts.init(box.current as HTMLDivElement);
    chart.current = made;
    const size = new ResizeObserver(() => made.resize());
    size.observe(box.current as HTMLDivElement);
    made.on("brushEnd", (event) => {
      const range = (event as { areas?: { coordRange?: [number, number] }[] }).areas?.[0]?.coordRange;
      made.dispatchAction({ type: "brush", areas: [] });
      if (!range) return;
      const { times: all, onBrush: done, step: width } = latest.current;
      const from = all[Math.max(0, Math.min(range[0], range[1]))];
      const last = all[Math.min(all.length - 1, Math.max(range[0], range[1]))];
      if (from && last) done?.(new Date(from).toISOString(), new Date(Date.parse(last) + width).toISOString());
    });
    return () => { size.disconnect(); made.dispose(); };
  }, []);
  const option = useMemo(() => optionOf(times, series, step, palette[mode], unit), [times, series, step, mode, unit]);
  useEffect(() => {
    chart.current?.setOption(option, { notMerge: true });
    if (onBrush) chart.current?.dispatchAction({ type: "takeGlobalCursor", key: "brush", brushOption: { brushType: "lineX", brushMode: "single" } });
  }, [option, onBrush]);
  const sum = series.reduce((n, s) => n + s.values.reduce((a, b) => a + b, 0), 0);
  return <div ref={box} role="img" aria-label={`${label}: ${formatCount(sum)}. ${onBrush ? t.today.brush : ""}`} style={{ height }} />;
}

function optionOf(times: readonly string[], series: readonly Series[], step: number, c: (typeof palette)["light" | "dark"], unit?: string): echarts.EChartsCoreOption {
  const shown = series.filter((s) => s.values.some((v) => v > 0));
  return {
    animation: false,
    grid: { left: 4, right: 8, top: unit ? 26 : 8, bottom: 2, containLabel: true },
    textStyle: { fontFamily: "inherit" },
    xAxis: { type: "category", data: times.map((x) => mark(x, step, step * times.length > 100_000_000)), axisTick: { show: false }, axisLine: { lineStyle: { color: c.line } }, axisLabel: { color: c.quiet, fontSize: 11, hideOverlap: true } },
    yAxis: { type: "value", name: unit, nameGap: 10, nameTextStyle: { color: c.quiet, fontSize: 11, align: "left", padding: [0, 0, 0, -20] }, minInterval: 1, splitNumber: 3, axisLabel: { color: c.quiet, fontSize: 11, formatter: (v: number) => formatCount(v) }, splitLine: { lineStyle: { color: c.line } } },
    brush: { xAxisIndex: 0, brushType: "lineX", brushMode: "single", toolbox: [], throttleType: "debounce", brushStyle: { borderWidth: 1, color: "rgba(20,128,111,.18)", borderColor: "#14806f" }, outOfBrush: { colorAlpha: 1 } },
    tooltip: {
      trigger: "axis", confine: true, transitionDuration: 0, axisPointer: { type: "shadow", shadowStyle: { color: "rgba(128,140,150,.12)" } },
      backgroundColor: c.panel, borderColor: c.line, textStyle: { color: c.text, fontSize: 12 },
      formatter: (params: { dataIndex: number; seriesName: string; value: number; color: string }[]) => tip(params, times),
    },
    series: shown.map((s) => ({ name: s.name, type: "bar", stack: "all", data: s.values, itemStyle: { color: s.color }, barCategoryGap: "18%", barMaxWidth: 28 })),
  };
}

/** The tooltip as elements: the page's policy lets no markup carry its own styles. */
function tip(params: { dataIndex: number; seriesName: string; value: number; color: string }[], times: readonly string[]): HTMLElement {
  const box = document.createElement("div");
  const head = document.createElement("div");
  head.textContent = formatTime(times[params[0]?.dataIndex ?? 0]);
  box.append(head);
  for (const p of [...params].reverse()) {
    if (!p.value) continue;
    const line = document.createElement("div");
    const dot = document.createElement("span");
    dot.className = "tip-dot";
    dot.style.background = p.color;
    line.append(dot, `${p.seriesName} ${formatCount(p.value)}`);
    box.append(line);
  }
  return box;
}
