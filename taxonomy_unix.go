package vedette

var unixFields = map[string]string{}
