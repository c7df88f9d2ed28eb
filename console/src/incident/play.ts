/** A play through a story, one piece of evidence after the other; undefined shows everything at once. */
export type Play = { at?: number; playing: boolean; speed: number };

export type PlayDeed = { do: "toggle" | "tick" | "forward" | "back" | "slower" | "faster" | "stop" } | { do: "seek"; at: number };

export const speeds = [0.5, 1, 2, 4] as const;
export const atRest: Play = { playing: false, speed: 1 };

/** How long one piece of evidence stays, in milliseconds. */
export const stepTime = (speed: number): number => 1200 / speed;

/** What a deed makes of a play of so many steps; steps count from 0. */
export function playOn(total: number) {
  const within = (n: number) => Math.min(total - 1, Math.max(0, n));
  return (play: Play, deed: PlayDeed): Play => {
    if (total === 0) return { ...atRest, speed: play.speed };
    const speedAt = speeds.findIndex((s) => s === play.speed);
    switch (deed.do) {
      case "toggle":
        if (play.playing) return { ...play, playing: false };
        return { ...play, playing: true, at: play.at === undefined || play.at >= total - 1 ? 0 : play.at };
      case "tick":
        if (!play.playing) return play;
        return play.at !== undefined && play.at >= total - 1 ? { ...play, playing: false } : { ...play, at: within((play.at ?? -1) + 1) };
      case "forward": return { ...play, playing: false, at: within((play.at ?? -1) + 1) };
      case "back": return { ...play, playing: false, at: within((play.at ?? total) - 1) };
      case "seek": return { ...play, playing: false, at: within(deed.at) };
      case "slower": return { ...play, speed: speeds[Math.max(0, speedAt - 1)] ?? 1 };
      case "faster": return { ...play, speed: speeds[Math.min(speeds.length - 1, speedAt + 1)] ?? 1 };
      case "stop": return { ...play, playing: false, at: undefined };
    }
  };
}
