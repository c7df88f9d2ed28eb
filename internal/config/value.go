package config

import (
	"encoding"
	"fmt"
	"math"
	"os"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Secret is a value that never prints. In the file it may be written ${NAME}, taken from the environment, or
// ${file:/path}, read from that file.
type Secret string

const hidden = "<secret>"

// String hides the secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return hidden
}

// MarshalText hides the secret.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the secret, following ${NAME} and ${file:/path}.
func (s *Secret) UnmarshalText(text []byte) error {
	inner, ok := strings.CutPrefix(string(text), "${")
	if !ok || !strings.HasSuffix(inner, "}") {
		*s = Secret(text)
		return nil
	}
	inner = strings.TrimSuffix(inner, "}")
	if path, ok := strings.CutPrefix(inner, "file:"); ok {
		content, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("read the secret: %w", err)
		}
		*s = Secret(strings.TrimRight(string(content), "\r\n"))
		return nil
	}
	value, ok := os.LookupEnv(inner)
	if !ok {
		return fmt.Errorf("the environment has no %s", inner)
	}
	*s = Secret(value)
	return nil
}

// decodeText reads a value from the environment: the same text as in the file, lists separated by commas.
func decodeText(text string, to reflect.Value) error {
	if to.Kind() == reflect.Slice && !strings.HasPrefix(strings.TrimSpace(text), "[") {
		text = "[" + text + "]"
	}
	if to.Kind() == reflect.String || to.Addr().Type().Implements(textType) {
		text = strconv.Quote(text)
	}
	file, err := parser.ParseBytes([]byte(text), 0)
	if err != nil || len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return fmt.Errorf("%q cannot be read as a value", text)
	}
	return decode(file.Docs[0].Body, to)
}

// decode reads one YAML node into a value.
func decode(node ast.Node, to reflect.Value) error {
	if u, ok := to.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if _, scalar := node.(ast.ScalarNode); !scalar {
			return fmt.Errorf("must be one value")
		}
		return u.UnmarshalText([]byte(node.GetToken().Value))
	}
	switch {
	case to.Type() == durationType:
		d, err := ParseDuration(node.GetToken().Value)
		to.SetInt(int64(d))
		return err
	case to.Kind() == reflect.Int64 || to.Kind() == reflect.Int:
		n, err := ParseSize(node.GetToken().Value)
		to.SetInt(n)
		return err
	}
	into := reflect.New(to.Type())
	if err := yaml.NodeToValue(node, into.Interface(), yaml.Strict()); err != nil {
		return fmt.Errorf("must be %s, not %q", describe(to.Type()), node.GetToken().Value)
	}
	to.Set(into.Elem())
	return nil
}

// ParseDuration reads a Go duration, and also whole days: "30d".
func ParseDuration(text string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.ParseInt(days, 10, 32)
		if err != nil || n > int64(math.MaxInt64/(24*time.Hour)) {
			return 0, fmt.Errorf("%q is not a duration such as 30d, 12h or 500ms", text)
		}
		return time.Duration(n) * 24 * time.Hour, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("%q is not a duration such as 30d, 12h or 500ms", text)
	}
	return d, nil
}

// ParseSize reads a whole number, which may carry a unit of bytes: "8GiB", "64 MiB".
func ParseSize(text string) (int64, error) {
	number, shift := strings.TrimSpace(text), 0
	for i, unit := range []string{"KiB", "MiB", "GiB", "TiB"} {
		if n, ok := strings.CutSuffix(number, unit); ok {
			number, shift = strings.TrimSpace(n), 10*(i+1)
		}
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(number, "_", ""), 10, 64)
	if err != nil || n > math.MaxInt64>>shift || n < math.MinInt64>>shift {
		return 0, fmt.Errorf("%q is not a whole number such as 4096 or 8GiB", text)
	}
	return n << shift, nil
}

func describe(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Slice:
		return "a list"
	case reflect.Map:
		return "a mapping"
	case reflect.Float64:
		return "a number"
	default:
		return "a text"
	}
}

// show writes a value as it would stand in the file.
func show(v reflect.Value) string {
	if d, ok := v.Interface().(time.Duration); ok {
		return d.String()
	}
	out, err := yaml.MarshalWithOptions(v.Interface(), yaml.Flow(true))
	if err != nil {
		return fmt.Sprint(v.Interface())
	}
	return strings.TrimSpace(string(out))
}
