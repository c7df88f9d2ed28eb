import type { EntityRef } from "../api/vocabulary";

export type StoryPart = { kind: "text"; text: string } | { kind: "cite"; numbers: number[] } | { kind: "entity"; entity: EntityRef };

const wordish = /[\p{L}\p{N}_]/u;
const han = /\p{Script=Han}/u;

/** A name begins or ends a word where the next character could not carry the name on; Chinese has no spaces between words. */
function edge(text: string, at: number, inner: string): boolean {
  const c = text[at];
  if (c === undefined) return true;
  if (han.test(c) || han.test(inner)) return true;
  return !wordish.test(c) && !(c === "." && wordish.test(text[at + 1] ?? "") && wordish.test(inner)) && c !== "-";
}

/** Takes a story apart into text, footnotes such as [3] or [1, 2], and the entities it names. */
export function parseStory(story: string, entities: readonly EntityRef[]): StoryPart[] {
  const byLength = [...entities].filter((e) => e.name.length > 1).sort((a, b) => b.name.length - a.name.length);
  const parts: StoryPart[] = [];
  let text = "";
  const flush = () => {
    if (text) parts.push({ kind: "text", text });
    text = "";
  };
  for (let i = 0; i < story.length;) {
    const cite = /^\[(\d{1,4}(?:\s*[,，、–-]\s*\d{1,4})*)\]/.exec(story.slice(i, i + 64));
    if (cite) {
      flush();
      parts.push({ kind: "cite", numbers: citations(cite[1] as string) });
      i += cite[0].length;
      continue;
    }
    const found = byLength.find((e) => story.startsWith(e.name, i) && edge(story, i - 1, e.name[0] as string)
      && edge(story, i + e.name.length, e.name.at(-1) as string));
    if (found) {
      flush();
      parts.push({ kind: "entity", entity: found });
      i += found.name.length;
      continue;
    }
    text += story[i];
    i++;
  }
  flush();
  return parts;
}

/** "1, 3–5" is 1, 3, 4, 5. */
function citations(text: string): number[] {
  const out: number[] = [];
  for (const part of text.split(/[,，、]/)) {
    const [a, b] = part.split(/[–-]/).map((s) => Number(s.trim()));
    if (a === undefined || Number.isNaN(a)) continue;
    for (let n = a; n <= Math.min(b ?? a, a + 50); n++) out.push(n);
  }
  return out;
}
