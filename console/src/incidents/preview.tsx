import type { ReactNode } from "react";
import type { MovePreview, Side } from "../incident/shapes";
import { useLanguage, useT } from "../i18n";
import { formatCount } from "../ui/format";
import { Severity } from "../ui/marks";
import { Failed } from "../ui/states";

type Query = { data: MovePreview | undefined; error: unknown; isFetching: boolean; refetch: () => unknown };

/** Two sides of a merge or a split: what stays and what moves, each with its score. */
export function TwoSides({ query, stays, moves, nothing }: { query: Query; stays: string; moves: string; nothing?: ReactNode }) {
  const t = useT();
  if (nothing) return <div className="sides quiet" role="status">{nothing}</div>;
  if (query.error && !query.data) return <Failed error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <div className="sides quiet" role="status">{t.triage.preview.working}</div>;
  return (
    <div className={query.isFetching ? "sides busy" : "sides"} role="status" aria-busy={query.isFetching}>
      <OneSide title={stays} side={query.data.stays} />
      <OneSide title={moves} side={query.data.moves} moving />
    </div>
  );
}

const listed = 4;

function OneSide({ title, side, moving = false }: { title: string; side: Side; moving?: boolean }) {
  const { t, pick, ruleName } = useLanguage();
  const p = t.triage.preview;
  const known = side.score_before > 0 && side.score_before !== side.score;
  return (
    <section className={moving ? "side moving" : "side"} aria-label={title}>
      <header><span className="section-title">{title}</span><span className="side-score"><span className="quiet">{p.after}</span> {known && <span className="quiet">{side.score_before} →</span>} <b>{side.score}</b></span></header>
      <div className="side-title"><Severity level={side.severity} bare /> {pick(side.title)}</div>
      <dl className="facts">
        <dt>{p.alerts}</dt><dd>{formatCount(side.alerts)}</dd>
        <dt>{p.rules}</dt><dd><Names of={side.rules.map(ruleName)} /></dd>
        <dt>{p.entities}</dt><dd><Names of={[...new Set(side.entities.map((e) => e.name))]} /></dd>
      </dl>
    </section>
  );
}

function Names({ of }: { of: readonly string[] }) {
  if (of.length === 0) return <span className="quiet">—</span>;
  return <span title={of.join("\n")}>{of.slice(0, listed).join(" · ")}{of.length > listed && <span className="quiet"> +{of.length - listed}</span>}</span>;
}
