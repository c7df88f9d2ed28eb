/** What a correlation says under its key "correlation", as far as a person wants to see it at a glance. */
export type CorrelationText = { type: string; rules: string[]; groupBy: string[]; timespan: string; condition: string };

const indentOf = (line: string): number => line.length - line.trimStart().length;
const bare = (text: string): string => text.replace(/\s+#.*$/, "").trim().replace(/^(['"])(.*)\1$/, "$2");

/** The values of a key: a list in the lines below it, a list in brackets, or one word beside it. */
function listOf(lines: readonly string[], at: number): string[] {
  const line = lines[at] ?? "";
  const beside = bare(line.slice(line.indexOf(":") + 1));
  if (beside.startsWith("[")) return beside.slice(1, beside.lastIndexOf("]")).split(",").map(bare).filter(Boolean);
  if (beside) return [beside];
  const out: string[] = [];
  for (let i = at + 1; i < lines.length; i++) {
    const next = lines[i] ?? "";
    if (!next.trim()) continue;
    if (!/^\s*-\s/.test(next) || indentOf(next) < indentOf(line)) break;
    out.push(bare(next.trim().slice(1)));
  }
  return out;
}

/** The lines below a key, as one line. */
function below(lines: readonly string[], at: number): string {
  const line = lines[at] ?? "";
  const beside = bare(line.slice(line.indexOf(":") + 1));
  if (beside && beside !== "|" && beside !== ">") return beside.replace(/^\{(.*)\}$/, "$1").trim();
  const out: string[] = [];
  for (let i = at + 1; i < lines.length; i++) {
    const next = lines[i] ?? "";
    if (!next.trim()) continue;
    if (indentOf(next) <= indentOf(line)) break;
    out.push(bare(next));
  }
  return out.join(", ");
}

/** Reads the section "correlation" of a rule's text; undefined when there is none. The server has judged the text; this only shows it. */
export function correlationOf(yaml: string): CorrelationText | undefined {
  const all = yaml.split(/\r?\n/);
  const start = all.findIndex((l) => /^correlation:\s*(#.*)?$/.test(l));
  if (start < 0) return undefined;
  const end = all.findIndex((l, i) => i > start && /^\S/.test(l) && !l.startsWith("#"));
  const lines = all.slice(start + 1, end < 0 ? undefined : end).filter((l) => !/^\s*#/.test(l));
  const depth = Math.min(...lines.filter((l) => l.trim()).map(indentOf));
  const find = (key: string) => lines.findIndex((l) => indentOf(l) === depth && l.trimStart().startsWith(`${key}:`));
  const one = (key: string) => { const at = find(key); return at < 0 ? "" : below(lines, at); };
  const many = (key: string) => { const at = find(key); return at < 0 ? [] : listOf(lines, at); };
  return { type: one("type"), rules: many("rules"), groupBy: many("group-by"), timespan: one("timespan"), condition: one("condition") };
}

const signs: Record<string, string> = { gt: ">", gte: "≥", lt: "<", lte: "≤", eq: "=", neq: "≠" };

/** "gte: 10, field: user.name" as people write it: "≥ 10 · user.name". */
export const conditionText = (condition: string): string =>
  condition.split(/,\s*/).map((part) => {
    const [key = "", ...rest] = part.split(":");
    const value = bare(rest.join(":"));
    if (!rest.length) return part.trim();
    return signs[key.trim()] ? `${signs[key.trim()]} ${value}` : key.trim() === "field" ? value : part.trim();
  }).join(" · ");
