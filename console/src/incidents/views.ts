/** The words that the address of the queue may hold. */
export const incidentViews = ["queue", "mine", "below", "closed", "all"] as const;
export const incidentSorts = ["score", "last", "created"] as const;
export const groupings = ["rule", "entity", "source"] as const;

export type Grouping = (typeof groupings)[number];

/** What the queue shows: which incidents, in which order, grouped how. */
export type Shown = { view?: (typeof incidentViews)[number]; sort?: (typeof incidentSorts)[number]; severity?: string; owner?: string; q?: string; entity?: string; rule?: string; team?: string; group?: Grouping };
