import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { api } from "../api/client";
import { useSession } from "../app/session";
import { useT } from "../i18n";
import { formatPercent } from "../ui/format";
import { SparkLine } from "../ui/spark";
import { Panel } from "../ui/states";
import { Time } from "../ui/time";
import type { NoiseReport, Recall } from "./ask";

export const shareFound = (r: Recall): number => (r.steps_total === 0 ? 0 : (r.steps_found / r.steps_total) * 100);

/** Asks for a replay, for who may. */
export function ReplayButton({ again = false }: { again?: boolean }) {
  const n = useT().noise.ratio;
  const { may } = useSession();
  const { message } = App.useApp();
  const client = useQueryClient();
  const run = useMutation({
    mutationFn: () => api.post<Recall>("/noise/replay"),
    onSuccess: (r) => { message.success(n.done(r.steps_found, r.steps_total)); void client.invalidateQueries({ queryKey: ["noise"] }); },
    onError: (e) => message.error(e.message, 6),
  });
  if (!may("write")) return null;
  return <Button size="small" type={again ? "default" : "primary"} loading={run.isPending} onClick={() => run.mutate()}>{again ? n.again : n.run}</Button>;
}

/** The published ratio and recall: one is never shown without the other. */
export function Published({ report }: { report: NoiseReport }) {
  const n = useT().noise.ratio;
  const { recall } = report;
  const past = [...report.recalls].reverse().map((r) => r.steps_found);
  const before = report.recalls[1];
  return (
    <Panel title={n.title} extra={recall && <ReplayButton again />}>
      <div className="published">
        <div><b className="figure">{report.alerts === 0 ? "—" : formatPercent(report.folded_share * 100)}</b><span>{n.folded}</span></div>
        {recall ? <div><b className={shareFound(recall) >= 90 ? "figure text-good" : "figure text-warn"}>{formatPercent(shareFound(recall))}</b><span>{n.recall}</span></div>
          : <div><b className="figure quiet">—</b><span>{n.never}</span></div>}
      </div>
      {recall ? (
        <>
          <div className="published-facts">
            <span>{n.steps(recall.steps_found, recall.steps_total)}</span><span>{n.attacks(recall.attacks_found, recall.attacks_total)}</span><span>{n.false(String(recall.false_per_day))}</span>
          </div>
          <div className="quiet published-ran">{n.set} {recall.set} · {n.ran} <Time at={recall.ran} /> · {n.took(recall.took_ms)}</div>
          {past.length > 1 && <SparkLine values={past} label={n.history} width={220} />}
          {before && recall.steps_found < before.steps_found && <p className="text-warn flush">{n.fell}: {before.steps_found} → {recall.steps_found}</p>}
          {(recall.missed?.length ?? 0) > 0 && <details className="missed"><summary>{n.missed(recall.missed?.length ?? 0)}</summary><ul>{recall.missed?.map((m) => <li key={m} className="mono">{m}</li>)}</ul></details>}
        </>
      ) : <div className="column"><p className="quiet flush">{n.neverLead}</p><span><ReplayButton /></span></div>}
    </Panel>
  );
}
