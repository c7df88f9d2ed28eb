import { useSyncExternalStore } from "react";
import { useT } from "../i18n";
import { formatDuration, formatShortTime, formatTime, noTime, zoneOf } from "./format";

/** An instant, absolute; zone and distance from now stand in the tooltip. */
export function Time({ at, full = false, empty }: { at: string | undefined; full?: boolean; empty?: string }) {
  const t = useT();
  if (noTime(at)) return <span className="quiet">{empty ?? "—"}</span>;
  const date = new Date(at as string);
  const gap = Date.now() - date.getTime();
  const ago = gap >= 0 ? `${formatDuration(gap, t.time)} ${t.common.ago}` : `+${formatDuration(-gap, t.time)}`;
  const zone = zoneOf(date);
  return (
    <time dateTime={at} className="nowrap" title={`${formatTime(at, true)} ${zone} · ${ago}`}>
      {full ? <>{formatTime(at)} <span className="quiet">{zone}</span></> : formatShortTime(at)}
    </time>
  );
}

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let second = 0;

function subscribe(listener: () => void) {
  listeners.add(listener);
  timer ??= setInterval(() => { second = Math.floor(Date.now() / 1000); listeners.forEach((l) => l()); }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) { clearInterval(timer); timer = undefined; }
  };
}

/** The current second, for countdowns: one clock for the whole page. */
export function useSecond(): number {
  return useSyncExternalStore(subscribe, () => (timer ? second || Math.floor(Date.now() / 1000) : Math.floor(Date.now() / 1000)));
}

export function Countdown({ until }: { until: string | undefined }) {
  const t = useT();
  const now = useSecond() * 1000;
  if (noTime(until)) return <span className="quiet">—</span>;
  const left = new Date(until as string).getTime() - now;
  return <span className="nowrap">{left > 0 ? t.actions.leftOver(formatDuration(Math.ceil(left / 1000) * 1000, t.time)) : t.actions.state.expired}</span>;
}

/** The zone to name in a column head. */
export const zoneName = (): string => zoneOf(new Date());
