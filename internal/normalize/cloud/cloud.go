// Package cloud understands the audit logs of Azure and Entra, Microsoft 365, Google Cloud and Workspace, Okta, OneLogin,
// Duo, GitHub, Bitbucket and Kubernetes.
package cloud

import (
	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// Parser takes audit records of these services in JSON.
type Parser struct{}

// New makes the parser.
func New() *Parser { return &Parser{} }

// Name is "cloud".
func (*Parser) Name() string { return "cloud" }

// service is one family of records: how it is known and what is read from it. Read gets the innermost record.
type service struct {
	known func(in *normalize.Input, v *normalize.Value) bool
	read  func(in *normalize.Input, v *normalize.Value, ev *vedette.Event) error
}

// services lists the families in the order in which they are tried.
var services = [...]service{
	{isKubernetes, readKubernetes},
	{isGoogle, readGoogle},
	{isOkta, readOkta},
	{isAzure, readAzure},
	{isM365, readM365},
	{isGitHub, readGitHub},
	{isWorkspaceReport, readWorkspaceReport},
	{isBitbucket, readBitbucket},
	{isOneLogin, readOneLogin},
	{isDuo, readDuo},
}

// Split takes apart the batches of an Azure event hub, {"records":[…]}, and of interfaces, {"value":[…]}.
func (*Parser) Split(in *normalize.Input, fn func(sub *normalize.Input) error) error {
	if in.JSON == nil {
		return normalize.ErrNotMine
	}
	for _, name := range [...]string{"records", "value", "items", "data", "authlogs"} {
		list := in.JSON.GetArray(name)
		if len(list) == 0 {
			continue
		}
		for _, s := range services {
			if s.known(in, list[0]) {
				return in.SplitList(list, fn)
			}
		}
	}
	return normalize.ErrNotMine
}

// Parse fills the event.
func (*Parser) Parse(in *normalize.Input, ev *vedette.Event) error {
	if in.JSON == nil {
		return normalize.ErrNotMine
	}
	for _, s := range services {
		if s.known(in, in.JSON) {
			return s.read(in, in.JSON, ev)
		}
	}
	return normalize.ErrNotMine
}

// file files the event under its service.
func file(ev *vedette.Event, product, service, dataset string) {
	ev.Logsource = vedette.Logsource{Product: product, Service: service}
	ev.Dataset = dataset
}

// api closes an event that is a call of an interface.
func api(ev *vedette.Event, success bool) {
	ev.Add("event.category", "api")
	normalize.AddOutcome(ev, success)
	normalize.Classify(ev, normalize.ClassAPI, 99)
}

// login closes an event that is an authentication.
func login(ev *vedette.Event, success bool) {
	ev.Add("event.category", "authentication")
	normalize.AddOutcome(ev, success)
	normalize.Classify(ev, normalize.ClassAuthentication, 1)
}

// exists tells whether an object has all of these fields.
func exists(v *normalize.Value, names ...string) bool {
	for _, name := range names {
		if !v.Exists(name) {
			return false
		}
	}
	return true
}

// either returns the first of these fields that has a value.
func either(in *normalize.Input, v *normalize.Value, paths ...[]string) string {
	for _, path := range paths {
		if text := in.At(v, path...); text != "" {
			return text
		}
	}
	return ""
}

// addText adds a field unless its value is empty.
func addText(ev *vedette.Event, name, value string) {
	if value != "" {
		ev.Add(name, value)
	}
}
