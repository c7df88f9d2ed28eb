import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { Suspense, lazy, useState } from "react";
import { api } from "../api/client";
import { ask, itemsOf } from "../api/queries";
import type { RuleTest } from "../api/vocabulary";
import { useT } from "../i18n";
import { Failed, Loading } from "../ui/states";
import { TestResult } from "./result";

const Code = lazy(() => import("../ui/code").then((m) => ({ default: m.Code })));

/** Tries a rule, stored or being written, on one record. last names a stored rule whose newest alert can lend its record. */
export function TryPanel({ id, yaml, last }: { id?: string; yaml?: string; last?: string }) {
  const t = useT();
  const { message } = App.useApp();
  const [record, setRecord] = useState("");
  const test = useMutation({ mutationFn: () => api.post<RuleTest>("/rules/test", yaml === undefined ? { rule_id: id, record } : { yaml, record }) });
  const client = useQueryClient();
  const fill = async () => {
    try {
      const newest = itemsOf(await client.fetchQuery(ask.alerts({ rule: last, limit: 1 })))[0];
      const detail = newest ? await client.fetchQuery(ask.alert(newest.id)) : undefined;
      if (detail?.event) setRecord(detail.event.message);
      else message.info(t.rules.never);
    } catch (e) {
      message.error((e as Error).message);
    }
  };
  return (
    <div className="column">
      <div className="row"><span className="quiet grow">{t.rules.testLead}</span>{last && <Button onClick={() => void fill()}>{t.rules.fill}</Button>}</div>
      <Suspense fallback={<Loading rows={3} />}><Code value={record} onChange={setRecord} language="text" label={t.rules.record} height={160} placeholder={t.rules.record} onSubmit={() => test.mutate()} /></Suspense>
      <div><Button type="primary" disabled={!record.trim()} loading={test.isPending} onClick={() => test.mutate()}>{t.rules.runTest}</Button></div>
      {test.error && <Failed error={test.error} />}
      {test.data && <TestResult result={test.data} />}
    </div>
  );
}
