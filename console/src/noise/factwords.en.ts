const count = (n: number) => n.toLocaleString("en");
const plural = (n: number, one: string, many = `${one}s`) => (n === 1 ? one : many);

/** The words about facts that speak against attacks. */
export const factsEn = {
  tab: "What speaks against", create: "New fact", title: "Facts that speak against an attack",
  lead: "A planned change, a maintenance window, a scanner of the house's own. A fact takes points off the incidents that it explains from end to end. On the word of one source alone none leaves the queue.",
  kind: { change_ticket: "Change ticket", maintenance: "Maintenance", known_scanner: "Known scanner", not_vulnerable: "Not vulnerable", mfa: "Second factor" },
  kindLead: {
    change_ticket: "Planned work on these hosts, users or addresses: explains everything that happens to them meanwhile.", maintenance: "A window in which these hosts, users or addresses are worked on: explains everything that happens to them meanwhile.",
    known_scanner: "It scans and tries for us: explains looking around and attempts that come from it, and nothing that got in.", not_vulnerable: "The weakness is not there: explains attempts that name it, against these hosts.", mfa: "The user gave a second factor on this device: explains logins of that user from there.",
  },
  columns: { state: "State", kind: "What it is", who: "Whom it concerns", when: "When", ref: "Reference", says: "Who says so", touched: "Incidents", do: "End it" },
  state: { active: "In force", coming: "To come", over: "Over", ended: "Taken back" },
  from: "From", until: "until", by: (who: string) => `written down by ${who}`, endedBy: (who: string) => `taken back by ${who}`, end: "Take back", endTitle: "Take this fact back?", endLead: "It is kept in the list. Incidents that it speaks against are weighed again.", ended: "Taken back. The incidents are weighed again.",
  empty: "Nothing is known that speaks against an attack.", emptyLead: "Write planned work down here, or let the ticket system do it through the API: incidents that it explains then say so.",
  what: "What it is", entities: "Whom it concerns", entitiesHint: "kind:name, such as host:web-01, user:li.wei, address:10.0.8.5 or address:10.0.8.0/24.", scannerHint: "The scanner's addresses or networks, such as address:10.0.8.0/24.", mfaHint: "The user and the device, such as user:li.wei host:ws-07.",
  cves: "Weaknesses that are not there", cvesHint: "Such as CVE-2021-44228.", badCVE: (s: string) => `“${s}” is not CVE-year-number`, rules: "Only alerts of these rules", rulesHint: "Left empty: of all rules.", span: "From – until", reference: "Ticket or reference", source: "Source", sourceHint: "Where it is known from: the ticket system, the change board. Two facts of one source are one word.", text: "In a sentence", textHint: "Whoever looks at the incident must understand it.",
  tooLong: (n: number) => `Such a fact holds for ${n} days at most.`, pastEnd: "It must end later than now.", add: "Write it down", added: "Written down. The incidents that it explains are weighed again.",
  preview: "What it would do", looking: "Looks at the open incidents.", touches: (n: number) => `It speaks against ${count(n)} open ${plural(n, "incident")}`, touchesNone: "It explains no open incident from end to end.", leaves: (n: number) => `${count(n)} would leave the queue: another source agrees`, stays: (n: number): string => (n === 1 ? "It stays where it is, above or below the line." : "All stay where they are, above or below the line."), leaf: "leaves the queue", score: "Score", more: (n: number) => `and ${count(n)} more`,
  touchedNow: (n: number) => `${count(n)} ${plural(n, "incident")}`,
};

export type FactWords = typeof factsEn;
