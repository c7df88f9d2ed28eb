import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { api } from "../api/client";
import { itemsOf } from "../api/queries";
import type { Alert, Page, RuleStatus } from "../api/vocabulary";
import { AlertView } from "../incident/alert";
import { useT } from "../i18n";
import { Entities } from "../ui/chip";
import { Icon } from "../ui/icons";
import { Ask, Empty } from "../ui/states";
import { Time } from "../ui/time";

/** What a rule found, also in the shadow, so that it can be judged before it reaches anybody. */
export function FoundPanel({ rule }: { rule: RuleStatus }) {
  const t = useT();
  const d = t.detection.found;
  const [open, setOpen] = useState<string>();
  const query = useInfiniteQuery({
    queryKey: ["alerts", "rule", rule.id], initialPageParam: "", refetchInterval: 30_000,
    queryFn: ({ pageParam, signal }) => api.get<Page<Alert>>("/alerts", { rule: rule.id, shadow: true, limit: 25, cursor: pageParam }, signal),
    getNextPageParam: (last) => last.next || undefined,
  });
  return (
    <Ask query={query} rows={4}>
      {(data) => {
        const all = data.pages.flatMap(itemsOf);
        if (all.length === 0) return <Empty title={t.rules.never} lead={rule.stage === "shadow" ? d.waitShadow : rule.stage === "off" ? d.waitOff : d.wait} />;
        return (
          <div className="column tight">
            {all.map((a) => (
              <section key={a.id} className="found">
                <div className="found-head">
                  <button type="button" className="plain row" onClick={() => setOpen(open === a.id ? undefined : a.id)} aria-expanded={open === a.id}><Icon name={open === a.id ? "down" : "expand"} size={12} /><Time at={a.time} /></button>
                  <span className="chips grow"><Entities entities={a.entities} max={3} /></span>
                  {a.shadow ? <span className="badge accent" title={t.detection.stageHint.shadow}><Icon name="clock" size={12} /> {t.detection.stage.shadow}</span> : a.incident_id ? <Link to="/incidents/$id" params={{ id: a.incident_id }} search={{ tab: "evidence", alert: a.id }}>{d.incident}</Link> : null}
                </div>
                {open === a.id && <div className="found-body"><AlertView id={a.id} plain /></div>}
              </section>
            ))}
            {query.hasNextPage && <div><Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t.incident.loadMore}</Button></div>}
          </div>
        );
      }}
    </Ask>
  );
}
