
/** The words of teams, which are also the shape of every other language's. */
export const teamsEn = {
  team: "Team", title: "Teams", lead: "Each with a line of its own, by its own history.", whole: "Whole tenant", rest: "All others", restHint: "What belongs to no team with a number of its own", none: "No team", any: "All teams", pick: "Budget of",
  create: "New team", edit: "Edit", editOf: (s: string) => `Edit ${s}`, editing: "Edit team", empty: "There are no teams.", emptyLead: "A team owns departments, tags or networks. Incidents about them are its own, and it can ask for a number of incidents a day of its own.",
  columns: { team: "Team", owns: "Owns", members: "Members", asked: "Asked for a day", realised: "Realised", line: "Line" },
  tenantLine: "No number of its own: the tenant's line holds.", drop: "Use the tenant's line", dropped: "The tenant's line holds now.", ownsNothing: "nothing yet",
  name: "Name", nameHint: "Letters, digits, dots, dashes and underscores. It stays.", label: "Title", place: "Place", placeHint: "Of several teams that own an asset the one with the lowest place has its incidents.",
  departments: "Departments", tags: "Tags", networks: "Networks", members: "Members", scopeHint: "As the register of assets has them. Any one of departments, tags or networks is enough.", networksHint: "In CIDR notation, such as 10.4.0.0/16", badNetwork: (s: string) => `“${s}” is no network`,
  made: "The team is made. Its incidents are being looked for.", changed: "Changed. Its incidents are being looked for.", remove: "Remove", removed: "The team is removed.", removeTitle: (s: string) => `Remove the team ${s}?`, removeLead: "Its number goes with it. Its incidents go to the teams that own what they are about, or to no team.",
  byHand: (who: string) => `given by ${who}`, byScope: "by what the team owns", give: "Give to a team",
};

export type TeamWords = typeof teamsEn;
