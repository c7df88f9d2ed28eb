import type { Dictionary } from "../i18n/en";

/** True for a time that the server left out or wrote as Go's zero time. */
export const noTime = (text: string | undefined | null): boolean => !text || text.startsWith("0001-");

const pad = (n: number, width = 2) => String(n).padStart(width, "0");

/** Offset of the reader's zone at that moment, such as UTC+8 or UTC+5:30. */
export function zoneOf(date: Date, offsetMinutes = -date.getTimezoneOffset()): string {
  if (offsetMinutes === 0) return "UTC";
  const abs = Math.abs(offsetMinutes);
  const minutes = abs % 60 ? `:${pad(abs % 60)}` : "";
  return `UTC${offsetMinutes < 0 ? "−" : "+"}${Math.floor(abs / 60)}${minutes}`;
}

/** 2026-11-23 16:23:05, in the reader's zone. */
export function formatTime(text: string | undefined, withMillis = false): string {
  if (noTime(text)) return "—";
  const d = new Date(text as string);
  if (Number.isNaN(d.getTime())) return "—";
  const time = `${pad(d.getHours())}:${pad(d.getMinutes())}:${pad(d.getSeconds())}`;
  return `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())} ${time}${withMillis ? `.${pad(d.getMilliseconds(), 3)}` : ""}`;
}

/** 11-23 16:23:05: for columns, whose head or tooltip names year and zone. */
export const formatShortTime = (text: string | undefined): string => {
  const full = formatTime(text);
  return full === "—" ? full : full.slice(5);
};

type Units = Dictionary["time"];

/** A duration in its two largest units: "3 min 20 s". */
export function formatDuration(ms: number, units: Units): string {
  if (!Number.isFinite(ms)) return "—";
  const abs = Math.abs(ms);
  if (abs < 1000) return `${Math.round(abs)} ${units.ms}`;
  if (abs < 10_000) return `${(abs / 1000).toFixed(1).replace(/\.0$/, "")} ${units.s}`;
  const steps: [number, string][] = [[31_536_000, units.y], [86_400, units.d], [3600, units.h], [60, units.m], [1, units.s]];
  let rest = Math.round(abs / 1000);
  const parts: string[] = [];
  for (const [size, unit] of steps) {
    const n = Math.floor(rest / size);
    if (n > 0) parts.push(`${n} ${unit}`);
    else if (parts.length > 0) break;
    rest -= n * size;
    if (parts.length === 2) break;
  }
  return parts.join(" ") || `0 ${units.s}`;
}

/** 1,234 · 41.2 k · 3.10 M, short enough for a tile. */
export function formatCount(n: number): string {
  if (!Number.isFinite(n)) return "—";
  const abs = Math.abs(n);
  if (abs < 100_000) return n.toLocaleString("en", { maximumFractionDigits: abs < 10 && !Number.isInteger(n) ? 1 : 0 });
  if (abs < 1_000_000) return `${(n / 1000).toFixed(0)} k`;
  if (abs < 1_000_000_000) return `${(n / 1_000_000).toFixed(2)} M`;
  return `${(n / 1_000_000_000).toFixed(2)} G`;
}

export function formatBytes(n: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = n;
  let at = 0;
  while (value >= 1024 && at < units.length - 1) { value /= 1024; at++; }
  return `${at === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[at]}`;
}

/** A share that never rounds up to 100 % while something is left: 99.9996 %. */
export function formatPercent(percent: number): string {
  if (!Number.isFinite(percent)) return "—";
  if (percent <= 0) return "0 %";
  if (percent >= 100) return "100 %";
  for (let digits = percent > 99 ? 1 : percent < 1 ? 2 : 0; digits <= 5; digits++) {
    const text = percent.toFixed(digits);
    if (Number(text) < 100 && Number(text) > 0) return `${text} %`;
  }
  return percent > 50 ? "> 99.99999 %" : "< 0.00001 %";
}

export function formatRate(perSecond: number): string {
  if (!Number.isFinite(perSecond)) return "—";
  return perSecond < 10 ? perSecond.toFixed(1) : formatCount(Math.round(perSecond));
}

/** A speed: 4 ms, 184 ms, 1.5 s, 3 min 5 s; what is faster than the clock can tell says so. */
export const formatSpeed = (ms: number, units: Units): string => (ms < 1 ? `< 1 ${units.ms}` : formatDuration(ms, units));

/** Microseconds as a person reads them: 0.4 µs, 12 µs, 1.3 ms. */
export const formatMicros = (us: number): string => (us >= 1000 ? `${(us / 1000).toFixed(1)} ms` : us >= 10 ? `${Math.round(us)} µs` : `${us.toFixed(1)} µs`);
