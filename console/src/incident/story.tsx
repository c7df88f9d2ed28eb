import { useMemo } from "react";
import type { Incident } from "../api/vocabulary";
import { useLanguage } from "../i18n";
import { Chip } from "../ui/chip";
import { parseStory } from "../ui/story";

/** The story with its nouns as chips and its claims as footnotes. */
export function Story({ incident, cited, onCite }: { incident: Incident; cited?: number; onCite?: (number: number) => void }) {
  const { t, pick } = useLanguage();
  const text = pick(incident.story);
  const parts = useMemo(() => parseStory(text, incident.entities), [text, incident.entities]);
  return (
    <p className="story">
      {parts.map((p, i) => {
        if (p.kind === "text") return <span key={i}>{p.text}</span>;
        if (p.kind === "entity") return <Chip key={i} kind={p.entity.kind} name={p.entity.name} role={p.entity.role} />;
        return p.numbers.map((n) => <button key={`${i}-${n}`} type="button" className={n === cited ? "cite on" : "cite"} onClick={() => onCite?.(n)} aria-label={t.incident.cite(n)} title={pick(incident.evidence.find((e) => e.number === n)?.text)}>{n}</button>);
      })}
    </p>
  );
}
