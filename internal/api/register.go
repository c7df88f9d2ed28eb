package api

import (
	"context"
	"encoding"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

var (
	problemOfType = reflect.TypeFor[Problem]()
	jsonMarshaler = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
)

// nothing is the input of operations that take none, and the output of those that give none.
type nothing struct{}

// register joins a handler to its line in the routes table. A handler returns vedette errors; what they become on the
// wire is decided here, once. An id without a line, or given twice, is a defect that the first start shows.
func register[I, O any](a *API, id string, handle func(context.Context, *I) (*O, error)) {
	r, ok := a.open[id]
	if !ok {
		panic(fmt.Sprintf("api: operation %s is not in the routes table, or registered twice", id))
	}
	delete(a.open, id)
	op := r.operation(a.huma.OpenAPI().Components.Schemas)
	op.Middlewares = huma.Middlewares{a.guard(r)}
	describe(a.huma.OpenAPI().Components.Schemas, &op)
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		q := requestOf(ctx)
		q.reached = true
		if r.writes() {
			// The body has arrived. Its deadline must not cut the work short: net/http would cancel the context.
			_ = http.NewResponseController(q.w).SetReadDeadline(time.Time{})
		}
		out, err := handle(ctx, in)
		if err != nil {
			return nil, a.fail(ctx, r, err)
		}
		if out == nil {
			return nil, nil
		}
		return filled(reflect.ValueOf(out)).Interface().(*O), nil
	})
}
