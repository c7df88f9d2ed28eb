import type { EntityKind } from "../api/vocabulary";

/** Quotes a value or a field name for LogsQL. */
export const quote = (text: string): string => JSON.stringify(text);

const plainName = /^[A-Za-z_][A-Za-z0-9_.]*$/;

/** A field name as LogsQL reads it: bare when it can be. */
export const fieldName = (name: string): string => (plainName.test(name) ? name : quote(name));

/** The filter for one exact value of a field. */
export const exactly = (field: string, value: string): string => `${fieldName(field)}:=${quote(value)}`;

function splitPipes(query: string): [filter: string, pipes: string] {
  let inside = "";
  for (let i = 0; i < query.length; i++) {
    const c = query[i] as string;
    if (inside) {
      if (c === "\\" && inside !== "`") i++;
      else if (c === inside) inside = "";
    } else if (c === '"' || c === "'" || c === "`") inside = c;
    else if (c === "|") return [query.slice(0, i).trim(), query.slice(i)];
  }
  return [query.trim(), ""];
}

/** True when an OR stands outside every parenthesis and quote, so that adding a filter would bind to its last part only. */
function hasTopLevelOr(filter: string): boolean {
  const bare = filter.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`/g, '""');
  let depth = 0;
  for (const word of bare.split(/(\(|\)|\s+)/)) {
    if (word === "(") depth++;
    else if (word === ")") depth--;
    else if (depth === 0 && /^or$/i.test(word)) return true;
  }
  return false;
}

/** Adds a filter to a query, before its pipes; a filter that is already there is not added twice. */
export function withFilter(query: string, filter: string, exclude = false): string {
  const [old, pipes] = splitPipes(query);
  const part = exclude ? `!${filter}` : filter;
  const other = exclude ? filter : `!${filter}`;
  const kept = old === "*" ? "" : old;
  const words = hasTopLevelOr(kept) ? [`(${kept})`] : kept ? splitFilters(kept) : [];
  const next = words.filter((w) => w !== other && w !== part);
  next.push(part);
  return [next.join(" "), pipes].filter(Boolean).join(" ");
}

/** Splits a conjunction at its outer spaces. */
function splitFilters(filter: string): string[] {
  const out: string[] = [];
  let depth = 0;
  let inside = "";
  let word = "";
  for (let i = 0; i < filter.length; i++) {
    const c = filter[i] as string;
    if (inside) {
      word += c;
      if (c === "\\" && inside !== "`") word += filter[++i] ?? "";
      else if (c === inside) inside = "";
      continue;
    }
    if (c === '"' || c === "'" || c === "`") inside = c;
    if (c === "(") depth++;
    if (c === ")") depth--;
    if (/\s/.test(c) && depth === 0) {
      if (word) out.push(word);
      word = "";
    } else word += c;
  }
  if (word) out.push(word);
  return out;
}

const entityFields: Record<EntityKind, readonly string[]> = {
  host: ["host.name"],
  user: ["user.name", "user.target.name"],
  address: ["source.ip", "destination.ip"],
  file: ["file.path"],
  process: ["process.executable", "process.name"],
  domain: ["dns.question.name", "url.domain", "destination.domain"],
  cloud_account: ["cloud.account.id"],
};

/** The query that finds every event speaking about an entity. */
export function entityQuery(kind: EntityKind, name: string): string {
  const parts = entityFields[kind].map((field) => exactly(field, name));
  return parts.length === 1 ? (parts[0] as string) : `(${parts.join(" OR ")})`;
}

/** What sort of entity a field's value is, if any. */
export function entityKindOf(field: string): EntityKind | undefined {
  if (/(^|\.)ip$/.test(field)) return "address";
  for (const [kind, fields] of Object.entries(entityFields)) if (fields.includes(field)) return kind as EntityKind;
  return undefined;
}

/** A field with several values comes as a JSON array of strings. */
export function valuesOf(value: string): string[] {
  if (!value.startsWith('["')) return [value];
  try {
    const list: unknown = JSON.parse(value);
    return Array.isArray(list) && list.length > 0 && list.every((v) => typeof v === "string") ? (list as string[]) : [value];
  } catch {
    return [value];
  }
}
