package advise

import (
	"slices"
	"strings"
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

// hasTechnique tells whether one of the techniques is, or is below, one of the wanted.
func hasTechnique(techniques []string, wanted ...string) bool {
	for _, t := range techniques {
		for _, w := range wanted {
			if len(t) >= len(w) && strings.EqualFold(t[:len(w)], w) && (len(t) == len(w) || t[len(w)] == '.') {
				return true
			}
		}
	}
	return false
}

// step is what an alert tells of an attack, in the words of a story.
type step int

// The steps, in the order in which attacks usually take them.
const (
	stepScan step = iota
	stepGuess
	stepExploit
	stepPhish
	stepLogin
	stepDownload
	stepRun
	stepPersist
	stepEscalate
	stepEvade
	stepSteal
	stepDiscover
	stepMove
	stepCollect
	stepCall
	stepLeave
	stepDamage
	stepOther // nothing tells
	stepKnown // something known to be bad was met
	stepOdd   // something unusual, no more
)

// byTechnique names the step of the techniques that say more than their tactic. Read-only.
var byTechnique = []struct {
	technique string
	step      step
}{
	{"T1110", stepGuess}, {"T1595", stepScan}, {"T1046", stepScan}, {"T1190", stepExploit}, {"T1566", stepPhish},
	{"T1105", stepDownload}, {"T1021", stepMove}, {"T1570", stepMove}, {"T1550", stepMove}, {"T1210", stepMove},
	{"T1003", stepSteal}, {"T1552", stepSteal}, {"T1555", stepSteal}, {"T1558", stepSteal}, {"T1078", stepLogin},
	{"T1486", stepDamage}, {"T1490", stepDamage}, {"T1048", stepLeave}, {"T1041", stepLeave}, {"T1567", stepLeave},
}

// byTactic names the step of every tactic. Read-only.
var byTactic = map[string]step{
	"reconnaissance": stepScan, "resource-development": stepOther, "initial-access": stepExploit, "execution": stepRun,
	"persistence": stepPersist, "privilege-escalation": stepEscalate, "defense-evasion": stepEvade, "stealth": stepEvade,
	"defense-impairment": stepEvade, "credential-access": stepSteal, "discovery": stepDiscover,
	"lateral-movement": stepMove, "collection": stepCollect, "command-and-control": stepCall, "exfiltration": stepLeave,
	"impact": stepDamage,
}

// stepOf reads the step from an alert's techniques, and failing that from the tactic that its author named first.
func stepOf(techniques, tactics []string) step {
	for _, t := range byTechnique {
		if !hasTechnique(techniques, t.technique) {
			continue
		}
		if t.step == stepLogin && !slices.ContainsFunc(tactics, isEntry) {
			continue // valid accounts are used in many steps
		}
		return t.step
	}
	for _, tactic := range tactics {
		if s, ok := byTactic[NormalTactic(tactic)]; ok {
			return s
		}
	}
	return stepOther
}

func isEntry(tactic string) bool { return NormalTactic(tactic) == "initial-access" }
