package measure

// Figures is a tally as it is printed.
type Figures struct {
	Alerts       int     `json:"alerts"`
	Incidents    int     `json:"incidents"`
	Days         float64 `json:"days"`
	AttacksFound int     `json:"attacks_found"`
	AttacksTotal int     `json:"attacks_total"`
	StepsFound   int     `json:"steps_found"`
	StepsTotal   int     `json:"steps_total"`
	FalsePerDay  float64 `json:"false_per_day"`
	PerAttack    float64 `json:"incidents_per_attack"`
	Purity       float64 `json:"purity"`
	Exfiltration int     `json:"dnsteal_found"`
	Speed        int     `json:"alerts_per_sec"`
}

// Figures returns the tally as it is printed. seconds is the processor time that all alerts of the scenario took, learning
// included, and all how many they were.
func (t *Tally) Figures(all int, seconds float64) Figures {
	f := Figures{
		Alerts: t.Alerts, Incidents: t.Incidents, Days: round(t.Days, 1), AttacksFound: t.AttacksFound, AttacksTotal: t.AttacksTotal,
		StepsFound: t.StepsFound, StepsTotal: t.StepsTotal, FalsePerDay: t.FalsePerDay(), PerAttack: t.PerAttack(), Purity: t.Purity(),
		Exfiltration: t.Exfiltrations,
	}
	if seconds > 0 {
		f.Speed = int(float64(all) / seconds)
	}
	return f
}
