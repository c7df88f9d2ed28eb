package server

import (
	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect/hunt"
)

// newHunter looks through the stored events for people. Rows of versions that did not store log sources are read again.
func (s *Server) newHunter(understand func(*vedette.Record) []*vedette.Event) (*hunt.Hunter, error) {
	cfg := hunt.DefaultConfig()
	cfg.Understand, cfg.Lateness = understand, s.cfg.Correlations.Lateness
	return hunt.New(cfg, s.events)
}
