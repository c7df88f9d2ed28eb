import type { Incident } from "../api/vocabulary";

/** True for addresses that lie in private, loopback or link-local networks. */
export function isPrivate(address: string): boolean {
  return /^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(address) || /^(::1$|f[cd]|fe80)/i.test(address);
}

/** The addresses from outside that act in an incident: what one would think of blocking. */
export function suspectsOf(incident: Pick<Incident, "entities">): string[] {
  const outside = incident.entities.filter((e) => e.kind === "address" && !isPrivate(e.name));
  const actors = outside.filter((e) => e.role === "actor");
  return [...new Set((actors.length ? actors : outside).map((e) => e.name))];
}

export const suspectOf = (incident: Pick<Incident, "entities">): string | undefined => suspectsOf(incident)[0];
