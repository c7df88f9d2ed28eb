import { describe, expect, it } from "vitest";
import type { EntityRef } from "../../src/api/vocabulary";
import { parseStory } from "../../src/ui/story";

const web: EntityRef = { kind: "host", name: "web-01", role: "target" };
const att: EntityRef = { kind: "address", name: "203.0.113.9", role: "actor" };

describe("stories", () => {
  it("become text, footnotes and entities, in order and whole", () => {
    const parts = parseStory("203.0.113.9 guessed on web-01 [1], then [2, 4–6].", [web, att]);
    expect(parts).toEqual([
      { kind: "entity", entity: att }, { kind: "text", text: " guessed on " }, { kind: "entity", entity: web }, { kind: "text", text: " " },
      { kind: "cite", numbers: [1] }, { kind: "text", text: ", then " }, { kind: "cite", numbers: [2, 4, 5, 6] }, { kind: "text", text: "." },
    ]);
  });

  it("find names between Chinese characters", () => {
    const parts = parseStory("攻击者在web-01上登录[3]。", [web]);
    expect(parts.map((p) => p.kind)).toEqual(["text", "entity", "text", "cite", "text"]);
  });

  it("do not find a name inside a longer one", () => {
    expect(parseStory("203.0.113.90 and web-011 and web-01.example.com", [web, att]).every((p) => p.kind === "text")).toBe(true);
    expect(parseStory("ask web-01.", [web]).map((p) => p.kind)).toEqual(["text", "entity", "text"]);
  });

  it("prefer the longer of two names and ignore one-letter names", () => {
    const domain: EntityRef = { kind: "domain", name: "web-01.example.com" };
    const parts = parseStory("web-01.example.com met a", [web, domain, { kind: "user", name: "a" }]);
    expect(parts[0]).toEqual({ kind: "entity", entity: domain });
    expect(parts.filter((p) => p.kind === "entity")).toHaveLength(1);
  });

  it("leave brackets that are no footnotes, and bound wide ranges", () => {
    expect(parseStory("array[x] and [12345]", [])).toEqual([{ kind: "text", text: "array[x] and [12345]" }]);
    const wide = parseStory("[1-9999]", []);
    expect(wide[0]?.kind === "cite" && wide[0].numbers.length).toBeLessThanOrEqual(51);
  });
});
