import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import type { SourceStatus } from "../api/vocabulary";
import { useT } from "../i18n";
import { formatBytes, formatCount, formatDuration, formatPercent } from "../ui/format";
import { Icon } from "../ui/icons";
import { exactly } from "../ui/logsql";
import { SparkLine } from "../ui/spark";
import { Time } from "../ui/time";
import { SourceState } from "./sources";

/** One source: how it is, what it is recognised as, what failed with samples, what was dropped and why. */
export function SourceFlyout({ source: s, onClose }: { source: SourceStatus; onClose: () => void }) {
  const t = useT();
  const c = t.sources.columns;
  const dropped = Object.entries(s.dropped).sort((a, b) => b[1] - a[1]);
  const byReason = Object.entries(Object.groupBy(s.samples, (x) => x.reason));
  const datasets = Object.entries(s.datasets).sort((a, b) => b[1] - a[1]);
  const most = datasets[0]?.[1] ?? 1;
  return (
    <aside className="flyout" aria-label={t.common.details}>
      <div className="flyout-head">
        <div className="grow column tight">
          <div className="row wrap"><SourceState state={s.state} /><span className="quiet">{t.sources.stateHint[s.state]}</span></div>
          <h2 className="flyout-title">{s.name}</h2>
          <div><Link to="/hunt" search={{ query: exactly("vedette.source", s.name) }}><Button tabIndex={-1}>{t.sources.hunt}</Button></Link></div>
        </div>
        <button type="button" className="icon-button" onClick={onClose} aria-label={t.common.close} title={`${t.common.close} (Esc)`}><Icon name="close" /></button>
      </div>
      <div className="flyout-body" tabIndex={0}>
        <section><div className="section-title">{c.rate}</div><SparkLine values={s.rate} label={c.rate} width={420} height={56} /></section>
        <dl className="facts">
          <dt>{c.receiver}</dt><dd>{s.receiver}</dd>
          <dt>{t.sources.peer}</dt><dd className="mono">{s.peer || "—"}</dd>
          <dt>{t.sources.first}</dt><dd><Time at={s.first} full /></dd>
          <dt>{c.last}</dt><dd><Time at={s.last} full /></dd>
          <dt>{c.records}</dt><dd>{formatCount(s.records)} · {formatBytes(s.bytes)}</dd>
          <dt>{c.lag}</dt><dd>{formatDuration(s.lag_ms, t.time)}</dd>
          <dt>{t.sources.skew}</dt><dd className={Math.abs(s.skew_seconds) > 60 ? "text-warn" : undefined}>{s.skew_seconds < 0 ? "−" : ""}{formatDuration(s.skew_seconds * 1000, t.time)}</dd>
        </dl>
        {datasets.length > 0 && (
          <section>
            <div className="section-title">{c.datasets}</div>
            <table className="list-table compact"><tbody>{datasets.map(([name, n]) => <tr key={name}><td className="nowrap">{name}</td><td className="bar-cell"><span className="meter"><i style={{ width: `${(n / most) * 100}%` }} /></span></td><td className="right">{formatCount(n)}</td></tr>)}</tbody></table>
          </section>
        )}
        <section>
          <div className="section-title">{t.sources.failuresTitle} · {s.failures ? `${formatCount(s.failures)} (${formatPercent((s.failures / Math.max(1, s.records)) * 100)})` : 0}</div>
          {byReason.length === 0 ? <p className="quiet">{t.sources.noFailures}</p> : (
            <div className="column">
              <span className="quiet">{t.sources.failuresLead}</span>
              {byReason.map(([reason, samples]) => (
                <div key={reason}>
                  <div className="row"><b className="grow wrap-any">{reason}</b><span className="quiet">{t.common.times((samples ?? []).reduce((n, x) => n + x.count, 0))}</span></div>
                  {(samples ?? []).slice(0, 3).map((x, i) => <div key={i}><span className="quiet"><Time at={x.time} /></span><pre className="raw">{x.raw}</pre></div>)}
                </div>
              ))}
            </div>
          )}
        </section>
        <section>
          <div className="section-title">{t.sources.droppedTitle}</div>
          {dropped.length === 0 ? <p className="quiet">{t.sources.noDropped}</p> : <table className="list-table compact"><tbody>{dropped.map(([reason, n]) => <tr key={reason}><td>{reason}</td><td className="right text-bad">{formatCount(n)}</td></tr>)}</tbody></table>}
        </section>
      </div>
    </aside>
  );
}
