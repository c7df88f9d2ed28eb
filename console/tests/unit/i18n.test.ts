import { describe, expect, it } from "vitest";
import { en } from "../../src/i18n/en";
import { zh } from "../../src/i18n/zh";

type Tree = { [key: string]: unknown };

function leaves(tree: Tree, path = ""): [string, unknown][] {
  return Object.entries(tree).flatMap(([key, value]) => (value && typeof value === "object" ? leaves(value as Tree, `${path}${key}.`) : [[`${path}${key}`, value] as [string, unknown]]));
}

/** A sample argument list long enough for every message. */
const say = (value: unknown): string => (typeof value === "function" ? String((value as (...a: unknown[]) => string)(3, 4)) : String(value));

describe("dictionaries", () => {
  const english = new Map(leaves(en));
  const chinese = new Map(leaves(zh));

  it("have the same keys with the same kind of message", () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [key, value] of english) {
      expect(typeof chinese.get(key), key).toBe(typeof value);
      if (typeof value === "function") expect((chinese.get(key) as () => void).length, key).toBe(value.length);
    }
  });

  it("have no empty message, and Chinese ones are Chinese", () => {
    const foreign = new Set(["common.pair", "detection.tabs.attack", "detection.attack.title", "entityPage.kind.ssh", "entityPage.said", "entityPage.since", "entityPage.aliasKind.sid", "entityPage.aliasKind.mac", "intel.kind.url", "intel.kind.md5", "intel.kind.sha1", "intel.kind.sha256", "intel.kind.sha512", "intel.kind.imphash", "intel.columns.tlp", "intel.format.taxii", "locale", "shell.language", "rules.columns.attack", "hunt.json", "time.ms"]);
    for (const [key, value] of chinese) {
      expect(say(english.get(key)).trim(), key).not.toBe("");
      expect(say(value).trim(), key).not.toBe("");
      if (!foreign.has(key)) expect(/\p{Script=Han}|^×|\/ 4$|3 \/ 4/u.test(say(value)), `${key}: ${say(value)}`).toBe(true);
    }
  });

  it("say the number they are given", () => {
    expect(en.incidents.closeTitle(1)).toBe("Close 1 incident");
    expect(en.incidents.closeTitle(2)).toBe("Close 2 incidents");
    expect(zh.incidents.closeTitle(2)).toContain("2");
  });
});
