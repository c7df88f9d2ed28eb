import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { App, Button, Popconfirm, Segmented, Tabs } from "antd";
import { Suspense, lazy } from "react";
import { api } from "../api/client";
import { ask } from "../api/queries";
import type { RuleStatus } from "../api/vocabulary";
import { ReadOnly } from "../app/readonly";
import { useSession } from "../app/session";
import { useLanguage, useT } from "../i18n";
import { formatCount } from "../ui/format";
import { Icon } from "../ui/icons";
import { Severity } from "../ui/marks";
import { SparkBars } from "../ui/spark";
import { Ask, Loading } from "../ui/states";
import { Time } from "../ui/time";
import { RuleState } from "./rules";
import { TryPanel } from "./try";

const Code = lazy(() => import("../ui/code").then((m) => ({ default: m.Code })));

const stages = ["off", "shadow", "alert", "auto"] as const;

/** One rule: what it says, whether it runs, and a place to try it on a record. */
export function RuleFlyout({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useT();
  const query = useQuery(ask.rule(id));
  return (
    <aside className="flyout wide" aria-label={t.common.details}>
      <Ask query={query} rows={12}>{(rule) => <Body rule={rule} onClose={onClose} />}</Ask>
      {!query.data && <button type="button" className="icon-button" onClick={onClose}>{t.common.close}</button>}
    </aside>
  );
}

function Body({ rule, onClose }: { rule: RuleStatus; onClose: () => void }) {
  const { t, ruleName } = useLanguage();
  const { may } = useSession();
  const { message, modal } = App.useApp();
  const client = useQueryClient();
  const path = `/rules/${encodeURIComponent(rule.id)}`;
  const refresh = () => void client.invalidateQueries({ queryKey: ["rules"] });
  const edit = useMutation({ mutationFn: (body: { stage: RuleStatus["stage"] }) => api.patch<RuleStatus>(path, body), onSuccess: refresh, onError: (e) => message.error(e.message, 6) });
  const remove = useMutation({ mutationFn: () => api.delete(path), onSuccess: () => { onClose(); void client.invalidateQueries({ queryKey: ["rules"], exact: true }); }, onError: (e) => message.error(e.message, 6) });
  const write = may("write");
  const setStage = (stage: RuleStatus["stage"]) => {
    if (stage !== "auto") { edit.mutate({ stage }); return; }
    modal.confirm({ title: t.rules.autoTitle, content: t.rules.autoLead, okText: t.rules.auto, okButtonProps: { danger: true }, onOk: () => edit.mutateAsync({ stage: "auto" }).catch(() => undefined) });
  };
  return (
    <>
      <div className="flyout-head">
        <div className="grow column tight">
          <div className="row wrap"><RuleState rule={rule} /><Severity level={rule.severity} />{rule.techniques.map((x) => <span key={x} className="badge calm">{x}</span>)}</div>
          <h2 className="flyout-title">{ruleName(rule) || rule.file}</h2>
          {rule.problem && <div className="hunt-fault flush" role="alert"><span><b>{t.rules.problem}:</b> {rule.problem}</span></div>}
          <div className="row wrap gap-16">
            {!write && <ReadOnly />}
            {write && rule.state !== "rejected" && <Segmented value={rule.stage} disabled={edit.isPending} onChange={setStage} aria-label={t.rules.stage} options={stages.map((s) => ({ value: s, label: t.detection.stage[s], title: s === "auto" && !may("respond") ? t.state.respondNeeds : t.detection.stageHint[s], disabled: s === "auto" && !may("respond") }))} />}
            {write && rule.kind !== "filter" && <Link to="/rules/edit" search={{ id: rule.id }}>{rule.origin === "upload" ? t.detection.editor.edit : t.detection.editor.copy}</Link>}
            <Link to="/incidents" search={{ view: "all", rule: rule.id }}>{t.rules.incidents}</Link>
            {write && rule.origin === "upload" && <Popconfirm title={t.rules.deleteTitle} onConfirm={() => remove.mutate()} okText={t.rules.deleteRule}><Button danger>{t.rules.deleteRule}</Button></Popconfirm>}
          </div>
        </div>
        <button type="button" className="icon-button" onClick={onClose} aria-label={t.common.close} title={`${t.common.close} (Esc)`}><Icon name="close" /></button>
      </div>
      <div className="flyout-body" tabIndex={0}>
        {rule.description && <p className="wrap-any">{rule.description}</p>}
        <dl className="facts">
          <dt>{t.rules.columns.fired}</dt><dd className="row"><SparkBars values={rule.fired_days} label={t.rules.columns.fired} width={180} /> {formatCount(rule.fired)} · <Time at={rule.last_fired} empty={t.rules.never} /></dd>
          <dt>{t.rules.columns.source}</dt><dd>{[rule.product, rule.category, rule.service].filter(Boolean).join(" / ") || "—"}</dd>
          <dt>{t.rules.columns.origin}</dt><dd>{rule.origin} <span className="mono quiet">{rule.file}</span></dd>
          <dt>{t.rules.author}</dt><dd>{rule.author || "—"}{rule.license ? ` · ${rule.license}` : ""} · {rule.status}</dd>
        </dl>
        <Tabs size="small" items={[
          { key: "test", label: t.rules.test, children: <TryPanel id={rule.id} last={rule.fired > 0 ? rule.id : undefined} /> },
          { key: "yaml", label: t.rules.yaml, children: <Suspense fallback={<Loading rows={8} />}><Code value={rule.source ?? ""} language="yaml" readOnly label={t.rules.yaml} /></Suspense> },
        ]} defaultActiveKey="yaml" />
      </div>
    </>
  );
}
