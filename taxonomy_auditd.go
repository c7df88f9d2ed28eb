package vedette

// auditdFields is empty on purpose: rules for the audit system use its own names (type, a0, exe, SYSCALL), one name
// means different things in different records, and so all of them stay under "src.".
var auditdFields = map[string]string{}
