export type Piece = { text: string; hit: boolean };

/** The ways in which a value can stand in a raw record: as it is, and as JSON or syslog escapes it. */
function spellings(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  return [...new Set([value, json, json.replaceAll("/", "\\/"), value.replaceAll("&", "&amp;").replaceAll("<", "&lt;")])];
}

/** Cuts a raw record into pieces, marking where the matched values stand. Values of one character mark too much and are left out. */
export function highlight(raw: string, values: readonly string[]): Piece[] {
  const low = raw.toLowerCase();
  const spans: [from: number, to: number][] = [];
  for (const value of new Set(values)) {
    if (value.length < 2) continue;
    for (const spelling of spellings(value)) {
      const want = spelling.toLowerCase();
      for (let at = low.indexOf(want); at >= 0 && spans.length < 500; at = low.indexOf(want, at + want.length)) {
        const digits = /^\d+$/.test(value) && (/\d/.test(low[at - 1] ?? "") || /\d/.test(low[at + want.length] ?? ""));
        if (!digits) spans.push([at, at + want.length]);
      }
    }
  }
  spans.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  const pieces: Piece[] = [];
  let at = 0;
  for (const [from, to] of spans) {
    if (to <= at) continue;
    const start = Math.max(from, at);
    if (start > at) pieces.push({ text: raw.slice(at, start), hit: false });
    const last = pieces.at(-1);
    if (last?.hit && start === at) last.text += raw.slice(start, to);
    else pieces.push({ text: raw.slice(start, to), hit: true });
    at = to;
  }
  if (at < raw.length) pieces.push({ text: raw.slice(at), hit: false });
  return pieces;
}
