package detect

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// correlationNodes is what linking must know of the document.
type correlationNodes struct {
	rules []*yaml.Node // by place among Refs
	group []*yaml.Node // by place in GroupBy
	words string       // the condition over names
	span  string
}

// correlationAlias gives a field another name for each rule.
type correlationAlias struct {
	Name   string
	Fields map[string]string // by the reference as written
	node   *yaml.Node
}

// correlation compiles a correlation document into the rule in hand; what it refers to is found later, by link.
func (c *compiler) correlation(top map[string]*yaml.Node) error {
	node := top["correlation"]
	if err := c.correlationHeader(top); err != nil {
		return err
	}
	keys, err := c.distinct(node, "correlation")
	if err != nil {
		return err
	}
	known := []string{"type", "rules", "group-by", "timespan", "condition", "field", "percentile", "aliases", "generate"}
	for _, at := range keysOf(node) {
		if !slices.Contains(known, at.Value) {
			return rejectAt(at, "correlation has the unknown key %q; it takes %s", at.Value, strings.Join(known, ", "))
		}
	}
	out := &Correlation{Rule: c.rule}
	steps := []func(*Correlation, map[string]*yaml.Node, *yaml.Node) error{
		c.correlationType, c.correlationRules, c.correlationFields, c.correlationSpan, c.correlationAliases, c.correlationCondition, c.correlationGenerate,
	}
	for _, step := range steps {
		if err := step(out, keys, node); err != nil {
			return err
		}
	}
	c.rule.correlation = out
	return nil
}

// distinct reads a map whose keys are all different.
func (c *compiler) distinct(node *yaml.Node, what string) (map[string]*yaml.Node, error) {
	if node.Kind != yaml.MappingNode {
		return nil, rejectAt(node, "%s is not a map", what)
	}
	out := make(map[string]*yaml.Node, len(node.Content)/2)
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		if out[key.Value] != nil {
			return nil, rejectAt(key, "%s has the key %q twice", what, key.Value)
		}
		value, err := c.follow(node.Content[i+1], 1)
		if err != nil {
			return nil, err
		}
		out[key.Value] = value
	}
	return out, nil
}

func keysOf(node *yaml.Node) []*yaml.Node {
	var out []*yaml.Node
	for i := 0; i+1 < len(node.Content); i += 2 {
		out = append(out, node.Content[i])
	}
	return out
}

// wordList reads a list of words, or one word that stands in its place. Each must be different.
func (c *compiler) wordList(node *yaml.Node, what string, most int) (words []string, nodes []*yaml.Node, err error) {
	list := []*yaml.Node{node}
	if node.Kind == yaml.SequenceNode {
		if list, err = c.followAll(node, 2); err != nil {
			return nil, nil, err
		}
	}
	for _, n := range list {
		word := strings.TrimSpace(scalarOf(n))
		switch {
		case word == "":
			return nil, nil, rejectAt(n, "%s has an entry that is not a word", what)
		case slices.Contains(words, word):
			return nil, nil, rejectAt(n, "%s lists %q twice", what, word)
		case len(words) == most:
			return nil, nil, rejectAt(n, "%s has more than %d entries", what, most)
		}
		words, nodes = append(words, word), append(nodes, n)
	}
	if len(words) == 0 {
		return nil, nil, rejectAt(node, "%s is empty", what)
	}
	return words, nodes, nil
}

func (c *compiler) correlationType(out *Correlation, keys map[string]*yaml.Node, node *yaml.Node) error {
	at := keys["type"]
	if at == nil {
		return rejectAt(node, "the correlation has no type")
	}
	word := strings.ToLower(scalarOf(at))
	base, extended := strings.CutSuffix(word, "_extended")
	switch out.Type = CorrelationType(base); out.Type {
	case EventCount, ValueCount, ValueSum, ValueAvg, ValueMedian, ValuePercentile:
		if extended {
			return rejectAt(at, "the correlation type %q is not known: only temporal types have an extended form", word)
		}
	case Temporal, TemporalOrdered:
		if condition := keys["condition"]; extended && (condition == nil || condition.Kind != yaml.ScalarNode) {
			return rejectAt(at, "the type %s needs a condition over the names of its rules, such as \"a and not b\"", word)
		}
	default:
		return rejectAt(at, "the correlation type %q is not one of event_count, value_count, value_sum, value_avg, value_median, value_percentile, temporal, temporal_ordered", word)
	}
	return nil
}

func (c *compiler) correlationRules(out *Correlation, keys map[string]*yaml.Node, node *yaml.Node) error {
	at := keys["rules"]
	if at == nil {
		return rejectAt(node, "the correlation names no rules")
	}
	most := MaxCorrelationRules
	if out.Type.Temporal() {
		most = MaxTemporalRules
	}
	names, nodes, err := c.wordList(at, "rules", most)
	if err != nil {
		return err
	}
	for _, name := range names {
		out.Refs = append(out.Refs, CorrelationRef{Name: name})
	}
	out.source.rules = nodes
	if out.Type == TemporalOrdered && len(names) < 2 {
		return rejectAt(at, "an order needs at least two rules")
	}
	return nil
}

// correlationFields reads group-by, and what a value type looks at. The field may stand beside the condition or in it.
func (c *compiler) correlationFields(out *Correlation, keys map[string]*yaml.Node, node *yaml.Node) (err error) {
	if at := keys["group-by"]; at != nil {
		if out.GroupBy, out.source.group, err = c.wordList(at, "group-by", MaxCorrelationFields); err != nil {
			return err
		}
	}
	field := keys["field"]
	if condition := keys["condition"]; condition != nil && condition.Kind == yaml.MappingNode {
		inner, err := c.distinct(condition, "condition")
		if err != nil {
			return err
		}
		if inner["field"] != nil && field != nil {
			return rejectAt(field, "the correlation names its field twice: here and in the condition")
		}
		if inner["field"] != nil {
			field = inner["field"]
		}
		if inner["percentile"] != nil {
			if keys["percentile"] != nil {
				return rejectAt(keys["percentile"], "the correlation names its percentile twice: here and in the condition")
			}
			keys["percentile"] = inner["percentile"]
		}
	}
	value := out.Type == ValueCount || out.Type.Numeric()
	switch {
	case value && field == nil:
		return rejectAt(node, "the type %s needs a field", out.Type)
	case !value && field != nil:
		return rejectAt(field, "the type %s takes no field", out.Type)
	case value:
		if out.Fields, _, err = c.wordList(field, "field", MaxCorrelationFields); err != nil {
			return err
		}
		if out.Type.Numeric() && len(out.Fields) > 1 {
			return rejectAt(field, "the type %s takes one field; only value_count takes several", out.Type)
		}
	}
	return out.percentile(keys["percentile"], node)
}

func (out *Correlation) percentile(at, node *yaml.Node) error {
	switch {
	case at == nil && out.Type == ValuePercentile:
		return rejectAt(node, "the type value_percentile needs a percentile, such as 95")
	case at == nil:
		return nil
	case out.Type != ValuePercentile:
		return rejectAt(at, "the type %s takes no percentile", out.Type)
	}
	n, ok := parseNumber(scalarOf(at))
	if !ok || n.f <= 0 || n.f > 100 {
		return rejectAt(at, "the percentile %q is not a number above 0 and up to 100", scalarOf(at))
	}
	out.Percentile = n.f
	return nil
}

var timespan = regexp.MustCompile(`^([0-9]{1,9})([smhdwMy])$`)

// spanUnits are the units of timespan. A month is 30 days and a year 365: windows slide, so calendars mean nothing to them.
var spanUnits = map[string]time.Duration{
	"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour, "M": 30 * 24 * time.Hour, "y": 365 * 24 * time.Hour,
}

// maxSpan is the longest window.
const maxSpan = 10 * 365 * 24 * time.Hour

func (c *compiler) correlationSpan(out *Correlation, keys map[string]*yaml.Node, node *yaml.Node) error {
	at := keys["timespan"]
	if at == nil {
		return rejectAt(node, "the correlation has no timespan")
	}
	m := timespan.FindStringSubmatch(scalarOf(at))
	if m == nil {
		return rejectAt(at, "the timespan %q is not a number with one of the units s, m, h, d, w, M, y", scalarOf(at))
	}
	n, _ := strconv.ParseInt(m[1], 10, 64)
	unit := spanUnits[m[2]]
	if n == 0 || n > int64(maxSpan/unit) {
		return rejectAt(at, "the timespan %q is not between 1s and 10y", scalarOf(at))
	}
	out.Span, out.source.span = time.Duration(n)*unit, m[0]
	return nil
}

func (c *compiler) correlationAliases(out *Correlation, keys map[string]*yaml.Node, _ *yaml.Node) error {
	at := keys["aliases"]
	if at == nil {
		return nil
	}
	aliases, err := c.distinct(at, "aliases")
	if err != nil {
		return err
	}
	for _, key := range keysOf(at) {
		fields, err := c.distinct(aliases[key.Value], "the alias "+strconv.Quote(key.Value))
		if err != nil {
			return err
		}
		if !slices.Contains(out.GroupBy, key.Value) && !slices.Contains(out.Fields, key.Value) {
			return rejectAt(key, "the alias %q is used neither in group-by nor in field", key.Value)
		}
		alias := correlationAlias{Name: key.Value, Fields: make(map[string]string, len(fields)), node: key}
		for _, rule := range keysOf(aliases[key.Value]) {
			field := strings.TrimSpace(scalarOf(fields[rule.Value]))
			if field == "" {
				return rejectAt(rule, "the alias %q names no field for %s", key.Value, rule.Value)
			}
			if !slices.ContainsFunc(out.Refs, func(r CorrelationRef) bool { return r.Name == rule.Value }) {
				return rejectAt(rule, "the alias %q speaks of %q, which is not written so under rules", key.Value, rule.Value)
			}
			alias.Fields[rule.Value] = field
		}
		for _, ref := range out.Refs {
			if alias.Fields[ref.Name] == "" {
				return rejectAt(key, "the alias %q says nothing of the rule %q", key.Value, ref.Name)
			}
		}
		out.aliases = append(out.aliases, alias)
	}
	return nil
}

func (c *compiler) correlationGenerate(out *Correlation, keys map[string]*yaml.Node, _ *yaml.Node) error {
	at := keys["generate"]
	if at == nil {
		return nil
	}
	if at.Kind != yaml.ScalarNode || at.ShortTag() != "!!bool" {
		return rejectAt(at, "generate is neither true nor false")
	}
	out.Generate = strings.EqualFold(at.Value, "true")
	return nil
}

// numberOf reads a number of the condition. Sums beyond it could no longer be compared.
func numberOf(node *yaml.Node) (float64, bool) {
	n, ok := parseNumber(scalarOf(node))
	return n.f, ok && math.Abs(n.f) <= MaxCorrelationValue
}

// MaxCorrelationValue bounds the numbers that value types add up: larger ones are not counted.
const MaxCorrelationValue = 1e300
