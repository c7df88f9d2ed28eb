package advise

import (
	"cmp"
	"slices"
	"strings"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/catalog/attack"
	"github.com/vedette-soc/vedette/internal/entity"
)

const maxTechniques = 8 // that a story names

// stages names the tactics and techniques, in the order of the kill chain, each with the evidence that bears its tag.
func (v *view) stages(p *paragraph) {
	type stage struct {
		at        int
		technique string
		piece     *piece
	}
	var all []stage
	for i := range v.pieces {
		q := &v.pieces[i]
		at := -1
		for _, tactic := range q.Tactics {
			if at = StageOf(tactic); at >= 0 {
				break
			}
		}
		if at < 0 {
			continue
		}
		id := ""
		if len(q.Techniques) > 0 {
			id = Clean(strings.ToUpper(q.Techniques[0]), 12)
		}
		if !slices.ContainsFunc(all, func(s stage) bool { return s.at == at && (s.technique == id || id == "") }) {
			all = append(all, stage{at, id, q})
		}
	}
	slices.SortStableFunc(all, func(a, b stage) int { return cmp.Compare(a.at, b.at) })
	for i := len(all) - 1; i > 0 && len(all) > maxTechniques; i-- {
		if all[i].at == all[i-1].at {
			all = slices.Delete(all, i, i+1) // every stage comes before a second technique of one
		}
	}
	var en, zh []string
	for _, s := range all[:min(len(all), maxTechniques)] {
		name, nameZh := tactics[s.at].en, tactics[s.at].zh
		if _, known := attack.Find(s.technique); known {
			name += " (" + s.technique + " " + attack.Title(s.technique) + ")"
			parent, _, _ := strings.Cut(s.technique, ".")
			nameZh += "（" + strings.TrimRight(s.technique+" "+techniquesZh[parent], " ") + "）"
		}
		en, zh = append(en, name+" "+cite(s.piece)), append(zh, nameZh+cite(s.piece))
	}
	if len(en) > 0 {
		p.add("ATT&CK: "+strings.Join(en, ", ")+".", "ATT&CK 阶段："+strings.Join(zh, "、")+"。")
	}
}

// against names what speaks against it, where evidence shows it.
func (v *view) against(p *paragraph) {
	for _, r := range v.Reasons {
		numbers := v.valid(r.Evidence)
		if r.Family != vedette.FamilyExculpatory || len(numbers) == 0 {
			continue
		}
		en, zh := bare(r.Text)
		p.add("what speaks against it: "+en+" "+citeAll(numbers)+".", "反面证据："+zh+citeAll(numbers)+"。")
	}
}

// valid keeps the numbers that some evidence has.
func (v *view) valid(numbers []int) []int {
	return slices.DeleteFunc(slices.Clone(numbers), func(n int) bool { return n < 1 || n > len(v.pieces) })
}

// bare is a text without the stop at its end, cleaned, so that it may stand within a sentence.
func bare(t vedette.Text) (en, zh string) {
	return strings.TrimRight(Clean(t.En, 240), ". "), strings.TrimRight(Clean(t.Zh, 240), "。 ")
}

// open says what is not known.
func (v *view) open(p *paragraph) {
	var entered, within, left *piece
	for i := range v.pieces {
		q := &v.pieces[i]
		switch {
		case q.step == StepLogin || q.step == StepExploit || q.step == StepPhish || q.step == StepGuess:
			entered = cmp.Or(entered, q)
		case within == nil && q.inside(vedette.Medium):
			within = q
		}
		if left == nil && q.step == StepLeave && q.ended != stopped && q.ended != failed && bytesOf(q.Alert) == 0 {
			left = q
		}
	}
	if within != nil && (entered == nil || entered.n > within.n) {
		if who := ownAccount(within); who != "" {
			p.add("not known: whether "+who+" did this, or somebody else who has the account "+cite(within)+".", "尚不清楚：是 "+who+" 本人所为，还是账户被他人使用"+cite(within)+"。")
		} else {
			p.add("not known: how somebody got in, for nothing shows it before "+cite(within)+".", "尚不清楚：入侵途径，此前没有相关证据"+cite(within)+"。")
		}
	}
	if left != nil && v.verdict.by != "data-left" {
		p.add("not known: how much data left "+cite(left)+".", "尚不清楚：外传的数据量"+cite(left)+"。")
	}
	if v.verdict.result == "" {
		first := v.worst()
		if first.step <= StepPhish {
			p.add("not known: whether it worked, for no evidence says so "+cite(first)+".", "尚不清楚：是否得手，现有证据不足以判断"+cite(first)+"。")
		} else {
			p.add("not known: whether this was an attack or meant, for no evidence decides it "+cite(first)+".", "尚不清楚：是攻击还是正常操作，现有证据不足以判断"+cite(first)+"。")
		}
	}
}

// ownAccount names the person's account that a piece was done by; "" when it is nobody's own.
func ownAccount(p *piece) string {
	if len(p.users) != 1 || entity.CommonAccount(strings.ToLower(p.users[0])) || slices.Contains(webAccounts, strings.ToLower(p.users[0])) {
		return ""
	}
	return p.users[0]
}

// worst is the gravest piece of evidence, the first of equals.
func (v *view) worst() *piece {
	worst := &v.pieces[0]
	for i := range v.pieces {
		if p := &v.pieces[i]; p.Severity > worst.Severity {
			worst = p
		}
	}
	return worst
}
