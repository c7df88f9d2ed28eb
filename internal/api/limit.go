package api

import (
	"math"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/vedette-soc/vedette"
)

// limiter slows each key down to a rate. It remembers a bounded number of keys: those that have been quiet long enough
// to have their whole burst back are forgotten, and beyond the bound newcomers share one allowance.
type limiter struct {
	mu    sync.Mutex
	rate  rate.Limit
	burst int
	most  int
	now   func() time.Time
	keys  map[string]*rate.Limiter
	rest  *rate.Limiter
	swept time.Time
}

func newLimiter(perSecond float64, burst, most int, now func() time.Time) *limiter {
	l := &limiter{rate: rate.Limit(perSecond), burst: burst, most: most, now: now, keys: map[string]*rate.Limiter{}}
	l.rest = rate.NewLimiter(l.rate, burst)
	return l
}

// take uses one request of the key's allowance and returns 0, or how long to wait when there is none left.
func (l *limiter) take(key string) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	b := l.bucket(key, now)
	if b.AllowN(now, 1) {
		return 0
	}
	return l.until(b, now)
}

func (l *limiter) until(b *rate.Limiter, now time.Time) time.Duration {
	missing := 1 - b.TokensAt(now)
	if missing <= 0 {
		return 0
	}
	return time.Duration(missing / float64(l.rate) * float64(time.Second))
}

func (l *limiter) bucket(key string, now time.Time) *rate.Limiter {
	if b, ok := l.keys[key]; ok {
		return b
	}
	if len(l.keys) >= l.most && now.Sub(l.swept) > time.Second {
		l.swept = now
		for k, b := range l.keys {
			if b.TokensAt(now) >= float64(l.burst) {
				delete(l.keys, k)
			}
		}
	}
	if len(l.keys) >= l.most {
		return l.rest
	}
	b := rate.NewLimiter(l.rate, l.burst)
	l.keys[key] = b
	return b
}

// addressKey is what an address is counted as: in IPv6 one customer has a whole /64.
func addressKey(from string) string {
	addr, err := netip.ParseAddr(from)
	if err != nil || addr.Is4() {
		return from
	}
	prefix, err := addr.Prefix(64)
	if err != nil {
		return from
	}
	return prefix.String()
}

// limitedError is a refusal that says when to come back.
type limitedError struct {
	cause   *vedette.Error
	seconds int
}

func limitedFor(wait time.Duration, why string) error {
	seconds := max(1, int(math.Ceil(wait.Seconds())))
	return &limitedError{cause: vedette.Errorf(vedette.CodeLimited, "%s; try again in %d s", why, seconds), seconds: seconds}
}

// Error returns the sentence for a person.
func (e *limitedError) Error() string { return e.cause.Error() }

// Unwrap lets the code be found.
func (e *limitedError) Unwrap() error { return e.cause }
