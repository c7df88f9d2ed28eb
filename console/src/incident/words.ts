/** A sentence without the rule's title before it, where the title stands beside it anyway. */
export function withoutTitle(text: string, title: string): string {
  const rest = title && text.startsWith(title) ? text.slice(title.length).replace(/^[\s:：,，.。—–-]+/, "") : text;
  return rest || text;
}

/** A sentence without its footnotes, as a task's title. */
export const plain = (text: string): string => text.replace(/\s*\[\d[\d,，、\s–-]*\]/g, "").trim().slice(0, 200);
