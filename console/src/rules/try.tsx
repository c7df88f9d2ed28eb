import { useMutation, useQueries, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { Suspense, lazy, useState } from "react";
import { api } from "../api/client";
import { ask, itemsOf } from "../api/queries";
import type { RuleTest } from "../api/vocabulary";
import { useT } from "../i18n";
import { Icon } from "../ui/icons";
import { Failed, Loading } from "../ui/states";
import { TestResult } from "./result";
import { loadSamples, maxSamples, saveSamples, withSample, type Sample } from "./samples";

const Code = lazy(() => import("../ui/code").then((m) => ({ default: m.Code })));

type Props = { id?: string; yaml?: string; last?: string; samplesOf?: string };

/** Tries a rule, stored or being written, on one record. last names a stored rule whose newest alert can lend its record; samplesOf the rule beside which records are kept. */
export function TryPanel({ id, yaml, last, samplesOf }: Props) {
  const t = useT();
  const d = t.detection.samples;
  const { message } = App.useApp();
  const [record, setRecord] = useState("");
  const [samples, setSamples] = useState(() => (samplesOf ? loadSamples(samplesOf) : []));
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
  const keep = (next: Sample[]) => {
    setSamples(next);
    if (samplesOf) saveSamples(samplesOf, next);
  };
  const add = (match: boolean) => {
    const next = withSample(samples, { id: crypto.randomUUID(), record, match });
    if (next.length === samples.length && samples.length >= maxSamples && !samples.some((s) => s.record === record.trim())) message.info(d.full);
    keep(next);
  };
  return (
    <div className="column">
      <div className="row"><span className="quiet grow">{t.rules.testLead}</span>{last && <Button onClick={() => void fill()}>{t.rules.fill}</Button>}</div>
      <Suspense fallback={<Loading rows={3} />}><Code value={record} onChange={setRecord} language="text" label={t.rules.record} height={160} placeholder={t.rules.record} onSubmit={() => test.mutate()} /></Suspense>
      <div className="row wrap">
        <Button type="primary" disabled={!record.trim()} loading={test.isPending} onClick={() => test.mutate()}>{t.rules.runTest}</Button>
        {samplesOf && <><span className="quiet">{d.keep}:</span><Button disabled={!record.trim()} onClick={() => add(true)}>{d.match}</Button><Button disabled={!record.trim()} onClick={() => add(false)}>{d.noMatch}</Button></>}
      </div>
      {test.error && <Failed error={test.error} />}
      {test.data && <TestResult result={test.data} />}
      {samplesOf && yaml !== undefined && <Samples yaml={yaml} samples={samples} onShow={setRecord} onDrop={(drop) => keep(samples.filter((s) => s.id !== drop))} />}
    </div>
  );
}

/** The kept records, judged by the text as it stands. */
function Samples({ yaml, samples, onShow, onDrop }: { yaml: string; samples: readonly Sample[]; onShow: (record: string) => void; onDrop: (id: string) => void }) {
  const t = useT();
  const d = t.detection.samples;
  const judged = useQueries({ queries: samples.map((s) => ({ queryKey: ["sample", s.record, yaml], staleTime: Infinity, gcTime: 60_000, retry: false, queryFn: ({ signal }: { signal: AbortSignal }) => api.post<RuleTest>("/rules/test", { yaml, record: s.record }, { signal }) })) });
  const right = samples.filter((s, i) => judged[i]?.data?.matched === s.match).length;
  return (
    <section>
      <div className="section-title row"><span className="grow">{d.title}</span>{samples.length > 0 && <span className={right === samples.length ? "text-good" : "text-bad"} role="status">{d.right(right, samples.length)}</span>}</div>
      {samples.length === 0 ? <span className="quiet">{d.lead}</span> : (
        <ul className="lint-list">
          {samples.map((s, i) => {
            const q = judged[i];
            const good = q?.data?.matched === s.match;
            return (
              <li key={s.id}>
                <span className={!q?.data ? "quiet" : good ? "text-good" : "text-bad"} title={q?.error?.message ?? (good ? d.good : d.wrong)}><Icon name={!q?.data && !q?.error ? "clock" : good ? "check" : "close"} size={13} /><span className="visually-hidden">{good ? d.good : d.wrong}</span></span>
                <button type="button" className="plain grow sample" onClick={() => onShow(s.record)} title={d.open}><span className="mono ellipsis">{s.record}</span>{!good && <span className="text-bad wrap-any">{q?.error?.message ?? q?.data?.first_failed ?? (q?.data?.matched ? t.rules.matched : "")}</span>}</button>
                <span className="quiet nowrap">{s.match ? d.match : d.noMatch}</span>
                <button type="button" className="icon-button small" onClick={() => onDrop(s.id)} aria-label={d.drop} title={d.drop}><Icon name="close" size={12} /></button>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
