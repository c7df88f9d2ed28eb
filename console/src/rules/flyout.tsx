import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { App, Button, Popconfirm, Switch, Tabs } from "antd";
import { Suspense, lazy, useState } from "react";
import { api } from "../api/client";
import { ask, itemsOf } from "../api/queries";
import type { RuleStatus, RuleTest } from "../api/vocabulary";
import { ReadOnly } from "../app/readonly";
import { useSession } from "../app/session";
import { useLanguage, useT } from "../i18n";
import { formatCount } from "../ui/format";
import { Icon } from "../ui/icons";
import { Severity } from "../ui/marks";
import { SparkBars } from "../ui/spark";
import { Ask, Failed, Loading } from "../ui/states";
import { Time } from "../ui/time";
import { TestResult } from "./result";
import { RuleState } from "./rules";

const Code = lazy(() => import("../ui/code").then((m) => ({ default: m.Code })));

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
  const setAuto = (on: boolean) => {
    if (!on) { edit.mutate({ stage: "alert" }); return; }
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
            {write && rule.state !== "rejected" && <label className="row"><Switch checked={rule.state === "live"} loading={edit.isPending} onChange={(on) => edit.mutate({ stage: on ? "alert" : "off" })} aria-label={t.rules.enable} /> {rule.state === "live" ? t.rules.state.live : t.rules.state.off}</label>}
            {write && rule.state !== "rejected" && <label className="row" title={may("respond") ? undefined : t.state.respondNeeds}><Switch checked={rule.stage === "auto"} disabled={!may("respond")} onChange={setAuto} aria-label={t.rules.auto} /> {t.rules.auto}</label>}
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
          { key: "test", label: t.rules.test, children: <Test rule={rule} /> },
          { key: "yaml", label: t.rules.yaml, children: <Suspense fallback={<Loading rows={8} />}><Code value={rule.source ?? ""} language="yaml" readOnly label={t.rules.yaml} /></Suspense> },
        ]} defaultActiveKey="yaml" />
      </div>
    </>
  );
}

function Test({ rule }: { rule: RuleStatus }) {
  const t = useT();
  const { message } = App.useApp();
  const [record, setRecord] = useState("");
  const test = useMutation({ mutationFn: () => api.post<RuleTest>("/rules/test", { rule_id: rule.id, record }) });
  const client = useQueryClient();
  const fill = async () => {
    try {
      const last = itemsOf(await client.fetchQuery(ask.alerts({ rule: rule.id, limit: 1 })))[0];
      const detail = last ? await client.fetchQuery(ask.alert(last.id)) : undefined;
      if (detail?.event) setRecord(detail.event.message);
      else message.info(t.rules.never);
    } catch (e) {
      message.error((e as Error).message);
    }
  };
  return (
    <div className="column">
      <div className="row"><span className="quiet grow">{t.rules.testLead}</span>{rule.fired > 0 && <Button onClick={() => void fill()}>{t.rules.fill}</Button>}</div>
      <Suspense fallback={<Loading rows={3} />}><Code value={record} onChange={setRecord} language="text" label={t.rules.record} height={160} placeholder={t.rules.record} onSubmit={() => test.mutate()} /></Suspense>
      <div><Button type="primary" disabled={!record.trim()} loading={test.isPending} onClick={() => test.mutate()}>{t.rules.runTest}</Button></div>
      {test.error && <Failed error={test.error} />}
      {test.data && <TestResult result={test.data} />}
    </div>
  );
}

