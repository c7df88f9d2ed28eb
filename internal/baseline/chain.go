package baseline

import "github.com/vedette-soc/vedette"

// chains remembers which program each running process is, so that a new process is known with its parent and its parent's
// parent. The chain of three is new when its last step never followed the first two (childOfParent in features.go looks at
// two).
type chains struct {
	running []process
	room    *room
}

// runningMost is how many processes are remembered; a newer one takes an older one's place.
const (
	runningMost  = 1 << 15
	processBytes = 56
)

// process is one that runs, or did.
type process struct {
	key     uint64 // of host and process
	program name
	parent  name
}

func (c *chains) make(r *room) { c.room = r }

func (c *chains) observe(f *facts) {
	if !f.started || f.program.none() || f.host.none() {
		return
	}
	c.alloc()
	if key := processKey(f, keyEntityID, keyPID); key != 0 {
		c.running[(key>>11)%runningMost] = process{key: key, program: f.program, parent: f.parent}
	}
	key := processKey(f, keyParentID, keyParentPID)
	if key == 0 || f.parent.none() {
		return
	}
	p := &c.running[(key>>11)%runningMost]
	if p.key != key || p.program.id != f.parent.id || p.parent.none() {
		return
	}
	f.t.novel.noteChain(f, p.parent)
}

func (c *chains) alloc() {
	if c.running == nil {
		c.running = make([]process, runningMost)
		c.room.take(runningMost * processBytes)
	}
}

// processKey names a process on its host: by its global id, or by its number.
func processKey(f *facts, id, number vedette.Key) uint64 {
	text := f.value(id)
	if text == "" {
		text = f.value(number)
	}
	if text == "" {
		return 0
	}
	return join(f.host.id, hashText(f.t.b.seed, text))
}

// noteChain looks at a chain whose last step is known: were the step itself new, that would have been said already.
func (n *novelty) noteChain(f *facts, grand name) {
	who := join(grand.id, f.parent.id)
	e, common := n.touch(f, chainOfParents, who, f.program.id)
	if common {
		return
	}
	chain := name{id: who, text: grand.text + " → " + f.parent.text}
	if step := n.seen.find(pairKey(childOfParent, f.parent.id, f.program.id)); step == nil || step.first == f.day && step.count <= 2 {
		n.learnOnly(f, chainOfParents, chain, f.program, e)
		return
	}
	n.news(f, chainOfParents, chain, f.program, e)
}

// learnOnly takes a pair in and says nothing.
func (n *novelty) learnOnly(f *facts, as feature, who, value name, e *seenEntry) {
	if f.mute || e != nil && e.count > 0 {
		return
	}
	e, _ = n.seen.put(pairKey(as, who.id, value.id), f.day)
	e.first, e.last, e.count, e.days = f.day, f.day, 1, 1
	n.learn(f, as, who.id, value.id)
}

func (c *chains) visit(a *archive) {
	used := c.running != nil
	a.flag(&used)
	if !used {
		return
	}
	c.alloc()
	n := 0
	for i := range c.running {
		if c.running[i].key != 0 {
			n++
		}
	}
	a.count(&n, runningMost)
	if !a.reading() {
		for i := range c.running {
			if c.running[i].key != 0 {
				c.running[i].visit(a)
			}
		}
		return
	}
	for ; n > 0 && a.err == nil; n-- {
		var p process
		p.visit(a)
		c.running[(p.key>>11)%runningMost] = p
	}
}

func (p *process) visit(a *archive) {
	a.u64(&p.key)
	p.program.visit(a)
	p.parent.visit(a)
}

func (n *name) visit(a *archive) {
	a.u64(&n.id)
	a.text(&n.text)
}
