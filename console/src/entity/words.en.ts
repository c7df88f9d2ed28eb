const plural = (n: number, one: string, many = `${one}s`) => (n === 1 ? one : many);
const count = (n: number) => n.toLocaleString("en");

/** The words of the entity screens, which are also the shape of every other language's. */
export const entityPageEn = {
  title: "Entities", search: "Part of a name", anyKind: "Every kind", anyCriticality: "Any criticality", atLeast: (word: string) => `${word} or above`, sort: { risk: "Highest risk first", last: "Last seen first" }, sortLabel: "Order",
  count: (n: number) => `${count(n)} ${plural(n, "entity", "entities")}`, empty: "No entity is known yet.", emptyLead: "Hosts, accounts and addresses stand here as soon as a record names them. Connect a source, or import the list of your assets.", addSource: "Connect a source",
  columns: { risk: "Risk", name: "Name", criticality: "Criticality", owner: "Owner", department: "Department", incidents: "Incidents", alerts: "Alerts", last: "Last seen", tags: "Tags" },
  import: "Import assets", importHint: "CSV with a header: name, kind, criticality, owner, department, tags", imported: (n: number) => `${count(n)} ${plural(n, "entity", "entities")} updated`, problems: (n: number) => `${n} ${plural(n, "line")} could not be used`, line: (n: number) => `Line ${n}`,
  level: { "-1": "Not said", 0: "Negligible", 1: "Low", 2: "Normal", 3: "High", 4: "Critical" } as Record<string, string>,
  levelHint: { "-1": "Counts as normal", 0: "Nobody would notice", 1: "Can wait a day", 2: "An ordinary machine or account", 3: "Many depend on it", 4: "The house stops without it" } as Record<string, string>,
  band: { none: "None", low: "Low", medium: "Medium", high: "High", critical: "Critical" },
  back: "All entities", openPage: "Open page", copyName: "Copy name", hunt: "Hunt in events", incidents: "Incidents with it", unknownTitle: "Nothing is known of it.", unknownLead: "No record or list of assets has named it. Search the events for the name.",
  risk: "Risk", riskTitle: "Risk over 30 days", now: "now", halfLife: (days: number) => `Halves every ${days} days without news`, factor: (f: number) => `× ${f} for its criticality`, week: (n: number) => (n > 0 ? `${n} more than a week ago` : n < 0 ? `${-n} less than a week ago` : "as a week ago"), peak: (n: number, when: string) => `peak ${n} on ${when}`,
  noRisk: "Nothing speaks against it.", noRiskLead: "No incident of the last 60 days names it, or all were judged harmless.", chart: "Risk over the last 30 days; arrow keys move in time", nothingThen: "nothing against it then",
  made: "What the risk is made of", points: "Points", incident: "Incident", how: "How the points come about", total: "Adds up to", more: (n: number) => `${n} more that give nothing now`, part: { actor: "acted", target: "attacked", object: "used", none: "named" } as Record<string, string>, counted: "The same evidence counts once, whatever number of incidents shows it.",
  timeline: "Incidents and sessions", span: { day: "24 hours", week: "7 days", month: "30 days" }, spanLabel: "Span", lane: "Incidents", noTimeline: "No incident and no session in this time.", lanesMore: (n: number) => `${n} more ${plural(n, "lane")} in the table below`,
  sessions: "Sessions", noSessions: "No logon was seen.", sessionsLead: "Logons at one machine from one address count as one session while less than an hour passes between them.", user: "User", host: "Host", from: "From", to: "Until", address: "From address", logons: "Logons", open: "no logoff seen", ended: "logged off", lasted: "Lasted", showAll: (n: number) => `Show all ${count(n)}`,
  kind: { interactive: "At the console", remote: "Remote desktop", network: "Network", ssh: "SSH", logon: "Logon" } as Record<string, string>,
  aliases: "Also known as", noAliases: "No other name is known.", aliasKind: { host: "Host", user: "User", address: "Address", domain: "Full name", account: "Account", sid: "SID", mac: "MAC", mailbox: "Mailbox" } as Record<string, string>, conflict: (rival: string) => `At the same time also ${rival}`, conflictHint: "Shown, not merged: decide with the records.", seen: (n: number) => `seen in ${count(n)} ten-minute ${plural(n, "span")}`, since: (first: string, last: string) => `${first} – ${last}`, why: "Why",
  peers: "Peers", noPeers: "Nobody uses the same things yet.", peersLead: "Use the same things; rare ones count more.", likeness: "Likeness", shared: (n: number) => `${n} shared`,
  exposures: "Known weaknesses", noExposures: "No alert speaks of a known weakness here.", exposureState: { suspected: "suspected", confirmed: "confirmed", fixed: "fixed" } as Record<string, string>, suspectedHint: "An alert spoke of it. That it was tried does not show that the door is open.",
  usual: "What is usual", noUsual: "Nothing is known of it yet. Learning takes a day of its events, and hours of the week take five.",
  facts: "Facts", first: "First seen", last: "Last seen", alerts: "Alerts", zone: "Network", worst: "Worst alert", saidBy: "Said by", said: (who: string, when: string) => `${who}, ${when}`, fromFile: "imported",
  edit: "Edit", editTitle: "Criticality and owner", criticality: "Criticality", owner: "Owner", department: "Department", tags: "Tags", ownerHint: "Who answers for it", departmentHint: "Such as Finance", tagsHint: "Enter adds a tag", save: "Save", saved: "Saved. Triage weighs by it from now on.", nobody: "No owner", noneSaid: "not said", partial: "This part could not be loaded.",
  incidentsTitle: "Incidents", noIncidents: "No incident names it.", retitle: "Refresh", means: "How", once: "once",
  learning: "still learning", learningHint: "Too little is known yet: nothing is called unusual by it.", learnedSince: "since", stands: (n: number) => `${count(n)} ${n === 1 ? "observation" : "observations"}`, moreValues: (n: number) => `and ${count(n)} more`, usualLead: "As detectors judge it",
};

export type EntityPageWords = typeof entityPageEn;
