export type DiffLine = { kind: "same" | "minus" | "plus"; text: string; old?: number; fresh?: number };

/** The lines by which one text becomes the other, by the longest common subsequence; rule files are short. */
export function diffLines(old: string, fresh: string): DiffLine[] {
  const a = old.replace(/\n$/, "").split("\n");
  const b = fresh.replace(/\n$/, "").split("\n");
  const width = b.length + 1;
  const common = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] = a[i] === b[j] ? 1 + (common[(i + 1) * width + j + 1] ?? 0) : Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0);
    }
  }
  const out: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) out.push({ kind: "same", text: a[i] ?? "", old: ++i, fresh: ++j });
    else if (j >= b.length || (i < a.length && (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0))) out.push({ kind: "minus", text: a[i] ?? "", old: ++i });
    else out.push({ kind: "plus", text: b[j] ?? "", fresh: ++j });
  }
  return out;
}
