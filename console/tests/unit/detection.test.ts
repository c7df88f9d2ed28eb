import { describe, expect, it } from "vitest";
import type { CoveredTechnique } from "../../src/api/vocabulary";
import { cellsOf, coverOf } from "../../src/detection/attack";
import { selectionOf } from "../../src/detection/selection";
import { diffLines } from "../../src/rules/diff";
import { copyOf, ruleTemplate, topLevel } from "../../src/rules/template";

const technique = (id: string, over: Partial<CoveredTechnique> = {}): CoveredTechnique => ({ id, name: id, tactics: ["execution"], rules: 0, live: 0, shadow: 0, asleep: 0, fired: 0, ...over });

describe("coverage", () => {
  it("tells what fired from what could, what sleeps and what nobody looks for", () => {
    expect(coverOf(technique("T1", { rules: 2, live: 2, fired: 1 }))).toBe("fired");
    expect(coverOf(technique("T1", { rules: 2, live: 2, asleep: 1 }))).toBe("able");
    expect(coverOf(technique("T1", { rules: 2, live: 2, asleep: 2 }))).toBe("asleep");
    expect(coverOf(technique("T1"))).toBe("gap");
  });
  it("folds sub-techniques into their parent, which has the best of their states", () => {
    const cells = cellsOf("execution", [technique("T1059", { name: "Interpreter" }), technique("T1059.001", { rules: 3, live: 3, fired: 4 }), technique("T1059.003", { rules: 1, live: 1 }), technique("T1110", { tactics: ["credential-access"] })]);
    expect(cells).toHaveLength(1);
    expect(cells[0]).toMatchObject({ id: "T1059", name: "Interpreter", cover: "fired", rules: 4, fired: 4 });
  });
});

describe("rule texts", () => {
  it("compares line by line", () => {
    expect(diffLines("a\nb\nc\n", "a\nx\nc\n").map((l) => l.kind + l.text)).toEqual(["samea", "minusb", "plusx", "samec"]);
    expect(diffLines("", "a").filter((l) => l.kind === "plus")).toHaveLength(1);
    expect(diffLines("a\nb", "a\nb").every((l) => l.kind === "same")).toBe(true);
  });
  it("gives a copy an id of its own and says where it came from", () => {
    const text = copyOf("title: X\nid: old\nlevel: low\n", "new", "old");
    expect(topLevel(text, "id")).toBe("new");
    expect(text).toContain("- id: old\n      type: derived");
  });
  it("begins with a rule that names itself", () => {
    expect(topLevel(ruleTemplate("abc", "anna", "2026-01-02"), "id")).toBe("abc");
    expect(topLevel("title: 'It is quoted'\n", "title")).toBe("It is quoted");
  });
  it("quotes matched values so that they mean themselves", () => {
    expect(selectionOf({ "process.command_line": "a'b * c:\\x" })).toBe("process.command_line: 'a''b \\* c:\\\\x'");
  });
});
