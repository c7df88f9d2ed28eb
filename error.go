package vedette

import (
	"errors"
	"fmt"
)

// Code says what kind of trouble an error is. Codes are stable: clients may branch on them.
type Code string

// The codes, and the HTTP status that the API gives each.
const (
	CodeInvalid         Code = "invalid"         // 400: the caller's input is wrong
	CodeUnauthenticated Code = "unauthenticated" // 401: who is asking is not known
	CodeDenied          Code = "denied"          // 403: who is asking may not
	CodeNotFound        Code = "not_found"       // 404
	CodeConflict        Code = "conflict"        // 409: true a moment ago, or never together
	CodeTooLarge        Code = "too_large"       // 413: over a stated limit
	CodeLimited         Code = "limited"         // 429: slow down and try again
	CodeUnavailable     Code = "unavailable"     // 503: something needed is not there now
	CodeInternal        Code = "internal"        // 500: a defect of ours
)

// Status is the HTTP status of a code; this is the one place where codes become HTTP.
func (c Code) Status() int {
	switch c {
	case CodeInvalid:
		return 400
	case CodeUnauthenticated:
		return 401
	case CodeDenied:
		return 403
	case CodeNotFound:
		return 404
	case CodeConflict:
		return 409
	case CodeTooLarge:
		return 413
	case CodeLimited:
		return 429
	case CodeUnavailable:
		return 503
	}
	return 500
}

// Error is an error that a caller can act on. Message is a full sentence for a person; Err is the cause, for the log.
type Error struct {
	Code    Code
	Message string
	Err     error
}

// Errorf makes an Error; a %w verb in the format becomes its cause.
func Errorf(code Code, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Code: code, Message: err.Error(), Err: errors.Unwrap(err)}
}

// Error returns the message for a person.
func (e *Error) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf returns the code of the first Error in the chain, and CodeInternal for any other error.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return CodeInternal
}
