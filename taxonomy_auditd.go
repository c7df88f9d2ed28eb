package vedette

var auditdFields = map[string]string{}
