import { columnResizingFeature, columnSizingFeature, createColumnHelper, tableFeatures, useTable } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef } from "react";
import type { EventRow } from "../api/vocabulary";
import { useT } from "../i18n";
import { formatTime } from "../ui/format";
import { zoneName } from "../ui/time";

const features = tableFeatures({ columnSizingFeature, columnResizingFeature });
const helper = createColumnHelper<typeof features, EventRow>();
const rowHeight = 26;

type Props = { rows: readonly EventRow[]; columns: readonly string[]; chosen?: string; focused: number; onOpen: (index: number) => void; onEnd: () => void };

/** The events found: columns as chosen, rows drawn as they are scrolled to. */
export function EventGrid({ rows, columns, chosen, focused, onOpen, onEnd }: Props) {
  const t = useT();
  const c = t.hunt.columns;
  const defs = useMemo(() => helper.columns([
    helper.accessor((e) => formatTime(e.time, true), { id: "time", header: `${c.time} (${zoneName()})`, size: 186 }),
    helper.accessor((e) => e.source, { id: "source", header: c.source, size: 150 }),
    helper.accessor((e) => e.dataset, { id: "dataset", header: c.dataset, size: 130 }),
    ...columns.map((name) => helper.accessor((e) => e.fields[name] ?? "", { id: `field ${name}`, header: name, size: 180 })),
    helper.accessor((e) => e.message, { id: "message", header: c.message, size: 900 }),
  ]), [c, columns]);
  const table = useTable({ features, columns: defs, data: rows, columnResizeMode: "onChange", getRowId: (e, i) => e.id || String(i) });
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 16 });
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (rows.length && last >= rows.length - 60) onEnd();
  }, [last, rows.length, onEnd]);
  useEffect(() => {
    if (focused >= 0) virtual.scrollToIndex(focused, { align: "auto" });
  }, [focused, virtual]);
  const headers = table.getHeaderGroups()[0]?.headers ?? [];
  const template = headers.map((h) => (h.id === "message" ? `minmax(${h.getSize()}px, 1fr)` : `${h.getSize()}px`)).join(" ");
  const all = table.getRowModel().rows;
  return (
    <div className="grid" ref={scroller} role="grid" aria-label={t.hunt.event} aria-rowcount={rows.length + 1} tabIndex={0}>
      <div role="row" aria-rowindex={1} className="grid-head" style={{ gridTemplateColumns: template }}>
        {headers.map((h) => (
          <span key={h.id} role="columnheader" className="grid-cell">
            <span className="ellipsis">{String(h.column.columnDef.header)}</span>
            {h.id !== "message" && <i className="grid-handle" onMouseDown={h.getResizeHandler()} onTouchStart={h.getResizeHandler()} aria-hidden="true" />}
          </span>
        ))}
      </div>
      <div role="rowgroup" className="grid-rows" style={{ height: virtual.getTotalSize() }}>
        {shown.map((v) => {
          const row = all[v.index];
          if (!row) return null;
          const names = ["grid-row", v.index === focused && "focused", row.original.id === chosen && "shown"].filter(Boolean).join(" ");
          return (
            <div key={row.id} role="row" aria-rowindex={v.index + 2} className={names} style={{ transform: `translateY(${v.start}px)`, gridTemplateColumns: template }} onClick={() => onOpen(v.index)}>
              {row.getAllCells().map((cell) => <span key={cell.id} role="gridcell" className={cell.column.id === "message" || cell.column.id.startsWith("field") ? "grid-cell mono" : "grid-cell"}>{String(cell.getValue()).slice(0, 600)}</span>)}
            </div>
          );
        })}
      </div>
    </div>
  );
}
