type Answer = { id: string; time: string; reply_to?: string };
export type Thread<T extends Answer> = { note: T; answers: T[] };

/**
 * Puts answers under the note that they answer, an answer to an answer under the same note: newest note first, answers in
 * the order they came. An answer to what is not there, or to itself, stands by itself.
 */
export function threads<T extends Answer>(notes: readonly T[]): Thread<T>[] {
  const byId = new Map(notes.map((n) => [n.id, n]));
  const rootOf = (n: T): T => {
    const seen = new Set<string>();
    let at = n;
    while (at.reply_to && !seen.has(at.id)) {
      seen.add(at.id);
      const up = byId.get(at.reply_to);
      if (!up) break;
      at = up;
    }
    return seen.has(at.id) ? n : at;
  };
  const out = new Map<string, Thread<T>>();
  const rooted = notes.map((n) => ({ n, root: rootOf(n) }));
  for (const { n, root } of rooted) if (n === root) out.set(n.id, { note: n, answers: [] });
  for (const { n, root } of rooted) if (n !== root) out.get(root.id)?.answers.push(n);
  const time = (x: Answer) => Date.parse(x.time) || 0;
  return [...out.values()].map((x) => ({ ...x, answers: x.answers.sort((a, b) => time(a) - time(b)) })).sort((a, b) => time(b.note) - time(a.note));
}
