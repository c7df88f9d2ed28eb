package vedette

var webFields = map[string]string{}
