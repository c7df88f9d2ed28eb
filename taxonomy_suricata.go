package vedette

var suricataFields = map[string]string{}
