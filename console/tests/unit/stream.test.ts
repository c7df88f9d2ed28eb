// @vitest-environment jsdom
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { Problem, api } from "../../src/api/client";
import { createParser, openStream, type StreamEvent, type StreamState } from "../../src/api/stream";
import { messageOf } from "../../src/app/live";

const server = setupServer();
const base = "http://vedette.test";
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

describe("the event parser", () => {
  it("reads events whatever the pieces and line ends", () => {
    const text = ": hello\r\n\r\nid: 7\nevent: incident\ndata: {\"a\":\ndata: 1}\n\nevent: stats\ndata:x\n\ndata: last";
    for (const size of [1, 2, 3, 5, 100]) {
      const seen: StreamEvent[] = [];
      const parse = createParser((e) => seen.push(e));
      for (let i = 0; i < text.length; i += size) parse(text.slice(i, i + size));
      expect(seen).toEqual([{ id: "7", event: "incident", data: '{"a":\n1}' }, { id: "7", event: "stats", data: "x" }]);
    }
  });

  it("tells messages apart", () => {
    expect(messageOf({ id: "1", event: "incident", data: '{"id":"I1","score":3}' })).toMatchObject({ topic: "incident", incident: { id: "I1" } });
    expect(messageOf({ id: "1", event: "reset", data: '{"reason":"gap"}' })).toEqual({ topic: "reset" });
    expect(messageOf({ id: "1", event: "incident", data: "not json" })).toBeUndefined();
    expect(messageOf({ id: "1", event: "stats", data: "{}" })).toEqual({ topic: "other", event: "stats" });
  });
});

describe("the stream", () => {
  it("resumes after the last id that arrived, and stops when it may not", async () => {
    const asked: (string | null)[] = [];
    server.use(http.get(`${base}/api/v1/stream`, ({ request }) => {
      asked.push(request.headers.get("Last-Event-ID"));
      if (asked.length === 1) return new HttpResponse("id: 41\nevent: alert\ndata: {}\n\nid: 42\nevent: alert\ndata: {}\n\n", { headers: { "Content-Type": "text/event-stream" } });
      if (asked.length === 2) return new HttpResponse(null, { status: 503 });
      if (asked.length === 3) return new HttpResponse("id: 43\nevent: alert\ndata: {}\n\n", { headers: { "Content-Type": "text/event-stream" } });
      return new HttpResponse(null, { status: 401 });
    }));
    const events: string[] = [];
    const states: StreamState[] = [];
    const attempts: number[] = [];
    await new Promise<void>((done) => {
      openStream({
        url: `${base}/api/v1/stream`, onEvent: (e) => events.push(e.id),
        onState: (s) => { states.push(s); if (s === "closed") done(); },
        wait: async (attempt) => { attempts.push(attempt); },
      });
    });
    expect(asked).toEqual([null, "42", "42", "43"]);
    expect(events).toEqual(["41", "42", "43"]);
    expect(states.at(-1)).toBe("closed");
    expect(attempts).toEqual([0, 1, 0]);
  });

  it("ends when it is closed", async () => {
    const body = new ReadableStream({ start: (c) => c.enqueue(new TextEncoder().encode("id: 1\ndata: x\n\n")) });
    server.use(http.get(`${base}/api/v1/stream`, () => new HttpResponse(body)));
    const onState = vi.fn();
    await new Promise<void>((done) => {
      const close = openStream({ url: `${base}/api/v1/stream`, onEvent: () => close(), onState: (s) => { onState(s); if (s === "closed") done(); } });
    });
    expect(onState).toHaveBeenLastCalledWith("closed");
  });
});

describe("the client", () => {
  it("turns problems into errors with their code", async () => {
    server.use(http.get("*/api/v1/incidents/:id", () => HttpResponse.json({ title: "Conflict", status: 409, detail: "It changed a moment ago.", code: "conflict" }, { status: 409, headers: { "Content-Type": "application/problem+json" } })));
    const error = await api.get("/incidents/x").catch((e: unknown) => e);
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({ status: 409, code: "conflict", message: "It changed a moment ago." });
  });

  it("keeps its footing when the answer is no problem document", async () => {
    server.use(http.get("*/api/v1/today", () => new HttpResponse("<html>bad gateway", { status: 502 })));
    await expect(api.get("/today")).rejects.toMatchObject({ status: 502, code: "http_502" });
  });

  it("says that the server cannot be reached", async () => {
    server.use(http.get("*/api/v1/today", () => HttpResponse.error()));
    await expect(api.get("/today")).rejects.toMatchObject({ status: 0, code: "unreachable" });
  });
});
