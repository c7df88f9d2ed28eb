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
		exists(v, "riskEventType", "detectedDateTime")
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
	switch {
	case service != "":
	case v.Exists("activityDisplayName"):
		service = "auditlogs"
	case v.Exists("riskEventType"):
		service = "riskdetection"
	case v.Exists("userPrincipalName"):
		service = "signinlogs"
	default:
		service = "activitylogs"
	}
	stamp := either(in, v, []string{"time"}, []string{"TimeGenerated"}, []string{"activityDateTime"}, []string{"createdDateTime"}, []string{"detectedDateTime"}, []string{"eventTimestamp"})
	if t, ok := normalize.ParseTime(stamp, in.Zone()); ok {
		ev.Time = t
	}
	file(ev, "azure", service, "azure."+service)
	if err := in.Flatten(ev, v, in.Names("azure", "", service)); err != nil {
		return err
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
	if service == "signinlogs" {
		code := either(in, v, []string{"resultType"}, []string{"ResultType"}, []string{"status", "errorCode"}, []string{"properties", "status", "errorCode"})
		login(ev, code == "0" || code == "")
		return nil
	}
	result := strings.ToLower(either(in, v, []string{"resultType"}, []string{"result"}, []string{"properties", "result"}, []string{"ResultType"}))
	api(ev, !strings.HasPrefix(result, "fail"))
	return nil
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
	service := "audit"
	if in.At(v, "Workload") == "SecurityComplianceCenter" {
		service = "threat_management"
	}
	file(ev, "m365", service, "m365.audit")
	if err := in.Flatten(ev, v, in.Names("m365", "", service)); err != nil {
		return err
	}
	for _, name := range [...]string{"Parameters", "OperationProperties", "ExtendedProperties", "ModifiedProperties"} {
		in.AddJSON(ev, "src."+name, v.Get(name))
	}
	addText(ev, "user.name", in.At(v, "UserId"))
	normalize.AddAddress(ev, "source", azureAddress(either(in, v, []string{"ClientIP"}, []string{"ClientIPAddress"}, []string{"ActorIpAddress"})))
	addText(ev, "event.provider", in.At(v, "Workload"))
	if service == "threat_management" {
		addText(ev, "event.action", in.At(v, "Name"))
		ev.Add("src.status", "success")
	}
	addText(ev, "user_agent.original", in.At(v, "UserAgent"))
	ev.Add("cloud.provider", "m365")
	failed := strings.HasPrefix(strings.ToLower(in.At(v, "ResultStatus")), "fail")
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
