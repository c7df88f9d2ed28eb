import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { App, Button, Popconfirm, Tabs } from "antd";
import { Suspense, lazy, type ReactNode } from "react";
import { api } from "../api/client";
import { ask, itemsOf } from "../api/queries";
import type { RuleStatus } from "../api/vocabulary";
import { ReadOnly } from "../app/readonly";
import { useSession } from "../app/session";
import { RuleLedger } from "../detection/blindness";
import { useAsleep } from "../detection/reasons";
import { useLanguage, useT } from "../i18n";
import { formatCount, formatMicros, formatPercent } from "../ui/format";
import { Icon } from "../ui/icons";
import { Severity } from "../ui/marks";
import { SparkBars } from "../ui/spark";
import { Ask, Loading } from "../ui/states";
import { Time } from "../ui/time";
import { conditionText, correlationOf } from "./correlation";
import { FoundPanel } from "./found";
import { HiddenPanel } from "./hidden";
import { RuleKindBadge, RuleState } from "./marks";
import { LevelPick, StagePick, useRuleEdit } from "./stage";
import { TryPanel } from "./try";

const Code = lazy(() => import("../ui/code").then((m) => ({ default: m.Code })));

/** One rule: whether it runs and how far it goes, what it found and what is hidden from it, what it says, and a place to try it. */
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
  const write = may("write");
  const plain = rule.kind === "rule";
  const tabs = [
    ...(rule.kind !== "filter" && rule.state !== "rejected" ? [
      { key: "found", label: <>{t.detection.found.title}{rule.fired > 0 && <span className="tab-count">{formatCount(rule.fired)}</span>}</>, children: <FoundPanel rule={rule} /> },
      { key: "hidden", label: <>{t.detection.exceptions.title}{rule.exceptions > 0 && <span className="tab-count">{rule.exceptions}</span>}</>, children: <HiddenPanel rule={rule} /> },
    ] : []),
    ...(plain ? [{ key: "test", label: t.rules.test, children: <TryPanel id={rule.id} last={rule.fired > 0 ? rule.id : undefined} /> }] : []),
    { key: "yaml", label: t.rules.yaml, children: <Suspense fallback={<Loading rows={8} />}><Code value={rule.source ?? ""} language="yaml" readOnly label={t.rules.yaml} /></Suspense> },
  ];
  return (
    <>
      <div className="flyout-head">
        <div className="grow column tight">
          <div className="row wrap"><RuleState rule={rule} /><RuleKindBadge kind={rule.kind} />{(!write || rule.state === "rejected" || rule.kind === "filter") && <Severity level={rule.severity} />}{rule.techniques.map((x) => <Link key={x} to="/rules/attack" search={{ id: x.split(".")[0] }} className="badge calm">{x}</Link>)}</div>
          <h2 className="flyout-title">{ruleName(rule) || rule.file}</h2>
          {write ? <Controls rule={rule} onClose={onClose} /> : <ReadOnly />}
        </div>
        <button type="button" className="icon-button" onClick={onClose} aria-label={t.common.close} title={`${t.common.close} (Esc)`}><Icon name="close" /></button>
      </div>
      <div className="flyout-body" tabIndex={0}>
        <Remark rule={rule} />
        {rule.description && <p className="wrap-any flush">{rule.description}</p>}
        <Facts rule={rule} />
        <Tabs size="small" destroyOnHidden items={tabs} defaultActiveKey={rule.fired > 0 || rule.stage === "shadow" ? "found" : "yaml"} />
      </div>
    </>
  );
}

function Controls({ rule, onClose }: { rule: RuleStatus; onClose: () => void }) {
  const t = useT();
  const { message } = App.useApp();
  const client = useQueryClient();
  const { edit, setStage } = useRuleEdit([rule.id]);
  const remove = useMutation({ mutationFn: () => api.delete(`/rules/${encodeURIComponent(rule.id)}`), onSuccess: () => { onClose(); void client.invalidateQueries({ queryKey: ["rules"], exact: true }); }, onError: (e) => message.error(e.message, 6) });
  const runs = rule.state !== "rejected" && rule.kind !== "filter";
  return (
    <div className="row wrap gap-16">
      {runs && <StagePick value={rule.stage} disabled={edit.isPending} onChange={setStage} />}
      {runs && <LevelPick rule={rule} disabled={edit.isPending} onChange={(severity) => edit.mutate({ severity })} />}
      {rule.severity !== rule.level && <span className="quiet nowrap">{t.detection.list.overridden(t.severity[rule.level])}</span>}
      <Link to="/rules/edit" search={{ id: rule.id }}>{rule.origin === "upload" ? t.detection.editor.edit : t.detection.editor.copy}</Link>
      {rule.origin === "upload" && <Popconfirm title={t.rules.deleteTitle} onConfirm={() => remove.mutate()} okText={t.rules.deleteRule} okButtonProps={{ danger: true }}><Button danger loading={remove.isPending}>{t.rules.deleteRule}</Button></Popconfirm>}
    </div>
  );
}

/** What keeps a rule from running or firing, or the next step of its roll-out. */
function Remark({ rule }: { rule: RuleStatus }) {
  const t = useT();
  const d = t.detection;
  const { may } = useSession();
  const asleep = useAsleep()(rule);
  const { edit, setStage } = useRuleEdit([rule.id]);
  if (rule.problem) return <div className="hunt-fault flush" role="alert"><span><b>{t.rules.problem}:</b> {rule.problem}</span></div>;
  if (asleep && rule.state === "live") return <div className="verdict"><Icon name="warning" /> <span className="grow wrap-any">{asleep}</span><Link to="/rules/asleep">{d.asleep.report}</Link></div>;
  if (rule.stage === "shadow" && rule.kind !== "filter") {
    return <div className="verdict"><Icon name="clock" /> <span className="grow">{d.found.judge}</span>{may("write") && <Button size="small" type="primary" loading={edit.isPending} onClick={() => setStage("alert")}>{d.found.promote}</Button>}</div>;
  }
  return null;
}

function Facts({ rule }: { rule: RuleStatus }) {
  const t = useT();
  const d = t.detection;
  const facts: [string, ReactNode][] = [
    [t.rules.columns.fired, <span key="f" className="row wrap"><SparkBars values={rule.fired_days} label={t.rules.columns.fired} width={180} /> <b>{formatCount(rule.fired)}</b> · <Time at={rule.last_fired} empty={t.rules.never} />{rule.fired > 0 && <Link to="/incidents" search={{ view: "all", rule: rule.id }}>{t.rules.incidents}</Link>}</span>],
    [t.rules.columns.falseShare, rule.verdicts ? `${formatPercent(rule.false_share * 100)} · ${t.rules.verdicts(rule.verdicts)}` : <span key="v" className="quiet">{d.list.noVerdict}</span>],
  ];
  if (rule.cost_us > 0) facts.push([t.rules.columns.cost, `${formatMicros(rule.cost_us)} · ${t.rules.costShare(rule.cost_share)}`]);
  const source = [rule.product, rule.category, rule.service].filter(Boolean).join(" / ");
  if (source) facts.push([t.rules.columns.source, source]);
  const c = rule.kind === "correlation" ? correlationOf(rule.source ?? "") : undefined;
  if (c) {
    facts.push([d.correlation.counts, <span key="c"><b>{d.correlation.type[c.type] ?? c.type}</b>{c.condition && <> · {conditionText(c.condition)}</>}{c.timespan && <> · {d.correlation.within(c.timespan)}</>}</span>]);
    facts.push([d.correlation.rules, <Uses key="u" names={c.rules} />]);
    if (c.groupBy.length) facts.push([d.correlation.groupBy, <span key="g" className="mono">{c.groupBy.join(", ")}</span>]);
  }
  if (rule.filters.length) facts.push([d.list.filters, <Uses key="fi" names={rule.filters} />]);
  facts.push([t.rules.columns.origin, <span key="o">{d.list.origin[rule.origin] ?? rule.origin}{rule.version > 0 && ` · v${rule.version}`} <span className="mono quiet wrap-any">{rule.file}</span></span>]);
  facts.push([t.rules.author, <span key="a">{[rule.author, rule.license, rule.status].filter(Boolean).join(" · ") || "—"}{rule.attribution && <span className="quiet block">{rule.attribution}</span>}</span>]);
  return (
    <>
      <dl className="facts">{facts.map(([name, value]) => <div key={name} className="contents"><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
      {rule.state === "live" && rule.kind !== "filter" && <section><div className="section-title row"><span className="grow">{d.ledger.ruleTitle}</span><Link to="/rules/ledger" search={{ rule: rule.id, hours: "24" }}>{d.tabs.ledger}</Link></div><RuleLedger rule={rule.id} hours={24} max={5} /></section>}
    </>
  );
}

/** Rules that are meant by their id, or by the name that their file bears. */
function Uses({ names }: { names: readonly string[] }) {
  const { ruleName } = useLanguage();
  const all = itemsOf(useQuery(ask.rules()).data);
  return (
    <span className="column tight">
      {names.map((n) => {
        const r = all.find((x) => x.id === n) ?? all.find((x) => x.file.replace(/^.*\//, "").replace(/\.ya?ml$/, "") === n);
        return r ? <Link key={n} to="/rules" search={{ id: r.id }}>{ruleName(r)}</Link> : <span key={n} className="mono">{n}</span>;
      })}
    </span>
  );
}
