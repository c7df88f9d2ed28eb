package vedette

var firewallFields = map[string]string{}
