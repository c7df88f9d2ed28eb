package api

import (
	"net/netip"
	"time"

	"github.com/vedette-soc/vedette"
)

// Config is what an operator, or a test, can choose about the door.
type Config struct {
	Version   string         // of the program; stands in the document
	Proxies   []netip.Prefix // reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed
	Rate      float64        // requests per second that one person, token or address may make for long
	Burst     int            // requests that may come at once
	Failures  int            // attempts with wrong tokens or sessions that one address has; it gets one back every ten seconds
	Streams   int            // clients that may listen to the stream
	Ring      int            // messages that the stream keeps for those who come back
	Queue     int            // objects that may wait for one client of the stream
	Heartbeat time.Duration  // between signs of life on the stream; then also the right to listen is looked at again
}

// DefaultConfig suits a team of ten with the console open all day, and some programs beside them.
func DefaultConfig() Config {
	return Config{Version: "dev", Rate: 50, Burst: 200, Failures: 20, Streams: 256, Ring: 4096, Queue: 512, Heartbeat: 15 * time.Second}
}

// Validate tells the first setting that cannot work.
func (c Config) Validate() error {
	switch {
	case c.Rate <= 0 || c.Burst < 1 || c.Failures < 1:
		return vedette.Errorf(vedette.CodeInvalid, "the API needs a rate, a burst and a number of failures above 0")
	case c.Streams < 1 || c.Ring < 1 || c.Queue < 1:
		return vedette.Errorf(vedette.CodeInvalid, "the API needs at least one stream, one message in the ring and one in a queue")
	case c.Heartbeat <= 0:
		return vedette.Errorf(vedette.CodeInvalid, "the API needs a heartbeat above 0")
	}
	return nil
}
