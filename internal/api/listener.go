package api

import "sync"

// listener is one client of the hub: what waits to be written to it, the newest state of each object.
type listener struct {
	tenant  string
	most    int
	resumed bool // it gets what came since its last id
	gap     bool // it asked for more than the ring still has
	wake    chan struct{}

	mu    sync.Mutex
	queue []message
	keys  map[string]int // key → place in queue
	live  int            // messages in queue that were not replaced
	slow  bool
	ended bool
}

func newListener(tenant string, most int) *listener {
	return &listener{tenant: tenant, most: most, wake: make(chan struct{}, 1), keys: map[string]int{}}
}

// offer adds a message for the client. An older message about the same object is taken out, so that ids stay in order.
func (c *listener) offer(m message) {
	if m.tenant != "" && m.tenant != c.tenant {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.slow || c.ended {
		return
	}
	if at, ok := c.keys[m.key]; ok {
		c.queue[at] = message{}
		c.live--
	}
	if c.live >= c.most {
		c.slow, c.queue, c.keys = true, nil, nil
		c.poke()
		return
	}
	if len(c.queue) >= 2*c.most {
		c.compact()
	}
	c.keys[m.key] = len(c.queue)
	c.queue = append(c.queue, m)
	c.live++
	c.poke()
}

// compact closes the holes that replaced messages left.
func (c *listener) compact() {
	kept := make([]message, 0, c.most)
	for _, m := range c.queue {
		if m.frame != nil {
			c.keys[m.key] = len(kept)
			kept = append(kept, m)
		}
	}
	c.queue = kept
}

// take returns what waits, and whether the client has to go: because it was too slow, or because the hub closes.
func (c *listener) take() (frames [][]byte, slow, ended bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range c.queue {
		if m.frame != nil {
			frames = append(frames, m.frame)
		}
	}
	c.queue, c.live = c.queue[:0], 0
	clear(c.queue[:cap(c.queue)]) // let go of the frames
	clear(c.keys)
	return frames, c.slow, c.ended
}

func (c *listener) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = true
	c.poke()
}

func (c *listener) poke() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}
