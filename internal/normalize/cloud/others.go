package cloud

import (
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// podFacts names what a pod asks for of its host under the names that rules use, whatever kind of object holds the pod.
func podFacts(ev *vedette.Event) {
	const most = 32
	paths, capabilities := 0, 0
	for _, f := range ev.Fields {
		if !strings.HasPrefix(f.Name, "src.requestObject.") {
			continue
		}
		switch {
		case strings.HasSuffix(f.Name, ".volumes.hostPath.path") && paths < most:
			paths++
			ev.Add("src.hostPath", f.Value)
		case strings.HasSuffix(f.Name, ".securityContext.capabilities.add") && capabilities < most:
			capabilities++
			ev.Add("src.capabilities", f.Value)
		}
	}
}

func isKubernetes(in *normalize.Input, v *normalize.Value) bool {
	return exists(v, "auditID", "verb", "stage") || in.At(v, "kind") == "Event" && strings.HasPrefix(in.At(v, "apiVersion"), "audit.k8s.io/")
}

func readKubernetes(in *normalize.Input, v *normalize.Value, ev *vedette.Event) error {
	if t, ok := normalize.ParseTime(either(in, v, []string{"requestReceivedTimestamp"}, []string{"stageTimestamp"}), in.Zone()); ok {
		ev.Time = t
	}
	file(ev, "kubernetes", "audit", "kubernetes.audit")
	ev.Logsource.Categories = []string{"application"}
	if err := in.Flatten(ev, v, in.Names("kubernetes", "application", "audit")); err != nil {
		return err
	}
	podFacts(ev)
	addText(ev, "user.name", in.At(v, "user", "username"))
	normalize.AddAddress(ev, "source", in.At(v, "sourceIPs", "0"))
	code := in.At(v, "responseStatus", "code")
	api(ev, code < "400" || !normalize.IsNumber(code))
	return nil
}

// isGoogle knows entries of Cloud Logging with an audit record, wrapped by Pub/Sub ("data") or not.
func isGoogle(_ *normalize.Input, v *normalize.Value) bool {
	return v.Exists("protoPayload") && (v.Exists("logName") || v.Exists("insertId") || v.Exists("resource")) || v.Exists("data", "protoPayload")
}

func readGoogle(in *normalize.Input, v *normalize.Value, ev *vedette.Event) error {
	if inner := v.Get("data"); inner != nil && inner.Exists("protoPayload") {
		v = inner
	}
	if t, ok := normalize.ParseTime(either(in, v, []string{"timestamp"}, []string{"receiveTimestamp"}), in.Zone()); ok {
		ev.Time = t
	}
	payload := v.Get("protoPayload")
	provider := in.At(payload, "serviceName")
	service := "gcp.audit"
	switch provider {
	case "admin.googleapis.com":
		service = "google_workspace.admin"
	case "login.googleapis.com":
		service = "google_workspace.login"
	}
	file(ev, "gcp", service, service)
	names := in.Names("gcp", "", service)
	if err := in.Flatten(ev, v, names); err != nil {
		return err
	}
	workspace(in, payload, ev)
	addText(ev, "user.name", in.At(payload, "authenticationInfo", "principalEmail"))
	normalize.AddAddress(ev, "source", in.At(payload, "requestMetadata", "callerIp"))
	addText(ev, "cloud.account.id", in.At(v, "resource", "labels", "project_id"))
	ev.Add("cloud.provider", "gcp")
	code := in.At(payload, "status", "code")
	addText(ev, "error.message", in.At(payload, "status", "message"))
	if service == "google_workspace.login" {
		login(ev, !strings.Contains(ev.Value("event.action"), "fail"))
		return nil
	}
	api(ev, code == "" || code == "0")
	return nil
}

// workspace lifts the events of Google Workspace out of the payload: their names are what rules ask for.
func workspace(in *normalize.Input, payload *normalize.Value, ev *vedette.Event) {
	for _, event := range payload.GetArray("metadata", "event") {
		addText(ev, "event.action", in.At(event, "eventName"))
		for _, parameter := range event.GetArray("parameter") {
			name := strings.ToLower(in.At(parameter, "name"))
			if name == "setting_name" || name == "new_value" || name == "old_value" || name == "user_email" {
				addText(ev, "src."+name, in.At(parameter, "value"))
			}
		}
	}
}

func isOkta(_ *normalize.Input, v *normalize.Value) bool {
	return exists(v, "eventType", "actor", "outcome") && (v.Exists("published") || v.Exists("uuid"))
}

func readOkta(in *normalize.Input, v *normalize.Value, ev *vedette.Event) error {
	if t, ok := normalize.ParseTime(in.At(v, "published"), in.Zone()); ok {
		ev.Time = t
	}
	file(ev, "okta", "okta", "okta.system")
	if err := in.Flatten(ev, v, in.Names("okta", "", "okta")); err != nil {
		return err
	}
	action := in.At(v, "eventType")
	addText(ev, "event.action", action)
	addText(ev, "user.name", in.At(v, "actor", "alternateId"))
	addText(ev, "user.id", in.At(v, "actor", "id"))
	addText(ev, "message", in.At(v, "displayMessage"))
	normalize.AddAddress(ev, "source", in.At(v, "client", "ipAddress"))
	addText(ev, "user_agent.original", in.At(v, "client", "userAgent", "rawUserAgent"))
	success := in.At(v, "outcome", "result")
	if strings.HasPrefix(action, "user.session") || strings.HasPrefix(action, "user.authentication") {
		login(ev, success == "SUCCESS" || success == "ALLOW")
		return nil
	}
	api(ev, success == "SUCCESS" || success == "ALLOW")
	return nil
}

func isGitHub(in *normalize.Input, v *normalize.Value) bool {
	return exists(v, "action", "actor") && (v.Exists("_document_id") || v.Exists("created_at") || v.Exists("@timestamp")) &&
		(v.Exists("org") || v.Exists("business") || v.Exists("user") || v.Exists("repo")) && strings.Contains(in.At(v, "action"), ".")
}

func readGitHub(in *normalize.Input, v *normalize.Value, ev *vedette.Event) error {
	if t, ok := normalize.ParseTime(either(in, v, []string{"@timestamp"}, []string{"created_at"}), in.Zone()); ok {
		ev.Time = t
	}
	file(ev, "github", "audit", "github.audit")
	if err := in.Flatten(ev, v, in.Names("github", "", "audit")); err != nil {
		return err
	}
	addText(ev, "user.name", in.At(v, "actor"))
	normalize.AddAddress(ev, "source", in.At(v, "actor_ip"))
	api(ev, true)
	return nil
}
