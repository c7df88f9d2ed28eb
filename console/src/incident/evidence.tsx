import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Segmented } from "antd";
import { useMemo, useState } from "react";
import { api } from "../api/client";
import type { Alert, Incident, Page } from "../api/vocabulary";
import { useLanguage, useT } from "../i18n";
import { formatCount } from "../ui/format";
import { Icon } from "../ui/icons";
import { Severity } from "../ui/marks";
import { tacticOrder } from "../ui/stages";
import { Ask, Empty } from "../ui/states";
import { Time } from "../ui/time";
import { AlertView } from "./alert";
import { LedgerView } from "./ledger";
import { withoutTitle } from "./words";

type Props = { incident: Incident; chosen?: string; onChoose: (alertId: string) => void };

/** The evidence of an incident: its alerts by rule, in the order of the attack, and the chosen one with its record; or the ledger. */
export function EvidenceTab({ incident, chosen, onChoose }: Props) {
  const t = useT();
  const [view, setView] = useState<"rules" | "ledger">("rules");
  const l = t.triage.ledger;
  return (
    <div className="column">
      <div><Segmented value={view} onChange={setView} options={[{ value: "rules", label: l.byRule }, { value: "ledger", label: l.title }]} aria-label={l.label} /></div>
      {view === "rules" ? <ByRule incident={incident} chosen={chosen} onChoose={onChoose} /> : <LedgerView id={incident.id} chosen={chosen} onChoose={(id) => { setView("rules"); onChoose(id); }} />}
    </div>
  );
}

function ByRule({ incident, chosen, onChoose }: Props) {
  const { t, pick, ruleTitle, ruleName } = useLanguage();
  const first = incident.evidence[0]?.alert.id;
  const alert = chosen ?? first;
  const rules = useMemo(() => [...incident.rules].sort((a, b) => Math.min(...a.tactics.map(tacticOrder), 99) - Math.min(...b.tactics.map(tacticOrder), 99) || Date.parse(a.first) - Date.parse(b.first)), [incident.rules]);
  const [open, setOpen] = useState<string | null>(null);
  if (rules.length === 0 && !alert) return <Empty title={t.incident.noEvidence} />;
  return (
    <div className="evidence">
      <div className="ev-rules">
        {rules.map((r) => {
          const mine = incident.evidence.filter((e) => e.alert.rule_id === r.rule_id);
          return (
            <section key={r.rule_id} className="ev-rule">
              <div className="ev-rule-head">
                <Severity level={r.severity} bare />
                <span className="grow"><b>{ruleName(r)}</b><span className="quiet"> {r.tactics.map((x) => t.tactics[x] ?? x).join(", ")}</span></span>
                <span className="quiet nowrap">{t.common.times(r.count)}</span>
              </div>
              {mine.map((e) => (
                <button key={e.number} type="button" className={e.alert.id === alert ? "ev-item on" : "ev-item"} onClick={() => onChoose(e.alert.id)}>
                  <span className="cite">{e.number}</span><Time at={e.alert.time} /><span className="grow ev-text">{withoutTitle(pick(e.text), ruleTitle(e.alert)) || e.alert.event_id}</span>
                  {e.count > 1 && <span className="quiet">{t.common.times(e.count)}</span>}
                </button>
              ))}
              {r.count > mine.length && <button type="button" className="plain link" onClick={() => setOpen(open === r.rule_id ? null : r.rule_id)} aria-expanded={open === r.rule_id}><Icon name={open === r.rule_id ? "down" : "expand"} size={12} /> {t.incident.showAlerts} ({formatCount(r.count)})</button>}
              {open === r.rule_id && <RuleAlerts incident={incident.id} rule={r.rule_id} chosen={alert} onChoose={onChoose} />}
            </section>
          );
        })}
      </div>
      <div className="ev-alert">{alert && <AlertView key={alert} id={alert} />}</div>
    </div>
  );
}

function RuleAlerts({ incident, rule, chosen, onChoose }: { incident: string; rule: string; chosen?: string; onChoose: (id: string) => void }) {
  const t = useT();
  const query = useInfiniteQuery({
    queryKey: ["alerts", "of", incident, rule], initialPageParam: "",
    queryFn: ({ pageParam, signal }) => api.get<Page<Alert>>("/alerts", { incident, rule, limit: 50, cursor: pageParam }, signal),
    getNextPageParam: (last) => last.next || undefined,
  });
  return (
    <Ask query={query} rows={3}>
      {(data) => (
        <>
          {data.pages.flatMap((p) => p.items).map((a) => (
            <button key={a.id} type="button" className={a.id === chosen ? "ev-item on" : "ev-item"} onClick={() => onChoose(a.id)}>
              <Time at={a.time} /><span className="grow ellipsis">{a.entities.map((e) => e.name).join(" · ")}</span>
            </button>
          ))}
          {query.hasNextPage && <Button type="text" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t.incident.loadMore}</Button>}
        </>
      )}
    </Ask>
  );
}
