import { Input } from "antd";
import { useState, type MouseEvent } from "react";
import { useT } from "../i18n";
import { formatCount } from "../ui/format";
import { Icon } from "../ui/icons";
import { Ask, Failed } from "../ui/states";
import { useFields, useValues, type Question } from "./data";

type Props = { question: Question; columns: readonly string[]; onColumn: (field: string) => void; onFilter: (field: string, value: string, exclude: boolean) => void };

/** Fields by how many events have them, each with its top values. */
export function FieldList({ question, columns, onColumn, onFilter }: Props) {
  const t = useT();
  const query = useFields(question);
  const [text, setText] = useState("");
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (name: string) => setOpen((old) => {
    const next = new Set(old);
    if (!next.delete(name)) next.add(name);
    return next;
  });
  const low = text.trim().toLowerCase();
  return (
    <aside className="hunt-fields" aria-label={t.hunt.fields}>
      <div className="hunt-fields-head"><Input value={text} onChange={(e) => setText(e.target.value)} prefix={<Icon name="search" size={14} />} placeholder={t.hunt.fieldSearch} aria-label={t.hunt.fieldSearch} allowClear /></div>
      {query.error && !query.data ? <Failed error={query.error} /> : (
        <Ask query={query} rows={10}>
          {(fields) => {
            const shown = fields.items.filter((f) => f.name.toLowerCase().includes(low));
            return (
              <ul className="hunt-field-list">
                {shown.length === 0 && <li className="quiet pad">{t.hunt.noFields}</li>}
                {shown.map((f) => (
                  <li key={f.name}>
                    <div className="hunt-field">
                      <button type="button" className="plain grow ellipsis" onClick={() => toggle(f.name)} aria-expanded={open.has(f.name)} title={`${f.name} · ${formatCount(f.rows)} ${t.hunt.share}`}><Icon name={open.has(f.name) ? "down" : "expand"} size={10} /> {f.name}</button>
                      <span className="quiet">{f.share >= 0.995 ? "100 %" : `${(f.share * 100).toFixed(f.share < 0.1 ? 1 : 0)} %`}</span>
                      <button type="button" className={columns.includes(f.name) ? "hunt-pin on" : "hunt-pin"} onClick={() => onColumn(f.name)} aria-pressed={columns.includes(f.name)} aria-label={`${columns.includes(f.name) ? t.hunt.removeColumn : t.hunt.addColumn}: ${f.name}`} title={columns.includes(f.name) ? t.hunt.removeColumn : t.hunt.addColumn}><Icon name={columns.includes(f.name) ? "check" : "plus"} size={12} /></button>
                    </div>
                    {open.has(f.name) && <Values question={question} field={f.name} rows={f.rows} onFilter={onFilter} />}
                  </li>
                ))}
              </ul>
            );
          }}
        </Ask>
      )}
    </aside>
  );
}

function Values({ question, field, rows, onFilter }: { question: Question; field: string; rows: number; onFilter: Props["onFilter"] }) {
  const t = useT();
  const [limit, setLimit] = useState(8);
  const query = useValues(question, field, limit);
  const click = (e: MouseEvent, value: string) => onFilter(field, value, e.shiftKey);
  return (
    <Ask query={query} rows={3}>
      {(values) => (
        <ul className="hunt-values" title={t.hunt.valueHint}>
          {values.items.map((v) => (
            <li key={v.value}>
              <button type="button" className="hunt-value" onClick={(e) => click(e, v.value)} onContextMenu={(e) => { e.preventDefault(); onFilter(field, v.value, true); }}>
                <i style={{ width: `${Math.min(100, (v.rows / Math.max(1, rows)) * 100)}%` }} aria-hidden="true" /><span className="grow ellipsis">{v.value || "“”"}</span><span className="quiet">{formatCount(v.rows)}</span>
              </button>
              <button type="button" className="hunt-not" onClick={() => onFilter(field, v.value, true)} aria-label={`${t.hunt.filterOut}: ${v.value}`} title={t.hunt.filterOut}>−</button>
            </li>
          ))}
          {values.items.length === limit && limit < 1000 && <li><button type="button" className="plain link" onClick={() => setLimit(limit * 5)}>{t.hunt.showMore}</button></li>}
        </ul>
      )}
    </Ask>
  );
}
