import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { App, Button, DatePicker, Drawer, Input, Segmented, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useEffect, useId, useMemo, useState } from "react";
import { api } from "../api/client";
import { ask, itemsOf } from "../api/queries";
import { useKeys } from "../app/shortcuts";
import { useLanguage, useT } from "../i18n";
import { Icon } from "../ui/icons";
import { Failed } from "../ui/states";
import { factKinds, factDays, readEntity, type Fact, type FactKind, type FactPreview, type NewFact } from "./ask";

const cve = /^CVE-\d{4}-\d{4,7}$/i;
const shown = 6;

/** Writes a fact down that speaks against attacks, and shows what it would do to the open incidents before it is kept. */
export function FactDrawer({ onClose }: { onClose: () => void }) {
  const { t, ruleName } = useLanguage();
  const n = t.noise.facts;
  const { message } = App.useApp();
  const client = useQueryClient();
  const catalog = useQuery(ask.rules());
  const [kind, setKind] = useState<FactKind>("maintenance");
  const [entities, setEntities] = useState<string[]>([]);
  const [cves, setCVEs] = useState<string[]>([]);
  const [rules, setRules] = useState<string[]>([]);
  const [span, setSpan] = useState<[Dayjs, Dayjs]>(() => [dayjs().startOf("hour"), dayjs().startOf("hour").add(4, "hour")]);
  const [reference, setReference] = useState("");
  const [source, setSource] = useState("");
  const [text, setText] = useState("");
  const [opened] = useState(() => Date.now());
  const ids = { entities: useId(), cves: useId(), rules: useId(), span: useId(), ref: useId(), source: useId(), text: useId() };
  useKeys({ Escape: onClose }, { exclusive: true });
  const read = entities.map(readEntity);
  const wrong = entities.find((_, i) => read[i] === undefined);
  const wrongCVE = kind === "not_vulnerable" ? cves.find((c) => !cve.test(c)) : undefined;
  const days = span[1].diff(span[0], "day", true);
  const late = days > factDays(kind) ? n.tooLong(factDays(kind)) : span[1].valueOf() <= opened ? n.pastEnd : undefined;
  const device = read.some((e) => e?.kind === "user") && read.some((e) => e?.kind === "host" || e?.kind === "address");
  const scope = read.length > 0 && wrong === undefined && late === undefined && days > 0 && (kind !== "not_vulnerable" || cves.length > 0 && wrongCVE === undefined) && (kind !== "mfa" || device);
  const body: NewFact = {
    kind, entities: read.filter((e) => e !== undefined), from: span[0].toISOString(), until: span[1].toISOString(), text: text.trim(), source: source.trim(),
    ...(reference.trim() ? { ref: reference.trim() } : {}), ...(rules.length > 0 ? { rules } : {}), ...(kind === "not_vulnerable" ? { cves } : {}),
  };
  const preview = useMutation({ mutationFn: (of: NewFact) => api.post<FactPreview>("/facts/preview", of) });
  const look = preview.mutate;
  const key = scope ? JSON.stringify({ ...body, text: body.text || "—", ref: undefined }) : "";
  useEffect(() => {
    if (!key) return undefined;
    const wait = setTimeout(() => look(JSON.parse(key) as NewFact), 300);
    return () => clearTimeout(wait);
  }, [key, look]);
  const save = useMutation({
    mutationFn: () => api.post<Fact>("/facts", body),
    onSuccess: () => { message.success(n.added); for (const what of ["noise", "incidents", "incident"]) void client.invalidateQueries({ queryKey: [what] }); onClose(); },
    onError: (e) => message.error(e.message, 8),
  });
  const options = useMemo(() => itemsOf(catalog.data).filter((r) => r.state !== "rejected" && r.kind !== "filter").map((r) => ({ value: r.id, label: ruleName(r) })), [catalog.data, ruleName]);
  const hint = kind === "known_scanner" ? n.scannerHint : kind === "mfa" ? n.mfaHint : n.entitiesHint;
  return (
    <Drawer open onClose={onClose} size={620} mask={{ blur: false }} destroyOnHidden keyboard={false} closable={{ placement: "end" }} title={n.create}
      footer={<div className="row"><span className="grow" /><Button onClick={onClose}>{t.common.cancel}</Button><Button type="primary" disabled={!scope || text.trim().length < 3 || source.trim() === ""} loading={save.isPending} onClick={() => save.mutate()}>{n.add}</Button></div>}>
      <div className="column fact-form">
        <div><Segmented value={kind} onChange={setKind} options={factKinds.map((k) => ({ value: k, label: n.kind[k] }))} aria-label={n.what} block /><p className="quiet flush">{n.kindLead[kind]}</p></div>
        <div><label htmlFor={ids.entities}>{n.entities}</label><Select id={ids.entities} className="wide-field" mode="tags" value={entities} onChange={setEntities} tokenSeparators={[" ", ","]} open={false} suffixIcon={null} status={wrong === undefined ? undefined : "error"} /><span className={wrong === undefined ? "quiet" : "text-bad"}>{wrong === undefined ? hint : t.noise.suppression.badEntity(wrong)}</span></div>
        {kind === "not_vulnerable" && <div><label htmlFor={ids.cves}>{n.cves}</label><Select id={ids.cves} className="wide-field" mode="tags" value={cves} onChange={setCVEs} tokenSeparators={[" ", ","]} open={false} suffixIcon={null} status={wrongCVE === undefined ? undefined : "error"} /><span className={wrongCVE === undefined ? "quiet" : "text-bad"}>{wrongCVE === undefined ? n.cvesHint : n.badCVE(wrongCVE)}</span></div>}
        <div><label htmlFor={ids.span}>{n.span}</label><DatePicker.RangePicker id={{ start: ids.span }} className="wide-field" showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" allowClear={false} value={span} onChange={(v) => { if (v?.[0] && v[1]) setSpan([v[0], v[1]]); }} status={late ? "error" : undefined} />{late && <span className="text-bad">{late}</span>}</div>
        <div className="row gap-16 fact-says">
          <div><label htmlFor={ids.source}>{n.source}</label><Input id={ids.source} value={source} onChange={(e) => setSource(e.target.value)} maxLength={100} /></div>
          <div><label htmlFor={ids.ref}>{n.reference}</label><Input id={ids.ref} value={reference} onChange={(e) => setReference(e.target.value)} maxLength={100} /></div>
        </div>
        <span className="quiet under">{n.sourceHint}</span>
        <div><label htmlFor={ids.text}>{n.text}</label><Input.TextArea id={ids.text} value={text} onChange={(e) => setText(e.target.value)} rows={2} maxLength={1000} /><span className="quiet">{n.textHint}</span></div>
        <div><label htmlFor={ids.rules}>{n.rules}</label><Select id={ids.rules} className="wide-field" mode="multiple" value={rules} onChange={setRules} options={options} showSearch={{ optionFilterProp: "label" }} maxCount={16} /><span className="quiet">{n.rulesHint}</span></div>
        {preview.error && <><Failed error={preview.error} /><Button onClick={() => look(body)}>{t.common.retry}</Button></>}
        {scope && preview.data && <Effect of={preview.data} />}
        {scope && preview.isPending && <span className="quiet" role="status">{n.looking}</span>}
      </div>
    </Drawer>
  );
}

/** The open incidents that the fact would explain, each with its score before and after. */
function Effect({ of: p }: { of: FactPreview }) {
  const { pick } = useLanguage();
  const n = useT().noise.facts;
  const list = p.incidents ?? [];
  return (
    <div className="boxed column" role="status">
      <div className="row wrap"><b>{p.total === 0 ? n.touchesNone : n.touches(p.total)}</b>{p.total > 0 && <span className={p.leaving > 0 ? "text-warn" : "quiet"}>{p.leaving > 0 ? n.leaves(p.leaving) : n.stays(p.total)}</span>}</div>
      {list.length > 0 && (
        <ul className="fact-effect">
          {list.slice(0, shown).map((x) => (
            <li key={x.incident.id}>
              <Link to="/incidents/$id" params={{ id: x.incident.id }}>{pick(x.incident.title)}</Link>
              <span className="nowrap" aria-label={`${n.score} ${x.before} → ${x.after}`}><b>{x.before}</b> <Icon name="expand" size={10} /> <b className="text-good">{x.after}</b></span>
              {x.leaves && <span className="text-warn nowrap">{n.leaf}</span>}
            </li>
          ))}
          {p.total > shown && <li className="quiet">{n.more(p.total - Math.min(shown, list.length))}</li>}
        </ul>
      )}
    </div>
  );
}
