import { describe, expect, it } from "vitest";
import type { Incident, Reason } from "../../src/api/vocabulary";
import { byFamily, shares } from "../../src/incident/contributions";
import { atRest, playOn, stepTime, type Play, type PlayDeed } from "../../src/incident/play";
import { plain } from "../../src/incident/words";
import { threads } from "../../src/incident/threads";
import { groupLines, groupOf } from "../../src/incidents/group";
import { loadSnoozed, loadViews, removeView, saveSnoozed, saveView, shows, sleeps } from "../../src/incidents/keep";
import { press, reasonsOf, stepBack, verdicts } from "../../src/incidents/reasons";
import { splitWish } from "../../src/incidents/wish";

const reason = (family: string | undefined, points: number): Reason => ({ code: `${family}${points}`, family, points, without: 0, text: { en: "", zh: "" } });

describe("contributions by family", () => {
  const reasons = [reason("rule", 10), reason("exculpatory", -8), reason("novelty", 30), reason("prior", 5), reason("rule", 25), reason(undefined, 1)];
  it("stand end to end and still add up, what is known beforehand first and what speaks against last", () => {
    const groups = byFamily(reasons, 63);
    expect(groups.map((g) => [g.family, g.points])).toEqual([["prior", 5], ["rule", 35], ["novelty", 30], ["other", 1], ["exculpatory", -8]]);
    expect(groups.map((g) => [g.from, g.to])).toEqual([[0, 5], [5, 40], [40, 70], [70, 71], [71, 63]]);
    expect(groups[1]?.steps.map((s) => s.reason.points)).toEqual([25, 10]);
  });
  it("share the bar by what they add", () => {
    expect(shares(reasons).map((s) => s.family)).toEqual(["rule", "novelty", "prior", "other"]);
  });
});

describe("a play through a story", () => {
  const run = (total: number, ...deeds: (PlayDeed["do"] | number)[]): Play => deeds.reduce<Play>((p, d) => playOn(total)(p, typeof d === "number" ? { do: "seek", at: d } : { do: d as "tick" }), atRest);
  it("begins at the first piece, goes on, and pauses at the last", () => {
    expect(run(3, "toggle")).toMatchObject({ at: 0, playing: true });
    expect(run(3, "toggle", "tick", "tick")).toMatchObject({ at: 2, playing: true });
    expect(run(3, "toggle", "tick", "tick", "tick")).toMatchObject({ at: 2, playing: false });
    expect(run(3, "toggle", "tick", "tick", "tick", "toggle")).toMatchObject({ at: 0, playing: true });
  });
  it("steps by hand within its bounds, and stops what runs", () => {
    expect(run(3, "back")).toMatchObject({ at: 2, playing: false });
    expect(run(3, "forward", "forward", "forward", "forward")).toMatchObject({ at: 2 });
    expect(run(3, "toggle", "back")).toMatchObject({ at: 0, playing: false });
    expect(run(3, 9)).toMatchObject({ at: 2 });
    expect(run(3, "toggle", "stop").at).toBeUndefined();
    expect(run(0, "toggle").at).toBeUndefined();
  });
  it("changes its speed by steps and no further", () => {
    expect(run(3, "faster", "faster", "faster").speed).toBe(4);
    expect(run(3, "slower", "slower").speed).toBe(0.5);
    expect(stepTime(4)).toBeLessThan(stepTime(1));
  });
});

describe("a verdict by digits", () => {
  it("takes the verdict first, then the reason", () => {
    const first = press({}, 3);
    expect(first).toEqual({ verdict: "false_positive" });
    expect(press(first, 1)).toEqual({ verdict: "false_positive", reason: "rule_too_broad" });
    expect(press(press(first, 1), 1).reason).toBeUndefined();
    expect(press({}, 9)).toEqual({});
    expect(press(first, 9)).toEqual(first);
  });
  it("goes back one step at a time", () => {
    expect(stepBack({ verdict: "false_positive", reason: "test" })).toEqual({ verdict: "false_positive" });
    expect(stepBack({ verdict: "false_positive" })).toEqual({});
  });
  it("offers no more reasons than there are digits", () => {
    for (const v of verdicts) expect(reasonsOf[v].length).toBeLessThan(10);
  });
});

const incident = (id: string, score: number, more: Partial<Incident> = {}): Incident => ({ id, score, alerts: 1, rules: [], entities: [], ...more } as unknown as Incident);
const ruleName = (r: Incident["rules"][number]) => r.title;

describe("groups", () => {
  const rule = (title: string, severity: "low" | "high") => ({ rule_id: title, title, severity, count: 1, tactics: [], first: "", last: "" });
  it("go by the gravest rule, the target and who acts", () => {
    const i = incident("a", 50, { rules: [rule("noise", "low"), rule("theft", "high")], entities: [{ kind: "address", name: "203.0.113.9", role: "actor" }, { kind: "user", name: "anna", role: "target" }, { kind: "host", name: "web-01", role: "target" }] });
    expect([groupOf(i, "rule", ruleName), groupOf(i, "entity", ruleName), groupOf(i, "source", ruleName)]).toEqual(["theft", "web-01", "203.0.113.9"]);
    expect(groupOf(incident("b", 1), "source", ruleName)).toBe("");
  });
  it("keep rows in order under heads, the gravest group first, the nameless last; folded ones show their head alone", () => {
    const rows = [incident("a", 90), incident("b", 95), incident("c", 10), incident("d", 99)];
    const name = (i: Incident) => ({ a: "x", b: "y", c: "x", d: "" })[i.id] ?? "";
    const lines = groupLines(rows, name, new Set(["y"]));
    expect(lines.map((l) => (l.kind === "head" ? `#${l.name}${l.ids.length}` : l.kind === "row" ? l.incident.id : "?"))).toEqual(["#y1", "#x2", "a", "c", "#1", "d"]);
  });
});

describe("what a browser keeps", () => {
  const shelf = () => { const kept = new Map<string, string>(); return { getItem: (k: string) => kept.get(k) ?? null, setItem: (k: string, v: string) => void kept.set(k, v) }; };
  it("are views by name, read with care", () => {
    const s = shelf();
    saveView(s, { name: "mine", search: { severity: "high" } });
    expect(saveView(s, { name: "mine", search: { severity: "low", group: "rule" } })).toHaveLength(1);
    expect(shows({ severity: "low", group: "rule", view: "queue" }, loadViews(s)[0]!)).toBe(true);
    expect(shows({ severity: "low" }, loadViews(s)[0]!)).toBe(false);
    expect(removeView(s, "mine")).toEqual([]);
    s.setItem("vedette.incidents.views", '[{"name":7},null,{"name":"x","search":{"view":"nonsense","q":3}}]');
    expect(loadViews(s)).toEqual([{ name: "x", search: {} }]);
    s.setItem("vedette.incidents.views", "{broken");
    expect(loadViews(s)).toEqual([]);
  });
  it("are incidents put off until a time, or until something new comes", () => {
    const s = shelf();
    saveSnoozed(s, { a: { until: 1000, alerts: 5 }, b: { until: 10, alerts: 5 } });
    const kept = loadSnoozed(s, 500);
    expect(Object.keys(kept)).toEqual(["a"]);
    expect(sleeps({ id: "a", alerts: 5 }, kept, 500)).toBe(true);
    expect(sleeps({ id: "a", alerts: 6 }, kept, 500)).toBe(false);
    expect(sleeps({ id: "a", alerts: 5 }, kept, 1001)).toBe(false);
    expect(sleeps({ id: "b", alerts: 5 }, kept, 500)).toBe(false);
  });
});

describe("threads", () => {
  const note = (id: string, time: number, reply_to?: string) => ({ id, time: new Date(time).toISOString(), reply_to });
  it("put answers under their note, newest note first", () => {
    const made = threads([note("a", 1), note("b", 2), note("c", 4, "a"), note("d", 3, "a"), note("e", 5, "d"), note("f", 6, "gone"), note("g", 7, "g")]);
    expect(made.map((x) => [x.note.id, x.answers.map((a) => a.id)])).toEqual([["g", []], ["f", []], ["b", []], ["a", ["d", "c", "e"]]]);
  });
});

describe("a split", () => {
  it("asks by rules, entities or evidence, and for nothing when nothing is chosen", () => {
    const of = { entities: [{ kind: "host" as const, name: "web-01" }, { kind: "user" as const, name: "anna" }] };
    expect(splitWish(of, "rules", new Set())).toBeNull();
    expect(splitWish(of, "rules", new Set(["r2", "r1"]))).toEqual({ rules: ["r1", "r2"] });
    expect(splitWish(of, "evidence", new Set(["10", "2"]))).toEqual({ evidence: [2, 10] });
    expect(splitWish(of, "entities", new Set(["user:anna"]))).toEqual({ entities: [{ kind: "user", name: "anna" }] });
  });
});

describe("a step's words", () => {
  it("are a task's title without their footnotes", () => expect(plain("Isolate web-01 [3][4, 5] now.")).toBe("Isolate web-01 now."));
});
