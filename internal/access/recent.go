package access

import (
	"container/list"
	"context"
	"sync"
	"time"
)

// recent remembers for a short time what was found in the store under a hash, and what was not, so that a program that
// sends a thousand requests a second asks the store once in five seconds. Both shelves are bounded; what is absent has
// its own, so that made-up secrets cannot push out the real ones.
type recent[V any] struct {
	keep   time.Duration
	mu     sync.Mutex
	found  shelf[V]
	absent shelf[error]
	cut    uint64 // grows when something is forgotten
}

func newRecent[V any](keep time.Duration, most int) *recent[V] {
	return &recent[V]{keep: keep, found: newShelf[V](most), absent: newShelf[error](most)}
}

// lookUp returns what is remembered under a hash, or asks for it. What is asked for while something is forgotten is not
// remembered: it may have been that.
func (r *recent[V]) lookUp(ctx context.Context, hash [32]byte, now time.Time, ask func(context.Context, [32]byte) (V, error)) (V, error) {
	r.mu.Lock()
	value, found := r.found.get(hash, now)
	err, absent := r.absent.get(hash, now)
	cut := r.cut
	r.mu.Unlock()
	if found || absent {
		return value, err
	}
	value, err = ask(ctx, hash)
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case cut != r.cut:
	case err == nil:
		r.found.put(hash, value, now.Add(r.keep))
	case notFound(err):
		r.absent.put(hash, err, now.Add(r.keep))
	}
	return value, err
}

// replace changes what is remembered under a hash, if anything is.
func (r *recent[V]) replace(hash [32]byte, change func(V) V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if element := r.found.items[hash]; element != nil {
		one := element.Value.(item[V])
		one.value = change(one.value)
		element.Value = one
	}
}

// forget drops what gone chooses.
func (r *recent[V]) forget(gone func(V) bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cut++
	r.found.drop(gone)
	r.absent.drop(func(error) bool { return true })
}

// shelf holds at most so many values; a new one takes the place of the oldest.
type shelf[V any] struct {
	most  int
	items map[[32]byte]*list.Element
	order *list.List // of item[V], newest first
}

type item[V any] struct {
	hash  [32]byte
	value V
	until time.Time
}

func newShelf[V any](most int) shelf[V] {
	return shelf[V]{most: most, items: map[[32]byte]*list.Element{}, order: list.New()}
}

func (s *shelf[V]) get(hash [32]byte, now time.Time) (V, bool) {
	var none V
	element := s.items[hash]
	if element == nil {
		return none, false
	}
	if one := element.Value.(item[V]); now.Before(one.until) {
		return one.value, true
	}
	s.remove(element)
	return none, false
}

func (s *shelf[V]) put(hash [32]byte, value V, until time.Time) {
	if element := s.items[hash]; element != nil {
		s.remove(element)
	}
	if s.order.Len() >= s.most {
		s.remove(s.order.Back())
	}
	s.items[hash] = s.order.PushFront(item[V]{hash, value, until})
}

func (s *shelf[V]) drop(gone func(V) bool) {
	for element := s.order.Front(); element != nil; {
		next := element.Next()
		if gone(element.Value.(item[V]).value) {
			s.remove(element)
		}
		element = next
	}
}

func (s *shelf[V]) remove(element *list.Element) {
	delete(s.items, s.order.Remove(element).(item[V]).hash)
}
