/** The tactics of ATT&CK in the order of the kill chain, those of older editions included, and the seven stages that a list has room for. */
export const tactics = [
  "reconnaissance", "resource-development", "initial-access", "execution", "persistence", "privilege-escalation", "defense-evasion", "stealth", "defense-impairment",
  "credential-access", "discovery", "lateral-movement", "collection", "command-and-control", "exfiltration", "impact",
] as const;

export const stages = [
  { key: "entry", tactics: ["reconnaissance", "resource-development", "initial-access"] },
  { key: "execute", tactics: ["execution"] },
  { key: "persist", tactics: ["persistence", "privilege-escalation"] },
  { key: "evade", tactics: ["defense-evasion", "stealth", "defense-impairment"] },
  { key: "credentials", tactics: ["credential-access", "discovery"] },
  { key: "move", tactics: ["lateral-movement", "command-and-control"] },
  { key: "impact", tactics: ["collection", "exfiltration", "impact"] },
] as const;

export const tacticOrder = (tactic: string): number => {
  const at = (tactics as readonly string[]).indexOf(tactic);
  return at < 0 ? tactics.length : at;
};
