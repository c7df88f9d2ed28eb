// Package cloudtrail understands AWS CloudTrail: single events, the files with "Records", and events wrapped by
// EventBridge.
package cloudtrail

import (
	"strings"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// Parser takes CloudTrail events.
type Parser struct{}

// New makes the parser.
func New() *Parser { return &Parser{} }

// Name is "cloudtrail".
func (*Parser) Name() string { return "cloudtrail" }

// Split takes a file of CloudTrail apart.
func (*Parser) Split(in *normalize.Input, fn func(sub *normalize.Input) error) error {
	records := in.JSON.GetArray("Records")
	if len(records) == 0 || !isEvent(records[0]) {
		return normalize.ErrNotMine
	}
	return in.SplitList(records, fn)
}

// isEvent tells whether an object has the fields that every CloudTrail event has.
func isEvent(v *normalize.Value) bool {
	return v.Exists("eventName") && v.Exists("eventSource") && (v.Exists("userIdentity") || v.Exists("eventVersion") || v.Exists("awsRegion"))
}

// Parse fills the event.
func (*Parser) Parse(in *normalize.Input, ev *vedette.Event) error {
	v := in.JSON
	if v == nil {
		return normalize.ErrNotMine
	}
	if !isEvent(v) {
		if v = v.Get("detail"); v == nil || !isEvent(v) {
			return normalize.ErrNotMine
		}
	}
	if t, ok := normalize.ParseTime(in.At(v, "eventTime"), time.UTC); ok {
		ev.Time = t
	}
	ev.Dataset = "aws.cloudtrail"
	ev.Logsource = vedette.Logsource{Product: "aws", Service: "cloudtrail"}
	if err := in.Flatten(ev, v, in.Names("aws", "", "cloudtrail")); err != nil {
		return err
	}
	for _, name := range [...]string{"requestParameters", "responseElements", "additionalEventData"} {
		in.AddJSON(ev, "src."+name, v.Get(name))
	}
	who(ev)
	ev.Add("cloud.provider", "aws")
	normalize.AddAddress(ev, "source", ev.Value("src.sourceIPAddress"))
	if service, _, ok := strings.Cut(ev.Value("event.provider"), "."); ok {
		ev.Add("cloud.service.name", service)
	}
	classify(ev)
	return nil
}

// who adds the user, whatever kind of identity acted.
func who(ev *vedette.Event) {
	name := ev.Value("src.userIdentity.userName")
	arn := ev.Value("src.userIdentity.arn")
	if name == "" && arn != "" {
		name = arn[strings.LastIndexByte(arn, '/')+1:]
		if i := strings.LastIndexByte(name, ':'); i >= 0 {
			name = name[i+1:]
		}
	}
	if name == "" {
		name = ev.Value("src.userIdentity.invokedBy")
	}
	if name == "" && ev.Value("src.userIdentity.type") == "Root" {
		name = "root"
	}
	if name != "" {
		ev.Add("user.name", name)
	}
	if arn != "" {
		ev.Add("user.id", arn)
	}
}

// classify says what kind of call it was and how it went.
func classify(ev *vedette.Event) {
	action := ev.Value("event.action")
	failed := ev.Value("error.code") != ""
	if action == "ConsoleLogin" || action == "SwitchRole" || action == "ExitRole" {
		ev.Add("event.category", "authentication")
		normalize.AddOutcome(ev, !failed && ev.Value("src.responseElements.ConsoleLogin") != "Failure")
		normalize.Classify(ev, normalize.ClassAuthentication, 1)
		return
	}
	ev.Add("event.category", "api")
	normalize.AddOutcome(ev, !failed)
	normalize.Classify(ev, normalize.ClassAPI, activity(action))
}

// activity tells from the verb of a call what it does.
func activity(action string) int {
	for _, verb := range [...]struct {
		words    []string
		activity int
	}{
		{[]string{"Get", "List", "Describe", "Head", "BatchGet", "Lookup", "Search", "Query", "Scan"}, 2},
		{[]string{"Create", "Run", "Add", "Register", "Allocate", "Import", "Start"}, 1},
		{[]string{"Delete", "Terminate", "Remove", "Deregister", "Release", "Stop"}, 4},
		{[]string{"Update", "Put", "Modify", "Set", "Attach", "Detach", "Enable", "Disable", "Change"}, 3},
	} {
		for _, word := range verb.words {
			if strings.HasPrefix(action, word) {
				return verb.activity
			}
		}
	}
	return 99
}
