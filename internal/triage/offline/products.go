package offline

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	vedette "github.com/vedette-soc/vedette"
)

// eveRecord is what an alert record of Suricata's EVE log says.
type eveRecord struct {
	Timestamp json.RawMessage `json:"timestamp"`
	Host      string          `json:"host"`
	SrcIP     string          `json:"src_ip"`
	DestIP    string          `json:"dest_ip"`
	Alert     struct {
		Action      string              `json:"action"`
		GID         int64               `json:"gid"`
		SignatureID int64               `json:"signature_id"`
		Signature   string              `json:"signature"`
		Category    string              `json:"category"`
		Severity    int                 `json:"severity"`
		Metadata    map[string][]string `json:"metadata"`
	} `json:"alert"`
}

// eveAlert reads an EVE alert. Suricata counts severity downwards from 1; 0 and numbers above 3 say nothing.
func eveAlert(line []byte) (a vedette.Alert, err error) {
	var r eveRecord
	if err := json.Unmarshal(line, &r); err != nil {
		return a, vedette.Errorf(vedette.CodeInvalid, "read an EVE alert: %v", err)
	}
	title := clip([]byte(r.Alert.Signature))
	k := Know(title + " " + clip([]byte(r.Alert.Category)))
	k.Techniques = techniques(k.Techniques, r.Alert.Metadata["mitre_technique_id"])
	if severity := [...]vedette.Severity{0, vedette.High, vedette.Medium, vedette.Low}; r.Alert.Severity >= 1 && r.Alert.Severity < len(severity) {
		k.Severity = min(max(k.Severity, vedette.Low), severity[r.Alert.Severity])
	}
	rule := "suricata-" + strconv.FormatInt(r.Alert.GID, 10) + "-" + strconv.FormatInt(r.Alert.SignatureID, 10)
	a = foreign("suricata", rule, title, k)
	a.Time = moment(r.Timestamp)
	if r.Alert.Action == "blocked" {
		a.Matched = map[string]string{"event.action": "blocked"}
	}
	var l refs
	l.add(vedette.EntityAddress, r.SrcIP, vedette.RoleActor)
	l.add(vedette.EntityAddress, r.DestIP, vedette.RoleTarget)
	a.Entities = l
	return a, nil
}

// wazuhRecord is what an alert of Wazuh says.
type wazuhRecord struct {
	Timestamp json.RawMessage `json:"timestamp"`
	Rule      struct {
		ID          json.RawMessage `json:"id"`
		Level       int             `json:"level"`
		Description string          `json:"description"`
		Groups      []string        `json:"groups"`
		Mitre       struct {
			ID     []string `json:"id"`
			Tactic []string `json:"tactic"`
		} `json:"mitre"`
	} `json:"rule"`
	Agent struct {
		Name string `json:"name"`
		IP   string `json:"ip"`
	} `json:"agent"`
	Data struct {
		SrcIP   string `json:"srcip"`
		DstIP   string `json:"dstip"`
		SrcUser string `json:"srcuser"`
		DstUser string `json:"dstuser"`
	} `json:"data"`
}

// wazuhAlert reads an alert of Wazuh. Levels: 0–3 info, 4–6 low, 7–9 medium, 10–12 high, above that critical.
func wazuhAlert(line []byte) (a vedette.Alert, err error) {
	var r wazuhRecord
	if err := json.Unmarshal(line, &r); err != nil {
		return a, vedette.Errorf(vedette.CodeInvalid, "read an alert of Wazuh: %v", err)
	}
	title := clip([]byte(r.Rule.Description))
	k := Know(title + " " + strings.ReplaceAll(clip([]byte(strings.Join(r.Rule.Groups, " "))), "_", " "))
	k.Techniques = techniques(k.Techniques, r.Rule.Mitre.ID)
	for _, tactic := range r.Rule.Mitre.Tactic {
		k.Tactics = addUpTo(maxTactics, k.Tactics, slug(tactic))
	}
	switch level := r.Rule.Level; {
	case level <= 3:
		k.Severity = vedette.Info
	case level <= 6:
		k.Severity = vedette.Low
	case level <= 9:
		k.Severity = vedette.Medium
	case level <= 12:
		k.Severity = vedette.High
	default:
		k.Severity = vedette.Critical
	}
	a = foreign("wazuh", "wazuh-"+slug(string(r.Rule.ID)), title, k)
	a.Time = moment(r.Timestamp)
	var l refs
	l.add(vedette.EntityHost, r.Agent.Name, vedette.RoleTarget)
	l.add(vedette.EntityAddress, r.Agent.IP, "")
	l.add(vedette.EntityAddress, r.Data.SrcIP, vedette.RoleActor)
	l.add(vedette.EntityAddress, r.Data.DstIP, vedette.RoleTarget)
	l.add(vedette.EntityUser, r.Data.SrcUser, vedette.RoleActor)
	l.add(vedette.EntityUser, r.Data.DstUser, vedette.RoleTarget)
	a.Entities = l
	return a, nil
}

// flatRecord is the form for alerts of any product.
type flatRecord struct {
	Time       json.RawMessage `json:"time"`
	Name       string          `json:"name"`
	Severity   string          `json:"severity"`
	Host       string          `json:"host"`
	IP         string          `json:"ip"`
	User       string          `json:"user"`
	SrcIP      string          `json:"src_ip"`
	DstIP      string          `json:"dst_ip"`
	Techniques []string        `json:"techniques"`
}

func flatAlert(line []byte) (a vedette.Alert, err error) {
	var r flatRecord
	if err := json.Unmarshal(line, &r); err != nil {
		return a, vedette.Errorf(vedette.CodeInvalid, "read an alert: %v", err)
	}
	title := clip([]byte(r.Name))
	a = Named(title)
	if r.Severity != "" {
		if a.Severity, err = vedette.ParseSeverity(r.Severity); err != nil {
			return a, err
		}
	}
	if len(r.Techniques) > 0 {
		k := Know(title)
		k.Severity, k.Techniques = a.Severity, techniques(nil, r.Techniques)
		a = foreign(a.Source, a.RuleID, a.RuleTitle, k)
	}
	a.Time = moment(r.Time)
	var l refs
	l.add(vedette.EntityHost, r.Host, vedette.RoleTarget)
	l.add(vedette.EntityAddress, r.IP, "")
	l.add(vedette.EntityAddress, r.SrcIP, vedette.RoleActor)
	l.add(vedette.EntityUser, r.User, vedette.RoleActor)
	l.add(vedette.EntityAddress, r.DstIP, vedette.RoleTarget)
	a.Entities = l
	return a, nil
}

// technique is the form of an ATT&CK technique's id. Read-only.
var technique = regexp.MustCompile(`^T[0-9]{4}(\.[0-9]{3})?$`)

// techniques puts what a product says of itself before what we know of its words.
func techniques(known, said []string) []string {
	var out []string
	for _, t := range said {
		if t = strings.ToUpper(strings.TrimSpace(t)); technique.MatchString(t) {
			out = addUpTo(maxTechniques, out, t)
		}
	}
	for _, t := range known {
		out = addUpTo(maxTechniques, out, t)
	}
	return out
}
