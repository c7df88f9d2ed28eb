package stix

import (
	"encoding/json"
	"strings"

	"github.com/vedette-soc/vedette"
)

// tlpExtension is the extension by which STIX 2.1 carries the Traffic Light Protocol 2.0.
const tlpExtension = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"

// wellKnown returns the marking that a fixed id stands for: those of STIX 2.1 for version 1.0 of the protocol, and those
// that OASIS gave to version 2.0.
func wellKnown(id string) (vedette.TLP, bool) {
	switch strings.TrimPrefix(id, "marking-definition--") {
	case "613f2e26-407d-48c7-9eca-b8e91df99dc9", "94868c89-83c2-464b-929b-a1a8aa3c8487":
		return vedette.TLPClear, true
	case "34098fce-860f-48ae-8e50-ebd3cc5e41da", "bab4a63c-aed9-4cf5-a766-dfca5abac2bb":
		return vedette.TLPGreen, true
	case "f88d31f6-486f-44da-b317-01333bde0b82", "55d920b0-5e8b-4f79-9ee9-91f868d9b421":
		return vedette.TLPAmber, true
	case "939a9414-2ddd-4d32-a0cd-375ea402b003":
		return vedette.TLPAmberStrict, true
	case "5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "e828b379-4e03-4974-9ac4-e53a884c97c1":
		return vedette.TLPRed, true
	}
	return "", false
}

// markingID is the id of a marking of version 2.0.
func markingID(t vedette.TLP) string {
	return "marking-definition--" + map[vedette.TLP]string{
		vedette.TLPClear: "94868c89-83c2-464b-929b-a1a8aa3c8487", vedette.TLPGreen: "bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
		vedette.TLPAmber: "55d920b0-5e8b-4f79-9ee9-91f868d9b421", vedette.TLPAmberStrict: "939a9414-2ddd-4d32-a0cd-375ea402b003",
		vedette.TLPRed: "e828b379-4e03-4974-9ac4-e53a884c97c1",
	}[t]
}

// tlpOf reads a marking definition of a feed's own.
func (o *object) tlpOf() (vedette.TLP, bool) {
	var definition struct {
		TLP string `json:"tlp"`
	}
	if len(o.Definition) > 0 && json.Unmarshal(o.Definition, &definition) == nil && definition.TLP != "" {
		return vedette.ParseTLP(definition.TLP)
	}
	var extensions map[string]struct {
		TLP string `json:"tlp_2_0"`
	}
	if len(o.Extensions) > 0 && json.Unmarshal(o.Extensions, &extensions) == nil && extensions[tlpExtension].TLP != "" {
		return vedette.ParseTLP(extensions[tlpExtension].TLP)
	}
	if strings.HasPrefix(strings.ToUpper(o.Name), "TLP:") {
		return vedette.ParseTLP(o.Name)
	}
	return "", false
}
