package cloud

import (
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// isAzure knows records of Azure Monitor, which name an operation, a category and a resource or tenant, and those that
// Graph returns, which name an activity or a user.
func isAzure(_ *normalize.Input, v *normalize.Value) bool {
	if (exists(v, "operationName") || exists(v, "OperationName") || exists(v, "OperationNameValue")) &&
		(v.Exists("resourceId") || v.Exists("ResourceId") || v.Exists("_ResourceId") || v.Exists("TenantId") || v.Exists("tenantId") || v.Exists("correlationId")) {
		return true
	}
	return exists(v, "activityDisplayName", "loggedByService") || exists(v, "userPrincipalName", "appDisplayName", "createdDateTime") ||
		exists(v, "riskEventType", "detectedDateTime") || v.Exists("riskEventType") && (v.Exists("userPrincipalName") || v.Exists("tenantId")) ||
		exists(v, "alertDefinitionId", "scopeId", "scopeType")
}

// isPrivileged knows the alerts of Privileged Identity Management, which Graph gives with the type of what happened.
func isPrivileged(in *normalize.Input, v *normalize.Value) bool {
	return exists(v, "alertDefinitionId", "scopeId") || strings.HasSuffix(either(in, v, []string{"riskEventType"}, []string{"properties", "riskEventType"}), "AlertIncident")
}

// alertIncident takes the type of an alert off its name: "#microsoft.graph.noMfaOnRoleActivationAlertIncident" of its
// incidents.
func alertIncident(in *normalize.Input, v *normalize.Value, ev *vedette.Event) {
	for i, item := range v.GetArray("alertIncidents") {
		if i < 64 {
			addText(ev, "src.riskEventType", strings.TrimPrefix(in.At(item, "@odata.type"), "#microsoft.graph."))
		}
	}
	addText(ev, "src.riskEventType", strings.TrimPrefix(in.At(v, "@odata.type"), "#microsoft.graph."))
}

// azureServices names Sigma's services by the record's category.
var azureServices = map[string]string{
	"auditlogs": "auditlogs", "signinlogs": "signinlogs", "noninteractiveusersigninlogs": "signinlogs",
	"serviceprincipalsigninlogs": "signinlogs", "managedidentitysigninlogs": "signinlogs", "administrative": "activitylogs",
	"userriskevents": "riskdetection", "riskyusers": "riskdetection", "serviceprincipalriskevents": "riskdetection",
	"security": "activitylogs", "policy": "activitylogs", "servicehealth": "activitylogs", "alert": "activitylogs",
}

func readAzure(in *normalize.Input, v *normalize.Value, ev *vedette.Event) error {
	category := either(in, v, []string{"category"}, []string{"Category"}, []string{"CategoryValue"}, []string{"Type"})
	service := azureServices[strings.ToLower(category)]
	if service == "riskdetection" && isPrivileged(in, v) {
		service = "pim"
	}
	switch {
	case service != "":
	case v.Exists("activityDisplayName"), v.Exists("ActivityDisplayName"):
		service = "auditlogs"
	case isPrivileged(in, v):
		service = "pim"
	case v.Exists("riskEventType"):
		service = "riskdetection"
	case v.Exists("userPrincipalName"):
		service = "signinlogs"
	default:
		service = "activitylogs"
	}
	stamp := either(in, v, []string{"time"}, []string{"TimeGenerated"}, []string{"activityDateTime"}, []string{"createdDateTime"}, []string{"detectedDateTime"}, []string{"eventTimestamp"}, []string{"lastScannedDateTime"})
	if t, ok := normalize.ParseTime(stamp, in.Zone()); ok {
		ev.Time = t
	}
	file(ev, "azure", service, "azure."+service)
	if err := in.Flatten(ev, v, in.Names("azure", "", service)); err != nil {
		return err
	}
	if service == "pim" {
		alertIncident(in, v, ev)
	}
	properties := v.Get("properties")
	if properties == nil || properties.Type() != normalize.TypeObject {
		properties = v
	}
	activity := either(in, properties, []string{"activityDisplayName"}, []string{"message"})
	if _, has := ev.Get("src.properties.message"); !has && activity != "" {
		ev.Add("src.properties.message", activity)
	}
	if _, has := ev.Get("event.action"); !has {
		addText(ev, "event.action", activity)
	}
	in.AddJSON(ev, "src.targetResources", properties.Get("targetResources"))
	azureExtras(in, v, properties, ev)
	in.AddJSON(ev, "src.initiatedBy", properties.Get("initiatedBy"))
	addText(ev, "user.name", either(in, properties, []string{"userPrincipalName"}, []string{"initiatedBy", "user", "userPrincipalName"}, []string{"initiatedBy", "app", "displayName"}))
	if _, has := ev.Get("user.name"); !has {
		addText(ev, "user.name", either(in, v, []string{"identity", "claims", "name"}, []string{"caller"}, []string{"Caller"}, []string{"UserPrincipalName"}))
	}
	normalize.AddAddress(ev, "source", azureAddress(either(in, properties, []string{"ipAddress"}, []string{"callerIpAddress"}, []string{"CallerIpAddress"}, []string{"IPAddress"})))
	if _, has := ev.Get("source.ip"); !has {
		normalize.AddAddress(ev, "source", azureAddress(either(in, v, []string{"callerIpAddress"}, []string{"IPAddress"})))
	}
	ev.Add("cloud.provider", "azure")
	azureOutcome(in, v, properties, service, ev)
	return nil
}

// azureOutcome says how it ended.
func azureOutcome(in *normalize.Input, v, properties *normalize.Value, service string, ev *vedette.Event) {
	if service == "signinlogs" {
		signIn(in, v, properties, ev)
		code := either(in, v, []string{"resultType"}, []string{"ResultType"}, []string{"status", "errorCode"}, []string{"properties", "status", "errorCode"})
		login(ev, code == "0" || code == "")
		return
	}
	result := strings.ToLower(either(in, v, []string{"resultType"}, []string{"result"}, []string{"properties", "result"}, []string{"ResultType"}))
	api(ev, !strings.HasPrefix(result, "fail"))
}

// azureAddress takes the port off an address.
func azureAddress(s string) string {
	if normalize.IsAddress(s) {
		return s
	}
	return normalize.HostOnly(s)
}

// isM365 knows records of the unified audit log.
func isM365(_ *normalize.Input, v *normalize.Value) bool {
	return exists(v, "Operation", "Workload") && (v.Exists("CreationTime") || v.Exists("RecordType"))
}

func readM365(in *normalize.Input, v *normalize.Value, ev *vedette.Event) error {
	if t, ok := normalize.ParseTime(in.At(v, "CreationTime"), in.Zone()); ok {
		ev.Time = t
	}
	file(ev, "m365", "audit", "m365.audit")
	if err := in.Flatten(ev, v, in.Names("m365", "", "audit")); err != nil {
		return err
	}
	for _, name := range [...]string{"Parameters", "OperationProperties", "ExtendedProperties", "ModifiedProperties"} {
		in.AddJSON(ev, "src."+name, v.Get(name))
	}
	addText(ev, "user.name", in.At(v, "UserId"))
	normalize.AddAddress(ev, "source", azureAddress(either(in, v, []string{"ClientIP"}, []string{"ClientIPAddress"}, []string{"ActorIpAddress"})))
	addText(ev, "event.provider", in.At(v, "Workload"))
	if in.At(v, "Workload") == "SecurityComplianceCenter" {
		addText(ev, "event.action", in.At(v, "Name"))
	}
	for _, name := range [...]string{"ExtendedProperties", "DeviceProperties"} {
		nameAndValue(in, v.Get(name), ev)
	}
	addText(ev, "user_agent.original", in.At(v, "UserAgent"))
	ev.Add("cloud.provider", "m365")
	result := strings.ToLower(in.At(v, "ResultStatus"))
	failed := strings.HasPrefix(result, "fail") || result == "false"
	if !failed && !v.Exists("status") {
		ev.Add("src.status", "success")
	}
	switch in.At(v, "Operation") {
	case "UserLoggedIn":
		login(ev, true)
	case "UserLoginFailed":
		login(ev, false)
	default:
		api(ev, !failed)
	}
	return nil
}

// nameAndValue adds the entries of a list of {"Name":…,"Value":…} as fields of their own.
func nameAndValue(in *normalize.Input, list *normalize.Value, ev *vedette.Event) {
	for i, item := range list.GetArray() {
		name, value := in.At(item, "Name"), in.At(item, "Value")
		if i >= 64 || name == "" || len(name) > 64 || value == "" {
			continue
		}
		if _, has := ev.Get(vedette.SourcePrefix + name); !has {
			ev.Add(vedette.SourcePrefix+strings.ReplaceAll(name, " ", ""), value)
		}
	}
}

// azureExtras adds what rules call otherwise than any export does: the provider of a resource, which is part of its
// operation, and the whole of lists.
func azureExtras(in *normalize.Input, v, properties *normalize.Value, ev *vedette.Event) {
	if provider, _, ok := strings.Cut(ev.Value("event.action"), "/"); ok && strings.HasPrefix(strings.ToLower(provider), "microsoft.") {
		if _, has := ev.Get("src.ResourceProviderValue"); !has {
			ev.Add("src.ResourceProviderValue", provider)
		}
	}
	for _, list := range [...]*normalize.Value{properties.Get("additionalDetails"), v.Get("AdditionalDetails")} {
		for i, item := range list.GetArray() {
			if key := in.At(item, "key"); i < 64 && key != "" && len(key) <= 64 {
				addText(ev, "src.additionalDetails."+strings.ReplaceAll(key, " ", ""), in.At(item, "value"))
			}
		}
	}
	targets := properties.Get("targetResources").GetArray()
	if len(targets) == 0 {
		targets = v.Get("TargetResources").GetArray()
	}
	for _, target := range targets[:min(len(targets), 16)] {
		in.AddJSON(ev, "src.targetResources.modifiedProperties", target.Get("modifiedProperties"))
		addText(ev, "src.Target", in.At(target, "displayName"))
		for j, change := range target.Get("modifiedProperties").GetArray() {
			if name := in.At(change, "displayName"); j < 64 && strings.HasPrefix(name, "ConsentContext.") && len(name) <= 64 {
				addText(ev, vedette.SourcePrefix+name, strings.Trim(in.At(change, "newValue"), `"`))
			}
		}
	}
	reason := either(in, properties, []string{"resultReason"}, []string{"ResultReason"}, []string{"status", "failureReason"})
	if _, has := ev.Get("src.failure_status_reason"); !has {
		addText(ev, "src.failure_status_reason", reason)
	}
	result := either(in, properties, []string{"result"}, []string{"Result"})
	if _, has := ev.Get("src.Status"); !has && result != "" {
		ev.Add("src.Status", strings.ToUpper(result[:1])+result[1:])
	}
}

// signIn adds what rules for sign-ins call by names of the portal.
func signIn(in *normalize.Input, v, properties *normalize.Value, ev *vedette.Event) {
	if _, has := ev.Get("src.ActivityDetails"); !has {
		ev.Add("src.ActivityDetails", "Sign-ins")
	}
	addText(ev, "src.Username", either(in, properties, []string{"userPrincipalName"}, []string{"UserPrincipalName"}))
	if code := either(in, properties, []string{"status", "errorCode"}); code != "" {
		if _, has := ev.Get("src.resultType"); !has {
			ev.AddKind("src.resultType", code, vedette.KindNumber)
		}
	}
	if code := ev.Value("src.resultType"); code != "" {
		if _, has := ev.Get("src.Status"); !has {
			ev.Add("src.Status", map[bool]string{true: "Success", false: "Failure"}[code == "0"])
		}
	}
	for _, list := range [...]*normalize.Value{properties.Get("networkLocationDetails"), v.Get("NetworkLocationDetails")} {
		if list.Type() == normalize.TypeArray {
			ev.Add("src.NetworkLocationDetails", list.Compact())
		}
	}
}
