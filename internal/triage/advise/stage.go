package advise

import (
	"slices"
	"strings"

	"github.com/vedette-soc/vedette/internal/catalog/attack"
)

// tactics lists the tactics of ATT&CK for Enterprise in the order in which attacks go through them, with their Chinese
// names. Defense evasion was split in two in version 19; both parts stand beside it. Read-only.
var tactics = []struct{ name, en, zh string }{
	{"reconnaissance", "reconnaissance", "侦察"},
	{"resource-development", "resource development", "资源开发"},
	{"initial-access", "initial access", "初始访问"},
	{"execution", "execution", "执行"},
	{"persistence", "persistence", "持久化"},
	{"privilege-escalation", "privilege escalation", "权限提升"},
	{"defense-evasion", "defense evasion", "防御规避"},
	{"stealth", "stealth", "隐匿"},
	{"defense-impairment", "defense impairment", "削弱防御"},
	{"credential-access", "credential access", "凭据访问"},
	{"discovery", "discovery", "发现"},
	{"lateral-movement", "lateral movement", "横向移动"},
	{"collection", "collection", "数据收集"},
	{"command-and-control", "command and control", "命令与控制"},
	{"exfiltration", "exfiltration", "数据外泄"},
	{"impact", "impact", "破坏影响"},
}

// Stage describes the tactic at a place in the order of the kill chain, as [StageOf] gives it.
func Stage(at int) attack.Tactic {
	t := tactics[at]
	return attack.Tactic{Name: t.name, En: t.en, Zh: t.zh}
}

// StageOf returns a tactic's place in the order of the kill chain, -1 for an unknown one.
func StageOf(tactic string) int {
	tactic = NormalTactic(tactic)
	for i := range tactics {
		if tactics[i].name == tactic {
			return i
		}
	}
	return -1
}

// NormalTactic writes a tactic as the table does: Sigma tags use underscores or hyphens.
func NormalTactic(tactic string) string {
	for i := range len(tactic) {
		if c := tactic[i]; c == '_' || c >= 'A' && c <= 'Z' {
			return strings.ReplaceAll(strings.ToLower(tactic), "_", "-")
		}
	}
	return tactic
}

// MergeTactics adds known tactics to a list and keeps it in the order of the attack.
func MergeTactics(list, more []string) []string {
	for _, tactic := range more {
		tactic = NormalTactic(tactic)
		if StageOf(tactic) >= 0 && !slices.Contains(list, tactic) {
			list = append(list, tactic)
		}
	}
	slices.SortFunc(list, func(a, b string) int { return StageOf(a) - StageOf(b) })
	return list
}

// HasTechnique tells whether one of the techniques is, or is below, one of the wanted.
func HasTechnique(techniques []string, wanted ...string) bool {
	for _, t := range techniques {
		for _, w := range wanted {
			if len(t) >= len(w) && strings.EqualFold(t[:len(w)], w) && (len(t) == len(w) || t[len(w)] == '.') {
				return true
			}
		}
	}
	return false
}

// Step is what an alert tells of an attack, in the words of a story.
type Step int

// The steps, in the order in which attacks usually take them.
const (
	StepScan Step = iota
	StepGuess
	StepExploit
	StepPhish
	StepLogin
	StepDownload
	StepRun
	StepPersist
	StepEscalate
	StepEvade
	StepSteal
	StepDiscover
	StepMove
	StepCollect
	StepCall
	StepLeave
	StepDamage
	StepOther // nothing tells
	StepKnown // something known to be bad was met
	StepOdd   // something unusual, no more
)

// byTechnique names the step of the techniques that say more than their tactic. Read-only.
var byTechnique = []struct {
	technique string
	step      Step
}{
	{"T1110", StepGuess}, {"T1595", StepScan}, {"T1046", StepScan}, {"T1190", StepExploit}, {"T1566", StepPhish},
	{"T1105", StepDownload}, {"T1021", StepMove}, {"T1570", StepMove}, {"T1550", StepMove}, {"T1210", StepMove},
	{"T1003", StepSteal}, {"T1552", StepSteal}, {"T1555", StepSteal}, {"T1558", StepSteal}, {"T1078", StepLogin},
	{"T1486", StepDamage}, {"T1490", StepDamage}, {"T1048", StepLeave}, {"T1041", StepLeave}, {"T1567", StepLeave},
}

// byTactic names the step of every tactic. Read-only.
var byTactic = map[string]Step{
	"reconnaissance": StepScan, "resource-development": StepOther, "initial-access": StepExploit, "execution": StepRun,
	"persistence": StepPersist, "privilege-escalation": StepEscalate, "defense-evasion": StepEvade, "stealth": StepEvade,
	"defense-impairment": StepEvade, "credential-access": StepSteal, "discovery": StepDiscover,
	"lateral-movement": StepMove, "collection": StepCollect, "command-and-control": StepCall, "exfiltration": StepLeave,
	"impact": StepDamage,
}

// StepOf reads the step from an alert's techniques, and failing that from the tactic that its author named first.
func StepOf(techniques, tactics []string) Step {
	for _, t := range byTechnique {
		if !HasTechnique(techniques, t.technique) {
			continue
		}
		if t.step == StepLogin && !slices.ContainsFunc(tactics, isEntry) {
			continue // valid accounts are used in many steps
		}
		return t.step
	}
	for _, tactic := range tactics {
		if s, ok := byTactic[NormalTactic(tactic)]; ok {
			return s
		}
	}
	return StepOther
}

func isEntry(tactic string) bool { return NormalTactic(tactic) == "initial-access" }
