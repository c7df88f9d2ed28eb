import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, type ReactNode } from "react";
import { Problem, api } from "../api/client";
import type { Session } from "../api/vocabulary";
import { Failed } from "../ui/states";
import { ChangePassword, Login } from "./login";

type Value = { session: Session; may: (what: Session["permissions"][number]) => boolean; logout: () => Promise<void> };
const SessionContext = createContext<Value | null>(null);

/** Shows its children to who is logged in, and the way in to everyone else; the address stays as it is. */
export function SessionGate({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ["session"], staleTime: 300_000, retry: false,
    queryFn: ({ signal }) => api.get<Session>("/session", {}, signal),
  });
  if (query.error instanceof Problem && query.error.status === 401) return <Login onDone={() => client.invalidateQueries({ queryKey: ["session"] })} />;
  if (query.data?.must_change_password) return <ChangePassword name={query.data.name} onDone={() => client.invalidateQueries({ queryKey: ["session"] })} />;
  if (!query.data) return query.isPending ? <div className="login" aria-busy="true" /> : <div className="login"><Failed error={query.error} retry={() => void query.refetch()} /></div>;
  const session = query.data;
  const value: Value = {
    session,
    may: (what) => session.permissions.includes(what),
    logout: async () => {
      await api.delete("/session").catch(() => undefined);
      client.clear();
      await client.invalidateQueries({ queryKey: ["session"] });
      window.location.assign("/");
    },
  };
  return <SessionContext.Provider value={value}>{children}</SessionContext.Provider>;
}

export function useSession(): Value {
  const value = useContext(SessionContext);
  if (!value) throw new Error("useSession outside SessionGate");
  return value;
}
