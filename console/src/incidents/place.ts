import type { IncidentSearch } from "../app/router";

/** Where a reader was in the queue: what its address said, and the row that had the focus. */
export type Place = { search: IncidentSearch; focus?: string; back?: boolean };

type Shelf = Pick<Storage, "getItem" | "setItem">;
const key = "vedette.incidents.place";

/** The place that was left last in this tab, the bare queue where there is none. The router looks at the search again. */
export function placeLeft(shelf: Shelf): Place {
  try {
    const kept = JSON.parse(shelf.getItem(key) ?? "null") as Partial<Place> | null;
    return { search: kept?.search && typeof kept.search === "object" ? kept.search : {}, focus: typeof kept?.focus === "string" ? kept.focus : undefined, back: kept?.back === true };
  } catch {
    return { search: {} };
  }
}

export const keepPlace = (shelf: Shelf, place: Place): void => shelf.setItem(key, JSON.stringify(place));

/** Marks the way back from an incident's page, so that the queue opens where it was left, and tells its address. */
export function wayBack(shelf: Shelf): IncidentSearch {
  const place = placeLeft(shelf);
  keepPlace(shelf, { ...place, back: true });
  return place.search;
}
