import { triageEn } from "../incident/words.en";
import { intelEn } from "../intel/words.en";
import { detectionEn } from "../detection/words.en";
import { entityPageEn } from "../entity/words.en";
import { noiseEn } from "../noise/words.en";
const plural = (n: number, one: string, many = `${one}s`) => (n === 1 ? one : many);
const count = (n: number) => n.toLocaleString("en");

/** The English dictionary, which is also the shape that every other one must have. */
export const en = {
  name: "English",
  locale: "en",
  nav: { today: "Today", incidents: "Incidents", hunt: "Hunt", rules: "Rules", noise: "Noise", intel: "Intelligence", sources: "Sources", entities: "Entities", actions: "Actions", main: "Main", collapse: "Collapse navigation", expand: "Expand navigation", skip: "Skip to content" },
  common: {
    pair: (name: string, value: string | number) => `${name}: ${value}`,
    open: "Open", close: "Close", cancel: "Cancel", save: "Save", retry: "Try again", copy: "Copy", copied: "Copied", clear: "Clear", back: "Back", next: "Next", more: "More", all: "All", none: "None", any: "Any",
    yes: "Yes", no: "No", reason: "Reason", reasonNeeded: "Say why in a few words: it goes into the audit log.", search: "Search", filter: "Filter", download: "Download", loading: "Loading", unknown: "unknown", never: "never",
    showing: (n: number, total: number) => `${count(n)} of ${count(total)}`, selected: (n: number) => `${count(n)} selected`, alerts: (n: number) => `${count(n)} ${plural(n, "alert")}`, times: (n: number) => `×${count(n)}`,
    refresh: "Refresh", details: "Details", perSecond: "/s", ago: "ago", nobody: "nobody", you: "you", system: "the system", unsaved: "Not saved",
  },
  shell: {
    search: "Search or jump to…", searchHint: "Search incidents, entities and rules, or type a command", language: "中文 · 切换到中文", theme: "Theme", light: "Light theme", dark: "Dark theme", help: "Keyboard shortcuts", account: "Account", logout: "Log out",
    changePassword: "Change password", live: "Live", connecting: "Connecting…", waiting: "Connection lost. Trying again…", closed: "Live updates are off", tenant: "Tenant", range: "Time range", anyTime: "Any time", lastMinutes: (n: number) => `Last ${n} min`,
    lastHours: (n: number) => `Last ${n} h`, lastDays: (n: number) => `Last ${n} days`, custom: "From – to", apply: "Apply", commands: "Go to", results: "Results", noResults: "Nothing found. Press Enter to hunt for it in the events.", huntFor: (q: string) => `Hunt for “${q}” in events`,
    roles: { viewer: "Viewer", analyst: "Analyst", responder: "Responder", admin: "Administrator" },
  },
  login: {
    title: "Log in", lead: "Open security operations", name: "User name", password: "Password", submit: "Log in", wrong: "The user name or the password is not right.", limited: "Too many tries. Wait a minute, then try again.",
    firstUse: "First start? The user is admin; its one-time password stands in the server's output.", changeTitle: "Choose your password", changeLead: "The one-time password has done its work. Choose your own to go on.", current: "Current password", fresh: "New password", again: "New password again",
    differ: "The two are not equal.", short: "At least 10 characters.", change: "Change and go on", changed: "Password changed",
  },
  state: {
    readOnly: (role: string) => `${role}: you may look, not change. An administrator can grant more.`, respondNeeds: "Approving, rejecting and undoing need the role Responder. An administrator can grant it.",
    errorTitle: "This could not be loaded", code: "Code", unreachable: "The server cannot be reached. It may be restarting.", deniedTitle: "You may not see this", denied: "Your role does not allow it. An administrator can grant it under users.", notFound: "There is no such thing, or no more.",
    partial: "Some parts are missing", emptyFilter: "Nothing fits the filter.", clearFilter: "Clear filter",
  },
  severity: { critical: "Critical", high: "High", medium: "Medium", low: "Low", info: "Info" },
  status: { open: "Open", working: "Working", contained: "Contained", closed: "Closed" },
  verdict: { true_positive: "True positive", benign_positive: "Benign true positive", false_positive: "False positive", undetermined: "Undetermined", duplicate: "Duplicate" },
  verdictHint: { true_positive: "A real attack", benign_positive: "The rule is right, the act was allowed", false_positive: "The rule is wrong here", undetermined: "Not enough evidence either way", duplicate: "The same story as another incident" },
  entity: {
    host: "Host", user: "User", address: "Address", file: "File", process: "Process", domain: "Domain", cloud_account: "Cloud account", rule: "Rule", value: "Value", source: "Source", first: "First seen", last: "Last seen", worst: "Worst alert", internal: "Internal", external: "External",
    protected: "Protected: no action may touch it", incidents: "Incidents", alertsOf: "Recent alerts", none: "No alert has named it.", unknown: "Nothing is known of it yet.", actor: "actor", target: "target", object: "object", live: "Held by", hunt: "Hunt in events",
  },
  chip: { actions: (name: string) => `Actions for ${name}`, filterIn: "Filter for it", filterOut: "Filter it out", copy: "Copy", hunt: "Hunt in events", open: "Open entity", incidents: "Incidents with it", block: "Block address…" },
  tactics: {
    "reconnaissance": "Reconnaissance", "resource-development": "Resource development", "initial-access": "Initial access", "execution": "Execution", "persistence": "Persistence", "privilege-escalation": "Privilege escalation", "defense-evasion": "Defence evasion", "stealth": "Stealth", "defense-impairment": "Defence impairment",
    "credential-access": "Credential access", "discovery": "Discovery", "lateral-movement": "Lateral movement", "collection": "Collection", "command-and-control": "Command and control", "exfiltration": "Exfiltration", "impact": "Impact",
  } as Record<string, string>,
  passed: {
    "reconnaissance": "Scan", "resource-development": "Prepare", "initial-access": "Log in", "execution": "Run", "persistence": "Persist", "privilege-escalation": "Elevate", "defense-evasion": "Evade", "stealth": "Hide", "defense-impairment": "Impair",
    "credential-access": "Credentials", "discovery": "Explore", "lateral-movement": "Move", "collection": "Collect", "command-and-control": "Call out", "exfiltration": "Exfiltrate", "impact": "Damage",
  } as Record<string, string>,
  stages: { title: "Attack stages", entry: "Entry", execute: "Execute", persist: "Persist", evade: "Evade", credentials: "Credentials", move: "Move", impact: "Take", none: "No ATT&CK stage named", unseen: "not seen" },
  today: {
    title: "Today", needs: "Needs you", nothing: "Nothing waits for you. Quiet is not proof: check that every source still speaks.", approvals: (n: number) => `${n} ${plural(n, "approval")} waiting`, oldest: (t: string) => `oldest ${t}`, silent: (n: number) => `${n} ${plural(n, "source")} silent`, gaps: (n: number) => `${n} ${plural(n, "gap")} in detection`,
    folded: "Folded", foldedNote: "of alerts need no look of their own", records: "records", events: "events", alertsWord: "alerts", incidentsWord: "incidents", speed: "Speed", detect: "median to detect", respond: "median to respond", noRespond: "No action has been taken in this time.",
    byHour: "Incidents by hour", brush: "Drag over the bars to choose a time range.", noIncidents: "No incident in this time.", health: "Ingest health", rate: "Records", lag: "Lag to searchable", failures: "Parse failures", dropped: "Dropped", journal: "Journal", backlog: "Backlog", silentSources: "Silent sources", allWell: "All parts are well",
    bySeverity: "Open by severity", work: "Work", parts: "Engine", first: "Connect your first source", firstLead: "Vedette has no records yet. Point one client at it: the first record shows within a second.", rooms: { journal: "Journal", eventstore: "Event store", statestore: "State store", detect: "Detection", respond: "Response" } as Record<string, string>, dryRun: "Dry run: actions are proposed and recorded, nothing is changed.", addSource: "Add source", openIncidents: "Open incidents", score: "score", ok: "well",
    ratio: (records: string, incidents: string) => `${records} records became ${incidents} incidents`,
  },
  incidents: {
    title: "Incidents", queue: "To do", mine: "Mine", all: "All", closed: "Closed", empty: "No incident here.", emptyLead: "When alerts tell a story, it stands here by itself.", columns: { severity: "Severity", score: "Score", title: "What happened", stages: "Stages", alerts: "Alerts", first: "First", last: "Last", owner: "Owner", status: "State" },
    search: "Title, entity, rule…", sort: { score: "Highest score", last: "Latest activity", created: "Newest" }, sortLabel: "Sort", fresh: (n: number) => `${n} new`, freshHint: "Show them", owner: "Owner", anyone: "Anyone", unowned: "Nobody", severityFilter: "Severity", statusFilter: "State", rows: (n: number) => `${count(n)} ${plural(n, "incident")}`,
    ack: "Acknowledge", assign: "Assign", take: "Take", escalate: "Escalate", closeWith: "Close…", closeTitle: (n: number) => `Close ${n} ${plural(n, "incident")}`, verdict: "What was it?", done: (n: number) => `${n} ${plural(n, "incident")} changed`, conflict: "Someone else changed it a moment ago. It has been loaded again.", changed: "Saved",
    assignTitle: "Who works on it?", ownerName: "User name", openPage: "Open page", entityFilter: "Entity", ruleFilter: "Rule", escalateNote: "Escalated", loadingMore: "Loading…", list: "Incident list", selectRow: (title: string) => `Select ${title}`, markWorking: "Start work", folded: (n: number) => `${count(n)} ${plural(n, "alert")} folded`,
  },
  incident: {
    story: "Story", cite: (n: number) => `Evidence ${n}`, assign: "Assign", contain: "Contain", close: "Close", reopen: "Reopen", status: "State", timeline: "Timeline", graph: "Graph", play: "Play", stop: "Stop", lanes: "Lanes", firstMark: "first", evidence: "Evidence", score: "Score", actions: "Actions", notes: "Notes", log: "Log", facts: "Facts",
    alerts: (n: number) => `${count(n)} ${plural(n, "alert")}`, rules: "Rules that fired", showAlerts: "Show alerts", raw: "Raw record", fields: "Fields", matched: "Matched", whyThis: "Why this fired", whyThisLead: "These fields made the rule match:", selections: "True selections", whyNot: "Why not another rule?", whyNotLead: "Choose a rule to see what kept it from firing on this record.", whyNotPick: "Choose a rule",
    wouldMatch: "It does match this record.", firstFailed: (part: string) => `First part that failed: ${part}`, noEvidence: "No evidence has been chosen yet.", noRaw: "The record is no longer in the store.", loadMore: "Load more", waterfall: "What the score is made of", total: "Score", mismatch: (sum: number) => `Contributions add up to ${sum}`, capped: "Limited to 100",
    noActions: "Nothing has been done about it yet.", noActionsLead: "Block an address, or approve what a rule proposes.", noNotes: "No note yet.", addNote: "Add note", notePlaceholder: "What did you see, decide or ask?", noLog: "No one has changed it yet.", closeLead: "Say what it was. The verdict teaches the numbers on every report.", suspects: "Suspected addresses", noSuspects: "No external address in this incident.",
    count: "Count", rule: "Rule", when: "When", who: "Who", what: "What", detail: "Detail", from: "From", detected: "Detected", first: "First", last: "Last", duration: "Span", tactics: "Tactics", entities: "Entities", id: "Id", owner: "Owner", verdict: "Verdict", openEvent: "Open in Hunt", techniques: "Techniques", event: "Event", source: "Source", dataset: "Dataset", graphLead: "In order of the attack, left to right. A number on a host opens its files and processes.", more: (n: number) => `Show ${n} ${plural(n, "file or process", "files and processes")}`, fewer: "Fold its files and processes", whole: (n: number) => `Whole story and ${n} ${plural(n, "entity", "entities")}`, less: "Less", noGraph: "No connection between entities is known.", graphHint: "Drag to move, scroll to zoom.", edge: (n: number) => `${count(n)} ${plural(n, "alert")}`, reset: "Show all", prev: "Previous incident", nextOne: "Next incident",
  },
  actions: {
    title: "Actions", lead: "Every action is a lease: it ends by itself and can be undone.", kind: { block_address: "Block address" } as Record<string, string>, state: { proposed: "Waiting for approval", refused: "Refused by guardrail", rejected: "Rejected", applying: "Applying", active: "In force", expired: "Expired", undone: "Undone", failed: "Failed" },
    approve: "Approve", reject: "Reject", undo: "Undo", approveTitle: "Approve this action?", rejectTitle: "Reject this action", undoTitle: "Undo this action", blockTitle: "Block an address", target: "Address or network", targetHint: "One address or a network such as 203.0.113.0/28.", until: "Until", duration: "For", where: "Where", how: "How it is undone", by: "Wanted by", approvedBy: "Approved by", leftOver: (t: string) => `${t} left`, dryRun: "Dry run: nothing is changed", dryRunShort: "Dry run",
    automatic: "Automatic", verified: "Verified", notVerified: "Not verified", holds: "It holds", holdsNot: "It does not hold", submit: "Propose block", proposed: "Proposed. It waits for approval.", done: "Done", what: "What", why: "Why", ended: "Ended", expires: "Ends", waiting: "Waiting", live: "In force", all: "All", empty: "No action here.", created: "Created", incident: "Incident",
    undoBy: "Taken back by itself at the end, or by Undo at any moment.", whereNote: "On the enforcement point that the server is configured with.", minutes: (n: number) => `${n} min`, hours: (n: number) => `${n} h`, days: (n: number) => `${n} ${plural(n, "day")}`, protectedNote: "Protected addresses are refused, whoever asks.", reasonPlaceholder: "Why this must be blocked", bad: "That is not an address or a network.", lease: "Lease",
  },
  hunt: {
    title: "Hunt", run: "Run", placeholder: "LogsQL: words, field:=\"value\", AND OR NOT, | stats count()", query: "Query", histogram: "Events over time", fields: "Fields", fieldSearch: "Find a field", values: "Top values", valueHint: "Click keeps only these; Shift-click leaves them out", noFields: "No fields.", rows: (n: number) => `${count(n)} ${plural(n, "row")}`, total: (n: number) => `${count(n)} ${plural(n, "event")}`, took: (ms: number) => `${ms} ms`, empty: "No event fits.", emptyLead: "Widen the time range or drop a part of the query.",
    columns: { time: "Time", source: "Source", dataset: "Dataset", message: "Message" }, addColumn: "Show as column", removeColumn: "Remove column", table: "Table", json: "JSON", raw: "Raw", event: "Event", exportCsv: "Export CSV", exportJson: "Export JSON", exported: (n: number) => `${n} rows written`, link: "Copy link", loadMore: "Load more", kindEvents: "Events", kindAlerts: "Alerts", scanned: "loaded", filterIn: "Keep only", filterOut: "Leave out",
    save: "Save", saved: "Saved queries", saveName: "Name", noSaved: "No saved query. They stay in this browser.", recent: "Recent", share: "of events", position: (n: number) => `at character ${n}`, zoomHint: "Drag over the bars to zoom in", all: "all events", showMore: "More values", columnsMenu: "Columns", testRule: "Test rules on it",
  },
  detection: detectionEn,
  entityPage: entityPageEn,
  noise: noiseEn,
  intel: intelEn,
  triage: triageEn,
  rules: {
    title: "Rules", columns: { state: "State", severity: "Level", title: "Rule", attack: "ATT&CK", source: "Source", fired: "Fired, 30 days", last: "Last fired", origin: "Origin", falseShare: "False", cost: "Cost" }, state: { live: "Live", shadow: "Shadow", off: "Off", asleep: "Cannot fire", rejected: "Cannot run" }, search: "Title, id, tag…", upload: "Upload rules", uploadHint: "Sigma YAML, or a .zip or .tar.gz of them", uploaded: (n: number) => `${n} ${plural(n, "rule")} added`, rejected: (n: number) => `${n} rejected`,
    falseHint: "Of the closed incidents with it, how many were false alarms", costHint: "Time that one evaluation takes, on average", verdicts: (n: number) => `${n} ${plural(n, "verdict")}`, costShare: (x: number) => `${(x * 100).toFixed(1)} % of the time of all rules`, enable: "Turn on", stage: "Stage", disable: "Turn off", auto: "Respond without a person", autoTitle: "Let this rule respond by itself?", autoLead: "From now on, each alert of this rule blocks its external address at once, as a lease, with guardrails. You can undo every block.", manual: "A person approves", yaml: "Source", test: "Test", testLead: "Paste one record as a client would send it.", record: "Record", runTest: "Test", matched: "It matches: the rule would fire.", notMatched: "It does not match.", firstFailed: "First part that failed", expected: "Expected", actual: "Found", missing: "(field is missing)", selection: "Selection",
    empty: "No rule fits the filter.", emptyLead: "Upload Sigma rules, or point the configuration at a folder of them.", problem: "Why it cannot run", deleteRule: "Delete", deleteTitle: "Delete this uploaded rule?", tactic: "Tactic", anyTactic: "Any tactic", count: (n: number) => `${count(n)} ${plural(n, "rule")}`, incidents: "Incidents with it", hunt: "Its alerts", author: "Author", license: "License", status: "Maturity", tags: "Tags", never: "never fired", field: "Field", operator: "Test", fill: "Use its last alert's record", description: "Description", coverage: (live: number, total: number) => `${live} of ${total} live`,
  },
  sources: {
    title: "Sources", columns: { name: "Source", receiver: "Receiver", state: "State", rate: "Records/s, last hour", lag: "Lag", last: "Last record", failures: "Not parsed", dropped: "Dropped", datasets: "Recognised as", records: "Records" }, state: { well: "Well", quiet: "Quiet", silent: "Silent", failing: "Failing" }, stateHint: { well: "Speaks as usual", quiet: "Sends less than usual", silent: "Silent for longer than its usual gaps", failing: "Many records cannot be parsed" },
    add: "Add source", empty: "No source has sent anything yet.", emptyLead: "Choose a client, paste its configuration, and watch the first record arrive.", search: "Name or peer", failuresTitle: "Records that could not be parsed", failuresLead: "They are kept raw and searchable. Grouped by reason:", noFailures: "Every record was understood.", skew: "Clock off by", seconds: (n: number) => `${n} s`, chooseClient: "Choose what sends", paste: "Paste this", pasteLead: "The address is this server's. Put a token with scope “ingest” in place of the marked word.", wait: "Wait for the first record", waiting: "Waiting for a record from a new source…", arrived: (name: string) => `First record from ${name}`, rawSide: "As it came", parsedSide: "As it was understood", first: "First record", bytes: "Bytes", peer: "Peer", hunt: "Its events", droppedTitle: "Dropped, by reason", noDropped: "Nothing was dropped.", noSetup: "The server names no client.", copyConfig: "Copy configuration", docs: "Documentation", count: (n: number) => `${count(n)} ${plural(n, "source")}`, troubled: (n: number) => `${n} in trouble`, overview: "Overview",
  },
  keys: {
    title: "Keyboard", groups: { anywhere: "Anywhere", list: "In a list", incident: "On an incident" }, palette: "Search and commands", help: "This sheet", go: { today: "Go to Today", incidents: "Go to Incidents", hunt: "Go to Hunt", rules: "Go to Rules", noise: "Go to Noise", intel: "Go to Intelligence", sources: "Go to Sources", actions: "Go to Actions" }, down: "Next row", up: "Previous row", select: "Select row", open: "Open page", peek: "Show beside the list", escape: "Close, go back", ack: "Acknowledge (start work)", owner: "Assign to me", escalate: "Escalate", close: "Close with verdict", filter: "Filter", theme: "Light or dark", tab: "Tab by number", block: "Block an address",
  },
  time: { now: "just now", zone: "Time zone", y: "y", d: "d", h: "h", m: "min", s: "s", ms: "ms" },
};

export type Dictionary = typeof en;
