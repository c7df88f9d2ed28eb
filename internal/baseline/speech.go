package baseline

import (
	"fmt"
	"math"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/baseline/text"
)

// speech reads texts that somebody wrote: command lines and what clients put into requests. Each tenant has a model of how
// they usually read (package text); names asked for in vain are judged by how names are made.
type speech struct {
	models [speechKinds]*text.Model
	room   *room
	rate   [speechKinds]newsRate
	recent []uint32 // texts that were read already, so that none is read twice
}

type speechKind uint8

const (
	commandSpeech speechKind = iota
	querySpeech
	speechKinds
)

const (
	speechRecent = 1 << 15
	speechLeast  = 500   // different texts that a model stands on before it judges
	speechPlenty = 10000 // different texts after which one in eight is enough to go on learning
	speechTail   = 0.002 // share of ordinary texts that may surprise as much
	speechModel  = 1 << 20
	speechMost   = 2048 // bytes of a text that are read
)

func (s *speech) make(r *room) { s.room = r }

func (s *speech) alloc() {
	if s.recent == nil {
		s.recent = make([]uint32, speechRecent)
		s.room.take(4 * speechRecent)
	}
}

func (s *speech) observe(f *facts) {
	if f.started {
		if command := f.value(keyCommand); command != "" {
			f.t.novel.observeWords(f, &f.t.b.words)
			s.read(f, commandSpeech, f.program.text, command)
		}
	}
	if f.web {
		if query := f.value(keyURLQuery); query != "" {
			s.read(f, querySpeech, f.value(keyURLPath), query)
		}
	}
}

func (s *speech) read(f *facts, kind speechKind, of, line string) {
	line = line[:min(len(line), speechMost)]
	h := shapeHash(f.t.b.seed+uint64(kind), line)
	s.alloc()
	slot := &s.recent[(h>>7)%speechRecent]
	if *slot == uint32(h>>32) {
		return
	}
	*slot = uint32(h >> 32)
	m := s.models[kind]
	if m == nil {
		var err error
		if m, err = text.New(text.Config{}); err != nil {
			return // the zero configuration is always good
		}
		s.models[kind] = m
		s.room.take(speechModel)
	}
	if m.Learned() >= speechLeast && !f.late {
		s.judge(f, kind, m, of, line)
	}
	if f.mute {
		return
	}
	if f.t.learned && m.Learned() >= 4*speechLeast && !m.Frozen() {
		m.Freeze()
	}
	if m.Learned() < speechPlenty || h>>40%8 == 0 {
		m.Learn(line)
	}
}

// shapeHash is the same for texts that differ only in numbers, and in hexadecimal ones of any length: the models read
// those alike.
func shapeHash(seed uint64, line string) uint64 {
	h := seed
	for i := 0; i < len(line); {
		end, digits := i, false
		for end < len(line) && isHex(line[end]) {
			digits = digits || isDigit(line[end])
			end++
		}
		if digits {
			h = fold(h^'#', hashA)
			i = end
			continue
		}
		for end = max(end, i+1); i < end; i++ {
			h = fold(h^uint64(line[i]), hashA)
		}
	}
	return h
}

func (s *speech) judge(f *facts, kind speechKind, m *text.Model, of, line string) {
	nats, window := m.Score(line)
	tail := m.Tail(nats)
	if tail > speechTail {
		return
	}
	s.rate[kind].today++
	as, feature, en, zh := commandText, textOfCommand, "A command line", "命令行"
	if kind == querySpeech {
		as, feature, en, zh = payloadText, textOfRequest, "The parameters of a request", "请求参数"
	}
	weight := 0.5*math.Log(1/tail) - 1.2 - s.rate[kind].penalty(3)
	f.t.raise(f, finding{
		as: as, feature: feature, what: of + "\x00" + line, observed: nats, expected: 0, unit: unitNats, baseline: m.Learned(), weight: weight,
		matched: map[string]string{matchedText: line, matchedWindow: window},
		text: vedette.Text{
			En: fmt.Sprintf("%s of %s reads unlike the %d others, most of all at “%s”: fewer than %.2g %% surprise as much", en, show(of), m.Learned(), show(window), 100*tail),
			Zh: fmt.Sprintf("%s（%s）与其余 %d 条明显不同，最异常处为“%s”：仅不到 %.2g%% 同样异常", zh, show(of), m.Learned(), show(window), 100*tail),
		},
	})
}

func (s *speech) roll(days uint16) {
	for i := range s.rate {
		s.rate[i].roll(days)
	}
}

func (s *speech) visit(a *archive) {
	used := s.recent != nil
	a.flag(&used)
	if used {
		s.alloc()
	}
	for i := range s.recent {
		a.u32(&s.recent[i])
	}
	for i := range s.models {
		a.u32(&s.rate[i].today)
		a.f32(&s.rate[i].daily)
		var packed []byte
		if s.models[i] != nil && !a.reading() {
			packed = s.models[i].Snapshot(nil)
		}
		n := len(packed)
		a.count(&n, 4<<20)
		if a.reading() {
			packed = make([]byte, n)
		}
		a.bytes(packed)
		if !a.reading() || n == 0 || a.err != nil {
			continue
		}
		m, err := text.Restore(packed)
		if err != nil {
			a.err = err
			return
		}
		s.models[i] = m
		s.room.take(speechModel)
	}
}
