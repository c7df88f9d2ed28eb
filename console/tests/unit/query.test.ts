import { describe, expect, it } from "vitest";
import { queryString } from "../../src/api/client";
import { Problem } from "../../src/api/client";
import { faultAt } from "../../src/hunt/data";
import { filterOf } from "../../src/incidents/list";
import { entityKindOf, entityQuery, exactly, withFilter } from "../../src/ui/logsql";

describe("LogsQL", () => {
  it("quotes values and odd field names", () => {
    expect(exactly("source.ip", "203.0.113.9")).toBe('source.ip:="203.0.113.9"');
    expect(exactly("src.Event ID", 'a"b\\c')).toBe('"src.Event ID":="a\\"b\\\\c"');
  });

  it("adds filters before pipes, once, and turns them round", () => {
    const f = exactly("user.name", "deploy");
    expect(withFilter("*", f)).toBe(f);
    expect(withFilter("", f)).toBe(f);
    expect(withFilter("error | stats count()", f)).toBe(`error ${f} | stats count()`);
    expect(withFilter(withFilter("*", f), f)).toBe(f);
    expect(withFilter(f, f, true)).toBe(`!${f}`);
    expect(withFilter(`!${f}`, f)).toBe(f);
    expect(withFilter('msg:"a | b"', f)).toBe(`msg:"a | b" ${f}`);
  });

  it("wraps a disjunction so that the filter binds to all of it", () => {
    const f = exactly("host.name", "web-01");
    expect(withFilter("a or b", f)).toBe(`(a or b) ${f}`);
    expect(withFilter("(a or b)", f)).toBe(`(a or b) ${f}`);
    expect(withFilter('x:"this or that"', f)).toBe(`x:"this or that" ${f}`);
  });

  it("finds entities", () => {
    expect(entityQuery("host", "web-01")).toBe('host.name:="web-01"');
    expect(entityQuery("address", "203.0.113.9")).toBe('(source.ip:="203.0.113.9" OR destination.ip:="203.0.113.9")');
    expect(entityKindOf("destination.ip")).toBe("address");
    expect(entityKindOf("user.name")).toBe("user");
    expect(entityKindOf("message")).toBeUndefined();
  });
});

describe("questions to the API", () => {
  it("leave out what is empty", () => {
    expect(queryString({ a: "", b: undefined, c: 0, d: ["x", "y"], e: null })).toBe("?c=0&d=x%2Cy");
    expect(queryString({})).toBe("");
  });

  it("follow the view of the incident list", () => {
    expect(filterOf({}, "lin")).toMatchObject({ status: "open,working,contained", sort: "score", owner: undefined });
    expect(filterOf({ view: "mine" }, "lin")).toMatchObject({ owner: "lin" });
    expect(filterOf({ view: "closed", sort: "last" }, "lin")).toMatchObject({ status: "closed", sort: "last" });
    expect(filterOf({ view: "all", entity: "host:db-02" }, "lin")).toMatchObject({ status: undefined, entity: "host:db-02" });
  });

  it("show a fault under the character that the server names", () => {
    const query = "user.name:= AND";
    expect(faultAt(new Problem(400, "invalid", "unexpected token at position 13"), query)).toMatchObject({ from: 12, to: 15 });
    expect(faultAt(new Problem(400, "invalid", "cannot parse"), query)?.from).toBe(query.length - 1);
    expect(faultAt(new Problem(503, "unavailable", "position 3"), query)).toBeUndefined();
  });
});
