package normalize

import "github.com/vedette-soc/vedette"

// Config states the limits of one event. Zero means the default.
type Config struct {
	MaxDepth  int // levels of nesting in JSON; default 64
	MaxFields int // fields of one event; default 2,000
	MaxValue  int // bytes of one value; default 256 KiB
	MaxEvents int // events out of one record that holds many; default 20,000
}

const (
	defaultDepth  = 64
	defaultFields = 2000
	defaultValue  = 256 << 10
	defaultEvents = 20000
	maxName       = 256     // bytes of one field name
	maxNames      = 1 << 14 // field names remembered per table
	maxZones      = 64      // time zones remembered
)

// withDefaults fills the zeros in.
func (c Config) withDefaults() Config {
	if c.MaxDepth == 0 {
		c.MaxDepth = defaultDepth
	}
	if c.MaxFields == 0 {
		c.MaxFields = defaultFields
	}
	if c.MaxValue == 0 {
		c.MaxValue = defaultValue
	}
	if c.MaxEvents == 0 {
		c.MaxEvents = defaultEvents
	}
	return c
}

// Validate tells which limit makes no sense. The JSON reader itself stops at 300 levels.
func (c Config) Validate() error {
	c = c.withDefaults()
	switch {
	case c.MaxDepth < 1 || c.MaxDepth > 300:
		return vedette.Errorf(vedette.CodeInvalid, "normalize: the depth limit %d is not between 1 and 300", c.MaxDepth)
	case c.MaxFields < 1 || c.MaxFields > 60000:
		return vedette.Errorf(vedette.CodeInvalid, "normalize: the field limit %d is not between 1 and 60000", c.MaxFields)
	case c.MaxValue < 1024:
		return vedette.Errorf(vedette.CodeInvalid, "normalize: the value limit %d is below 1024 bytes", c.MaxValue)
	case c.MaxEvents < 1:
		return vedette.Errorf(vedette.CodeInvalid, "normalize: the limit of events per record %d is below 1", c.MaxEvents)
	}
	return nil
}
