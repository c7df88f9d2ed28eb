package vedette

var cloudFields = map[string]string{}
