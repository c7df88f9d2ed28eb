const count = (n: number) => n.toLocaleString("en");
const plural = (n: number, one: string, many = `${one}s`) => (n === 1 ? one : many);

/** The words of the screens about detection, which are also the shape of every other language's. */
export const detectionEn = {
  tabs: { label: "Detection", rules: "Rules", exceptions: "Exceptions", attack: "ATT&CK", asleep: "Asleep", ledger: "Ledger" },
  stage: { off: "Off", shadow: "Shadow", alert: "Alert", auto: "Automatic" },
  stageHint: { off: "It does not run.", shadow: "It runs; its alerts are kept apart and reach nobody.", alert: "Its alerts reach people.", auto: "It may respond without a person." },
  kind: { rule: "Rule", correlation: "Correlation", filter: "Filter", hint: { correlation: "Counts or orders what other rules match", filter: "Takes harmless cases away from other rules" }, many: { rule: "Rules", correlation: "Correlations", filter: "Filters" } },
  list: {
    stateHint: { live: "It runs and its alerts reach people", shadow: "It runs; its alerts are kept apart and reach nobody", off: "It does not run", asleep: "It runs, but nothing here sends what it looks at", rejected: "It cannot be compiled" },
    bulk: "Set the stage of all of them:", changed: (n: number) => `${count(n)} ${plural(n, "rule")} changed`, autoTitle: (n: number) => `Let ${n} ${plural(n, "rule")} respond by themselves?`, selectAll: "Select all that are shown", authors: "author's level", overridden: (level: string) => `Author's level: ${level}`,
    exceptions: (n: number) => `${n} ${plural(n, "exception")}`, noVerdict: "No closed incident with it yet", filters: "Filters", origin: { starter: "Comes with Vedette", upload: "Uploaded", config: "From the configuration", path: "From the configuration" } as Record<string, string>,
  },
  found: {
    title: "Alerts", incident: "Incident", wait: "When it fires, its alerts stand here.", waitShadow: "It runs in the shadow. What it would raise stands here, and reaches nobody.", waitOff: "It is off. Put it in the shadow to see what it would raise.", judge: "It runs in the shadow: look at what it found, then let it reach people.", promote: "Let it alert",
  },
  correlation: {
    counts: "Counts", rules: "Of these rules", groupBy: "For each", events: "Rests on", reached: "reached", within: (span: string) => `within ${span}`,
    type: { event_count: "Number of events", value_count: "Different values", value_sum: "Sum", value_avg: "Average", value_median: "Median", value_percentile: "Percentile", temporal: "All together", temporal_ordered: "One after the other", temporal_extended: "Combination", temporal_ordered_extended: "Combination in order" } as Record<string, string>,
  },
  asleep: {
    lead: (n: number, all: number) => `${count(n)} of ${count(all)} ${plural(all, "rule")} can never fire here. Connect what they look at, and they wake.`, report: "What would wake it", search: "Source, field, rule", need: "They need", fields: "with", wakes: "Wakes", how: "How to get it", none: "No rule is asleep.", noneLead: "Every rule that runs gets the events that it looks at.",
    noSource: (s: string) => `No event of ${s} has come in`, noField: (f: string, s: string) => `Events of ${s} lack ${f}`, noNews: "Vedette writes these itself when something goes wrong; nothing has", send: (s: string) => `Send events of ${s}`,
  },
  editor: {
    create: "New rule", edit: "Edit", copy: "Edit a copy", title: "Write a rule", untitled: "Untitled rule", label: "Rule in Sigma's YAML", save: "Save", saveAs: "Save as", saved: "Saved. The engine runs it.", discard: "Leave without saving?", leave: "Leave", stay: "Stay",
    problems: "Problems", noProblems: "Nothing to complain about.", line: (n: number) => `Line ${n}`, fix: "Try", willNotRun: "It cannot run yet.", runs: (n: number) => `${count(n)} ${plural(n, "rule")} can run`, warnings: (n: number) => `${n} ${plural(n, "remark")}`, checking: "Checking…",
    test: "Test", backtest: "Backtest", versions: "Versions", ownCopy: "This rule came with the program. Your version is saved beside it under an id of its own.",
    apply: "Apply", applyAll: (n: number) => `Apply ${n} ${plural(n, "fix", "fixes")}`, viewing: "You may read, check and try this rule, but not save it.",
    stageLead: "Begin in the shadow, look at what it would have raised, then let it alert.",
  },
  backtest: {
    lead: "Runs the rule as it stands in the editor over stored events. Nothing is raised.", run: "Run", since: "Over the last", hours: (n: number) => `${n} h`, days: (n: number) => `${n} ${plural(n, "day")}`, perDay: "alerts a day", matched: (n: number) => `${count(n)} ${plural(n, "match", "matches")}`, none: "It would not have fired.", read: (n: number) => `${count(n)} ${plural(n, "event")} read`,
    took: "took", cost: "per event", entities: "Most often about", examples: "Examples", query: "Narrowed by", partial: "Stopped before the end: the figures are a part.", byDay: "Matches by day", openHunt: "Open in Hunt",
  },
  samples: {
    title: "Samples", lead: "Records that the rule must match, or must not. They stay with the rule in this tab of the browser and are judged again after every change.", keep: "Keep as sample", match: "must match", noMatch: "must not match", run: "Judge again", drop: "Remove sample", open: "Show", right: (n: number, all: number) => `${n} of ${all} as expected`, none: "No sample is kept yet.", correlation: "A correlation cannot be tried on one record: use the backtest, or rules test with a timeline.", full: "Ten samples are enough: remove one first.", wrong: "not as expected", good: "as expected",
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
    ended: "Ended", gaps: "Gaps", noGaps: "No gap now. Every expected source sends and every rule runs.", noGapOfRule: "This rule is not blind anywhere now.", open: "still open", since: "Since", until: "Until", blind: (n: number) => `${count(n)} ${plural(n, "rule")} blind`, source: "Source", logsource: "Kind", events: "Events", rules: "Rules", reason: "Reason", minute: "Minute", nothing: "Nothing has been recorded yet.", nothingLead: "The ledger fills while records arrive.", hours: (n: number) => (n < 1 ? `${Math.round(n * 60)} min` : `${n} h`), heat: "Sources by minute", allSources: "All sources", quiet: "nothing expected", rule: "Rule", ruleLead: "Rules that were blind", ruleTitle: "When it looked, last 24 h", whenLooked: "When it looked", everyRule: "Every rule", ruleNothing: "No source has sent what it looks at in this time.", blindShare: (p: number) => `${p} % blind`, moreSources: (n: number) => `${count(n)} more ${plural(n, "source")}`, itself: "this one",
  },
};

export type DetectionWords = typeof detectionEn;
