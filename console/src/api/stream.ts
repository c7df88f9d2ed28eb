/**
 * Live updates: server-sent events over fetch, so that a lost connection resumes after the last id that arrived and a
 * refusing server is asked again, slower each time.
 */

export type StreamEvent = { id: string; event: string; data: string };
export type StreamState = "connecting" | "live" | "waiting" | "closed";

export type StreamOptions = {
  url: string;
  onEvent: (event: StreamEvent) => void;
  onState?: (state: StreamState) => void;
  fetch?: typeof fetch;
  /** Waits before the given try; resolves early when the signal ends. */
  wait?: (attempt: number, signal: AbortSignal) => Promise<void>;
};

/** Takes server-sent events apart as text arrives, whatever the pieces. */
export function createParser(emit: (event: StreamEvent) => void) {
  let buffer = "";
  let id = "";
  let name = "";
  let data: string[] = [];
  const line = (text: string) => {
    if (text === "") {
      if (data.length > 0) emit({ id, event: name || "message", data: data.join("\n") });
      name = "";
      data = [];
      return;
    }
    if (text.startsWith(":")) return;
    const at = text.indexOf(":");
    const field = at < 0 ? text : text.slice(0, at);
    const value = at < 0 ? "" : text.slice(at + 1).replace(/^ /, "");
    if (field === "data") data.push(value);
    else if (field === "event") name = value;
    else if (field === "id" && !value.includes("\0")) id = value;
  };
  return (chunk: string) => {
    buffer += chunk;
    for (;;) {
      const at = buffer.search(/\r\n|\n|\r/);
      if (at < 0 || (buffer[at] === "\r" && at === buffer.length - 1)) return;
      line(buffer.slice(0, at));
      buffer = buffer.slice(at + (buffer.startsWith("\r\n", at) ? 2 : 1));
    }
  };
}

const backoff = (attempt: number, signal: AbortSignal) =>
  new Promise<void>((done) => {
    const timer = setTimeout(done, Math.min(30_000, 500 * 2 ** Math.min(attempt, 6)) * (0.75 + Math.random() / 2));
    signal.addEventListener("abort", () => { clearTimeout(timer); done(); }, { once: true });
  });

/** Opens the stream; the returned function closes it. */
export function openStream(options: StreamOptions): () => void {
  const stop = new AbortController();
  const ask = options.fetch ?? fetch;
  const wait = options.wait ?? backoff;
  const state = options.onState ?? (() => {});
  void (async () => {
    let last = "";
    for (let attempt = 0; !stop.signal.aborted; attempt++) {
      state("connecting");
      try {
        const headers: Record<string, string> = { Accept: "text/event-stream" };
        if (last) headers["Last-Event-ID"] = last;
        const res = await ask(options.url, { headers, signal: stop.signal, credentials: "same-origin", cache: "no-store" });
        if (res.status === 401 || res.status === 403) break;
        if (res.ok && res.body) {
          state("live");
          const parse = createParser((event) => {
            attempt = 0;
            if (event.id) last = event.id;
            options.onEvent(event);
          });
          const reader = res.body.pipeThrough(new TextDecoderStream() as unknown as ReadableWritablePair<string, Uint8Array>).getReader();
          stop.signal.addEventListener("abort", () => void reader.cancel().catch(() => undefined), { once: true });
          for (let part = await reader.read(); !part.done; part = await reader.read()) parse(part.value);
        }
      } catch {
        // A broken connection and a refused one are the same here: wait and ask again.
      }
      if (stop.signal.aborted) break;
      state("waiting");
      await wait(attempt, stop.signal);
    }
    state("closed");
  })();
  return () => stop.abort();
}
