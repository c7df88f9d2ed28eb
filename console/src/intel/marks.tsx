import type { IndicatorState } from "../api/vocabulary";
import { useT } from "../i18n";
import { Icon } from "../ui/icons";

const tone: Record<IndicatorState, string> = { live: "good", future: "calm", faded: "warn", expired: "calm", revoked: "calm", allowed: "accent" };

export function IndicatorBadge({ state, why }: { state: IndicatorState; why?: string }) {
  const t = useT().intel;
  return <span className={`badge ${tone[state]}`} title={why || t.stateHint[state]}><Icon name={state === "live" ? "check" : state === "allowed" ? "stop" : "clock"} size={12} /> {t.state[state]}</span>;
}

/** Confidence as a number and a bar. */
export function Confidence({ value, base }: { value: number; base: number }) {
  return <span className="confidence" title={value === base ? `${value}` : `${value} (${base})`}><b>{value}</b><span className="meter"><i style={{ width: `${value}%` }} /></span></span>;
}

export function Tlp({ word }: { word?: string }) {
  return word ? <span className={`tlp ${word.replace("+", "-")}`}>TLP:{word.toUpperCase()}</span> : <span className="quiet">—</span>;
}
