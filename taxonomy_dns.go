package vedette

var dnsFields = map[string]string{}
