import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Segmented, Select } from "antd";
import { api } from "../api/client";
import type { RuleStatus, Severity as SeverityWord } from "../api/vocabulary";
import { useSession } from "../app/session";
import { useT } from "../i18n";
import { Severity } from "../ui/marks";

export type Stage = RuleStatus["stage"];
export const stages = ["off", "shadow", "alert", "auto"] as const;
const levels = ["critical", "high", "medium", "low", "info"] as const;

export type RuleEdit = { stage?: Stage; severity?: SeverityWord };

/** Changes rules one after the other, a few at a time; says of how many it succeeded and what went wrong first. */
export async function changeRules(ids: readonly string[], body: RuleEdit, send: (id: string, body: RuleEdit) => Promise<unknown>, width = 4): Promise<{ done: number; failed: string[] }> {
  const failed: string[] = [];
  let done = 0;
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < ids.length; at = next++) {
      const id = ids[at] ?? "";
      try {
        await send(id, body);
        done++;
      } catch (e) {
        failed.push((e as Error).message);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, ids.length) }, worker));
  return { done, failed };
}

/** A question before rules respond by themselves, then the change. */
export function useRuleEdit(ids: readonly string[], after?: () => void) {
  const t = useT();
  const { message, modal } = App.useApp();
  const client = useQueryClient();
  const edit = useMutation({
    mutationFn: (body: RuleEdit) => changeRules(ids, body, (id, b) => api.patch<RuleStatus>(`/rules/${encodeURIComponent(id)}`, b)),
    onSuccess: ({ done, failed }) => {
      void client.invalidateQueries({ queryKey: ["rules"] });
      void client.invalidateQueries({ queryKey: ["coverage"] });
      if (failed.length) message.error(failed[0], 8);
      else if (ids.length > 1) message.success(t.detection.list.changed(done));
      after?.();
    },
  });
  const setStage = (stage: Stage) => {
    if (stage !== "auto") { edit.mutate({ stage }); return; }
    modal.confirm({ title: ids.length > 1 ? t.detection.list.autoTitle(ids.length) : t.rules.autoTitle, content: t.rules.autoLead, okText: t.rules.auto, okButtonProps: { danger: true }, onOk: () => edit.mutateAsync({ stage: "auto" }).then(() => undefined) });
  };
  return { edit, setStage };
}

/** How far a rule may go. */
export function StagePick({ value, disabled, onChange }: { value?: Stage; disabled?: boolean; onChange: (stage: Stage) => void }) {
  const t = useT();
  const { may } = useSession();
  const respond = may("respond");
  return <Segmented<Stage | ""> value={value ?? ""} disabled={disabled} onChange={(s) => { if (s) onChange(s); }} aria-label={t.rules.stage} options={stages.map((s) => ({ value: s, label: t.detection.stage[s], title: s === "auto" && !respond ? t.state.respondNeeds : t.detection.stageHint[s], disabled: s === "auto" && !respond }))} />;
}

/** How severe a rule's alerts are here; the author's level is marked. */
export function LevelPick({ rule, disabled, onChange }: { rule: RuleStatus; disabled?: boolean; onChange: (level: SeverityWord) => void }) {
  const t = useT();
  return (
    <Select<SeverityWord> value={rule.severity} disabled={disabled} onChange={onChange} aria-label={t.rules.columns.severity} popupMatchSelectWidth={false} className="level-pick"
      options={levels.map((l) => ({ value: l, label: <span className="row"><Severity level={l} />{l === rule.level && <span className="quiet">{t.detection.list.authors}</span>}</span> }))} labelRender={({ value }) => <Severity level={value as SeverityWord} />} />
  );
}
