const count = (n: number) => n.toLocaleString("en");
const plural = (n: number, one: string, many = `${one}s`) => (n === 1 ? one : many);

/** The words of the screen about threat intelligence, which are also the shape of every other language's. */
export const intelEn = {
  title: "Intelligence", tabs: { indicators: "Indicators", feeds: "Feeds", sightings: "Sightings", allow: "Allow-list" },
  kind: { address: "Address", network: "Network", domain: "Domain", url: "URL", email: "E-mail", md5: "MD5", sha1: "SHA-1", sha256: "SHA-256", sha512: "SHA-512", imphash: "Imphash", hash: "Hash" },
  state: { live: "Live", future: "Not yet", faded: "Faded", expired: "Expired", revoked: "Revoked", allowed: "Allowed" },
  stateHint: { live: "It fires", future: "It is not valid yet", faded: "Its confidence has aged below the cut-off", expired: "It is no longer valid and never fires", revoked: "Every feed has taken it back", allowed: "It is on the allow-list" },
  columns: { state: "State", kind: "Kind", value: "Value", confidence: "Confidence", severity: "Level", tlp: "TLP", feeds: "Feeds", until: "Valid until", seen: "Seen", last: "Last seen", asserted: "Last confirmed", count: "Times", first: "First", event: "Newest event", reason: "Reason", by: "By", origin: "From", created: "Since", name: "Feed", from: "Where", poll: "Last read", next: "Next", indicators: "Indicators", error: "Trouble" },
  count: (n: number) => `${count(n)} ${plural(n, "indicator")}`, search: "Value or label", anyKind: "Any kind", anyState: "Any state", anyFeed: "Any feed",
  empty: "No indicator is known.", emptyLead: "Import a file (STIX 2.1, MISP, CSV), or add a feed that brings them.", add: "Add", import: "Import", imported: (n: number) => `${count(n)} ${plural(n, "indicator")} taken`, refused: (n: number) => `${count(n)} not taken`, importHint: "STIX 2.1 bundle, MISP JSON or CSV",
  addTitle: "Add an indicator", value: "Address, network, domain, URL, e-mail or hash", valueHint: "Defanged spellings such as hxxp or [.] are read too.", labels: "Labels", days: (n: number) => `${n} ${plural(n, "day")}`, validFor: "Valid for", added: "It fires from now on; stored events are searched for it.",
  remove: "Remove", removeTitle: "Remove this indicator?", removeLead: "It no longer fires, whoever named it.", removed: "Removed.", ageing: "Confidence over time", now: "now", cut: "cut-off", below: "and every name below it", assertions: "What the feeds say", hunted: "Stored events searched", never: "not yet", huntNow: "Hunt for it", allowIt: "Put on the allow-list",
  export: "Export", exportHint: "STIX 2.1 bundle of what this filter shows, up to TLP:AMBER", retro: "Found looking back", retroHint: "The event was stored before the indicator was known", foundIn: "Found in field", endsBy: { faded: (at: string) => `Fades below the cut-off on ${at}, unless a feed confirms it.`, expired: (at: string) => `No longer valid after ${at}, unless a feed confirms it.` },
  noSightings: "No indicator has been seen yet.", noSightingsLead: "Every event is compared with every live indicator as it comes in.", noAllow: "The allow-list is empty.", allowLead: "A value here never fires, whatever a feed says.", allowAdd: "Allow a value", allowed: "It no longer fires.", builtin: "built in", config: "configuration", person: "a person",
  feedState: { waiting: "Waiting", polling: "Reading", well: "Well", failing: "Failing", off: "Off" }, format: { taxii: "TAXII 2.1", misp: "MISP feed", "misp-export": "MISP export", stix: "STIX 2.1 file", list: "List or CSV" }, brought: "Last read", pollNow: "Read now",
  noFeeds: "No feed is set up.", noFeedsLead: "A feed is read again and again: a TAXII 2.1 collection, a MISP feed, or a file or address with STIX or CSV.", addFeed: "Add feed", feedName: "Name", feedKind: "Format", feedURL: "Address", token: "Token or password", user: "User", everyHours: "Read every", feedAdded: "The feed is read now.", on: "On", off: "Off", removeFeed: "Remove this feed?", removeFeedLead: "Indicators that only it named are taken back.", collection: "Collection", hours: (n: number) => `${n} h`,
};

export type IntelWords = typeof intelEn;
