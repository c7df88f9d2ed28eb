import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { itemsOf } from "../api/queries";
import { askTeams, teamName } from "../noise/ask";

/** What people call each team, by its name, in the order in which they claim incidents; empty when there are none. */
export function useTeams(): ReadonlyMap<string, string> {
  const { data } = useQuery(askTeams());
  return useMemo(() => new Map(itemsOf(data).map((t) => [t.name, teamName(t)])), [data]);
}

/** The names of the teams that somebody is a member of. */
export function useMyTeams(me: string): ReadonlySet<string> {
  const { data } = useQuery(askTeams());
  return useMemo(() => new Set(itemsOf(data).filter((t) => t.members.includes(me)).map((t) => t.name)), [data, me]);
}
