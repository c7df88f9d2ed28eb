import { useInfiniteQuery } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useLanguage } from "../i18n";
import { formatCount, formatTime } from "../ui/format";
import { Icon } from "../ui/icons";
import { Ask, Empty } from "../ui/states";
import { Time } from "../ui/time";
import { measure } from "./anomaly";
import { ledgerPage } from "./ask";
import { familyOf } from "./contributions";
import type { LedgerEntry } from "./shapes";

/** The append-only ledger of an incident's evidence, with its seals and whether they hold. */
export function LedgerView({ id, chosen, onChoose }: { id: string; chosen?: string; onChoose: (alertId: string) => void }) {
  const { t } = useLanguage();
  const l = t.triage.ledger;
  const { message } = App.useApp();
  const query = useInfiniteQuery({ queryKey: ["incident", id, "evidence"], initialPageParam: "", queryFn: ({ pageParam, signal }) => ledgerPage(id, pageParam, signal), getNextPageParam: (last) => last.next || undefined });
  const copy = (text: string) => void navigator.clipboard?.writeText(text).then(() => message.success(t.common.copied));
  return (
    <Ask query={query} rows={8}>
      {(data) => {
        const items = data.pages.flatMap((p) => p.items ?? []);
        const intact = data.pages.every((p) => p.intact !== false);
        const total = data.pages[0]?.total ?? items.length;
        const broken = data.pages.find((p) => p.broken)?.broken;
        if (items.length === 0) return <Empty title={l.none} />;
        return (
          <div className="column">
            <div className="row wrap">
              <span className={intact ? "badge good" : "badge bad"} title={intact ? l.intactHint : l.brokenHint}><Icon name={intact ? "lock" : "warning"} size={12} /> {intact ? l.intact : l.broken}</span>
              <span className="quiet grow">{l.lead}</span>
              <span className="quiet nowrap">{l.all(total)}</span>
              <Button size="small" icon={<Icon name="copy" size={12} />} onClick={() => copy(items.map((x) => `${x.number} ${x.hash}`).join("\n"))}>{l.copyAll}</Button>
            </div>
            {broken && <p className="text-bad flush">{l.number} {broken.number}: {broken.problem}</p>}
            <div className="scroll-x">
              <table className="list-table ledger-list">
                <thead><tr><th className="right">{l.number}</th><th>{l.time}</th><th>{l.family}</th><th>{l.seen}</th><th className="right">{l.observed}</th><th className="right">{l.expected}</th><th className="right">{l.weight}</th><th>{l.hash}</th></tr></thead>
                <tbody>{items.map((x) => <Entry key={x.hash} of={x} foreign={x.incident_id !== id} on={x.alert_id !== undefined && x.alert_id === chosen} onChoose={onChoose} onCopy={copy} />)}</tbody>
              </table>
            </div>
            {query.hasNextPage && <div><Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t.incident.loadMore}</Button></div>}
          </div>
        );
      }}
    </Ask>
  );
}

function Entry({ of: x, foreign, on, onChoose, onCopy }: { of: LedgerEntry; foreign: boolean; on: boolean; onChoose: (alertId: string) => void; onCopy: (text: string) => void }) {
  const { t, pick } = useLanguage();
  const l = t.triage.ledger;
  const { alert_id: alert } = x;
  const known = x.measured;
  return (
    <tr className={on ? "on" : undefined}>
      <td className="right">{x.number}{foreign && <div className="quiet ledger-from mono" title={l.foreign}>{x.incident_id.slice(0, 8)}…</div>}</td>
      <td><span title={`${l.recorded} ${formatTime(x.recorded, true)}`}><Time at={x.time} /></span></td>
      <td className="nowrap">{x.family ? t.triage.family[familyOf(x)] : l.kind[x.kind] ?? x.kind}<div className="quiet">{x.family ? l.kind[x.kind] ?? x.kind : ""}</div></td>
      <td className="wrap-any">{alert ? <button type="button" className="plain text-link" onClick={() => onChoose(alert)}>{pick(x.text)}</button> : pick(x.text)}{(x.count ?? 0) > 1 && x.detector?.startsWith(anomaly) && <span className="quiet"> {t.common.times(x.count ?? 0)}</span>}{x.detector?.startsWith(anomaly) && <div className="quiet">{t.triage.detector[x.detector.slice(anomaly.length)] ?? x.detector.slice(anomaly.length)}</div>}</td>
      <td className="right nowrap">{known ? measure(x.observed ?? 0, x.unit, t.triage) : ""}</td>
      <td className="right nowrap">{known ? <span title={l.baseline(x.baseline ?? 0)}>{measure(x.expected ?? 0, x.unit, t.triage)}</span> : ""}</td>
      <td className={(x.weight ?? 0) < 0 ? "right nowrap text-good" : "right nowrap"}>{x.weight ? `${x.weight < 0 ? "−" : "+"}${formatWeight(Math.abs(x.weight))}` : ""}</td>
      <td className="nowrap"><button type="button" className="plain mono hash" title={x.hash} aria-label={`${x.hash.slice(0, 10)} · ${l.copy(x.number)}`} onClick={() => onCopy(x.hash)}>{x.hash.slice(0, 10)} <Icon name="copy" size={12} /></button></td>
    </tr>
  );
}

/** A detector of the unknown is named; a rule is by its title in the text, and its id tells a reader nothing. */
const anomaly = "anomaly.";

const formatWeight = (n: number): string => (n >= 10 ? formatCount(Math.round(n)) : n.toFixed(2));
