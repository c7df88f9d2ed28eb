import { memo } from "react";
import { useT } from "../i18n";
import { Severity } from "../ui/marks";
import { bandOf } from "./ask";

/** How critical an entity is: filled steps and the word. */
export const Criticality = memo(function Criticality({ level }: { level: number | undefined }) {
  const t = useT().entityPage;
  const word = t.level[level ?? -1];
  return (
    <span className={`criticality${level === undefined ? " unsaid" : level >= 4 ? " top" : ""}`} title={t.levelHint[level ?? -1]}>
      <span className="criticality-steps" aria-hidden="true">{[1, 2, 3, 4].map((n) => <i key={n} className={level !== undefined && n <= level ? "on" : undefined} />)}</span>
      {word}
    </span>
  );
});

/** A risk as number, bar and word. */
export const Risk = memo(function Risk({ value, bare = false }: { value: number; bare?: boolean }) {
  const band = bandOf(value);
  return (
    <span className="risk">
      <b className={value ? undefined : "quiet"}>{value}</b>
      {!bare && <span className="risk-bar" aria-hidden="true"><i className={band} style={{ width: `${value}%` }} /></span>}
      {!bare && (band === "none" ? <NoRisk /> : <Severity level={band} />)}
    </span>
  );
});

function NoRisk() {
  return <span className="quiet">{useT().entityPage.band.none}</span>;
}
