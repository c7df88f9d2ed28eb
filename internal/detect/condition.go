package detect

import (
	"fmt"
	"path"
	"strings"
)

// exprOp is what an expression does with its operands.
type exprOp uint8

const (
	opTest exprOp = iota // one field test
	opName               // the selection with that number
	opAnd
	opOr
	opNot
)

// expr is a condition, or what a selection consists of.
type expr struct {
	op   exprOp
	kids []*expr
	fast []*expr // the kids, cheapest first: the order in which the engine asks
	test *test
	name int    // for opName: place among the rule's selections
	text string // as people read it
}

func joined(op exprOp, kids []*expr, text string) *expr {
	if len(kids) == 1 {
		return kids[0]
	}
	return &expr{op: op, kids: kids, text: text}
}

// maxNesting is how deep parentheses and chains of not may go.
const maxNesting = 128

// maxConditionParts is how many selections the patterns of a condition may mean, all together.
const maxConditionParts = 50_000

// conditionParser reads "sel1 and not 1 of filter_*".
type conditionParser struct {
	names  []string // the rule's selections, in order
	tokens []string
	pos    int
	depth  int
	parts  int // selections that patterns meant so far
}

// parseCondition compiles a condition over the named selections.
func parseCondition(source string, names []string) (*expr, error) {
	if i := strings.IndexByte(source, '|'); i >= 0 {
		return nil, fmt.Errorf("the condition uses the pipe %q, which Sigma replaced by correlation rules", strings.TrimSpace(source[i:]))
	}
	p := &conditionParser{names: names, tokens: conditionTokens(source)}
	if len(p.tokens) == 0 {
		return nil, fmt.Errorf("the condition is empty")
	}
	e, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.pos < len(p.tokens) {
		return nil, fmt.Errorf("the condition has %q where an operator or its end was expected", p.tokens[p.pos])
	}
	return e, nil
}

func conditionTokens(source string) []string {
	source = strings.NewReplacer("(", " ( ", ")", " ) ").Replace(source)
	return strings.Fields(source)
}

// word tells whether the next token is that keyword, and takes it.
func (p *conditionParser) word(keyword string) bool {
	if p.pos < len(p.tokens) && strings.EqualFold(p.tokens[p.pos], keyword) {
		p.pos++
		return true
	}
	return false
}

func (p *conditionParser) or() (*expr, error)  { return p.chain("or", opOr, p.and) }
func (p *conditionParser) and() (*expr, error) { return p.chain("and", opAnd, p.not) }

func (p *conditionParser) chain(keyword string, op exprOp, next func() (*expr, error)) (*expr, error) {
	start := p.pos
	var kids []*expr
	for {
		e, err := next()
		if err != nil {
			return nil, err
		}
		kids = append(kids, e)
		if !p.word(keyword) {
			return joined(op, kids, strings.Join(p.tokens[start:p.pos], " ")), nil
		}
	}
}

func (p *conditionParser) not() (*expr, error) {
	start := p.pos
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxNesting {
		return nil, fmt.Errorf("the condition is nested deeper than %d levels", maxNesting)
	}
	if p.word("not") {
		e, err := p.not()
		if err != nil {
			return nil, err
		}
		return &expr{op: opNot, kids: []*expr{e}, text: strings.Join(p.tokens[start:p.pos], " ")}, nil
	}
	return p.operand()
}

func (p *conditionParser) operand() (*expr, error) {
	if p.word("(") {
		e, err := p.or()
		if err != nil {
			return nil, err
		}
		if !p.word(")") {
			return nil, fmt.Errorf("the condition lacks a closing parenthesis")
		}
		return e, nil
	}
	if p.pos == len(p.tokens) {
		return nil, fmt.Errorf("the condition ends where a selection was expected")
	}
	if p.pos+1 < len(p.tokens) && strings.EqualFold(p.tokens[p.pos+1], "of") {
		return p.quantified()
	}
	token := p.tokens[p.pos]
	p.pos++
	for i, name := range p.names {
		if name == token {
			return &expr{op: opName, name: i, text: token}, nil
		}
	}
	switch strings.ToLower(token) {
	case "and", "or", "not", "of", "them", "(", ")", "1", "all", "any":
		return nil, fmt.Errorf("the condition has %q where a selection was expected", token)
	}
	if strings.Contains(token, "*") {
		return nil, fmt.Errorf("the condition has the pattern %q without \"1 of\" or \"all of\"", token)
	}
	return nil, fmt.Errorf("the condition names the selection %q, which the rule does not have", token)
}

// quantified reads "1 of them", "all of selection_*". Selections whose name starts with an underscore take part only
// when the pattern starts with one too.
func (p *conditionParser) quantified() (*expr, error) {
	quantifier := strings.ToLower(p.tokens[p.pos])
	if quantifier != "1" && quantifier != "any" && quantifier != "all" {
		return nil, fmt.Errorf("the condition counts with %q; Sigma knows 1, any and all", p.tokens[p.pos])
	}
	if p.pos+2 >= len(p.tokens) {
		return nil, fmt.Errorf("the condition ends after %q", "of")
	}
	pattern := p.tokens[p.pos+2]
	whole := strings.Join(p.tokens[p.pos:p.pos+3], " ")
	p.pos += 3
	var kids []*expr
	for i, name := range p.names {
		if named(pattern, name) {
			kids = append(kids, &expr{op: opName, name: i, text: name})
		}
	}
	if len(kids) == 0 {
		return nil, fmt.Errorf("the condition says %q, but no selection is called so", whole)
	}
	if p.parts += len(kids); p.parts > maxConditionParts {
		return nil, fmt.Errorf("the patterns of the condition mean more than %d selections", maxConditionParts)
	}
	op := opOr
	if quantifier == "all" {
		op = opAnd
	}
	return joined(op, kids, whole), nil
}

// named tells whether a pattern of a condition, in which only the star is special, means a selection.
func named(pattern, name string) bool {
	if strings.HasPrefix(name, "_") && !strings.HasPrefix(pattern, "_") {
		return false
	}
	if strings.EqualFold(pattern, "them") {
		return true
	}
	ok, err := path.Match(strings.NewReplacer(`\`, `\\`, "?", `\?`, "[", `\[`, "/", "\x00").Replace(pattern), strings.ReplaceAll(name, "/", "\x00"))
	return err == nil && ok
}
