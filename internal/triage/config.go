package triage

import (
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// Config is what an operator can choose about triage.
type Config struct {
	Window      time.Duration // how long after its last alert an incident takes further ones
	MaxOpen     int           // incidents kept in memory; beyond it the least of them wait in the store and grow no more
	MaxEvidence int           // alerts kept with an incident: the first and last of each kind
	Learning    time.Duration // for which a tenant is only watched before what is new or more than usual counts fully; 0 for none
}

// DefaultConfig suits one server.
func DefaultConfig() Config {
	return Config{Window: 24 * time.Hour, MaxOpen: 5000, MaxEvidence: 64, Learning: 24 * time.Hour}
}

// Validate tells the first setting that cannot work.
func (c Config) Validate() error {
	switch {
	case c.Window < time.Minute || c.Window > 30*24*time.Hour:
		return vedette.Errorf(vedette.CodeInvalid, "triage needs a window between 1 minute and 30 days, not %s", c.Window)
	case c.Learning < 0 || c.Learning > 30*24*time.Hour:
		return vedette.Errorf(vedette.CodeInvalid, "triage learns for 0 to 30 days, not %s", c.Learning)
	case c.MaxOpen < 16:
		return vedette.Errorf(vedette.CodeInvalid, "triage needs room for at least 16 open incidents, not %d", c.MaxOpen)
	case c.MaxEvidence < 8 || c.MaxEvidence > 64:
		return vedette.Errorf(vedette.CodeInvalid, "triage keeps 8 to 64 pieces of evidence per incident, not %d", c.MaxEvidence)
	}
	return nil
}
