package jetstream

import (
	"fmt"
	"log/slog"
	"strings"
)

// logger hands the server's log on. Its notices are news to nobody but who looks for trouble, so they become debug.
type logger struct {
	log         *slog.Logger
	writeFailed func() // called when the server says that it could not write
}

func (l *logger) Noticef(format string, v ...any) { l.log.Debug(message(format, v)) }
func (l *logger) Debugf(format string, v ...any)  { l.log.Debug(message(format, v)) }
func (l *logger) Tracef(format string, v ...any)  { l.log.Debug(message(format, v)) }
func (l *logger) Fatalf(format string, v ...any)  { l.failure(message(format, v)) }
func (l *logger) Errorf(format string, v ...any)  { l.failure(message(format, v)) }

func (l *logger) Warnf(format string, v ...any) {
	text := message(format, v)
	if strings.Contains(text, "disabling JetStream") {
		l.failure(text)
		return
	}
	l.log.Warn(text)
}

// failure logs an error, and recognises the one that the server tells nobody else: a message it could not store.
func (l *logger) failure(text string) {
	l.log.Error(text)
	if strings.Contains(text, "failed to store") || strings.Contains(text, "disabling JetStream") ||
		strings.Contains(text, "will be DISABLED") {
		l.writeFailed()
	}
}

func message(format string, v []any) string { return "journal server: " + fmt.Sprintf(format, v...) }
