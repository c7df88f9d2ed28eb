import { createContext, useContext, useEffect, useRef, useState, type ReactNode } from "react";
import { KeyQueue, isTyping, type Bindings } from "./keys";

const KeysContext = createContext<KeyQueue | null>(null);

/** Listens to the keyboard once for the whole console. */
export function KeysProvider({ children }: { children: ReactNode }) {
  const [queue] = useState(() => new KeyQueue());
  useEffect(() => {
    const listen = (e: KeyboardEvent) => {
      if (e.defaultPrevented || e.isComposing) return;
      const typing = isTyping(e.target);
      if (typing && !(e.metaKey || e.ctrlKey)) {
        if (e.key === "Escape") (e.target as HTMLElement).blur();
        return;
      }
      if (typing && e.key !== "k") return;
      const onButton = e.target instanceof HTMLElement && e.target.closest("button, a, [role=menuitem], [role=tab], [role=option], [role=combobox]");
      if (onButton && (e.key === "Enter" || e.key === " ")) return;
      if (queue.press(e)) e.preventDefault();
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [queue]);
  return <KeysContext.Provider value={queue}>{children}</KeysContext.Provider>;
}

/** Binds keys while the component is shown. */
export function useKeys(bindings: Bindings, options: { exclusive?: boolean; active?: boolean } = {}) {
  const queue = useContext(KeysContext);
  const latest = useRef(bindings);
  latest.current = bindings;
  const names = Object.keys(bindings).join("\n");
  const { exclusive = false, active = true } = options;
  useEffect(() => {
    if (!queue || !active) return;
    const layer: Bindings = {};
    for (const name of names.split("\n")) layer[name] = () => latest.current[name]?.();
    return queue.push(layer, exclusive);
  }, [queue, names, exclusive, active]);
}
