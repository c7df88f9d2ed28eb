const count = (n: number) => n.toLocaleString("en");
const plural = (n: number, one: string, many = `${one}s`) => (n === 1 ? one : many);

/** The words of the screens about detection, which are also the shape of every other language's. */
export const detectionEn = {
  tabs: { label: "Detection", rules: "Rules", exceptions: "Exceptions", attack: "ATT&CK", ledger: "Ledger" },
  stage: { off: "Off", shadow: "Shadow", alert: "Alert", auto: "Automatic" },
  stageHint: { off: "It does not run.", shadow: "It runs; its alerts are kept apart and reach nobody.", alert: "Its alerts reach people.", auto: "It may respond without a person." },
  editor: {
    create: "New rule", edit: "Edit", copy: "Edit a copy", title: "Write a rule", untitled: "Untitled rule", label: "Rule in Sigma's YAML", save: "Save", saveAs: "Save as", saved: "Saved. The engine runs it.", discard: "Leave without saving?", leave: "Leave", stay: "Stay",
    problems: "Problems", noProblems: "Nothing to complain about.", line: (n: number) => `Line ${n}`, fix: "Try", willNotRun: "It cannot run yet.", runs: (n: number) => `${count(n)} ${plural(n, "rule")} can run`, warnings: (n: number) => `${n} ${plural(n, "remark")}`, checking: "Checking…",
    test: "Test", backtest: "Backtest", versions: "Versions", ownCopy: "This rule came with the program. Your version is saved beside it under an id of its own.",
    stageLead: "Begin in the shadow, look at what it would have raised, then let it alert.",
  },
  backtest: {
    lead: "Runs the rule as it stands in the editor over stored events. Nothing is raised.", run: "Run", since: "Over the last", hours: (n: number) => `${n} h`, days: (n: number) => `${n} ${plural(n, "day")}`, perDay: "alerts a day", matched: (n: number) => `${count(n)} ${plural(n, "match", "matches")}`, none: "It would not have fired.", read: (n: number) => `${count(n)} ${plural(n, "event")} read`,
    took: "took", cost: "per event", entities: "Most often about", examples: "Examples", query: "Narrowed by", partial: "Stopped before the end: the figures are a part.", byDay: "Matches by day", openHunt: "Open in Hunt",
  },
  versions: { lead: "Every saved version. Choose one to compare it with the editor.", empty: "This rule has one version only.", by: "By", restore: "Put into the editor", same: "Equal to the editor.", current: "Editor", minus: "removed", plus: "added" },
  exceptions: {
    title: "Exceptions", create: "New exception", lead: "An exception hides what a rule finds in a case that somebody judged harmless, until a date.", empty: "No exception is in force.", emptyLead: "When a rule keeps finding something harmless, open one of its alerts and add an exception with a reason and an end.",
    rule: "Rule", every: "Every rule", selection: "Hides events with", reason: "Reason", owner: "Owner", expires: "Ends", hidden: "Has hidden", last: "Last time", state: { live: "In force", over: "Ended" }, add: "Add exception", change: "Change", remove: "Remove", removeTitle: "Remove this exception?", removeLead: "What it hides reaches people again from now on.",
    preview: "Preview", previewLead: "What it would have hidden", previewOf: (hidden: number, all: number) => `${count(hidden)} of ${count(all)} ${plural(all, "match", "matches")} of the rule in this time would have been hidden.`, previewAll: "It would hide everything that this rule finds: narrow it.", previewNone: "It would have hidden nothing.",
    selectionHint: "Fields and values as in a Sigma selection: every line must hold.", until: "Until", forDays: (n: number) => `${n} ${plural(n, "day")}`, added: "The exception is in force.", changed: "Changed.", removed: "Removed.", neededReason: "Say why it is harmless.", fromAlert: "Never alert on this again…", search: "Rule, reason, owner", soon: "Ends within a week",
  },
  attack: {
    title: "ATT&CK", lead: "Which techniques would be seen, and which not.", fired: "Fired", able: "Can fire", asleep: "No data", gap: "No rule", firedHint: "A rule for it fired in the last 30 days", ableHint: "A rule runs and its source sends", asleepHint: "There are rules, but nothing here sends what they look at", gapHint: "No rule is loaded for it", layer: "Navigator layer",
    search: "Technique or name", rules: (n: number) => `${count(n)} ${plural(n, "rule")}`, techniques: (n: number) => `${count(n)} ${plural(n, "technique")}`, of: (n: number, all: number) => `${n} of ${all}`, show: "Show", allTechniques: "All techniques", covered: "Only with rules", firedTimes: (n: number) => `${count(n)} ${plural(n, "alert")} in 30 days`, noRules: "No rule is loaded for it.", noRulesLead: "Write one, or import rules that name this technique in their tags.", subs: "Sub-techniques", wake: "What would wake them",
  },
  ledger: {
    title: "Ledger", lead: "What every rule looked at, minute by minute, and what it did not.", state: { evaluated: "Evaluated", pending: "Waiting", failed: "Failed", disabled: "Switched off", capped: "Limited", no_data: "No data" },
    stateHint: { evaluated: "Events came and the rules judged them", pending: "Records are accepted and not judged yet", failed: "A rule failed and was taken out", disabled: "A rule was off", capped: "A limit was reached and state was given up", no_data: "The source should have sent and did not" },
    kind: { silent: "Silent", unparsed: "Not understood", dropped: "Dropped", backlog: "Waiting", stopped: "Was not running", failed: "Rule failed", rejected: "Rules rejected", capped: "Limited", slow: "Rule too slow" },
    because: { silent: "Nothing came for longer than its usual pauses", unparsed: "What comes cannot be understood", dropped: "Records were not accepted", backlog: "Records wait and are not looked at yet", stopped: "Vedette was not running", failed: "A rule was taken out of service", rejected: "Rules cannot be compiled", capped: "A limit was reached; some of what is counted was given up", slow: "A rule is over its time budget" },
    ended: "Ended", gaps: "Gaps", noGaps: "No gap now. Every expected source sends and every rule runs.", open: "still open", since: "Since", until: "Until", blind: (n: number) => `${count(n)} ${plural(n, "rule")} blind`, source: "Source", logsource: "Kind", events: "Events", rules: "Rules", reason: "Reason", minute: "Minute", nothing: "Nothing has been recorded yet.", nothingLead: "The ledger fills while records arrive.", hours: (n: number) => (n < 1 ? `${Math.round(n * 60)} min` : `${n} h`), heat: "Sources by minute", allSources: "All sources", quiet: "nothing expected", rule: "Rule", ruleLead: "Rules that were blind",
  },
};

export type DetectionWords = typeof detectionEn;
