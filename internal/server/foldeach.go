package server

import (
	"context"
	"slices"

	"github.com/vedette-soc/vedette"
)

// foldEach folds the alerts of a batch that cannot be folded as one. It is outside the journal's count, as they are no batch.
func (p *process) foldEach(ctx context.Context, b batch, cause error) ([]vedette.Alert, error) {
	out, lost := slices.Clone(b.alerts), 0
	for i := range out {
		one, err := p.foldOnce(ctx, batch{alerts: out[i : i+1]})
		switch code := vedette.CodeOf(err); {
		case err == nil:
			out[i] = one[0]
		case code == vedette.CodeTooLarge || code == vedette.CodeInvalid:
			lost++
		default:
			return nil, err
		}
	}
	p.log.Error("a batch of alerts could not be folded as one", "sequence", b.seq, "alerts", len(out), "in_no_incident", lost, "error", cause)
	return out, nil
}
