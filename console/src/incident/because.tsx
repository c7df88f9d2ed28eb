import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Alert } from "../api/vocabulary";
import { Tlp } from "../intel/marks";
import { useT } from "../i18n";
import { Chip, FieldValues } from "../ui/chip";
import { formatCount, formatDuration } from "../ui/format";
import { Icon } from "../ui/icons";
import { Time } from "../ui/time";

/** So many events of a correlation are listed before the reader asks for the rest. */
const shownEvents = 8;

/** Why a correlation fired: what it counted, for whom, how far it came, and the events it rests on. */
export function BecauseCorrelated({ of: c }: { of: NonNullable<Alert["correlation"]> }) {
  const t = useT();
  const d = t.detection.correlation;
  const [all, setAll] = useState(false);
  const events = all ? c.events : c.events.slice(0, shownEvents);
  return (
    <section className="boxed column">
      <div className="row wrap"><span className="badge accent">{d.type[c.type] ?? c.type}</span><b>{c.condition}</b><span className="quiet">{d.reached} <b className="figure small">{formatCount(c.value)}</b></span></div>
      <table className="list-table compact fields">
        <tbody>
          {Object.entries(c.group).map(([field, value]) => <tr key={field}><td className="quiet">{d.groupBy} <span className="mono">{field}</span></td><td><FieldValues field={field} value={value} /></td></tr>)}
          <tr><td className="quiet">{t.incident.when}</td><td><Time at={c.first} full /> – <Time at={c.last} full /> <span className="quiet">{formatDuration(Date.parse(c.last) - Date.parse(c.first), t.time)}</span></td></tr>
          {c.rules.map((r, i) => <tr key={r.id}><td className="quiet">{i === 0 ? d.rules : ""}</td><td><Link to="/rules" search={{ id: r.id }}>{r.title}</Link> <span className="quiet">{t.common.times(r.count)}</span></td></tr>)}
          {events.length > 0 && <tr><td className="quiet">{d.events}</td><td><span className="chips">{events.map((id) => <Link key={id} to="/hunt" search={{ query: `vedette.id:=${id}`, since: "30d" }} className="badge calm mono">{id}</Link>)}{c.events.length > events.length && <button type="button" className="plain link" onClick={() => setAll(true)}>{t.common.more} ({formatCount(c.events.length - events.length)})</button>}</span></td></tr>}
        </tbody>
      </table>
    </section>
  );
}

/** Which indicator was seen, who names it, and how sure that is. */
export function BecauseIndicator({ of: s }: { of: NonNullable<Alert["indicator"]> }) {
  const t = useT();
  const d = t.intel;
  return (
    <section className="boxed column">
      <div className="row wrap"><span className="badge accent"><Icon name="intel" size={12} /> {d.kind[s.kind]}</span><Link to="/intel" search={{ id: s.indicator_id }} className="mono wrap-any"><b>{s.value}</b></Link><Tlp word={s.tlp} />{s.labels.map((l) => <span key={l} className="badge calm">{l}</span>)}{s.retro && <span className="badge warn" title={d.retroHint}><Icon name="clock" size={12} /> {d.retro}</span>}</div>
      <table className="list-table compact fields">
        <tbody>
          <tr><td className="quiet">{d.columns.confidence}</td><td><b>{s.confidence}</b> / 100</td></tr>
          <tr><td className="quiet">{d.columns.feeds}</td><td>{s.feeds.join(", ")}</td></tr>
          <tr><td className="quiet">{d.foundIn}</td><td><Chip kind="value" name={s.field} /></td></tr>
          <tr><td className="quiet">{d.columns.until}</td><td><Time at={s.valid_until} full /></td></tr>
        </tbody>
      </table>
    </section>
  );
}
