import type { Incident, Text } from "../api/vocabulary";
import { useLanguage } from "../i18n";
import { parseStory } from "../ui/story";
import { Chip } from "../ui/chip";
import { Cites, Waterfall } from "./waterfall";

/** Why the score is what it is: the contributions, and what speaks for a lower or a higher one. */
export function ScoreTab({ incident, onCite }: { incident: Incident; onCite: (number: number) => void }) {
  const { t } = useLanguage();
  const w = t.triage.score;
  const why = incident.why_not ?? [];
  return (
    <div className={why.length ? "score-tab" : "narrow"}>
      <section>
        <div className="section-title">{t.incident.waterfall}</div>
        <Waterfall incident={incident} onCite={onCite} />
        <p className="quiet wf-note">{w.bounded}</p>
      </section>
      {why.length > 0 && (
        <section className="why-not">
          <div className="section-title">{w.whyNot}</div>
          <ul>{why.map((x, i) => <li key={i}><Told text={x} incident={incident} onCite={onCite} /></li>)}</ul>
        </section>
      )}
    </div>
  );
}

/** A sentence of the server's with its entities as chips and its numbers as footnotes. */
export function Told({ text, incident, onCite }: { text: Text; incident: Incident; onCite?: (number: number) => void }) {
  const { pick } = useLanguage();
  return (
    <>
      {parseStory(pick(text), incident.entities).map((p, i) => {
        if (p.kind === "text") return <span key={i}>{p.text}</span>;
        if (p.kind === "entity") return <Chip key={i} kind={p.entity.kind} name={p.entity.name} role={p.entity.role} />;
        return <Cites key={i} numbers={p.numbers} onCite={onCite} />;
      })}
    </>
  );
}
