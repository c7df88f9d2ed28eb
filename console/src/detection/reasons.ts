import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { ask } from "../api/queries";
import type { RuleStatus } from "../api/vocabulary";
import { useLanguage } from "../i18n";
import { asleepText } from "../rules/list";

/** Why a rule can never fire here, in the reader's language; undefined for a rule that is awake. */
export function useAsleep(): (rule: Pick<RuleStatus, "id" | "asleep">) => string | undefined {
  const { t } = useLanguage();
  const query = useQuery(ask.asleep());
  const byId = useMemo(() => new Map((query.data?.items ?? []).map((a) => [a.rule_id, a])), [query.data]);
  return (rule) => {
    if (!rule.asleep) return undefined;
    const known = byId.get(rule.id);
    return known ? asleepText(known, t.detection.asleep) : rule.asleep;
  };
}
