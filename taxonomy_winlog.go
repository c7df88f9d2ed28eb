package vedette

var windowsFields = map[string]string{}
