package advise

import (
	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/entity"
)

// Setting is what stands around an incident and is not in its document. The zero value knows nothing.
type Setting struct {
	Line      int                          // the score at which the queue begins; 0 when it is not known
	Networks  entity.Networks              // which addresses are ours
	Protected func(vedette.EntityRef) bool // what no action may touch; nil when nothing is known to be
}

// Complete fills in what people read of a sealed incident: Result, Proof, Title, Story, Next and WhyNot. Evidence,
// Reasons and Score must be final; nothing else is read, and the same document always gives the same words.
func Complete(in *vedette.Incident) { CompleteWith(in, Setting{}) }

// CompleteWith is Complete with knowledge of what stands around the incident.
func CompleteWith(in *vedette.Incident, set Setting) {
	v := look(in, set)
	if len(v.pieces) == 0 {
		return
	}
	in.Result, in.Proof = v.verdict.result, v.verdict.proof
	in.Title, in.Story = v.title(), v.story()
	in.Next, in.WhyNot = v.next(), v.whyNot()
}

// Brief fills in Title and Story alone: what a list shows of an incident that nobody is asked to work on.
func Brief(in *vedette.Incident, set Setting) {
	v := look(in, set)
	if len(v.pieces) > 0 {
		in.Title, in.Story = v.title(), v.story()
		in.Result, in.Proof, in.Next, in.WhyNot = "", nil, nil, nil
	}
}

// Result says how far the attack came, with the numbers of the evidence that proves it and a sentence that cites them.
// It is empty when nothing tells.
func Result(in *vedette.Incident) (result vedette.AttackResult, proof []int, why vedette.Text) {
	v := look(in, Setting{})
	return v.verdict.result, v.verdict.proof, v.verdict.why
}

// Story tells in one paragraph what happened, what is unusual about it, how far it came, what speaks against it and what
// is not known. Every sentence cites its evidence.
func Story(in *vedette.Incident) vedette.Text { return look(in, Setting{}).story() }

// Title says in one line what happened, to whom.
func Title(in *vedette.Incident) vedette.Text { return look(in, Setting{}).title() }

// Why says what the score stands on, the strongest contribution first.
func Why(in *vedette.Incident) []vedette.Text { return look(in, Setting{}).why() }

// WhyNot says what speaks against the incident, and why its score is not lower and not higher.
func WhyNot(in *vedette.Incident) []vedette.Text { return look(in, Setting{}).whyNot() }

// Next lists what to do next, most urgent first.
func Next(in *vedette.Incident) []vedette.NextStep { return look(in, Setting{}).next() }
