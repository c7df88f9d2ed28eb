import { App, Dropdown, type MenuProps } from "antd";
import { createContext, memo, useCallback, useContext, useMemo, useState, type MouseEvent, type ReactNode } from "react";
import type { EntityKind, EntityRef } from "../api/vocabulary";
import { useT } from "../i18n";
import { Icon, type IconName } from "./icons";
import { entityKindOf, valuesOf } from "./logsql";

export type ChipValue = { kind: EntityKind | "value" | "rule" | "source"; name: string; field?: string; role?: EntityRef["role"] };

export type ChipDeeds = {
  peek: (value: ChipValue) => void;
  hunt: (value: ChipValue) => void;
  incidents?: (value: ChipValue) => void;
  block?: (value: ChipValue) => void;
};
export type ChipFilter = { include: (value: ChipValue) => void; exclude?: (value: ChipValue) => void };

type Value = { open: (value: ChipValue, at: { x: number; y: number }, filter: ChipFilter | null) => void; peek: (value: ChipValue) => void };
const ChipContext = createContext<Value | null>(null);
const FilterContext = createContext<ChipFilter | null>(null);

/** Lets the chips below filter what this screen shows. */
export const ChipFilterProvider = FilterContext.Provider;

const entityKinds = new Set(["host", "user", "address", "file", "process", "domain", "cloud_account"]);

export const isEntity = (value: ChipValue): value is ChipValue & { kind: EntityKind } => entityKinds.has(value.kind);

/** Holds the one menu that all chips share. */
export function ChipProvider({ deeds, children }: { deeds: ChipDeeds; children: ReactNode }) {
  const t = useT();
  const { message } = App.useApp();
  const [menu, setMenu] = useState<{ value: ChipValue; x: number; y: number; filter: ChipFilter | null } | null>(null);
  const open = useCallback<Value["open"]>((value, at, filter) => setMenu({ value, ...at, filter }), []);
  const context = useMemo<Value>(() => ({ open, peek: deeds.peek }), [open, deeds.peek]);
  const items: MenuProps["items"] = [];
  if (menu) {
    const { value, filter } = menu;
    const add = (key: string, label: string, onClick: () => void, danger = false) => items.push({ key, label, danger, onClick });
    if (filter) add("in", t.chip.filterIn, () => filter.include(value));
    if (filter?.exclude) add("out", t.chip.filterOut, () => filter.exclude?.(value));
    if (items.length) items.push({ type: "divider" });
    if (isEntity(value)) add("open", t.chip.open, () => deeds.peek(value));
    add("hunt", t.chip.hunt, () => deeds.hunt(value));
    if (deeds.incidents && isEntity(value)) add("incidents", t.chip.incidents, () => deeds.incidents?.(value));
    add("copy", t.chip.copy, () => void navigator.clipboard?.writeText(value.name).then(() => message.success(t.common.copied)));
    if (deeds.block && value.kind === "address") {
      items.push({ type: "divider" });
      add("block", t.chip.block, () => deeds.block?.(value), true);
    }
  }
  return (
    <ChipContext.Provider value={context}>
      {children}
      {menu && (
        <Dropdown open menu={{ items, onClick: () => setMenu(null), autoFocus: true }} onOpenChange={(o) => !o && setMenu(null)} trigger={["click"]} autoFocus>
          <span className="menu-anchor" style={{ left: menu.x, top: menu.y }} />
        </Dropdown>
      )}
    </ChipContext.Provider>
  );
}

/** A value that can be acted on: click shows it, the context menu offers the rest. */
export const Chip = memo(function Chip({ kind, name, field, role, label }: ChipValue & { label?: string }) {
  const t = useT();
  const context = useContext(ChipContext);
  const filter = useContext(FilterContext);
  const value: ChipValue = { kind, name, field, role };
  const menu = (e: MouseEvent<HTMLElement>) => {
    e.preventDefault();
    e.stopPropagation();
    const box = e.currentTarget.getBoundingClientRect();
    context?.open(value, e.clientX || e.clientY ? { x: e.clientX, y: e.clientY } : { x: box.left, y: box.bottom }, filter);
  };
  const click = (e: MouseEvent<HTMLElement>) => {
    if (!isEntity(value)) { menu(e); return; }
    e.stopPropagation();
    context?.peek(value);
  };
  const what = role ? `${t.entity[kind]}, ${t.entity[role]}` : t.entity[kind];
  return (
    <button type="button" className={`chip ${role ?? ""}`} title={`${what}: ${name}`} onClick={click} onContextMenu={menu}>
      <Icon name={kind as IconName} size={12} />
      <span>{label ?? name}</span>
    </button>
  );
});

const order: Record<string, number> = { address: 0, user: 1, host: 2, cloud_account: 3, domain: 4, process: 5, file: 6 };

/** The entities of an incident, the tellers first; what does not fit is counted. */
export const Entities = memo(function Entities({ entities, max = 4 }: { entities: readonly EntityRef[]; max?: number }) {
  const seen = new Set<string>();
  const all = [...entities].filter((e) => !seen.has(`${e.kind} ${e.name}`) && seen.add(`${e.kind} ${e.name}`))
    .sort((a, b) => (order[a.kind] ?? 9) - (order[b.kind] ?? 9));
  return (
    <>
      {all.slice(0, max).map((e) => <Chip key={`${e.kind} ${e.name}`} kind={e.kind} name={e.name} role={e.role} />)}
      {all.length > max && <span className="chip-more" title={all.slice(max).map((e) => e.name).join("\n")}>+{all.length - max}</span>}
    </>
  );
});

/** The values of a field, a chip each. */
export function FieldValues({ field, value }: { field: string; value: string }) {
  const values = valuesOf(value);
  return <span className="chips">{values.slice(0, 20).map((v, i) => <Chip key={i} kind={entityKindOf(field) ?? "value"} name={v} field={field} />)}{values.length > 20 && <span className="chip-more">+{values.length - 20}</span>}</span>;
}
