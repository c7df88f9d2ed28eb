export type Fixable = { line?: number; column?: number; fix?: string };

const keyOf = (text: string): string => /^\s*(?:-\s+)?([\w.|-]+):(?:\s|$)/.exec(text)?.[1] ?? "";

/** The end of the value that begins at a place of a line: a quoted text, or a word up to a comma, a bracket, a comment or the end. */
function valueEnd(line: string, from: number): number {
  const quote = line[from];
  if (quote === "'" || quote === '"') {
    for (let i = from + 1; i < line.length; i++) {
      if (quote === '"' && line[i] === "\\") { i++; continue; }
      if (line[i] !== quote) continue;
      if (quote === "'" && line[i + 1] === "'") { i++; continue; }
      return i + 1;
    }
    return -1;
  }
  const rest = /^[^,\]}]*?(?=\s*(?:[,\]}]|\s#|$))/.exec(line.slice(from));
  return rest?.[0] ? from + rest[0].length : -1;
}

/**
 * The text with a linter's suggestion put in its place, or undefined when the suggestion is advice and no replacement:
 * "level: high" replaces the line that has the same key; a quoted text or a single word replaces the value at the column.
 */
export function applyFix(text: string, problem: Fixable): string | undefined {
  const { line: at, column, fix } = problem;
  if (!fix || !at || fix.includes("\n")) return undefined;
  const lines = text.split("\n");
  const line = lines[at - 1];
  if (line === undefined) return undefined;
  const key = keyOf(fix);
  if (key) {
    const value = fix.slice(fix.indexOf(":") + 1).trim();
    if (key !== keyOf(line) || !/^('[^']*'|"[^"]*"|[^\s,'"[\]{}]+)$/.test(value)) return undefined;
    lines[at - 1] = line.replace(/^(\s*(?:-\s+)?).*$/, (_, lead: string) => lead + fix);
    return lines[at - 1] === line ? undefined : lines.join("\n");
  }
  if (!column || !/^('([^']|'')*'|"([^"\\]|\\.)*"|[\w.|/-]+)$/.test(fix)) return undefined;
  const from = column - 1;
  const end = valueEnd(line, from);
  if (end <= from || line.slice(from, end) === fix) return undefined;
  lines[at - 1] = line.slice(0, from) + fix + line.slice(end);
  return lines.join("\n");
}

/** Applies every suggestion that is a clear replacement, from the last line to the first so that places stay where they are. */
export function applyFixes(text: string, problems: readonly Fixable[]): { text: string; count: number } {
  let count = 0;
  const seen = new Set<number>();
  for (const p of [...problems].sort((a, b) => (b.line ?? 0) - (a.line ?? 0) || (b.column ?? 0) - (a.column ?? 0))) {
    if (!p.line || seen.has(p.line)) continue;
    const next = applyFix(text, p);
    if (next === undefined) continue;
    seen.add(p.line);
    text = next;
    count++;
  }
  return { text, count };
}
