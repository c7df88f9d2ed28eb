/** Quotes a value so that YAML and Sigma both take it as it stands. */
const literal = (value: string): string => `'${value.replace(/'/g, "''").replace(/[\\*?]/g, "\\$&")}'`;

/** The fields of an alert as a selection that finds the same again. */
export const selectionOf = (matched: Record<string, string>): string => Object.entries(matched).map(([field, value]) => `${field}: ${literal(value)}`).join("\n");
