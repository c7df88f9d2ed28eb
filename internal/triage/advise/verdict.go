package advise

import vedette "github.com/vedette-soc/vedette"

// verdict is how far the attack came, and what proves it.
type verdict struct {
	result vedette.AttackResult
	proof  []int
	why    vedette.Text
}

func (v *view) judge() verdict { return verdict{} }
func (v *view) next() []vedette.NextStep { return nil }
func (v *view) whyNot() []vedette.Text { return nil }
func (v *view) why() []vedette.Text { return nil }
func (v *view) stages(*paragraph) {}
func (v *view) against(*paragraph) {}
func (v *view) open(*paragraph) {}
func (v *view) brokeIn() (guess, login *piece) { return nil, nil }
