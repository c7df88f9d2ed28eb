import { describe, expect, it } from "vitest";
import { keepPlace, placeLeft, wayBack } from "../../src/incidents/place";

const shelf = (kept: string | null = null) => {
  let value = kept;
  return { getItem: () => value, setItem: (_: string, next: string) => { value = next; } };
};

describe("the place in the queue", () => {
  it("is found again on the way back, and only then has a focus", () => {
    const s = shelf();
    expect(placeLeft(s)).toEqual({ search: {}, focus: undefined, back: false });
    keepPlace(s, { search: { view: "mine", q: "web" }, focus: "inc-1" });
    expect(placeLeft(s).back).toBe(false);
    expect(wayBack(s)).toEqual({ view: "mine", q: "web" });
    expect(placeLeft(s)).toEqual({ search: { view: "mine", q: "web" }, focus: "inc-1", back: true });
  });
  it("is the bare queue when what is kept cannot be read", () => expect(placeLeft(shelf("{")).search).toEqual({}));
});
