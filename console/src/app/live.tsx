import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { openStream, type StreamEvent, type StreamState } from "../api/stream";
import type { Action, Incident } from "../api/vocabulary";

export type LiveMessage = { topic: "incident"; incident: Partial<Incident> & { id: string } } | { topic: "action"; action: Partial<Action> & { id: string } } | { topic: "other"; event: string } | { topic: "reset" };
type Listener = (message: LiveMessage) => void;
type Value = { state: StreamState; listen: (listener: Listener) => () => void };

const LiveContext = createContext<Value | null>(null);

/** Reads one event of the stream; undefined when it is none that the console knows. */
export function messageOf(event: StreamEvent): LiveMessage | undefined {
  if (event.event === "reset") return { topic: "reset" };
  let data: unknown;
  try {
    data = JSON.parse(event.data);
  } catch {
    return undefined;
  }
  const id = (data as { id?: unknown } | null)?.id;
  if (event.event === "incident" && typeof id === "string") return { topic: "incident", incident: data as Incident };
  if (event.event === "action" && typeof id === "string") return { topic: "action", action: data as Action };
  return { topic: "other", event: event.event };
}

/** Marks what a message made stale, at most once a few seconds per sort of thing, however fast messages come. */
function createRefresher(client: QueryClient) {
  const waiting = new Map<string, ReturnType<typeof setTimeout>>();
  const later = (name: string, ms: number) => {
    if (waiting.has(name)) return;
    waiting.set(name, setTimeout(() => {
      waiting.delete(name);
      void client.invalidateQueries({ queryKey: [name] });
    }, ms));
  };
  return {
    later,
    stop: () => { waiting.forEach((timer) => clearTimeout(timer)); waiting.clear(); },
  };
}

export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<StreamState>("connecting");
  const listeners = useRef(new Set<Listener>());
  useEffect(() => {
    const refresher = createRefresher(client);
    const close = openStream({
      url: "/api/v1/stream",
      onState: setState,
      onEvent: (event) => {
        const message = messageOf(event);
        if (!message) return;
        if (message.topic === "reset") void client.invalidateQueries();
        if (message.topic === "incident") { refresher.later("today", 3000); refresher.later("incident", 1000); }
        if (message.topic === "action") { refresher.later("actions", 500); refresher.later("today", 1500); }
        if (message.topic === "other" && message.event === "source") refresher.later("sources", 5000);
        for (const listener of listeners.current) listener(message);
      },
    });
    return () => { close(); refresher.stop(); };
  }, [client]);
  const value = useMemo<Value>(() => ({
    state,
    listen: (listener) => {
      listeners.current.add(listener);
      return () => listeners.current.delete(listener);
    },
  }), [state]);
  return <LiveContext.Provider value={value}>{children}</LiveContext.Provider>;
}

export function useLive(): Value {
  const value = useContext(LiveContext);
  if (!value) throw new Error("useLive outside LiveProvider");
  return value;
}
