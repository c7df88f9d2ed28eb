import { Button, Segmented } from "antd";
import { useEffect, useMemo, useReducer, useRef } from "react";
import type { Evidence } from "../api/vocabulary";
import { useKeys } from "../app/shortcuts";
import { useT } from "../i18n";
import { Icon } from "../ui/icons";
import { atRest, playOn, speeds, stepTime, type Play, type PlayDeed } from "./play";

/** Plays through evidence in its order; now is the number of the piece that it has come to. */
export function usePlay(evidence: readonly Evidence[]) {
  const reduce = useMemo(() => playOn(evidence.length), [evidence.length]);
  const begun = useRef(false);
  const [play, deed] = useReducer(reduce, atRest);
  useEffect(() => {
    if (!play.playing) return;
    const timer = setInterval(() => deed({ do: "tick" }), stepTime(play.speed));
    return () => clearInterval(timer);
  }, [play.playing, play.speed]);
  const now = play.at === undefined ? undefined : evidence[play.at]?.number;
  useEffect(() => {
    const row = now === undefined ? null : document.getElementById(`evidence-${now}`);
    const box = row?.closest(".panel-flush");
    if (!row || !box) { begun.current = false; return; }
    const pair = box.closest(".inc-pair");
    if (!begun.current) pair?.scrollIntoView({ block: "nearest" });
    begun.current = true;
    // Only the timeline scrolls; the page stays where the reader has it.
    const [r, b] = [row.getBoundingClientRect(), box.getBoundingClientRect()];
    const head = box.querySelector(".tl-head")?.getBoundingClientRect().height ?? 0;
    if (r.top < b.top + head) box.scrollTop -= b.top + head - r.top;
    else if (r.bottom > b.bottom) box.scrollTop += r.bottom - b.bottom;
  }, [now]);
  useKeys({
    p: () => deed({ do: "toggle" }), "[": () => deed({ do: "back" }), "]": () => deed({ do: "forward" }), "-": () => deed({ do: "slower" }), "=": () => deed({ do: "faster" }), "+": () => deed({ do: "faster" }),
  }, { active: evidence.length > 1 });
  return { play, deed, now };
}

/** The buttons of a play: step back, play or pause, step forward, where it is, how fast. */
export function Player({ play, deed, total }: { play: Play; deed: (d: PlayDeed) => void; total: number }) {
  const t = useT();
  const p = t.triage.play;
  const on = play.at !== undefined;
  return (
    <div className="player" role="group" aria-label={p.label} title={p.hint}>
      {on && <Button type="text" size="small" onClick={() => deed({ do: "stop" })}>{p.stop} <kbd>Esc</kbd></Button>}
      {on && <input type="range" className="player-line" min={0} max={total - 1} value={play.at} onChange={(e) => deed({ do: "seek", at: Number(e.target.value) })} aria-label={p.label} aria-valuetext={p.of((play.at ?? 0) + 1, total)} />}
      {on && <span className="quiet nowrap player-at" role="status">{p.of((play.at ?? 0) + 1, total)}</span>}
      <Button type="text" size="small" aria-label={p.back} title={`${p.back} [`} icon={<Icon name="collapse" size={14} />} onClick={() => deed({ do: "back" })} />
      <Button type="text" size="small" aria-pressed={play.playing} title={`${play.playing ? p.pause : p.play} p`} icon={play.playing ? <Pause /> : <Icon name="play" size={14} />} onClick={() => deed({ do: "toggle" })}>{play.playing ? p.pause : p.play}</Button>
      <Button type="text" size="small" aria-label={p.forward} title={`${p.forward} ]`} icon={<Icon name="expand" size={14} />} onClick={() => deed({ do: "forward" })} />
      <Segmented size="small" value={play.speed} onChange={(speed) => { for (let n = speeds.indexOf(play.speed as 1), to = speeds.indexOf(speed as 1); n !== to; n += Math.sign(to - n)) deed({ do: n < to ? "faster" : "slower" }); }} options={speeds.map((s) => ({ value: s as number, label: `${s}×` }))} aria-label={p.speed} />
    </div>
  );
}

const Pause = () => <svg width="14" height="14" viewBox="0 0 16 16" fill="currentColor" aria-hidden="true"><path d="M4 3h3v10H4zM9 3h3v10H9z" /></svg>;
