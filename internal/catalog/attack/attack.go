package attack

import (
	_ "embed" // the table
	"slices"
	"strings"
	"sync"
)

// Version is the version of ATT&CK that the table follows.
const Version = "19"

// Tactic is one column of the matrix.
type Tactic struct {
	Name string `json:"name" doc:"As tags write it" example:"credential-access"`
	ID   string `json:"id" example:"TA0006"`
	En   string `json:"en" example:"Credential Access"`
	Zh   string `json:"zh" example:"凭据访问"`
}

// Technique is a technique, or a sub-technique when its ID has a point in it.
type Technique struct {
	ID       string
	Name     string
	Tactics  []string // as tags write them; none for one that is gone
	Replaced string   // the technique that took its place
	Gone     bool     // it was replaced or given up
}

// Parent is the technique that a sub-technique belongs to, and the technique itself otherwise.
func (t Technique) Parent() string {
	id, _, _ := strings.Cut(t.ID, ".")
	return id
}

// Tactics lists the tactics in the order in which attacks go through them. Defense evasion was split in two in version
// 19; rules that still name it stay readable.
func Tactics() []Tactic {
	return []Tactic{
		{"reconnaissance", "TA0043", "Reconnaissance", "侦察"},
		{"resource-development", "TA0042", "Resource Development", "资源开发"},
		{"initial-access", "TA0001", "Initial Access", "初始访问"},
		{"execution", "TA0002", "Execution", "执行"},
		{"persistence", "TA0003", "Persistence", "持久化"},
		{"privilege-escalation", "TA0004", "Privilege Escalation", "权限提升"},
		{"stealth", "TA0005", "Stealth", "隐匿"},
		{"defense-impairment", "TA0112", "Defense Impairment", "削弱防御"},
		{"credential-access", "TA0006", "Credential Access", "凭据访问"},
		{"discovery", "TA0007", "Discovery", "发现"},
		{"lateral-movement", "TA0008", "Lateral Movement", "横向移动"},
		{"collection", "TA0009", "Collection", "数据收集"},
		{"command-and-control", "TA0011", "Command and Control", "命令与控制"},
		{"exfiltration", "TA0010", "Exfiltration", "数据外泄"},
		{"impact", "TA0040", "Impact", "破坏影响"},
	}
}

// Retired is the tactic that version 19 split into stealth and defense impairment.
const Retired = "defense-evasion"

// IsTactic tells whether a tag's word, with hyphens or underscores, names a tactic of this or an earlier version.
func IsTactic(word string) bool {
	word = strings.ReplaceAll(strings.ToLower(word), "_", "-")
	return word == Retired || slices.ContainsFunc(Tactics(), func(t Tactic) bool { return t.Name == word })
}

//go:embed techniques.tsv
var table string

var read = sync.OnceValue(func() map[string]Technique {
	out := make(map[string]Technique, 900)
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(cells) != 3 || strings.HasPrefix(line, "#") {
			continue
		}
		t := Technique{ID: cells[0], Name: cells[2]}
		if to, replaced := strings.CutPrefix(cells[1], "="); replaced {
			t.Replaced, t.Gone = to, true
		} else if cells[1] == "-" {
			t.Gone = true
		} else {
			t.Tactics = strings.Split(cells[1], ",")
		}
		out[t.ID] = t
	}
	return out
})

// Find looks a technique up by its number, such as T1059.001, in any case of letters.
func Find(id string) (Technique, bool) {
	t, ok := read()[strings.ToUpper(id)]
	return t, ok
}

// Techniques lists every technique that is not gone, by number.
func Techniques() []Technique {
	var out []Technique
	for _, t := range read() {
		if !t.Gone {
			out = append(out, t)
		}
	}
	slices.SortFunc(out, func(a, b Technique) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// Title writes a technique's name with its parent's before it, as people know it: "Command and Scripting Interpreter:
// PowerShell". An unknown number is its own title.
func Title(id string) string {
	t, ok := Find(id)
	if !ok {
		return id
	}
	if parent, ok := Find(t.Parent()); ok && parent.ID != t.ID {
		return parent.Name + ": " + t.Name
	}
	return t.Name
}
