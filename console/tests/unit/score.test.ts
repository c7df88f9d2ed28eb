import { describe, expect, it } from "vitest";
import type { Evidence, EntityRef, Reason } from "../../src/api/vocabulary";
import { layOut, viewOf } from "../../src/incident/layout";
import { pictureOf } from "../../src/incident/links";
import { suspectsOf } from "../../src/incidents/suspects";
import { highlight } from "../../src/ui/highlight";
import { waterfall } from "../../src/ui/score";
import { stages, tactics } from "../../src/ui/stages";

const reason = (points: number): Reason => ({ code: `r${points}`, points, without: 0, text: { en: "", zh: "" } });

describe("the score waterfall", () => {
  it("adds up", () => {
    const w = waterfall([reason(34), reason(25), reason(-9)], 50);
    expect(w.steps.map((s) => [s.from, s.to])).toEqual([[0, 34], [34, 59], [59, 50]]);
    expect(w).toMatchObject({ sum: 50, agrees: true, limit: false });
  });

  it("says when it is cut at the end of the scale, and when it does not agree", () => {
    expect(waterfall([reason(80), reason(60)], 100)).toMatchObject({ sum: 140, agrees: true, limit: true });
    expect(waterfall([reason(80)], 70)).toMatchObject({ agrees: false, limit: false });
  });
});

describe("stages", () => {
  it("cover every tactic once, in order", () => {
    expect(new Set(stages.flatMap((s) => [...s.tactics] as string[]))).toEqual(new Set<string>(tactics));
    expect(stages.flatMap((s) => [...s.tactics])).toHaveLength(tactics.length);
    expect(stages).toHaveLength(7);
  });
});

describe("highlighting", () => {
  const whole = (raw: string, values: string[]) => highlight(raw, values).map((p) => p.text).join("");

  it("keeps the record whole and marks values, however escaped", () => {
    const raw = '{"cmd":"C:\\\\Windows\\\\cmd.exe \\"x\\"","user":"Deploy"}';
    expect(whole(raw, ['C:\\Windows\\cmd.exe "x"', "deploy"])).toBe(raw);
    expect(highlight(raw, ['C:\\Windows\\cmd.exe "x"', "deploy"]).filter((p) => p.hit).map((p) => p.text)).toEqual(['C:\\\\Windows\\\\cmd.exe \\"x\\"', "Deploy"]);
  });

  it("does not mark part of a longer number, or single letters", () => {
    expect(highlight("port 2200 and 22 a", ["22", "a"]).filter((p) => p.hit).map((p) => p.text)).toEqual(["22"]);
  });

  it("joins overlapping values", () => {
    expect(highlight("abcdef", ["abcd", "cdef"]).filter((p) => p.hit).map((p) => p.text)).toEqual(["abcdef"]);
  });
});

describe("the picture of an incident", () => {
  const att: EntityRef = { kind: "address", name: "203.0.113.9", role: "actor" };
  const web: EntityRef = { kind: "host", name: "web-01", role: "target" };
  const file: EntityRef = { kind: "file", name: "/tmp/x", role: "object" };
  const evidence = (number: number, entities: EntityRef[], count = 1) => ({ number, count, text: { en: "", zh: "" }, alert: { entities, severity: "high", tactics: ["execution"] } }) as unknown as Evidence;

  it("links actors to targets and targets to objects, adding equal ones", () => {
    const picture = pictureOf([evidence(1, [att, web], 400), evidence(2, [att, web, file])]);
    expect(picture.links.map((l) => [l.from, l.to, l.count])).toEqual([["address 203.0.113.9", "host web-01", 401]]);
    expect(picture.nodes.map((n) => [n.key, n.folded])).toEqual([["address 203.0.113.9", 0], ["host web-01", 1]]);
    const open = pictureOf([evidence(1, [att, web], 400), evidence(2, [att, web, file])], new Set(["host web-01"]));
    expect(open.links.map((l) => [l.from, l.to, l.count])).toEqual([["address 203.0.113.9", "host web-01", 401], ["host web-01", "file /tmp/x", 1]]);
  });

  it("stays bounded", () => {
    const many = Array.from({ length: 500 }, (_, i) => evidence(i, [{ kind: "address", name: `198.51.100.${i}`, role: "actor" }, web]));
    expect(pictureOf(many, new Set(), 32).nodes.length).toBeLessThanOrEqual(32);
  });

  it("gathers what only one entity leads to", () => {
    const tools = ["a", "b", "c", "d"].map((n, i) => evidence(i + 2, [web, { kind: "domain", name: `${n}.example`, role: "object" }], 2));
    const picture = pictureOf([evidence(1, [att, web]), ...tools]);
    expect(picture.nodes.map((n) => n.members.length).sort()).toEqual([1, 1, 4]);
    expect(picture.links.find((l) => l.from === "host web-01")).toMatchObject({ count: 8, evidence: [2, 3, 4, 5] });
  });

  it("tells a story: a host carries its own address, and an account leads to what it is used on later", () => {
    const db: EntityRef = { kind: "host", name: "db-01", role: "target" };
    const user: EntityRef = { kind: "user", name: "deploy", role: "target" };
    const own: EntityRef = { kind: "address", name: "10.0.0.7" };
    const evil: EntityRef = { kind: "address", name: "10.0.0.7", role: "actor" };
    const picture = pictureOf([evidence(1, [att, web, user]), evidence(2, [web, own]), evidence(3, [evil, db, user])]);
    expect(picture.links.map((l) => l.id)).toEqual(["address 203.0.113.9 → host web-01", "host web-01 → user deploy", "host web-01 → host db-01", "user deploy → host db-01"]);
    expect(picture.nodes.find((n) => n.key === "host web-01")?.names).toEqual(["10.0.0.7"]);
    const { boxes } = layOut(picture, () => 100, () => 40);
    const x = (key: string) => boxes.get(key)?.x ?? 0;
    expect(x("address 203.0.113.9")).toBeLessThan(x("host web-01"));
    expect(x("host web-01")).toBeLessThan(x("user deploy"));
    expect(x("user deploy")).toBeLessThan(x("host db-01"));
    const view = viewOf(boxes.values(), { width: 320, height: 300 }, 0.92, 1.25);
    expect(view.zoom).toBe(0.92);
    expect(view.x).toBeGreaterThan(0);
  });

  it("suspects outside actors only", () => {
    expect(suspectsOf({ entities: [att, { kind: "address", name: "10.0.0.4", role: "actor" }, { kind: "address", name: "198.51.100.7", role: "object" }] })).toEqual(["203.0.113.9"]);
    expect(suspectsOf({ entities: [{ kind: "address", name: "100.64.0.1", role: "actor" }, { kind: "address", name: "fe80::1", role: "actor" }] })).toEqual([]);
  });
});
