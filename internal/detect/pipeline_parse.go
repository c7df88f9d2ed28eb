package detect

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/vedette-soc/vedette/internal/catalog"
)

// Bounds on one pipeline.
const (
	maxPipelineBytes = 1 << 20
	maxPipelineSteps = 1000
	maxPipelineParts = 100_000 // YAML nodes
)

// ParsePipeline reads a pipeline. Everything in it must be understood: a step that would be passed over in silence would
// leave rules inert.
func ParsePipeline(file catalog.File) (*Pipeline, error) {
	if len(file.Data) > maxPipelineBytes {
		return nil, rejectAt(nil, "the pipeline is larger than %d MiB", maxPipelineBytes>>20)
	}
	dec := yaml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(file.Data, []byte("\ufeff"))))
	var doc, more yaml.Node
	if err := dec.Decode(&doc); err != nil {
		line, reason := yamlTrouble(err)
		return nil, &rejection{line: line, reason: reason}
	}
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, rejectAt(&more, "a pipeline is one document, and there is more in the file")
	}
	p := &pipelineParser{}
	if err := p.plain(&doc, 0); err != nil {
		return nil, err
	}
	top, err := p.entries(doc.Content[0], "the pipeline", "name", "priority", "transformations", "vars", "allowed_backends", "description", "author", "postprocessing", "finalizers")
	if err != nil {
		return nil, err
	}
	out := &Pipeline{Name: scalarOf(top["name"]), File: file.Path, vars: make(map[string][]string)}
	if out.Name == "" {
		out.Name = file.Path
	}
	for _, key := range []string{"postprocessing", "finalizers"} {
		if node := top[key]; node != nil && len(node.Content) > 0 {
			return nil, rejectAt(node, "%s rewrites queries for another product; there is no query here that it could rewrite", key)
		}
	}
	if backends := listOf(top["allowed_backends"]); len(backends) > 0 && !slices.Contains(backends, "vedette") {
		return nil, rejectAt(top["allowed_backends"], "the pipeline is for %s only; add vedette to allowed_backends if it fits", strings.Join(backends, ", "))
	}
	if node := top["priority"]; node != nil {
		if out.Priority, err = strconv.Atoi(scalarOf(node)); err != nil {
			return nil, rejectAt(node, "the priority %q is not a whole number", scalarOf(node))
		}
	}
	if err := p.vars(out, top["vars"]); err != nil {
		return nil, err
	}
	return out, p.transformations(out, top["transformations"])
}

// pipelineParser reads one pipeline.
type pipelineParser struct{ nodes int }

// plain makes sure that a document is small and has no anchors, so that everything after may simply walk it.
func (p *pipelineParser) plain(node *yaml.Node, depth int) error {
	if p.nodes++; p.nodes > maxPipelineParts || depth > maxNesting {
		return rejectAt(node, "the pipeline is too large or nested too deep")
	}
	if node.Kind == yaml.AliasNode {
		return rejectAt(node, "a pipeline has no anchors")
	}
	for _, kid := range node.Content {
		if err := p.plain(kid, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// entries reads a map of which every key is known.
func (p *pipelineParser) entries(node *yaml.Node, what string, known ...string) (map[string]*yaml.Node, error) {
	if node == nil || node.Kind != yaml.MappingNode {
		return nil, rejectAt(node, "%s is not a map", what)
	}
	out := make(map[string]*yaml.Node, len(node.Content)/2)
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		switch {
		case !slices.Contains(known, key.Value):
			return nil, rejectAt(key, "%s has the unknown key %q; it takes %s", what, key.Value, strings.Join(known, ", "))
		case out[key.Value] != nil:
			return nil, rejectAt(key, "%s has the key %q twice", what, key.Value)
		}
		out[key.Value] = node.Content[i+1]
	}
	return out, nil
}

func (p *pipelineParser) vars(out *Pipeline, node *yaml.Node) error {
	if node == nil {
		return nil
	}
	if node.Kind != yaml.MappingNode {
		return rejectAt(node, "vars is not a map")
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		values := listOf(node.Content[i+1])
		if len(values) == 0 {
			return rejectAt(node.Content[i+1], "the variable %q has no values", node.Content[i].Value)
		}
		out.vars[node.Content[i].Value] = values
	}
	return nil
}

func (p *pipelineParser) transformations(out *Pipeline, node *yaml.Node) error {
	if node == nil || node.Kind != yaml.SequenceNode {
		return rejectAt(node, "the pipeline has no list of transformations")
	}
	if len(node.Content) > maxPipelineSteps {
		return rejectAt(node, "the pipeline has more than %d transformations", maxPipelineSteps)
	}
	ids := make(map[string]bool)
	for _, one := range node.Content {
		step, err := p.step(one)
		if err != nil {
			return err
		}
		if step.id != "" && ids[step.id] {
			return rejectAt(one, "two transformations have the id %q", step.id)
		}
		ids[step.id] = true
		out.steps = append(out.steps, step)
	}
	return nil
}

// conditionKeys are those that every transformation takes.
func conditionKeys() []string {
	return []string{
		"id", "type", "rule_conditions", "rule_cond_op", "rule_cond_not", "detection_item_conditions", "detection_item_cond_op",
		"detection_item_cond_not", "field_name_conditions", "field_name_cond_op", "field_name_cond_not",
	}
}

func (p *pipelineParser) step(node *yaml.Node) (*pipelineStep, error) {
	if node.Kind != yaml.MappingNode {
		return nil, rejectAt(node, "a transformation is not a map")
	}
	kind := scalarOf(valueAt(node, "type"))
	transformation, known := transformationTypes()[kind]
	if !known {
		return nil, rejectAt(node, "the transformation type %q is not known; there are %s", kind, strings.Join(typeNames(transformationTypes()), ", "))
	}
	top, err := p.entries(node, "a transformation of type "+kind, append(conditionKeys(), transformation.keys...)...)
	if err != nil {
		return nil, err
	}
	s := &pipelineStep{id: scalarOf(top["id"]), kind: kind, at: node}
	if err := transformation.build(s, &stepArgs{at: node, top: top}); err != nil {
		return nil, err
	}
	if s.rules, err = conditionsOf(p, top, "rule", "rule_conditions", ruleConditionTypes()); err != nil {
		return nil, err
	}
	if s.items, err = conditionsOf(p, top, "detection_item", "detection_item_conditions", itemConditionTypes()); err != nil {
		return nil, err
	}
	if s.fields, err = conditionsOf(p, top, "field_name", "field_name_conditions", fieldConditionTypes()); err != nil {
		return nil, err
	}
	if s.onItem == nil && (len(s.items.all) > 0 || len(s.fields.all) > 0) {
		return nil, rejectAt(node, "a transformation of type %s concerns whole rules; conditions on detection items or field names would do nothing", kind)
	}
	return s, nil
}

// valueAt finds the value of a key in a map.
func valueAt(node *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i+1]
		}
	}
	return nil
}

// conditionsOf reads one list of conditions and how they are joined.
func conditionsOf[T any](p *pipelineParser, top map[string]*yaml.Node, prefix, list string, types map[string]conditionType[T]) (conditionSet[T], error) {
	var out conditionSet[T]
	for key, to := range map[string]*bool{prefix + "_cond_op": &out.any, prefix + "_cond_not": &out.negate} {
		node := top[key]
		switch word := strings.ToLower(scalarOf(node)); {
		case node == nil, word == "and", word == "false":
		case word == "or" && to == &out.any, word == "true" && to == &out.negate:
			*to = true
		default:
			return out, rejectAt(node, "%s takes %s, not %q", key, map[bool]string{true: "and or or", false: "true or false"}[to == &out.any], scalarOf(node))
		}
	}
	node := top[list]
	if node == nil {
		if out.any || out.negate {
			return out, rejectAt(firstNode(top[prefix+"_cond_op"], top[prefix+"_cond_not"]), "there are no %s to join or to negate", list)
		}
		return out, nil
	}
	if node.Kind != yaml.SequenceNode || len(node.Content) == 0 {
		return out, rejectAt(node, "%s is not a list of conditions", list)
	}
	for _, one := range node.Content {
		if one.Kind != yaml.MappingNode {
			return out, rejectAt(one, "a condition is not a map")
		}
		kind := scalarOf(valueAt(one, "type"))
		t, known := types[kind]
		if !known {
			return out, rejectAt(one, "the condition type %q is not known among %s; there are %s", kind, list, strings.Join(typeNames(types), ", "))
		}
		args, err := p.entries(one, "a condition of type "+kind, append([]string{"type"}, t.keys...)...)
		if err != nil {
			return out, err
		}
		holds, err := t.build(&stepArgs{at: one, top: args})
		if err != nil {
			return out, err
		}
		out.all = append(out.all, holds)
	}
	return out, nil
}

func firstNode(nodes ...*yaml.Node) *yaml.Node {
	for _, n := range nodes {
		if n != nil {
			return n
		}
	}
	return nil
}
