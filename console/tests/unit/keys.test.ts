// @vitest-environment jsdom
import { describe, expect, it, vi } from "vitest";
import { KeyQueue, isTyping, nameOf } from "../../src/app/keys";

describe("keys", () => {
  it("name presses", () => {
    expect(nameOf({ key: "j" })).toBe("j");
    expect(nameOf({ key: "K", ctrlKey: true })).toBe("mod+k");
    expect(nameOf({ key: " " })).toBe("Space");
    expect(nameOf({ key: "Shift" })).toBe("");
    expect(nameOf({ key: "j", altKey: true })).toBe("");
  });

  it("run the newest layer first and fall through when it declines", () => {
    const queue = new KeyQueue(() => 0);
    const low = vi.fn();
    const high = vi.fn(() => false as const);
    queue.push({ j: low });
    const pop = queue.push({ j: high });
    expect(queue.press({ key: "j" })).toBe(true);
    expect(high).toHaveBeenCalledOnce();
    expect(low).toHaveBeenCalledOnce();
    pop();
    queue.press({ key: "j" });
    expect(high).toHaveBeenCalledOnce();
    expect(low).toHaveBeenCalledTimes(2);
  });

  it("read two-key sequences within the patience only", () => {
    let now = 0;
    const queue = new KeyQueue(() => now, 1000);
    const go = vi.fn();
    const i = vi.fn();
    queue.push({ "g i": go, i });
    expect(queue.press({ key: "g" })).toBe(true);
    now = 900;
    queue.press({ key: "i" });
    expect(go).toHaveBeenCalledOnce();
    expect(i).not.toHaveBeenCalled();
    queue.press({ key: "g" });
    now = 2500;
    queue.press({ key: "i" });
    expect(go).toHaveBeenCalledOnce();
    expect(i).toHaveBeenCalledOnce();
  });

  it("keep keys from what lies under a dialog", () => {
    const queue = new KeyQueue(() => 0);
    const below = vi.fn();
    queue.push({ c: below });
    const pop = queue.push({ Escape: () => {} }, true);
    expect(queue.press({ key: "c" })).toBe(false);
    expect(below).not.toHaveBeenCalled();
    pop();
    expect(queue.press({ key: "c" })).toBe(true);
  });

  it("know where one types", () => {
    const input = document.createElement("input");
    const box = document.createElement("input");
    box.type = "checkbox";
    expect(isTyping(input)).toBe(true);
    expect(isTyping(box)).toBe(false);
    expect(isTyping(document.createElement("div"))).toBe(false);
  });
});
