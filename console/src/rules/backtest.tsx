import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Select } from "antd";
import { useState } from "react";
import { api } from "../api/client";
import type { Backtest } from "../api/vocabulary";
import { useT } from "../i18n";
import { Chip } from "../ui/chip";
import { formatCount, formatDuration } from "../ui/format";
import { Icon } from "../ui/icons";
import { SparkBars } from "../ui/spark";
import { Empty, Failed } from "../ui/states";
import { Time } from "../ui/time";

const spans = [1, 24, 7 * 24, 30 * 24] as const;

/** What a rule would have raised on the events that are stored. */
export function BacktestPanel({ yaml, ready }: { yaml: string; ready: boolean }) {
  const t = useT();
  const d = t.detection.backtest;
  const [hours, setHours] = useState<number>(24 * 7);
  const run = useMutation({ mutationFn: () => api.post<Backtest>("/rules/backtest", { yaml, since: new Date(Date.now() - hours * 3_600_000).toISOString() }) });
  return (
    <div className="column">
      <span className="quiet">{d.lead}</span>
      <div className="row">
        <Select value={hours} onChange={setHours} aria-label={d.since} style={{ width: 190 }} options={spans.map((h) => ({ value: h, label: `${d.since} ${h < 24 ? d.hours(h) : d.days(h / 24)}` }))} />
        <Button type="primary" disabled={!ready} loading={run.isPending} onClick={() => run.mutate()}>{d.run}</Button>
      </div>
      {run.error && <Failed error={run.error} retry={() => run.mutate()} />}
      {run.data && <Outcome of={run.data} />}
    </div>
  );
}

/** Counts by day between the first and the last of them. */
export function DayBars({ days }: { days: readonly { day: string; count: number }[] }) {
  const d = useT().detection.backtest;
  return (
    <div className="day-bars">
      <SparkBars values={days.map((x) => x.count)} label={d.byDay} width={360} height={48} />
      <div className="quiet"><span>{days[0]?.day.slice(5, 10)}</span><span>{days.at(-1)?.day.slice(5, 10)}</span></div>
    </div>
  );
}

function Outcome({ of: b }: { of: Backtest }) {
  const t = useT();
  const d = t.detection.backtest;
  return (
    <div className="column" role="status">
      {!b.complete && <div className="text-warn">{d.partial} {b.reason}</div>}
      {b.matched === 0 ? <Empty title={d.none} lead={d.read(b.rows_read)} /> : (
        <>
          <div className="row gap-16 wrap">
            <span><b className="figure">{formatCount(Math.round(b.alerts_per_day * 10) / 10)}</b> {d.perDay}</span>
            <span className="quiet">{d.matched(b.matched)}</span>
          </div>
          <DayBars days={b.days} />
        </>
      )}
      <span className="quiet">{d.read(b.rows_read)} · {d.took} {formatDuration(b.took_ms, t.time)} · {d.cost} {b.cost_us_per_event.toFixed(1)} µs</span>
      {b.entities.length > 0 && <section><div className="section-title">{d.entities}</div><ul className="count-list">{b.entities.map((e) => <li key={e.kind + e.name}><Chip kind={e.kind} name={e.name} /><b>{formatCount(e.count)}</b></li>)}</ul></section>}
      {b.examples.length > 0 && <section><div className="section-title">{d.examples}</div>
        <table className="list-table compact"><tbody>{b.examples.map((e) => (
          <tr key={e.event_id}><td className="nowrap"><Time at={e.time} /></td><td className="nowrap quiet">{e.source}</td><td className="mono wrap-any">{Object.entries(e.matched).map(([k, v]) => `${k}=${v}`).join(" ")}</td>
            <td><Link to="/hunt" search={{ query: `vedette.id:=${e.event_id}`, since: "30d" }} title={d.openHunt} aria-label={d.openHunt}><Icon name="hunt" size={13} /></Link></td></tr>
        ))}</tbody></table></section>}
      {b.query && <section><div className="section-title">{d.query}</div><pre className="raw">{b.query}</pre></section>}
    </div>
  );
}
