import { describe, expect, it } from "vitest";
import type { AsleepRule, LedgerRow, RuleStatus } from "../../src/api/vocabulary";
import { detectionEn } from "../../src/detection/words.en";
import { stripsOf } from "../../src/detection/strip";
import { ageingOf, cutOff } from "../../src/intel/ageing";
import { conditionText, correlationOf } from "../../src/rules/correlation";
import { applyFix, applyFixes } from "../../src/rules/fix";
import { asleepText, filterRules, groupAsleep, shownState, tallyRules } from "../../src/rules/list";
import { loadSamples, maxSamples, saveSamples, withSample } from "../../src/rules/samples";
import { changeRules } from "../../src/rules/stage";

const rule = (over: Partial<RuleStatus>): RuleStatus => ({
  id: "r", title: "R", kind: "rule", severity: "medium", level: "medium", status: "test", tags: [], tactics: [], techniques: [], state: "live", stage: "alert", origin: "starter", file: "r.yml", fired: 0, fired_days: [], cost_us: 0, cost_share: 0, false_share: 0, verdicts: 0, exceptions: 0, filters: [], version: 0, ...over,
});

describe("the list of rules", () => {
  const all = [rule({ id: "a", title: "Alpha", fired: 3 }), rule({ id: "b", title: "Beta", stage: "shadow" }), rule({ id: "c", asleep: "no source", severity: "high" }), rule({ id: "d", state: "off", stage: "off" }), rule({ id: "e", state: "rejected", problem: "x" }), rule({ id: "f", kind: "correlation" })];
  it("tells live from shadow, off, asleep and rejected", () => {
    expect(all.map(shownState)).toEqual(["live", "shadow", "asleep", "off", "rejected", "live"]);
    expect(tallyRules(all)).toEqual({ state: { live: 2, shadow: 1, off: 1, asleep: 1, rejected: 1 }, kind: { rule: 5, correlation: 1, filter: 0 } });
  });
  it("shows first what cannot run, then what fires most", () => {
    expect(filterRules(all, {}).map((r) => r.id).slice(0, 3)).toEqual(["e", "a", "c"]);
    expect(filterRules(all, { kind: "correlation" }).map((r) => r.id)).toEqual(["f"]);
    expect(filterRules(all, { severity: "high" }).map((r) => r.id)).toEqual(["c"]);
    expect(filterRules(all, { q: "alp" }).map((r) => r.id)).toEqual(["a"]);
  });
  it("changes a selection a few at a time and keeps what went wrong", async () => {
    const seen: string[] = [];
    const done = await changeRules(["1", "2", "3", "4", "5", "6"], { stage: "off" }, async (id) => { seen.push(id); if (id === "4") throw new Error("refused"); }, 2);
    expect(done).toEqual({ done: 5, failed: ["refused"] });
    expect(seen.sort()).toEqual(["1", "2", "3", "4", "5", "6"]);
  });
});

describe("sleeping rules", () => {
  const asleep = (over: Partial<AsleepRule>): AsleepRule => ({ rule_id: "x", title: "X", severity: "low", logsource: "aws/cloudtrail", lacks: "source", fields: [], reason: "", ...over });
  it("are grouped by what would wake them, the most important first and the house's own last", () => {
    const groups = groupAsleep([asleep({ rule_id: "1", logsource: "vedette/ledger", severity: "critical" }), asleep({ rule_id: "2" }), asleep({ rule_id: "3", severity: "high" }), asleep({ rule_id: "4", logsource: "linux/auditd", severity: "high" }), asleep({ rule_id: "5", lacks: "field", fields: ["b", "a"] })]);
    expect(groups.map((g) => `${g.logsource} ${g.fields.join("+")}`)).toEqual(["aws/cloudtrail ", "linux/auditd ", "aws/cloudtrail a+b", "vedette/ledger "]);
    expect(groups[0]?.rules.map((r) => r.rule_id)).toEqual(["3", "2"]);
  });
  it("say why", () => {
    expect(asleepText(asleep({}), detectionEn.asleep)).toContain("aws/cloudtrail");
    expect(asleepText(asleep({ lacks: "field", fields: ["user.name"] }), detectionEn.asleep)).toContain("user.name");
  });
});

describe("suggestions of the linter", () => {
  const text = "title: X\nstatus: tst\ntags:\n  - atack.execution\ndetection:\n  sel:\n    CommandLine|contains: '*foo*' # why\n    A: [one, two]\n";
  it("replace a line with the same key", () => {
    expect(applyFix(text, { line: 2, column: 9, fix: "status: test" })).toContain("\nstatus: test\n");
    expect(applyFix(text, { line: 1, column: 1, fix: "description: what it finds, and why" })).toBeUndefined();
    expect(applyFix(text, { line: 2, fix: "date: 2026-01-31, the day" })).toBeUndefined();
  });
  it("replace the value at the column, with its quotes and nothing else", () => {
    expect(applyFix(text, { line: 7, column: 27, fix: "'foo'" })).toContain("CommandLine|contains: 'foo' # why");
    expect(applyFix(text, { line: 4, column: 5, fix: "attack.execution" })).toContain("  - attack.execution\n");
    expect(applyFix(text, { line: 8, column: 9, fix: "three" })).toContain("A: [three, two]");
  });
  it("are left alone when they are advice", () => {
    expect(applyFix(text, { line: 4, column: 5, fix: "write something else here" })).toBeUndefined();
    expect(applyFix(text, { line: 99, column: 1, fix: "x" })).toBeUndefined();
    expect(applyFix(text, { line: 2, column: 99, fix: "x" })).toBeUndefined();
  });
  it("are applied together from the end", () => {
    const all = applyFixes(text, [{ line: 2, column: 9, fix: "status: test" }, { line: 7, column: 27, fix: "'foo'" }, { line: 1, fix: "do better" }]);
    expect(all.count).toBe(2);
    expect(all.text).toContain("status: test");
    expect(all.text).toContain("'foo' # why");
  });
});

describe("samples", () => {
  it("are kept once, changed in place, and bounded", () => {
    let list = withSample([], { id: "1", record: " a ", match: true });
    list = withSample(list, { id: "2", record: "a", match: false });
    expect(list).toEqual([{ id: "1", record: "a", match: false }]);
    for (let i = 0; i < 20; i++) list = withSample(list, { id: `n${i}`, record: `r${i}`, match: true });
    expect(list).toHaveLength(maxSamples);
  });
  it("survive what a browser hands back", () => {
    const store = new Map<string, string>();
    const face = { getItem: (k: string) => store.get(k) ?? null, setItem: (k: string, v: string) => { store.set(k, v); }, removeItem: (k: string) => { store.delete(k); } };
    saveSamples("r", [{ id: "1", record: "x", match: true }], face);
    expect(loadSamples("r", face)).toHaveLength(1);
    saveSamples("r", [], face);
    expect(store.size).toBe(0);
    expect(loadSamples("r", { getItem: () => "{broken" })).toEqual([]);
    expect(loadSamples("r", { getItem: () => '[{"id":1},null]' })).toEqual([]);
    expect(saveSamples("r", [{ id: "1", record: "x", match: true }], { ...face, setItem: () => { throw new Error("full"); } })).toBe(false);
  });
});

describe("a correlation's text", () => {
  it("is read in both spellings of lists and conditions", () => {
    const text = "title: X\ncorrelation:\n    type: value_count # how many\n    rules:\n        - one\n        - 'two'\n    group-by: [source.ip, \"user.name\"]\n    timespan: 10m\n    condition:\n        field: user.name\n        gte: 10\nlevel: low\n";
    expect(correlationOf(text)).toEqual({ type: "value_count", rules: ["one", "two"], groupBy: ["source.ip", "user.name"], timespan: "10m", condition: "field: user.name, gte: 10" });
    expect(correlationOf("title: X\ndetection:\n  a: b\n")).toBeUndefined();
    expect(correlationOf("correlation:\n  rules: only\n  condition: {gt: 3}\n")).toMatchObject({ rules: ["only"], condition: "gt: 3" });
  });
  it("has a condition that people can read", () => {
    expect(conditionText("field: user.name, gte: 10")).toBe("user.name · ≥ 10");
    expect(conditionText("one and not two")).toBe("one and not two");
  });
});

describe("the ledger of a rule", () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
  const row = (over: Partial<LedgerRow>): LedgerRow => ({ source: "s", logsource: "l", from: at(0), until: at(60), state: "evaluated", events: 1, rules: 1, rule_ids: [], ...over });
  it("is one line for each source, the blind ones first", () => {
    const strips = stripsOf([row({ source: "a" }), row({ source: "b", from: at(30), until: at(90), state: "no_data" }), row({ source: "c", from: at(200), until: at(210) })], Date.parse(at(0)), Date.parse(at(60)));
    expect(strips.map((s) => [s.source, s.bad])).toEqual([["b", 50], ["a", 0]]);
    expect(strips[0]?.segments[0]).toMatchObject({ from: 50, width: 50 });
  });
});

describe("ageing", () => {
  const day = 86_400_000;
  const begin = Date.UTC(2026, 0, 1);
  const indicator = (over = {}) => ({ kind: "address" as const, base: 80, confidence: 80, asserted: new Date(begin).toISOString(), valid_until: new Date(begin + 365 * day).toISOString(), ...over });
  it("passes through what was asserted and what the server says of now, and never rises", () => {
    const now = begin + 10 * day;
    const a = ageingOf(indicator({ confidence: 71 }), now);
    expect(a.past[0]?.confidence).toBe(80);
    expect(Math.round(a.past.at(-1)?.confidence ?? 0)).toBe(71);
    const all = [...a.past, ...a.future].map((p) => p.confidence);
    expect(all.every((c, i) => i === 0 || c <= (all[i - 1] ?? 0) + 1e-9)).toBe(true);
  });
  it("ends by age or by its date, whichever is first", () => {
    const faded = ageingOf(indicator(), begin);
    expect(faded.why).toBe("faded");
    expect(faded.future.find((p) => p.time === faded.ends)?.confidence).toBeLessThan(cutOff);
    const expired = ageingOf(indicator({ valid_until: new Date(begin + 3 * day).toISOString() }), begin);
    expect(expired).toMatchObject({ why: "expired", ends: begin + 3 * day });
  });
});
