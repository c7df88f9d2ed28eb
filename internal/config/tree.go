package config

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"
	"time"
)

var (
	durationType = reflect.TypeFor[time.Duration]()
	textType     = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// isBranch tells a struct of further settings from a value.
func isBranch(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && !reflect.PointerTo(t).Implements(textType)
}

// leaves visits every value of a tree, in order, with its path.
func leaves(v reflect.Value, path string, visit func(path string, v reflect.Value)) {
	for i := range v.NumField() {
		key := keyOf(v.Type().Field(i))
		if key == "" {
			continue
		}
		if p := join(path, key); isBranch(v.Field(i).Type()) {
			leaves(v.Field(i), p, visit)
		} else {
			visit(p, v.Field(i))
		}
	}
}

// keyOf is the key under which a field stands in the file; "" when it does not.
func keyOf(f reflect.StructField) string {
	tag, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	if tag == "-" || !f.IsExported() {
		return ""
	}
	if tag != "" {
		return tag
	}
	return strings.ToLower(f.Name)
}

func fieldByKey(v reflect.Value, key string) (reflect.Value, bool) {
	for i := range v.NumField() {
		if k := keyOf(v.Type().Field(i)); k != "" && k == key {
			return v.Field(i), true
		}
	}
	return reflect.Value{}, false
}

// didYouMean names the nearest key that the struct has, when one is near.
func didYouMean(key string, v reflect.Value) string {
	best, bestDistance := "", len(key)/2+2
	var all []string
	for i := range v.NumField() {
		k := keyOf(v.Type().Field(i))
		if k == "" {
			continue
		}
		all = append(all, k)
		if d := distance(strings.ToLower(key), k); d < bestDistance {
			best, bestDistance = k, d
		}
	}
	if best != "" {
		return fmt.Sprintf(". Did you mean %q?", best)
	}
	return ". Known here: " + strings.Join(all, ", ") + "."
}

// distance is the number of letters to insert, delete, replace or swap with their neighbour (optimal string alignment).
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range b {
		rows[0][j+1] = j + 1
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return rows[len(a)][len(b)]
}
