import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { triageEn } from "../../src/incident/words.en";
import { triageZh } from "../../src/incident/words.zh";

/** What the server's detectors of the unknown may name; its own tests keep the file up to date. */
const spoken = JSON.parse(readFileSync(join(import.meta.dirname, "../../../internal/baseline/testdata/words.json"), "utf8")) as { detectors: string[]; features: Record<string, string>; units: string[] };

describe("the words of the detectors of the unknown", () => {
  it("knows all eighteen", () => expect(spoken.detectors).toHaveLength(18));
  for (const [language, words] of [["en", triageEn], ["zh", triageZh]] as const) {
    it(`has a name for every detector, feature and unit in ${language}`, () => {
      expect(spoken.detectors.filter((d) => !words.detector[d])).toEqual([]);
      expect(Object.keys(spoken.features).filter((f) => !words.feature[f])).toEqual([]);
      expect(spoken.units.filter((u) => u !== "bytes" && !words.units[u])).toEqual([]);
    });
    it(`names nothing in ${language} that no detector says`, () => {
      expect(Object.keys(words.detector).filter((d) => !spoken.detectors.includes(d))).toEqual([]);
      expect(Object.keys(words.feature).filter((f) => !(f in spoken.features))).toEqual([]);
    });
  }
  it("says the same in Chinese as the server's own sentences", () => expect(triageZh.feature).toEqual(spoken.features));
});
