/** A sentence without the rule's title before it, where the title stands beside it anyway. */
export function withoutTitle(text: string, title: string): string {
  const rest = title && text.startsWith(title) ? text.slice(title.length).replace(/^[\s:：,，.。—–-]+/, "") : text;
  return rest || text;
}
