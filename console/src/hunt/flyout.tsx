import { useQuery } from "@tanstack/react-query";
import { App, Button, Segmented } from "antd";
import { Suspense, lazy, useState } from "react";
import { ask } from "../api/queries";
import type { EventRow } from "../api/vocabulary";
import { useT } from "../i18n";
import { Chip, FieldValues } from "../ui/chip";
import { Icon } from "../ui/icons";
import { Ask } from "../ui/states";
import { Time } from "../ui/time";

const Code = lazy(() => import("../ui/code").then((m) => ({ default: m.Code })));

type View = "table" | "json" | "raw";

/** One event beside the list: its fields, the whole as JSON, or the record as it came. */
export function EventFlyout({ id, known, onClose }: { id: string; known?: EventRow; onClose: () => void }) {
  const t = useT();
  const query = useQuery({ ...ask.event(id), initialData: known });
  const [view, setView] = useState<View>("table");
  return (
    <aside className="flyout" aria-label={t.hunt.event}>
      <div className="flyout-head">
        <div className="grow column tight"><h2 className="flyout-title">{t.hunt.event} <span className="mono quiet">{id}</span></h2>
          <Segmented<View> className="self-start" value={view} onChange={setView} options={(["table", "json", "raw"] as const).map((v) => ({ value: v, label: t.hunt[v] }))} /></div>
        <button type="button" className="icon-button" onClick={onClose} aria-label={t.common.close} title={`${t.common.close} (Esc)`}><Icon name="close" /></button>
      </div>
      <div className="flyout-body" tabIndex={0}><Ask query={query} rows={10}>{(event) => <Body event={event} view={view} />}</Ask></div>
    </aside>
  );
}

function Body({ event, view }: { event: EventRow; view: View }) {
  const t = useT();
  const { message } = App.useApp();
  const copy = (text: string) => void navigator.clipboard?.writeText(text).then(() => message.success(t.common.copied));
  const json = JSON.stringify(event, null, 2);
  if (view === "json") return <><div><Button onClick={() => copy(json)}>{t.common.copy}</Button></div><Suspense fallback={null}><Code value={json} language="json" readOnly label={t.hunt.json} /></Suspense></>;
  if (view === "raw") return <><div><Button onClick={() => copy(event.message)}>{t.common.copy}</Button></div><pre className="raw tall">{event.message}</pre></>;
  return (
    <>
      <dl className="facts"><dt>{t.hunt.columns.time}</dt><dd><Time at={event.time} full /></dd><dt>{t.hunt.columns.source}</dt><dd><Chip kind="source" name={event.source} field="vedette.source" /></dd><dt>{t.hunt.columns.dataset}</dt><dd><Chip kind="value" name={event.dataset} field="vedette.dataset" /></dd></dl>
      <table className="list-table compact fields">
        <tbody>{Object.entries(event.fields).sort(([a], [b]) => a.localeCompare(b)).map(([name, value]) => <tr key={name}><td className="mono quiet">{name}</td><td className="wrap-any"><FieldValues field={name} value={value} /></td></tr>)}</tbody>
      </table>
      <section><div className="section-title">{t.hunt.raw}</div><pre className="raw">{event.message}</pre></section>
    </>
  );
}
