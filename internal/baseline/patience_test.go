package baseline_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/baseline"
)

// asks lets people ask for ordinary names, a content network's hashed ones among them.
func (s *stage) asks(from, until time.Time) {
	random := rand.New(rand.NewPCG(6, 6))
	for at := from; at.Before(until); at = at.Add(3 * time.Second) {
		client := fmt.Sprintf("10.0.0.%d", random.IntN(60)+1)
		name := fmt.Sprintf("%s.site%d.example", []string{"www", "mail", "cdn", "api", "img"}[random.IntN(5)], random.IntN(300))
		if random.IntN(6) == 0 {
			name = fmt.Sprintf("d%x.edge.cdn.example", random.Uint32())
		}
		s.event(at, "event.action", "dns_query", "source.ip", client, "dns.question.name", name, "dns.question.type", "A")
	}
}

// One byte a second is found within the hour, also when it was there before the first minute.
func TestDNSExfiltration(t *testing.T) {
	for _, tunnel := range []struct {
		name        string
		chars, rest int // characters of a name, seconds between two
		long        time.Duration
	}{{"a fast one", 170, 5, 10 * time.Minute}, {"one byte a second", 32, 20, time.Hour}} {
		t.Run(tunnel.name, func(t *testing.T) {
			s := newStage(t, baseline.Config{})
			random := rand.New(rand.NewPCG(7, 7))
			s.asks(monday, monday.Add(tunnel.long))
			s.attack()
			s.quiet("dns-exfiltration", 0)
			for at := monday.Add(tunnel.long); at.Before(monday.Add(2 * tunnel.long)); at = at.Add(time.Duration(tunnel.rest) * time.Second) {
				text := make([]byte, tunnel.chars)
				for i := range text {
					if text[i] = "abcdefghijklmnopqrstuvwxyz234567"[random.IntN(32)]; i%60 == 59 {
						text[i] = '.'
					}
				}
				s.event(at, "event.action", "dns_query", "source.ip", "10.0.0.9", "dns.question.name", string(text)+".exfil.example", "dns.question.type", "TXT")
			}
			s.found("dns-exfiltration")
			if tunnel.chars > 100 {
				return
			}
			if n := s.count("dns-exfiltration"); n > 3 {
				t.Errorf("one tunnel was said %d times within the hour", n)
			}
		})
	}
}

// sends lets 50 people send what they send in a day.
func (s *stage) sends(random *rand.Rand, day int, factor func(who int) float64) {
	at := monday.AddDate(0, 0, day).Add(9 * time.Hour)
	for who := range 50 {
		total := 20e6 * math.Exp(0.4*random.NormFloat64()) * float64(1+who%5) * factor(who)
		for part := range 10 {
			s.event(at.Add(time.Duration(part)*40*time.Minute+time.Duration(who)*time.Second), "source.ip", fmt.Sprintf("10.0.0.%d", who+1),
				"destination.ip", fmt.Sprintf("198.51.100.%d", (who+part)%9), "source.bytes", fmt.Sprintf("%.0f", total/10), "event.action", "flow")
		}
	}
}

func once(int) float64 { return 1 }

func TestVolume(t *testing.T) {
	s := newStage(t, baseline.Config{})
	random := rand.New(rand.NewPCG(2, 2))
	for day := range 40 {
		s.sends(random, day, once)
	}
	s.attack()
	// 2,000 days of one machine: half of one in a thousand.
	s.quiet("volume", 1)
	s.quiet("ramp", 1)
	s.sends(random, 40, func(who int) float64 {
		if who == 7 {
			return 12
		}
		return 1
	})
	s.found("volume")
}

// Five in a hundred more every day: no day is unlike the one before.
func TestTheSlowRampIsFound(t *testing.T) {
	s := newStage(t, baseline.Config{})
	random := rand.New(rand.NewPCG(2, 2))
	for day := range 75 {
		s.sends(random, day, func(who int) float64 {
			if who == 7 && day > 30 {
				return math.Pow(1.05, float64(day-30))
			}
			return 1
		})
	}
	found, wrong := 0, 0
	for _, a := range s.said {
		if a.Anomaly.Detector != "ramp" {
			continue
		}
		if a.Matched["bytes sent by machine"] == "10.0.0.8" {
			found++
		} else {
			wrong++
		}
	}
	if found == 0 {
		t.Error("a ramp of 5 % a day was not found in 44 days")
	}
	if wrong > 1 {
		t.Errorf("%d others seem to rise", wrong)
	}
}

// A flood is not the measure of the next one: what is usual grows by a bounded share a day.
func TestPoisoningIsBounded(t *testing.T) {
	s := newStage(t, baseline.Config{})
	failures := func(day, n int) (said int) {
		before := len(s.said)
		at := monday.AddDate(0, 0, day).Add(10 * time.Hour)
		for i := range n {
			s.event(at.Add(time.Duration(i)*100*time.Millisecond), login("user3", "10.0.0.4", "failure")...)
		}
		for _, a := range s.said[before:] {
			if a.Anomaly.Detector == "burst" {
				said++
			}
		}
		return said
	}
	for day := range 8 {
		for hour := range 14 {
			for i := range 4 {
				s.event(monday.AddDate(0, 0, day).Add(time.Duration(5+hour)*time.Hour+time.Duration(i)*time.Second), login("user3", "10.0.0.4", "failure")...)
			}
		}
	}
	for day := 8; day < 11; day++ {
		if failures(day, 400) == 0 {
			t.Errorf("on day %d the flood was already usual", day-7)
		}
	}
}

// Nothing is learned from entities in quarantine, and released they are news again.
func TestQuarantine(t *testing.T) {
	s := newStage(t, baseline.Config{})
	s.office(8)
	at := monday.AddDate(0, 0, 8).Add(9 * time.Hour)
	odd := started("ws-4", "user4", "/opt/word", "/tmp/dropper", "dropper -q")
	s.attack()
	s.b.Quarantine("t", vedette.EntityRef{Kind: vedette.EntityHost, Name: "WS-4.corp.example"}, vedette.EntityRef{Kind: vedette.EntityUser, Name: "root"})
	if n := s.b.Stats().Quarantined; n != 1 {
		t.Errorf("%d in quarantine, want the host and not the account that is everywhere", n)
	}
	for i := range 30 {
		s.event(at.Add(time.Duration(i)*time.Minute), odd...)
	}
	if n := s.count("first-seen"); n != 1 {
		t.Errorf("in quarantine it was said %d times, want once a day", n)
	}
	s.attack()
	s.b.Release("t")
	s.event(at.Add(time.Hour), odd...)
	s.found("first-seen")
	s.attack()
	s.event(at.Add(2*time.Hour), odd...)
	if n := s.count("first-seen"); n != 0 {
		t.Errorf("learned, it was said %d times", n)
	}
}

// However much is unusual, a detector says only so much an hour, and tells of the rest; when it goes on it asks for more.
func TestTheBoundOfAnHour(t *testing.T) {
	kinds := map[string]int{}
	s := newStage(t, baseline.Config{PerHour: 5, OnNotice: func(n baseline.Notice) {
		kinds[n.Kind]++
		if n.Text.En == "" || n.Text.Zh == "" {
			t.Errorf("a notice without words: %+v", n)
		}
	}})
	s.office(8)
	s.attack()
	at := monday.AddDate(0, 0, 8).Add(9 * time.Hour)
	for hour := range 30 {
		for i := range 60 {
			from := fmt.Sprintf("203.0.113.%d", i)
			for k := range 9 {
				s.event(at.Add(time.Duration(hour)*time.Hour+time.Duration(i*20+k)*time.Second), login(fmt.Sprintf("guess%d", k), from, "failure")...)
			}
		}
	}
	perHour := map[string]int{}
	for _, a := range s.said[s.since:] {
		perHour[a.Anomaly.Detector+a.Time.Format("02 15")]++
	}
	for hour, n := range perHour {
		if n > 10 {
			t.Errorf("%d anomalies in one hour: %s", n, hour)
		}
	}
	if kinds[baseline.NoticeOverflow] == 0 || kinds[baseline.NoticeLearned] != 1 {
		t.Errorf("notices: %v", kinds)
	}
	if kinds[baseline.NoticeDrift] == 0 {
		t.Errorf("no drift was noticed: %v", kinds)
	}
	if st := s.b.Stats(); st.Overflow["spray"] == 0 {
		t.Errorf("the overflow was not counted: %v", st.Overflow)
	}
}

func TestTexts(t *testing.T) {
	s := newStage(t, baseline.Config{})
	random := rand.New(rand.NewPCG(4, 4))
	words := []string{"red", "blue", "paper", "steel", "copper", "desk", "lamp", "north", "order", "invoice", "glass", "ticket", "garden", "winter", "report", "silver", "market",
		"engine", "bridge", "cotton", "travel", "police", "window", "yellow", "margin", "pocket", "number", "letter", "island", "harbour"}
	request := func(at time.Time, query string) {
		s.event(at, "host.name", "web-1", "source.ip", "198.51.100.4", "url.path", "/search", "url.query", query, "http.response.status_code", "200")
	}
	for i := range 3000 {
		at := monday.Add(time.Duration(i) * time.Minute)
		request(at, fmt.Sprintf("q=%s+%s&page=%d", words[random.IntN(len(words))], words[random.IntN(len(words))], random.IntN(90)))
	}
	s.attack()
	s.quiet("payload-text", 3)
	request(monday.Add(3001*time.Minute), "q=%27%20UNION%20SELECT%20password,2,3%20FROM%20users--%20")
	s.found("payload-text")
}
