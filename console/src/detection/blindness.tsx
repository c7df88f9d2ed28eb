import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Problem } from "../api/client";
import { ask, itemsOf } from "../api/queries";
import { useT } from "../i18n";
import { formatCount, formatShortTime } from "../ui/format";
import { Ask } from "../ui/states";
import { stripsOf } from "./strip";

/** When a rule looked at what its sources sent, and when it did not: one line for each source. */
export function RuleLedger({ rule, hours, max = Infinity }: { rule: string; hours: number; max?: number }) {
  const t = useT();
  const d = t.detection.ledger;
  const query = useQuery(ask.ledgerOfRule(rule, hours));
  // The ledger learns of a new rule some seconds after the engine.
  if (query.error instanceof Problem && query.error.status === 404) return <span className="quiet">{d.ruleNothing}</span>;
  return (
    <Ask query={query} rows={2}>
      {(page) => {
        const end = query.dataUpdatedAt || Date.now();
        const strips = stripsOf(itemsOf(page), end - hours * 3_600_000, end);
        if (strips.length === 0) return <span className="quiet">{d.ruleNothing}</span>;
        return (
          <div className="strips">
            {strips.slice(0, max).map((s) => (
              <div key={s.source} className="strip-row">
                <Link to="/rules/ledger" search={{ source: s.source, hours: hours === 1 ? undefined : String(hours) }} className="ellipsis plain-link" title={s.source}>{s.source}</Link>
                <span className="strip" role="img" aria-label={`${s.source}: ${s.bad > 0 ? d.blindShare(Math.max(1, Math.round(s.bad))) : d.state.evaluated}`}>
                  {s.segments.map((x, i) => <i key={i} className={`beat ${x.state}`} style={{ left: `${x.from}%`, width: `max(2px, ${x.width}%)` }} title={`${d.state[x.state]} · ${formatShortTime(x.row.from)} – ${formatShortTime(x.row.until)} · ${formatCount(x.row.events)} ${d.events}${x.row.reason ? `\n${x.row.reason}` : ""}`} />)}
                </span>
              </div>
            ))}
            {strips.length > max && <Link to="/rules/ledger" search={{ rule, hours: hours === 1 ? undefined : String(hours) }} className="quiet">{d.moreSources(strips.length - max)}</Link>}
          </div>
        );
      }}
    </Ask>
  );
}
