import { factsEn } from "./factwords.en";
import { teamsEn } from "./teamwords.en";
const count = (n: number) => n.toLocaleString("en");
const plural = (n: number, one: string, many = `${one}s`) => (n === 1 ? one : many);

/** The words of the noise screens, which are also the shape of every other language's. */
export const noiseEn = {
  title: "Noise", tabs: { label: "Noise", folded: "What was folded", suppressions: "Suppressions", facts: factsEn.tab }, waitingCount: (n: number) => `${n} waiting`,
  span: (n: number) => `last ${n} days`,
  funnel: {
    title: "Where the alerts went", lead: "Every alert is counted once. All of them are stored and searchable.", alerts: "alerts", none: "No alert in this time.",
    reason: { suppressed: "Suppressed", repeated: "Repeats", same_story: "Same story", below: "Below the line", shown: "Shown" } as Record<string, string>,
    hint: { suppressed: "kept out of incidents by a suppression", repeated: "the same rule again in the same incident", same_story: "another rule in the same story", below: "began an incident that stays below the line", shown: "began an incident that people see" } as Record<string, string>,
  },
  ratio: { title: "Published figures", folded: "of alerts need no look of their own", recall: "of attack steps found in the last replay", attacks: (f: number, n: number) => `${f} of ${n} attacks`, steps: (f: number, n: number) => `${f} of ${n} steps`, false: (x: string) => `${x} false a day`, never: "Recall has not been measured yet", neverLead: "A ratio without recall says nothing. The replay puts a labelled world of attacks through triage as it is configured now; it also runs every night.", run: "Run the replay", again: "Run again", ran: "ran", took: (ms: number) => `${ms} ms`, missed: (n: number) => `Missed (${n})`, done: (f: number, n: number) => `${f} of ${n} steps found`, set: "Set", history: "Steps found, replay by replay", fell: "Less than the time before" },
  budget: {
    title: "Budget", lead: "How many incidents a day that are no attack may be shown.", asked: "asked for", realised: "realised", unset: "not set", unsetLead: "Nobody has asked for a number: the line is where it was built in.", perDay: "a day", line: "Line", lineHint: "Incidents with this score or a higher one are shown.", basis: (x: string, n: number, d: string) => `${x} a day that are no attack are expected, by ${count(n)} ${plural(n, "incident")} of ${d} days.`, young: "There is less than a day of history: until then the line stays where it was built in.",
    dial: "Incidents a day", apply: "Use it", applied: (l: number) => `The line is at ${l}. Open incidents that reach it come up; what is in the queue stays.`, tried: (l: number) => `would put the line at ${l}`, shows: (n: number) => `${count(n)} more of the last 28 days would be shown`, hides: (n: number) => `${count(n)} fewer of the last 28 days would be shown`, same: "would show the same incidents", lost: (n: number) => `${count(n)} of those ${n === 1 ? "was" : "were"} called an attack`,
    days: "Shown each day", no: "no attack", attack: "attack", open: "not judged", over: "Above one and a half times the budget", below: "Just below the line", belowNone: "Nothing open lies below the line.", belowLead: "Open one to see why it is not higher.",
  },
  teams: teamsEn,
  rules: { title: "By rule", rule: "Rule or detector", alerts: "Alerts", incidents: "Incidents", below: "Below", suppressed: "Suppressed", falseShare: "No attack", factor: "Weight", factorHint: "What verdicts make of its weight", judged: (n: number) => `of ${n} ${plural(n, "verdict")}`, unjudged: "no verdict", none: "No rule has fired in this time.", suppress: "Suppress…" },
  suppression: {
    create: "New suppression", lead: "Keeps the alerts of one rule about certain entities out of incidents. They are stored and searchable as ever, and it ends by itself.", rule: "Rule or detector", entities: "Entities", entitiesHint: "kind:name, such as host:backup-01. All of them must be in an alert.", badEntity: (s: string) => `“${s}” is not kind:name`, reason: "Reason", neededReason: "Whoever looks in a month must understand it.", owner: "Owner", until: "Until", forDays: (n: number) => `${n} days`, add: "Suppress", propose: "Propose to a second person",
    added: "In force.", addedWaiting: "Proposed. It waits for a second person.", preview: "What would it have hidden?", previewDays: (n: number) => `alerts a day, last ${n} days`, previewLead: "Looks at the alerts of the last 30 days.", hides: (n: number, k: number) => `${count(n)} ${plural(n, "alert")} in ${count(k)} ${plural(k, "incident")}`, whole: (n: number) => (n === 0 ? "no incident would have gone missing" : `${count(n)} ${plural(n, "incident")} would not have come to be`), none: "It would have hidden nothing.", lostNone: "No alert of a true attack would have been lost.", lost: (n: number) => `It would have hidden alerts of ${n} true ${plural(n, "attack")}:`, partial: "Not everything could be looked at. Counted from", critical: { rule: "The rule is critical: a second person must agree.", alert: "An alert that it covers is critical: a second person must agree.", incident: "An incident that it covers is critical: a second person must agree.", attack: "It covers what was called an attack: a second person must agree." } as Record<string, string>,
    state: { waiting: "Waits for a second person", active: "In force", rejected: "Turned down", expired: "Over" }, columns: { state: "State", what: "What it hides", reason: "Reason", owner: "Owner", expires: "Ends", hidden: "Hidden", last: "Last hidden", do: "Decide" }, left: (s: string) => `${s} left`,
    by: (a: string, b?: string) => (b ? `${a}, agreed by ${b}` : `by ${a}`), approve: "Agree", approved: "In force.", reject: "Turn down", rejected: "Turned down.", remove: "Remove", removed: "Removed: its alerts go into incidents again.", removeTitle: "Remove this suppression?", own: "Somebody else must agree: you proposed it.", empty: "Nothing is suppressed.", emptyLead: "Call incidents false or expected. When the same thing comes again, a suppression is proposed here.", from: "from verdicts",
  },
  proposals: { title: "Proposed by verdicts", lead: "Called harmless again and again, at the same entities.", none: "No proposal. They come after three verdicts against the same rule at the same entities.", take: "Look and suppress…", would: "would have hidden", lost: "true attacks lost", verdicts: "Verdicts", people: (n: number) => `${n} ${plural(n, "person", "people")}` },
  facts: factsEn,
  today: { above: (n: number) => `${count(n)} above the line`, recall: "recall", recallNever: "Recall not measured yet", noiseLink: "What was folded, and why" },
};

export type NoiseWords = typeof noiseEn;
