import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useBlocker, useNavigate, useSearch } from "@tanstack/react-router";
import { App, Button, Segmented, Tabs } from "antd";
import { Suspense, lazy, useDeferredValue, useEffect, useMemo, useState } from "react";
import { api, queryString } from "../api/client";
import { ask } from "../api/queries";
import type { RuleLint, RuleStatus, RuleUpload } from "../api/vocabulary";
import { ReadOnly } from "../app/readonly";
import { useSession } from "../app/session";
import { useT } from "../i18n";
import type { LineMark } from "../ui/code";
import { Icon } from "../ui/icons";
import { Ask, Empty, Failed, Loading } from "../ui/states";
import { BacktestPanel } from "./backtest";
import { applyFix, applyFixes } from "./fix";
import { copyOf, ruleTemplate, topLevel } from "./template";
import { TryPanel } from "./try";
import { VersionsPanel } from "./versions";

const Code = lazy(() => import("../ui/code").then((m) => ({ default: m.Code })));

const stages = ["off", "shadow", "alert"] as const;
type Stage = RuleStatus["stage"];

/** Writing a rule: the text on the left; what is wrong with it, what it does to a record, and what it would have raised on the right. */
export function RuleEditor() {
  const { id } = useSearch({ from: "/rules/edit" });
  return id ? <Existing id={id} /> : <Draft />;
}

function Draft() {
  const { session } = useSession();
  const [start] = useState(() => ruleTemplate(crypto.randomUUID(), session.name, new Date().toISOString().slice(0, 10)));
  return <Editor start={start} stage="shadow" />;
}

function Existing({ id }: { id: string }) {
  const query = useQuery(ask.rule(id));
  return <Ask query={query} rows={12}>{(rule) => <Loaded key={rule.id} rule={rule} />}</Ask>;
}

/** A rule of the program is not overwritten: what is written becomes a rule of one's own. */
function Loaded({ rule }: { rule: RuleStatus }) {
  const own = rule.origin === "upload";
  const [start] = useState(() => (own ? rule.source ?? "" : copyOf(rule.source ?? "", crypto.randomUUID(), rule.id)));
  return <Editor start={start} rule={own ? rule : undefined} copied={!own} stage={own ? rule.stage : "shadow"} />;
}

/** A text as it stands a moment after the last key. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), 350);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

/** What the linter says of the text. */
function useLint(yaml: string) {
  const settled = useSettled(yaml);
  const lint = useQuery({ queryKey: ["lint", settled], staleTime: Infinity, gcTime: 60_000, retry: false, placeholderData: keepPreviousData, queryFn: ({ signal }) => api.post<RuleLint>("/rules/lint", { yaml: settled }, { signal }) });
  return { ...lint, settled: settled === yaml && !lint.isFetching };
}

function Editor({ start, rule, copied = false, stage: first }: { start: string; rule?: RuleStatus; copied?: boolean; stage: Stage }) {
  const t = useT();
  const d = t.detection;
  const { may } = useSession();
  const { message, modal } = App.useApp();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [yaml, setYaml] = useState(start);
  const [saved, setSaved] = useState(rule ? start : "");
  const [stage, setStage] = useState<Stage>(first === "auto" ? "alert" : first);
  const dirty = yaml !== saved && yaml !== start;
  const lint = useLint(yaml);
  const deferred = useDeferredValue(yaml);
  const marks = useMemo(() => marksOf(lint.data), [lint.data]);
  const isCorrelation = /^correlation:/m.test(deferred) && !/^detection:/m.test(deferred);
  const tried = useSettled(yaml);
  const runs = (lint.data?.rules.length ?? 0) > 0 && !lint.data?.problems.length;
  const save = useMutation({
    mutationFn: async () => {
      const done = await api.post<RuleUpload>(`/rules${queryString({ name: `${topLevel(yaml, "id") || "rule"}.yml`, stage })}`, undefined, { raw: { type: "application/yaml", data: yaml } });
      const refused = done.rejected[0];
      if (refused) throw new Error(refused.problem);
      return done.added[0];
    },
    onSuccess: (id) => {
      setSaved(yaml);
      void client.invalidateQueries({ queryKey: ["rules"] });
      message.success(d.editor.saved);
      if (id && id !== rule?.id) void navigate({ to: "/rules/edit", search: { id }, replace: true, ignoreBlocker: true });
    },
    onError: (e) => message.error(e.message, 8),
  });
  useBlocker({ shouldBlockFn: () => dirty && !save.isPending && new Promise<boolean>((done) => { modal.confirm({ title: d.editor.discard, okText: d.editor.leave, cancelText: d.editor.stay, okButtonProps: { danger: true }, onOk: () => done(false), onCancel: () => done(true) }); }), enableBeforeUnload: () => dirty });
  const problems = lint.data?.problems.length ?? 0;
  const warnings = lint.data?.warnings.length ?? 0;
  return (
    <div className="screen">
      <div className="screen-head">
        <Button type="text" icon={<Icon name="back" size={14} />} onClick={() => void navigate({ to: "/rules", search: rule ? { id: rule.id } : {} })}>{t.rules.title}</Button>
        <h1 className="ellipsis editor-title">{topLevel(deferred, "title") || d.editor.untitled}</h1>
        {dirty && <span className="badge warn">{t.common.unsaved}</span>}
        <span className="grow" />
        {may("write") ? <>
          <Segmented value={stage} onChange={setStage} options={stages.map((s) => ({ value: s as Stage, label: d.stage[s], title: d.stageHint[s] }))} aria-label={d.editor.saveAs} />
          <Button type="primary" disabled={!runs || !lint.settled || (!dirty && !!rule && stage === rule.stage)} loading={save.isPending} onClick={() => save.mutate()} title={d.editor.stageLead}>{d.editor.save}</Button>
        </> : <ReadOnly />}
      </div>
      <div className="screen-body editor">
        <section className="editor-text" aria-label={d.editor.label}>
          {copied && <div className="editor-note">{may("write") ? d.editor.ownCopy : d.editor.viewing}</div>}
          <Suspense fallback={<Loading rows={14} />}><Code value={yaml} onChange={setYaml} readOnly={!may("write")} language="yaml" label={d.editor.label} height="100%" marks={marks} onSubmit={() => { if (runs && may("write")) save.mutate(); }} /></Suspense>
          <div className="editor-foot" role="status">
            {!lint.settled ? <span className="quiet">{d.editor.checking}</span> : problems ? <span className="text-bad"><Icon name="close" size={12} /> {d.editor.willNotRun}</span> : <span className="text-good"><Icon name="check" size={12} /> {d.editor.runs(lint.data?.rules.length ?? 0)}</span>}
            {warnings > 0 && <span className="text-warn">{d.editor.warnings(warnings)}</span>}
          </div>
        </section>
        <section className="editor-side">
          <Tabs size="small" defaultActiveKey="problems" destroyOnHidden={false} items={[
            { key: "problems", label: <>{d.editor.problems}{problems + warnings > 0 && <span className="tab-count">{problems + warnings}</span>}</>, children: <Problems lint={lint.data} error={lint.error} yaml={may("write") && lint.settled ? yaml : undefined} onFix={setYaml} /> },
            { key: "test", label: d.editor.test, children: isCorrelation ? <Empty title={d.samples.correlation} /> : <TryPanel yaml={tried} last={rule?.fired ? rule.id : undefined} samplesOf={topLevel(start, "id") || "draft"} /> },
            { key: "backtest", label: d.editor.backtest, children: <BacktestPanel yaml={yaml} ready={runs} /> },
            ...(rule ? [{ key: "versions", label: d.editor.versions, children: <VersionsPanel id={rule.id} yaml={yaml} onRestore={setYaml} /> }] : []),
          ]} />
        </section>
      </div>
    </div>
  );
}

const marksOf = (lint: RuleLint | undefined): LineMark[] => lint ? [
  ...lint.problems.map((p) => ({ line: p.line ?? 1, column: p.column, message: p.reason, severity: "error" as const })),
  ...lint.warnings.map((p) => ({ line: p.line ?? 1, column: p.column, message: p.fix ? `${p.reason}\n${p.fix}` : p.reason, severity: "warning" as const })),
] : [];

function Problems({ lint, error, yaml, onFix }: { lint?: RuleLint; error: unknown; yaml?: string; onFix: (yaml: string) => void }) {
  const t = useT().detection.editor;
  if (error) return <Failed error={error} />;
  if (!lint) return <Loading rows={3} />;
  const all = [...lint.problems.map((p) => ({ ...p, bad: true })), ...lint.warnings.map((p) => ({ ...p, bad: false }))];
  if (!all.length) return <div className="verdict good" role="status"><Icon name="check" /> {t.noProblems}</div>;
  const fixed = yaml === undefined ? undefined : applyFixes(yaml, all);
  return (
    <div className="column">
      {fixed && fixed.count > 1 && <div><Button onClick={() => onFix(fixed.text)}>{t.applyAll(fixed.count)}</Button></div>}
      <ul className="lint-list">
        {all.map((p, i) => {
          const next = yaml === undefined ? undefined : applyFix(yaml, p);
          return (
            <li key={i}>
              <span className={p.bad ? "text-bad" : "text-warn"}><Icon name={p.bad ? "close" : "warning"} size={13} /></span>
              <div className="grow"><div className="wrap-any">{p.reason}</div>{p.fix && <div className="quiet wrap-any">{t.fix}: <code>{p.fix}</code></div>}</div>
              {p.line ? <span className="quiet nowrap">{t.line(p.line)}</span> : null}
              {next !== undefined && <Button size="small" onClick={() => onFix(next)} aria-label={`${t.apply}: ${p.fix}`}>{t.apply}</Button>}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
