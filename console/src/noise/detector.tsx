import { Link } from "@tanstack/react-router";
import { useCallback } from "react";
import { useT } from "../i18n";

const prefix = "anomaly.";

/** Names a detector of the unknown by its rule id; undefined for a rule. */
export function useDetectorName(): (ruleId: string) => string | undefined {
  const { detector } = useT().triage;
  return useCallback((id) => (id.startsWith(prefix) ? detector[id.slice(prefix.length)] ?? id.slice(prefix.length) : undefined), [detector]);
}

/** A rule that leads to its page, or a detector, which has none. */
export function RuleOrDetector({ id, title }: { id: string; title: string }) {
  const name = useDetectorName()(id);
  return name === undefined ? <Link to="/rules" search={{ id }} title={title}>{title}</Link> : <span title={name}>{name}</span>;
}
