package vedette

var zeekFields = map[string]string{}
