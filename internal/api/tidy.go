package api

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// tidy makes the document say what answers really look like: lists and maps are never null (answers are filled by
// filled), and answers may grow fields later, while bodies of requests stay strict.
func tidy(doc *huma.OpenAPI) {
	schemas := doc.Components.Schemas.Map()
	delete(schemas, "ErrorModel") // huma's own shape of errors, which no answer has
	delete(schemas, "ErrorDetail")
	requests := map[string]bool{}
	for _, op := range operations(doc) {
		if op.OperationID == "uploadRules" {
			describeUpload(op)
		}
		for _, param := range op.Parameters {
			notNull(param.Schema)
		}
		if op.RequestBody == nil {
			continue
		}
		for _, media := range op.RequestBody.Content {
			reach(doc.Components.Schemas, media.Schema, requests)
		}
	}
	for name, schema := range schemas {
		if !requests[name] && schema.AdditionalProperties == false {
			schema.AdditionalProperties = nil
		}
		notNull(schema)
	}
}

// operations returns every operation of the document, in no particular order.
func operations(doc *huma.OpenAPI) []*huma.Operation {
	var all []*huma.Operation
	for _, item := range doc.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Patch, item.Delete, item.Put} {
			if op != nil {
				all = append(all, op)
			}
		}
	}
	return all
}

// reach notes the names of all schemas that a schema leads to.
func reach(schemas huma.Registry, s *huma.Schema, seen map[string]bool) {
	if s == nil {
		return
	}
	if s.Ref != "" {
		name := s.Ref[len("#/components/schemas/"):]
		if seen[name] {
			return
		}
		seen[name] = true
		s = schemas.SchemaFromRef(s.Ref)
	}
	for _, p := range s.Properties {
		reach(schemas, p, seen)
	}
	reach(schemas, s.Items, seen)
	if extra, ok := s.AdditionalProperties.(*huma.Schema); ok {
		reach(schemas, extra, seen)
	}
}

func notNull(s *huma.Schema) {
	if s == nil {
		return
	}
	if s.Type == huma.TypeArray || s.Type == huma.TypeObject {
		s.Nullable = false
	}
	for _, p := range s.Properties {
		notNull(p)
	}
	notNull(s.Items)
}

// filled returns a copy of an answer in which no list and no map is nil, so that a client never meets null where the
// document promises a list. What it copies is what it changes; the value given is left alone, because it may be shared.
func filled(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || opaque(v.Type().Elem()) {
			return v
		}
		out := reflect.New(v.Type().Elem())
		out.Elem().Set(filled(v.Elem()))
		return out
	case reflect.Struct:
		return filledStruct(v)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return v
		}
		out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			out.Index(i).Set(filled(v.Index(i)))
		}
		return out
	case reflect.Map:
		if v.IsNil() {
			return reflect.MakeMap(v.Type())
		}
	}
	return v
}

func filledStruct(v reflect.Value) reflect.Value {
	if opaque(v.Type()) {
		return v
	}
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	for i := range v.NumField() {
		if !v.Type().Field(i).IsExported() {
			continue
		}
		switch f := v.Field(i); f.Kind() {
		case reflect.Pointer, reflect.Struct, reflect.Slice, reflect.Map:
			out.Field(i).Set(filled(f))
		}
	}
	return out
}

// opaque types write themselves.
func opaque(t reflect.Type) bool {
	return t.Implements(jsonMarshaler) || t.Implements(textMarshaler)
}
