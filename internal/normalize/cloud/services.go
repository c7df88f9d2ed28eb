package cloud

import (
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// isWorkspaceReport knows activities as the Reports API of Google Workspace gives them.
func isWorkspaceReport(in *normalize.Input, v *normalize.Value) bool {
	return exists(v, "events", "actor") && in.At(v, "id", "applicationName") != ""
}

func readWorkspaceReport(in *normalize.Input, v *normalize.Value, ev *vedette.Event) error {
	if t, ok := normalize.ParseTime(in.At(v, "id", "time"), in.Zone()); ok {
		ev.Time = t
	}
	application := in.At(v, "id", "applicationName")
	service := "google_workspace.other"
	switch application {
	case "admin", "login":
		service = "google_workspace." + application
	}
	file(ev, "gcp", service, service)
	if err := in.Flatten(ev, v, in.Names("gcp", "", service)); err != nil {
		return err
	}
	if len(application) <= 40 {
		ev.Add("event.provider", application+".googleapis.com")
	}
	for i, event := range v.GetArray("events") {
		if i >= 64 {
			break
		}
		name := in.At(event, "name")
		addText(ev, "event.action", name)
		addText(ev, "src.protoPayload.metadata.event.eventName", name)
		workspaceParameters(in, event.GetArray("parameters"), ev)
	}
	addText(ev, "user.name", in.At(v, "actor", "email"))
	normalize.AddAddress(ev, "source", in.At(v, "ipAddress"))
	ev.Add("cloud.provider", "gcp")
	if application == "login" {
		login(ev, !strings.Contains(ev.Value("event.action"), "fail"))
		return nil
	}
	api(ev, true)
	return nil
}

// workspaceParameters adds the parameters of an event under their own names.
func workspaceParameters(in *normalize.Input, parameters []*normalize.Value, ev *vedette.Event) {
	for i, p := range parameters {
		name := strings.ToLower(in.At(p, "name"))
		if i >= 64 || name == "" || len(name) > 64 {
			continue
		}
		addText(ev, vedette.SourcePrefix+name, either(in, p, []string{"value"}, []string{"intValue"}, []string{"boolValue"}))
	}
}

// isBitbucket knows the audit log of Atlassian's servers: a type with category and action, the author and what changed.
func isBitbucket(_ *normalize.Input, v *normalize.Value) bool {
	return v.Exists("auditType", "action") && (v.Exists("author") || v.Exists("affectedObjects") || v.Exists("timestamp"))
}

func readBitbucket(in *normalize.Input, v *normalize.Value, ev *vedette.Event) error {
	stamp := in.At(v, "timestamp")
	if stamp == "" {
		if seconds, err := time.ParseDuration(in.At(v, "timestamp", "epochSecond") + "s"); err == nil && seconds > 0 {
			ev.Time = time.Unix(int64(seconds/time.Second), 0).UTC()
		}
	} else if t, ok := normalize.ParseTime(stamp, in.Zone()); ok {
		ev.Time = t
	}
	file(ev, "bitbucket", "audit", "bitbucket.audit")
	if err := in.Flatten(ev, v, in.Names("bitbucket", "", "audit")); err != nil {
		return err
	}
	addText(ev, "user.name", either(in, v, []string{"author", "name"}, []string{"author", "uri"}))
	normalize.AddAddress(ev, "source", firstOf(in.At(v, "source")))
	api(ev, true)
	return nil
}

// firstOf is the first of addresses with commas between them.
func firstOf(list string) string {
	first, _, _ := strings.Cut(list, ",")
	return strings.TrimSpace(first)
}

func isOneLogin(_ *normalize.Input, v *normalize.Value) bool {
	return v.Exists("event_type_id") && (v.Exists("account_id") || v.Exists("event_timestamp") || v.Exists("actor_user_id") || v.Exists("user_id"))
}

func readOneLogin(in *normalize.Input, v *normalize.Value, ev *vedette.Event) error {
	if t, ok := normalize.ParseTime(either(in, v, []string{"event_timestamp"}, []string{"created_at"}), in.Zone()); ok {
		ev.Time = t
	}
	file(ev, "onelogin", "onelogin.events", "onelogin.events")
	if err := in.Flatten(ev, v, in.Names("onelogin", "", "onelogin.events")); err != nil {
		return err
	}
	addText(ev, "user.name", either(in, v, []string{"user_name"}, []string{"actor_user_name"}))
	normalize.AddAddress(ev, "source", firstOf(either(in, v, []string{"ipaddr"}, []string{"ip_address"})))
	api(ev, in.At(v, "error_description") == "")
	return nil
}

// isDuo knows authentications as Duo's Admin API gives them.
func isDuo(_ *normalize.Input, v *normalize.Value) bool {
	return exists(v, "event_type", "txid") || exists(v, "event_type", "reason", "auth_device") || exists(v, "event_type", "reason", "access_device")
}

func readDuo(in *normalize.Input, v *normalize.Value, ev *vedette.Event) error {
	if t, ok := normalize.ParseTime(either(in, v, []string{"isotimestamp"}, []string{"timestamp"}), in.Zone()); ok {
		ev.Time = t
	}
	file(ev, "cisco", "duo", "cisco.duo")
	if err := in.Flatten(ev, v, in.Names("cisco", "", "duo")); err != nil {
		return err
	}
	addText(ev, "user.name", either(in, v, []string{"user", "name"}, []string{"username"}))
	normalize.AddAddress(ev, "source", either(in, v, []string{"access_device", "ip"}, []string{"ip"}))
	login(ev, in.At(v, "result") == "success" || in.At(v, "result") == "SUCCESS")
	return nil
}
