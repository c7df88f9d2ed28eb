package offline

import (
	"encoding/json"
	"strings"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// finding is a line of the output of "vedette detect".
type finding struct {
	RuleID    string            `json:"rule_id"`
	RuleTitle string            `json:"rule_title"`
	RuleLevel string            `json:"rule_level"`
	Tags      []string          `json:"tags"`
	Time      time.Time         `json:"time"`
	Fields    map[string]string `json:"fields"`
}

// foundFields are the fields of a finding that name entities, in the order in which they are listed. Read-only.
var foundFields = []struct {
	field string
	kind  vedette.EntityKind
	role  vedette.Role
}{
	{"host.name", vedette.EntityHost, vedette.RoleTarget},
	{"winlog.computer_name", vedette.EntityHost, vedette.RoleTarget},
	{"host.ip", vedette.EntityAddress, ""},
	{"source.ip", vedette.EntityAddress, vedette.RoleActor},
	{"user.name", vedette.EntityUser, vedette.RoleActor},
	{"destination.ip", vedette.EntityAddress, vedette.RoleTarget},
	{"user.target.name", vedette.EntityUser, vedette.RoleTarget},
}

// foundAlert reads a finding. It says less than an alert of the API does: of entities only those that made the rule match.
func foundAlert(line []byte) (a vedette.Alert, err error) {
	var f finding
	if err := json.Unmarshal(line, &f); err != nil {
		return a, vedette.Errorf(vedette.CodeInvalid, "read a finding: %v", err)
	}
	var k Knowledge
	if k.Severity, err = vedette.ParseSeverity(f.RuleLevel); err != nil {
		return a, err
	}
	var said []string
	for _, tag := range f.Tags {
		name, ours := strings.CutPrefix(strings.ToLower(tag), "attack.")
		switch {
		case !ours:
		case technique.MatchString(strings.ToUpper(name)):
			said = append(said, name)
		default:
			k.Tactics = addUpTo(maxTactics, k.Tactics, slug(name))
		}
	}
	k.Techniques = techniques(nil, said)
	a = foreign("vedette", f.RuleID, clip([]byte(f.RuleTitle)), k)
	a.Time, a.Matched = f.Time, f.Fields
	var l refs
	for _, from := range foundFields {
		l.add(from.kind, f.Fields[from.field], from.role)
	}
	a.Entities = l
	return a, nil
}
