import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Select } from "antd";
import { useMemo, useState } from "react";
import { api } from "../api/client";
import { ask, itemsOf } from "../api/queries";
import type { AlertDetail, RuleTest } from "../api/vocabulary";
import { useSession } from "../app/session";
import { selectionOf } from "../detection/selection";
import { useLanguage, useT } from "../i18n";
import { TestResult } from "../rules/result";
import { Entities, FieldValues } from "../ui/chip";
import { highlight } from "../ui/highlight";
import { Icon } from "../ui/icons";
import { Severity } from "../ui/marks";
import { Ask, Failed } from "../ui/states";
import { Time } from "../ui/time";
import { AnomalyView } from "./anomaly";
import { BecauseCorrelated, BecauseIndicator } from "./because";

/** One alert with its record: why the rule fired, the record with what matched, and, unless it stands beside its rule, why another rule did not. */
export function AlertView({ id, plain = false }: { id: string; plain?: boolean }) {
  const query = useQuery(ask.alert(id));
  return <Ask query={query} rows={8}>{(detail) => <Body detail={detail} plain={plain} />}</Ask>;
}

function Body({ detail, plain }: { detail: AlertDetail; plain: boolean }) {
  const { t, ruleTitle } = useLanguage();
  const { may } = useSession();
  const { alert, event } = detail;
  const matched = Object.entries(alert.matched);
  return (
    <div className="column">
      {!plain && <div>
        <div className="row wrap"><Severity level={alert.severity} /><b>{alert.anomaly ? ruleTitle(alert) : alert.indicator ? <Link to="/intel" search={{ id: alert.indicator.indicator_id }}>{ruleTitle(alert)}</Link> : <Link to="/rules" search={{ id: alert.rule_id }}>{ruleTitle(alert)}</Link>}</b>{alert.shadow && <span className="badge accent" title={t.detection.stageHint.shadow}><Icon name="clock" size={12} /> {t.detection.stage.shadow}</span>}{alert.techniques.map((x) => <span key={x} className="badge calm">{x}</span>)}</div>
        <div className="row wrap quiet"><Time at={alert.time} full /> · {alert.source} · {alert.dataset}</div>
        {alert.attribution && <div className="quiet attribution wrap-any">{alert.attribution}</div>}
      </div>}
      <div className="chips"><Entities entities={alert.entities} max={20} /></div>
      {alert.correlation && <BecauseCorrelated of={alert.correlation} />}
      {alert.indicator && <BecauseIndicator of={alert.indicator} />}
      {alert.anomaly && <AnomalyView of={alert.anomaly} />}
      {may("write") && !alert.indicator && !alert.anomaly && <div><Link to="/rules/exceptions" search={{ id: "new", rule: alert.rule_id, selection: selectionOf(alert.matched) }} className="quiet">{t.detection.exceptions.fromAlert}</Link></div>}
      {!alert.anomaly && <section>
        <div className="section-title">{t.incident.whyThis}</div>
        <table className="list-table compact fields">
          <tbody>{matched.map(([field, value]) => <tr key={field}><td className="mono quiet">{field}</td><td><FieldValues field={field} value={value} /></td></tr>)}</tbody>
        </table>
        {alert.selections.length > 0 && <div className="row wrap"><span className="quiet">{t.incident.selections}</span>{alert.selections.map((s) => <span key={s} className="badge good">{s}</span>)}</div>}
      </section>}
      <section>
        <div className="section-title">{t.incident.raw}</div>
        {event ? <Raw text={event.message} values={matched.map(([, v]) => v)} /> : <p className="quiet">{detail.missing || t.incident.noRaw}</p>}
      </section>
      {event && <Fields fields={event.fields} matched={alert.matched} />}
      {event && !plain && <WhyNot eventId={event.id} />}
    </div>
  );
}

export function Raw({ text, values }: { text: string; values: readonly string[] }) {
  const pieces = useMemo(() => highlight(text, values), [text, values]);
  return <pre className="raw" tabIndex={0}>{pieces.map((p, i) => (p.hit ? <mark key={i}>{p.text}</mark> : <span key={i}>{p.text}</span>))}</pre>;
}

function Fields({ fields, matched }: { fields: Record<string, string>; matched: Record<string, string> }) {
  const t = useT();
  const [all, setAll] = useState(false);
  const names = Object.keys(fields).sort((a, b) => Number(b in matched) - Number(a in matched) || a.localeCompare(b));
  const shown = all ? names : names.slice(0, 12);
  return (
    <section>
      <div className="section-title">{t.incident.fields}</div>
      <table className="list-table compact fields">
        <tbody>{shown.map((name) => <tr key={name} className={name in matched ? "hit" : undefined}><td className="mono quiet">{name}</td><td className="wrap-any"><FieldValues field={name} value={fields[name] ?? ""} /></td></tr>)}</tbody>
      </table>
      {names.length > shown.length && <button type="button" className="plain link" onClick={() => setAll(true)}>{t.common.more} ({names.length - shown.length})</button>}
    </section>
  );
}

function WhyNot({ eventId }: { eventId: string }) {
  const { t, ruleName } = useLanguage();
  const rules = useQuery(ask.rules());
  const [rule, setRule] = useState<string>();
  const test = useMutation({ mutationFn: (id: string) => api.post<RuleTest>("/rules/test", { rule_id: id, event_id: eventId }) });
  return (
    <section>
      <div className="section-title">{t.incident.whyNot}</div>
      <div className="column">
        <Select showSearch={{ optionFilterProp: "label" }} value={rule} placeholder={t.incident.whyNotPick} aria-label={t.incident.whyNotPick} loading={rules.isPending} onChange={(id) => { setRule(id); test.mutate(id); }} options={itemsOf(rules.data).filter((r) => r.state !== "rejected").map((r) => ({ value: r.id, label: ruleName(r) }))} />
        {!rule && <span className="quiet">{t.incident.whyNotLead}</span>}
        {test.error && <Failed error={test.error} />}
        {test.data && <TestResult result={test.data} />}
      </div>
    </section>
  );
}
