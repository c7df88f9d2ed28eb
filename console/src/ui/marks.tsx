import { memo } from "react";
import type { Incident, Reason, Severity as SeverityWord, Status } from "../api/vocabulary";
import { useLanguage, useT } from "../i18n";
import type { Dictionary } from "../i18n/en";
import { stages, tacticOrder } from "./stages";
import { waterfall } from "./score";

const shapes: Record<SeverityWord, string> = {
  critical: "M8 1l7 7-7 7-7-7z", high: "M8 2l7 12H1z", medium: "M8 2a6 6 0 100 12A6 6 0 008 2z", low: "M8 13L2 3.500h12z", info: "M8 2.500a5.500 5.500 0 100 11 5.500 5.500 0 000-11z",
};

/** Severity as colour, shape and word. */
export const Severity = memo(function Severity({ level, bare = false }: { level: SeverityWord; bare?: boolean }) {
  const t = useT();
  const hollow = level === "low" || level === "info";
  return (
    <span className={`severity ${level}`} title={bare ? t.severity[level] : undefined}>
      <svg width="12" height="12" viewBox="0 0 16 16" aria-hidden="true">
        <path d={shapes[level]} fill={hollow ? "none" : "currentColor"} stroke="currentColor" strokeWidth={hollow ? 2 : 0} />
      </svg>
      <span className={bare ? "visually-hidden" : undefined}>{t.severity[level]}</span>
    </span>
  );
});

const statusShapes: Record<Status, string> = {
  open: "M8 2.500a5.500 5.500 0 100 11 5.500 5.500 0 000-11z", working: "M8 2.500a5.500 5.500 0 100 11 5.500 5.500 0 000-11zM8 2.500a5.500 5.500 0 010 11z",
  contained: "M3 3h10v10H3zM5.500 8.200l1.800 1.800 3.400-3.800", closed: "M3 8.500l3.300 3.300L13 5",
};
const statusTone: Record<Status, string> = { open: "bad", working: "warn", contained: "accent", closed: "calm" };

/** The state of the work, told apart by shape and word. */
export const StatusBadge = memo(function StatusBadge({ status }: { status: Status }) {
  const t = useT();
  return (
    <span className={`badge ${statusTone[status]}`}>
      <svg width="12" height="12" viewBox="0 0 16 16" fill={status === "working" ? "currentColor" : "none"} fillOpacity={status === "working" ? .45 : 1} stroke="currentColor" strokeWidth="1.800" aria-hidden="true"><path d={statusShapes[status]} /></svg>
      {t.status[status]}
    </span>
  );
});

/** The largest part is the strongest; colours stay free for severity. */
const strength = (at: number): number => Math.max(0.3, 1 - at * 0.18);

/** The score with a thin bar that shows what it is made of. */
export const Score = memo(function Score({ score, reasons }: { score: number; reasons: readonly Reason[] }) {
  const { pick } = useLanguage();
  const parts = waterfall(reasons, score).steps.filter((s) => s.reason.points > 0).sort((a, b) => b.reason.points - a.reason.points);
  const sum = parts.reduce((n, s) => n + s.reason.points, 0) || 1;
  const title = parts.map((s) => `+${s.reason.points} ${pick(s.reason.text)}`).join("\n");
  return (
    <span className="score" title={title}>
      <b>{score}</b>
      <span className="score-bar" aria-hidden="true">
        {parts.map((s, i) => <i key={s.reason.code + i} style={{ width: `${(s.reason.points / sum) * score}%`, opacity: strength(i) }} />)}
      </span>
    </span>
  );
});

/** "Credentials: Credential access, Discovery", or that nothing of the stage was seen. */
function stageTip(stage: (typeof stages)[number], seen: readonly string[], t: Dictionary): string {
  const names = stage.tactics.filter((x) => seen.includes(x)).map((x) => t.tactics[x] ?? x);
  return `${t.stages[stage.key]}: ${names.length ? names.join(", ") : t.stages.unseen}`;
}

/** Attack stages in order, in the colour of the severity and stronger the further they go; each says its word when pointed at. */
export const Stages = memo(function Stages({ tactics, severity }: { tactics: Incident["tactics"]; severity: SeverityWord }) {
  const t = useT();
  const seen: readonly string[] = tactics;
  const on = stages.map((s) => s.tactics.some((name) => seen.includes(name)));
  const names = [...seen].sort((a, b) => tacticOrder(a) - tacticOrder(b)).map((name) => t.tactics[name] ?? name);
  const label = names.length ? names.join(" → ") : t.stages.none;
  return (
    <span className={`stages ${severity}`} role="img" aria-label={`${t.stages.title}: ${label}`} title={label}>
      {stages.map((s, i) => <i key={s.key} className={on[i] ? "on" : undefined} style={on[i] ? { opacity: 0.46 + i * 0.09 } : undefined} title={stageTip(s, seen, t)} />)}
    </span>
  );
});
