package victorialogs

import (
	"bytes"
	"flag"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/VictoriaMetrics/VictoriaMetrics/lib/logger"
)

// The engine keeps its settings and its log once per process; these mirror that and nothing else.
var (
	prepareOnce sync.Once
	engineLog   atomic.Pointer[slog.Logger] // of the store opened last
)

// prepare sets the engine's flags and takes over its log. The first store of a process decides the memory.
func prepare(memory int64, log *slog.Logger) (err error) {
	engineLog.Store(log)
	prepareOnce.Do(func() {
		for name, value := range map[string]string{
			"memory.allowedBytes":     strconv.FormatInt(memory, 10),
			"loggerLevel":             "INFO",
			"loggerDisableTimestamps": "true",
		} {
			if err = flag.CommandLine.Set(name, value); err != nil {
				return
			}
		}
		if !flag.CommandLine.Parsed() { // the engine refuses to start otherwise; our own command line is not flag's
			err = flag.CommandLine.Parse(nil)
		}
		logger.SetOutputForTests(logWriter{}) // its only way to redirect the log
	})
	return err
}

// logWriter hands the engine's lines on: "<level>\t<place in its source>\t<message>\n", one a call.
type logWriter struct{}

func (logWriter) Write(line []byte) (int, error) {
	log := engineLog.Load()
	level, rest, _ := bytes.Cut(line, []byte{'\t'})
	place, text, _ := bytes.Cut(rest, []byte{'\t'})
	msg := "event store engine: " + string(bytes.TrimSpace(text))
	switch string(level) {
	case "info": // starts, merges and deletions: for who looks for trouble
		log.Debug(msg, "at", string(place))
	case "warn":
		log.Warn(msg, "at", string(place))
	default:
		log.Error(msg, "at", string(place))
	}
	return len(line), nil
}
