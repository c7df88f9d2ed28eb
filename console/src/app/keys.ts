/** Keys of the console: single keys and two-key sequences such as "g i". */

export type Handler = () => void | boolean;
export type Bindings = Record<string, Handler>;

type Press = { key: string; ctrlKey?: boolean; metaKey?: boolean; altKey?: boolean };

/** The name of a press as bindings write it: "j", "?", "Enter", "mod+k"; empty for what no binding can use. */
export function nameOf(e: Press): string {
  if (["Shift", "Control", "Alt", "Meta"].includes(e.key)) return "";
  if (e.altKey) return "";
  const mod = e.ctrlKey || e.metaKey ? "mod+" : "";
  return mod + (e.key.length === 1 && mod ? e.key.toLowerCase() : e.key === " " ? "Space" : e.key);
}

/**
 * Reads presses against layers of bindings, the newest layer first. A press that begins a sequence waits for the second
 * one, for as long as the patience lasts. A handler that returns false lets the next layer try.
 */
export class KeyQueue {
  private layers: { bindings: Bindings; exclusive: boolean }[] = [];
  private pending = "";
  private pendingAt = 0;

  constructor(private readonly now: () => number = () => performance.now(), private readonly patience = 1000) {}

  /** Adds a layer on top; the returned function takes it away. An exclusive layer hides those below it. */
  push(bindings: Bindings, exclusive = false): () => void {
    const layer = { bindings, exclusive };
    this.layers.push(layer);
    return () => { this.layers = this.layers.filter((l) => l !== layer); };
  }

  /** Handles a press and tells whether something used it. */
  press(e: Press): boolean {
    const name = nameOf(e);
    if (!name) return false;
    const started = this.pending && this.now() - this.pendingAt <= this.patience ? this.pending : "";
    this.pending = "";
    if (started && this.run(`${started} ${name}`)) return true;
    if (this.run(name)) return true;
    if (this.begins(name)) {
      this.pending = name;
      this.pendingAt = this.now();
      return true;
    }
    return false;
  }

  private *visible(): Generator<Bindings> {
    for (let i = this.layers.length - 1; i >= 0; i--) {
      const layer = this.layers[i]!;
      yield layer.bindings;
      if (layer.exclusive) return;
    }
  }

  private run(name: string): boolean {
    for (const bindings of this.visible()) {
      const handler = bindings[name];
      if (handler && handler() !== false) return true;
    }
    return false;
  }

  private begins(name: string): boolean {
    for (const bindings of this.visible()) {
      if (Object.keys(bindings).some((b) => b.startsWith(`${name} `))) return true;
    }
    return false;
  }
}

/** True where typing belongs to the field and not to the console. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true], .cm-editor") !== null;
}
