import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, DatePicker, Popover } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { useT } from "../i18n";
import type { Dictionary } from "../i18n/en";
import { formatTime } from "../ui/format";
import { Icon } from "../ui/icons";
import { presets, spanOf, type Range } from "../ui/range";

/** Names a range: "Last 24 h", or its two instants. */
export function rangeName(range: Range, t: Dictionary): string {
  const m = range.since ? /^(\d+)([mhd])$/.exec(range.since) : null;
  if (m && !range.until) {
    const n = Number(m[1]);
    return m[2] === "m" ? t.shell.lastMinutes(n) : m[2] === "h" ? t.shell.lastHours(n) : t.shell.lastDays(n);
  }
  if (!range.since) return t.shell.anyTime;
  const short = (x: string | undefined) => formatTime(x).slice(5, 16);
  return `${short(range.since)} – ${range.until ? short(range.until) : t.time.now}`;
}

/** The time range of this screen, kept in the address. */
export function useRange(fallback?: string): Range {
  const search = useSearch({ strict: false }) as Range;
  return search.since || search.until ? { since: search.since, until: search.until } : { since: fallback };
}

export function useSetRange(): (range: Range) => void {
  const navigate = useNavigate();
  return (range) => void navigate({ to: ".", search: (prev) => ({ ...prev, since: range.since, until: range.until }) });
}

export function RangePick({ fallback }: { fallback: string | undefined }) {
  const t = useT();
  const range = useRange(fallback);
  const setRange = useSetRange();
  const [open, setOpen] = useState(false);
  const [own, setOwn] = useState<[Dayjs, Dayjs] | null>(null);
  const choose = (next: Range) => { setRange(next); setOpen(false); };
  const span = range.since ? spanOf(range.since) : undefined;
  const shown: [Dayjs, Dayjs] | null = own ?? (range.since ? [span ? dayjs().subtract(span, "ms") : dayjs(range.since), range.until ? dayjs(range.until) : dayjs()] : null);
  const body = (
    <div className="range-box">
      <div className="range-presets">
        {!fallback && <Button type={range.since ? "default" : "primary"} onClick={() => choose({})}>{t.shell.anyTime}</Button>}
        {presets.map((p) => <Button key={p} type={range.since === p && !range.until ? "primary" : "default"} onClick={() => choose({ since: p })}>{rangeName({ since: p }, t)}</Button>)}
      </div>
      <div className="section-title">{t.shell.custom}</div>
      <DatePicker.RangePicker showTime value={shown} onChange={(v) => setOwn(v?.[0] && v[1] ? [v[0], v[1]] : null)} aria-label={t.shell.custom} />
      <Button type="primary" disabled={!own} onClick={() => own && choose({ since: own[0].toISOString(), until: own[1].toISOString() })}>{t.shell.apply}</Button>
    </div>
  );
  return (
    <Popover open={open} onOpenChange={setOpen} trigger="click" placement="bottomLeft" content={body} arrow={false}>
      <button type="button" className="icon-button" aria-label={`${t.shell.range}: ${rangeName(range, t)}`}><Icon name="clock" /> {rangeName(range, t)} <Icon name="down" size={12} /></button>
    </Popover>
  );
}
