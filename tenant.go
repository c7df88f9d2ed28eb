package vedette

// DefaultTenant is whose data it is on an installation that serves one organisation.
const DefaultTenant = "default"
