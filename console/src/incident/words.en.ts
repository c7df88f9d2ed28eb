import { spokenEn } from "./spoken.en";

const count = (n: number) => n.toLocaleString("en");
const plural = (n: number, one: string, many = `${one}s`) => (n === 1 ? one : many);

/** The words of the queue and of an incident's page that came with triage; also the shape of every other language's. */
export const triageEn = {
  family: {
    prior: "Assets", rule: "Rules", intelligence: "Intelligence", novelty: "Never seen here", volume: "Volume and hour", spread: "Spread", sequence: "Sequence", exfiltration: "Data leaving", identity: "Identity", exposure: "Exposure", exculpatory: "Speaks against it", other: "Other",
  },
  result: { attempted: "Attempted", succeeded: "Succeeded", compromised: "Compromised" },
  resultLead: { attempted: "Somebody tried. Nothing shows that it worked.", succeeded: "The attack was answered the way the attacker meant it to be.", compromised: "The machine or account then did what only an intruder makes it do." },
  proof: "Shown by",
  below: { badge: "Below the line", tab: "Just below the line", lead: "Under the line of the budget: kept and searchable, but not in the queue.", empty: "Nothing lies below the line." },
  views: { save: "Save view", saveTitle: "Save this view", name: "Name", lead: "Filters, order and grouping are kept under this name, in this browser.", remove: (name: string) => `Remove the view ${name}`, saved: "View saved", label: "Views" },
  group: { label: "Group by", none: "No grouping", rule: "Rule", entity: "Target", source: "Acting source", nothing: "Not named", of: (n: number) => `${count(n)} ${plural(n, "incident")}`, select: (name: string) => `Select all of ${name}`, part: (n: number) => `Groups cover the first ${count(n)}`, worst: "highest score" },
  snooze: { title: (n: number) => `Snooze ${n} ${plural(n, "incident")}`, lead: "They leave this browser's queue until then, or until something new happens in them. Others still see them.", key: "Snooze", hours: (n: number) => `${n} h`, done: (n: number) => `${n} snoozed`, hidden: (n: number) => `${n} snoozed`, show: "Show them again", until: "Until" },
  undo: { key: "Undo", undone: "Taken back", closed: (n: number, verdict: string) => `${n === 1 ? "Closed" : `${count(n)} closed`}: ${verdict}`, changed: (n: number) => `${count(n)} ${plural(n, "incident")} changed`, failed: "It could not be taken back" },
  verdict: {
    mergeInstead: "Merge it into the one that it repeats…", reason: "Why?", reasonHint: "Optional; it teaches the score", text: "In your own words", what: "1. What was it?", back: "Backspace goes back", press: "Press a digit, then Enter.",
    reasons: { scan_by_us: "Our own scan", maintenance: "Maintenance", expected_admin: "Expected administration", test: "Test or exercise", misconfiguration: "Misconfiguration", rule_too_broad: "Rule too broad", not_reproducible: "Not reproducible", duplicate_of: "Duplicate of another", other: "Something else" } as Record<string, string>,
  },
  merge: {
    key: "Merge…", title: "Merge incidents", into: "Stays", from: "Moves into it", search: "Find another incident", searchHint: "Title, entity, rule or id", suggested: "Share an entity with it", none: "No other open incident matches.", swap: "Make this the one that stays", remove: "Do not merge",
    submit: (n: number) => `Merge ${n} into it`, done: (n: number) => `${count(n)} merged`, after: "Score after", now: "Score now", moves: "What moves", reason: "Why do they belong together?", pick: "Choose what is to be merged into it.",
  },
  split: {
    key: "Split…", title: "Split incident", by: { rules: "By rule", entities: "By entity", evidence: "By evidence" }, lead: "Choose what is to become an incident of its own.", submit: "Split off", done: "Split off into an incident of its own", stays: "Stays", leaves: "Becomes new", all: "Everything is chosen; leave something.", reason: "Why does it not belong?", openNew: "Open it", nothing: "Nothing chosen yet.",
  },
  preview: { after: "Score after", alerts: "Alerts", rules: "Rules", entities: "Entities", score: "Score", working: "Working it out…", change: (from: number, to: number) => `${from} → ${to}` },
  wholeStory: "Whole story",
  play: { play: "Play", pause: "Pause", back: "Step back", forward: "Step forward", speed: "Speed", of: (n: number, total: number) => `${n} of ${total}`, stop: "Show all", label: "Play the story", now: "Now", hint: "p plays, [ and ] step, − and = change the speed" },
  score: {
    points: "Points", scale: "0 – 100 points", withoutIt: "Without it", small: (n: number) => `${count(n)} more, less than a point each`, fewer: "Fewer", without: (n: number) => `without it: ${n}`, withoutTitle: "The score, computed anew without this contribution", bounded: "What one family can give is bounded; equal evidence counts less each time.", whyNot: "Why not lower, why not higher", weight: (n: string) => `${n} nats`, basis: "Rests on", detector: "Detector", none: "No contributions are recorded.",
  },
  next: {
    title: "Next steps", none: "Nothing further is advised.", hunt: "Hunt", act: "Contain…", task: "Make it a task", made: "Task made", because: "Because of", done: "Done", lead: "Made from the evidence by fixed rules.", all: (n: number) => `All ${n} steps`, fewer: "Fewer",
  },
  similar: { tab: "Similar", none: "No similar incident in the past.", lead: "Past incidents by what they share.", likeness: "Likeness", shared: "Shared", verdict: "Verdict", still: "No verdict yet", when: "When", what: "Incident" },
  tasks: { title: "Tasks", tab: "Tasks and notes", add: "Add task", placeholder: "What is to be done?", owner: "Owner", due: "Due", none: "No tasks yet.", done: (n: number, total: number) => `${n} of ${total} done`, remove: (title: string) => `Remove the task ${title}`, mark: (title: string) => `Done: ${title}`, overdue: "Overdue", nobody: "Nobody", late: (t: string) => `overdue by ${t}` },
  notes: { title: "Notes and comments", reply: "Reply", replyTo: (who: string) => `Reply to ${who}`, send: "Send reply", placeholder: "Your answer" },
  ledger: {
    foreign: "From an incident that was merged into this one", byRule: "By rule", title: "Ledger", lead: "Every piece of evidence, in the order it was recorded. Nothing is changed or removed afterwards.", intact: "Chain intact", broken: "Chain broken", intactHint: "Each entry seals the one before it; all seals hold.", brokenHint: "A seal does not match its entry: something was changed after it was recorded.",
    number: "No.", time: "Time", detector: "Detector", family: "Family", seen: "What was seen", observed: "Observed", expected: "Expected", weight: "Weight", hash: "Seal", copy: (n: number) => `Copy the seal of entry ${n}`, copyAll: "Copy all seals", baseline: (n: number) => `from ${count(n)} observations`, none: "Nothing has been recorded yet.", recorded: "recorded", label: "Evidence as",
    kind: { alert: "Alert", anomaly: "Anomaly", indicator: "Indicator", exposure: "Exposure", exculpatory: "Exculpatory", verdict: "Verdict", person: "By people" } as Record<string, string>, all: (n: number) => `${count(n)} ${plural(n, "entry", "entries")}`,
  },
  ...spokenEn,
  unitsOfOne: { "different": "distinct one", "entities": "entity", "events": "event", "times": "time", "nats": "nat", "bytes/h": "byte an hour", "sessions a day": "session a day", "sessions": "session", "alerts in five minutes": "alert in five minutes" } as Record<string, string>,
  units: { "different": "distinct ones", "entities": "entities", "events": "events", "times": "times", "nats": "nats", "bytes/h": "bytes an hour", "sessions a day": "sessions a day", "sessions": "sessions", "alerts in five minutes": "alerts in five minutes" } as Record<string, string>,
  anomaly: { title: "What was usual, and what was seen", observed: "Observed", expected: "Expected", baseline: "Stands on", since: "since", observations: (n: number) => `${count(n)} ${plural(n, "observation")}`, learning: "The baseline was still learning: weighed low for now, and weighed again afterwards.", feature: "Looked at", times: (n: string) => `${n} times what was expected`, weight: "Speaks for an attack with" },
  merged: { banner: "It was merged into another incident. What follows happened there.", open: "Open it" },
  changes: {
    title: "Merges, splits and moves", none: "Never merged or split.", kind: { merge: "Merged", split: "Split", move: "Moved" } as Record<string, string>, undo: "Undo", undone: "Undone", blocked: "Undo the later one first", undoTitle: "Undo this change?", undoLead: "Everything goes back to where it was. What came since stays.", log: "Everything else", by: "By",
  },
  keys: { queue: "In the queue", both: "In the queue and on an incident", merge: "Merge", split: "Split", snooze: "Snooze", undo: "Undo the last change", play: "Play the story", step: "One step back, forward", speed: "Slower, faster", verdict: "Close: verdict digit, reason digit, Enter" },
};
