package elastic

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/valyala/fastjson"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/collect"
)

// maxActions bounds the actions of one bulk request.
const maxActions = 50_000

// action is one item of a bulk request. Doc is nil for a delete.
type action struct {
	verb, index, id string
	doc             []byte
	problem         string // why the document is refused while others are taken
}

// parseBulk reads a bulk body. Blank lines are skipped, since some clients end with one too many.
func parseBulk(body []byte, index string) ([]action, error) {
	var actions []action
	var parser fastjson.Parser
	lines := lineReader{rest: body}
	for line := lines.next(); line != nil; line = lines.next() {
		if len(actions) >= maxActions {
			return nil, vedette.Errorf(vedette.CodeTooLarge, "the request holds more than %d actions; send smaller ones", maxActions)
		}
		a, err := parseAction(&parser, line, index)
		if err != nil {
			return nil, vedette.Errorf(vedette.CodeInvalid, "line %d: %w", lines.number, err)
		}
		if a.verb != "delete" {
			doc := lines.next()
			if doc == nil {
				return nil, vedette.Errorf(vedette.CodeInvalid, "line %d: the %s action has no document after it", lines.number, a.verb)
			}
			a.doc = doc
			if len(doc) > collect.MaxRecord {
				a.problem = fmt.Sprintf("the document is %d bytes long; at most %d are taken", len(doc), collect.MaxRecord)
			}
		} else {
			a.problem = "nothing can be deleted over this protocol"
		}
		actions = append(actions, a)
	}
	return actions, nil
}

func parseAction(parser *fastjson.Parser, line []byte, index string) (action, error) {
	if len(line) > 8<<10 {
		return action{}, fmt.Errorf("expected an action, got %d bytes", len(line))
	}
	v, err := parser.ParseBytes(line)
	if err != nil {
		return action{}, fmt.Errorf("expected an action such as {\"create\":{}}: %w", err)
	}
	for _, verb := range []string{"create", "index", "update", "delete"} {
		meta := v.Get(verb)
		if meta == nil {
			continue
		}
		a := action{verb: verb, index: index, id: string(meta.GetStringBytes("_id"))}
		if name := meta.GetStringBytes("_index"); len(name) > 0 {
			a.index = string(name)
		}
		return a, nil
	}
	return action{}, fmt.Errorf("expected one of create, index, update, delete")
}

// answer writes the reply to a bulk request, one item an action.
func answer(actions []action, tookMillis int64) []byte {
	var a fastjson.Arena
	items, failed := a.NewArray(), false
	for i, act := range actions {
		item := a.NewObject()
		item.Set("_index", a.NewString(act.index))
		id := act.id
		if id == "" {
			id = strconv.Itoa(i)
		}
		item.Set("_id", a.NewString(id))
		if act.problem == "" {
			item.Set("_version", a.NewNumberInt(1))
			item.Set("result", a.NewString("created"))
			item.Set("status", a.NewNumberInt(201))
		} else {
			failed = true
			reason := a.NewObject()
			reason.Set("type", a.NewString("illegal_argument_exception"))
			reason.Set("reason", a.NewString(act.problem))
			item.Set("error", reason)
			item.Set("status", a.NewNumberInt(400))
		}
		wrapped := a.NewObject()
		wrapped.Set(act.verb, item)
		items.SetArrayItem(i, wrapped)
	}
	reply := a.NewObject()
	reply.Set("took", a.NewNumberString(strconv.FormatInt(tookMillis, 10)))
	if failed {
		reply.Set("errors", a.NewTrue())
	} else {
		reply.Set("errors", a.NewFalse())
	}
	reply.Set("items", items)
	return reply.MarshalTo(nil)
}

// lineReader yields the lines of a body that are not blank.
type lineReader struct {
	rest   []byte
	number int
}

func (l *lineReader) next() []byte {
	for len(l.rest) > 0 {
		var line []byte
		line, l.rest, _ = bytes.Cut(l.rest, []byte{'\n'})
		l.number++
		if line = bytes.TrimSpace(line); len(line) > 0 {
			return line
		}
	}
	return nil
}
