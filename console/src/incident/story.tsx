import { useMemo } from "react";
import type { Incident } from "../api/vocabulary";
import { useLanguage } from "../i18n";
import { Chip } from "../ui/chip";
import { parseStory } from "../ui/story";

/** The full stop or comma after a footnote, which must not begin a line of its own. */
const stop = (text: string): string => /^[。，、；：.,;:)）]/.exec(text)?.[0] ?? "";

/** The story with its nouns as chips and its claims as footnotes. */
export function Story({ incident, cited, onCite, clamped = false }: { incident: Incident; cited?: number; onCite?: (number: number) => void; clamped?: boolean }) {
  const { t, pick } = useLanguage();
  const text = pick(incident.story);
  const parts = useMemo(() => parseStory(text, incident.entities), [text, incident.entities]);
  return (
    <p className={clamped ? "story clamped" : "story"}>
      {parts.map((p, i) => {
        if (p.kind === "text") return <span key={i}>{parts[i - 1]?.kind === "cite" ? p.text.slice(stop(p.text).length) : p.text}</span>;
        if (p.kind === "entity") return <Chip key={i} kind={p.entity.kind} name={p.entity.name} role={p.entity.role} />;
        const next = parts[i + 1];
        const end = next?.kind === "text" ? stop(next.text) : "";
        return p.numbers.map((n, at) => (
          <span key={`${i}-${n}`} className="nowrap">
            <button type="button" className={n === cited ? "cite on" : "cite"} onClick={() => onCite?.(n)} aria-label={t.incident.cite(n)} title={pick(incident.evidence.find((e) => e.number === n)?.text)}>{n}</button>
            {at === p.numbers.length - 1 ? end : ""}
          </span>
        ));
      })}
    </p>
  );
}
