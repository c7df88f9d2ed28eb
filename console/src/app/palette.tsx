import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Modal } from "antd";
import { useDeferredValue, useEffect, useState, type KeyboardEvent, type ReactNode } from "react";
import { api } from "../api/client";
import { ask, itemsOf } from "../api/queries";
import type { Entity, Incident, Page } from "../api/vocabulary";
import { useBlock } from "../actions/block";
import { useLanguage } from "../i18n";
import { Icon, type IconName } from "../ui/icons";
import { quote } from "../ui/logsql";
import { Severity } from "../ui/marks";
import { screens } from "./layout";
import { useSession } from "./session";
import { useKeys } from "./shortcuts";
import { useMode } from "./theme";

type Item = { key: string; group: string; icon: IconName; label: ReactNode; hint?: ReactNode; run: () => void };

/** One box for going somewhere, doing something and finding anything. */
export function Palette({ onClose, onHelp }: { onClose: () => void; onHelp: () => void }) {
  const { t } = useLanguage();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  useKeys({ Escape: onClose }, { exclusive: true });
  const commands = useCommands(onHelp);
  const found = useFound(useDeferredValue(text.trim()));
  const wanted = text.trim().toLowerCase();
  const items = [...commands.filter((c) => !wanted || c.key.includes(wanted) || String(c.label).toLowerCase().includes(wanted)), ...found];
  useEffect(() => setAt(0), [text]);
  const run = (item: Item | undefined) => {
    if (!item) return;
    onClose();
    item.run();
  };
  const press = (e: KeyboardEvent) => {
    if (e.nativeEvent.isComposing) return;
    const step = e.key === "ArrowDown" ? 1 : e.key === "ArrowUp" ? -1 : 0;
    if (step) { e.preventDefault(); setAt((n) => (n + step + items.length) % Math.max(1, items.length)); }
    if (e.key === "Enter") { e.preventDefault(); run(items[at]); }
    if (e.key === "Escape") onClose();
  };
  return (
    <Modal open onCancel={onClose} footer={null} closable={false} width={640} styles={{ container: { padding: 0 }, body: { padding: 0 } }} style={{ top: 96 }} transitionName="" maskTransitionName="">
      <input className="palette-input" autoFocus value={text} onChange={(e) => setText(e.target.value)} onKeyDown={press} placeholder={t.shell.searchHint} aria-label={t.shell.searchHint} role="combobox" aria-expanded="true" aria-controls="palette-list" aria-activedescendant={items[at] ? `palette-${at}` : undefined} />
      <div className="palette-list" id="palette-list" role="listbox" aria-label={t.shell.results}>
        {items.map((item, i) => (
          <div key={item.key} role="presentation">
            {(i === 0 || items[i - 1]?.group !== item.group) && <div className="palette-group" role="presentation">{item.group}</div>}
            <div id={`palette-${i}`} role="option" aria-selected={i === at} className={i === at ? "palette-item on" : "palette-item"} onMouseEnter={() => setAt(i)} onClick={() => run(item)}>
              <Icon name={item.icon} /><span className="grow ellipsis">{item.label}</span>{item.hint}
            </div>
          </div>
        ))}
      </div>
    </Modal>
  );
}

function useCommands(onHelp: () => void): Item[] {
  const { t, language, setLanguage } = useLanguage();
  const { mode, setMode } = useMode();
  const { may, logout } = useSession();
  const navigate = useNavigate();
  const block = useBlock();
  const group = t.shell.commands;
  const key = (k: string) => <span>{k.split(" ").map((x) => <kbd key={x}>{x}</kbd>)}</span>;
  const items: Item[] = screens.map((name) => ({ key: name, group, icon: name, label: t.nav[name], hint: key(`g ${name === "intel" ? "n" : name[0]}`), run: () => void navigate({ to: `/${name}` }) }));
  items.push({ key: "add source", group, icon: "plus", label: t.sources.add, run: () => void navigate({ to: "/sources", search: { add: "1" } }) });
  if (may("respond")) items.push({ key: "block address", group, icon: "actions", label: t.actions.blockTitle, run: () => block({}) });
  items.push(
    { key: "theme dark light", group, icon: mode === "dark" ? "sun" : "moon", label: mode === "dark" ? t.shell.light : t.shell.dark, run: () => setMode(mode === "dark" ? "light" : "dark") },
    { key: "language 中文 english", group, icon: "language", label: t.shell.language, run: () => setLanguage(language === "zh" ? "en" : "zh") },
    { key: "keyboard help", group, icon: "help", label: t.shell.help, hint: key("?"), run: onHelp },
    { key: "log out", group, icon: "lock", label: t.shell.logout, run: () => void logout() },
  );
  return items;
}

function useFound(text: string): Item[] {
  const { t, pick, ruleName } = useLanguage();
  const navigate = useNavigate();
  const on = text.length > 1;
  const incidents = useQuery({ queryKey: ["incidents", "find", text], enabled: on, queryFn: ({ signal }) => api.get<Page<Incident>>("/incidents", { q: text, limit: 5 }, signal) });
  const entities = useQuery({ queryKey: ["entities", "find", text], enabled: on, queryFn: ({ signal }) => api.get<Page<Entity>>("/entities", { q: text, limit: 5 }, signal) });
  const rules = useQuery({ ...ask.rules(), enabled: on });
  if (!on) return [];
  const low = text.toLowerCase();
  const out: Item[] = [];
  for (const i of itemsOf(incidents.data)) out.push({ key: `i ${i.id}`, group: t.nav.incidents, icon: "incidents", label: pick(i.title), hint: <Severity level={i.severity} />, run: () => void navigate({ to: "/incidents/$id", params: { id: i.id } }) });
  for (const e of itemsOf(entities.data)) out.push({ key: `e ${e.kind} ${e.name}`, group: t.incident.entities, icon: e.kind, label: e.name, hint: <span className="quiet">{t.entity[e.kind]}</span>, run: () => void navigate({ to: ".", search: (prev) => ({ ...prev, peek: `${e.kind}:${e.name}` }) }) });
  for (const r of itemsOf(rules.data).filter((x) => `${x.title} ${x.title_zh ?? ""}`.toLowerCase().includes(low) || x.id.includes(low)).slice(0, 5)) out.push({ key: `r ${r.id}`, group: t.nav.rules, icon: "rule", label: ruleName(r), hint: <Severity level={r.severity} />, run: () => void navigate({ to: "/rules", search: { id: r.id } }) });
  out.push({ key: "hunt", group: t.nav.hunt, icon: "hunt", label: t.shell.huntFor(text), run: () => void navigate({ to: "/hunt", search: { query: quote(text) } }) });
  return out;
}
