package collect

import (
	"context"
	"net/http"

	"github.com/vedette-soc/vedette"
)

// Sink is where receivers hand records in. Accept returns nil when every record is durable. An error with
// vedette.CodeLimited or vedette.CodeUnavailable means that none was accepted and the same call may succeed later.
// The sink owns the records from the call on.
type Sink interface {
	Accept(ctx context.Context, records []vedette.Record) error
}

// Receiver takes records in until its context ends. Run returns nil when it was asked to stop, after handing in all
// that it had already read.
type Receiver interface {
	Name() string
	Run(ctx context.Context, sink Sink) error
}

// HTTPReceiver is a receiver that is called over HTTP. The server mounts its routes on its own listener and checks
// before each call that the client may send records; who it is stands in the context, see [SenderOf].
type HTTPReceiver interface {
	Name() string
	Routes(sink Sink) []Route
}

// Route is a pattern of http.ServeMux and what answers it.
type Route struct {
	Pattern string
	Handler http.Handler
}

// Sender is who sends records over HTTP, as the server recognised them.
type Sender struct {
	Tenant string
	Name   string // of the token or the user
}

type senderKey struct{}

// WithSender returns a context that carries the sender.
func WithSender(ctx context.Context, s Sender) context.Context {
	return context.WithValue(ctx, senderKey{}, s)
}

// SenderOf returns the sender of a context; without one it is the default tenant's, unnamed.
func SenderOf(ctx context.Context) Sender {
	if s, ok := ctx.Value(senderKey{}).(Sender); ok {
		return s
	}
	return Sender{Tenant: vedette.DefaultTenant}
}
