package offline

// Labels is what people know of the alerts of a set, by record: for measuring only.
type Labels struct {
	names  []string
	number map[string]uint16
	event  []uint16 // 0 is none
	normal []bool   // written while no attack was going on
	at     []int64
}

func newLabels() *Labels {
	return &Labels{names: []string{""}, number: map[string]uint16{"": 0, "-": 0}}
}

// maxLabels bounds how many different labels are told apart; the others count as the last one.
const maxLabels = 1 << 12

func (l *Labels) add(at int64, phase, event []byte) {
	n, known := l.number[string(event)]
	if !known {
		if len(l.names) < maxLabels {
			l.names = append(l.names, clip(event))
			l.number[string(event)] = uint16(len(l.names) - 1)
		}
		n = uint16(len(l.names) - 1)
	}
	l.event = append(l.event, n)
	l.normal = append(l.normal, string(phase) == "false_positive")
	l.at = append(l.at, at)
}

// Len is the number of records.
func (l *Labels) Len() int { return len(l.event) }

// Event returns the attack step that a record, counted from 1, belongs to; "" is none.
func (l *Labels) Event(record int64) string { return l.names[l.event[record-1]] }

// Normal tells whether a record was written while no attack was going on.
func (l *Labels) Normal(record int64) bool { return l.normal[record-1] }

// Micros is the time of a record in microseconds since 1970.
func (l *Labels) Micros(record int64) int64 { return l.at[record-1] }

// Choice is a record of labels, and the time at which it stands elsewhere.
type Choice struct {
	From   *Labels
	Record int64 // counted from 1
	Micros int64
}

// Chosen makes labels of records of others, in the order given.
func Chosen(choices ...Choice) *Labels {
	out := newLabels()
	for _, c := range choices {
		phase := ""
		if c.From.Normal(c.Record) {
			phase = "false_positive"
		}
		out.add(c.Micros, []byte(phase), []byte(c.From.Event(c.Record)))
	}
	return out
}
