package api

import (
	"context"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

// Today is the first screen: what needs a person, how much was folded away, how fast, and how the machine is.
type Today struct {
	Since         time.Time          `json:"since" doc:"Start of the time that the numbers speak about"`
	Incidents     IncidentCounts     `json:"incidents"`
	NeedsYou      []vedette.Incident `json:"needs_you" doc:"Open incidents, worst first, without their evidence; at most 10"`
	Approvals     Approvals          `json:"approvals"`
	Records       int64              `json:"records" doc:"Records accepted; when the process is older than the time span, as many as there are events"`
	Events        int64              `json:"events" doc:"Events understood and searchable"`
	Alerts        int64              `json:"alerts" doc:"Alerts that rules raised"`
	Made          int64              `json:"made" doc:"Incidents created"`
	Below         int64              `json:"below" doc:"Of these, incidents below the line"`
	FoldedPercent float64            `json:"folded_percent" doc:"By how much fewer incidents above the line there are than alerts" example:"99.97"`
	DetectP50     *int64             `json:"detect_p50_ms,omitempty" doc:"Median from arrival to detection; absent when nothing was detected"`
	RespondP50    *int64             `json:"respond_p50_ms,omitempty" doc:"Median from detection to the first action in force; absent when there was none"`
	ByHour        []HourCounts       `json:"by_hour" doc:"Incidents created in each hour, oldest first"`
	Ingest        Ingest             `json:"ingest"`
	Silent        []string           `json:"silent" doc:"Sources that have stopped sending"`
	Status        []RoomStatus       `json:"status" doc:"Each part of the program, and why it is not ready if it is not"`
}

// IncidentCounts counts the incidents of a time span.
type IncidentCounts struct {
	Open       int64          `json:"open"`
	Working    int64          `json:"working"`
	Contained  int64          `json:"contained"`
	Closed     int64          `json:"closed"`
	BySeverity SeverityCounts `json:"by_severity" doc:"Those that are not closed"`
}

// SeverityCounts is a number for each severity.
type SeverityCounts struct {
	Info     int64 `json:"info"`
	Low      int64 `json:"low"`
	Medium   int64 `json:"medium"`
	High     int64 `json:"high"`
	Critical int64 `json:"critical"`
}

// HourCounts is a number for each severity within one hour.
type HourCounts struct {
	Time time.Time `json:"time" doc:"Start of the hour"`
	SeverityCounts
}

// Approvals says how many actions wait for a person.
type Approvals struct {
	Waiting int64     `json:"waiting"`
	Oldest  time.Time `json:"oldest,omitzero" doc:"When the one that waits longest was proposed"`
}

// Ingest is how records are coming in at this moment.
type Ingest struct {
	Rate          float64 `json:"rate" doc:"Records per second, the last minute"`
	LagMillis     int64   `json:"lag_ms" doc:"From arrival to searchable, newest record"`
	ParseFailures int64   `json:"parse_failures" doc:"Records kept raw because no parser understood them"`
	Dropped       int64   `json:"dropped" doc:"Records that were not accepted"`
	JournalBytes  int64   `json:"journal_bytes"`
	JournalLimit  int64   `json:"journal_limit"`
	Backlog       int64   `json:"backlog" doc:"Batches accepted and not yet processed"`
}

// RoomStatus says whether one part of the program can do its work.
type RoomStatus struct {
	Room   string `json:"room" example:"eventstore"`
	Ready  bool   `json:"ready"`
	Reason string `json:"reason,omitempty" doc:"Why it is not ready"`
}

type todayInput struct {
	Since time.Time `query:"since" doc:"Default: 24 hours ago"`
}

const (
	needsYou = 10
	maxToday = 31 * 24 * time.Hour // as far back as the store counts by hour
)

func (a *API) getToday(ctx context.Context, in *todayInput) (*bodyOutput[Today], error) {
	p, now := requestOf(ctx).principal, a.deps.Now().UTC()
	since := in.Since.UTC()
	if in.Since.IsZero() {
		since = now.Add(-24 * time.Hour)
	}
	if since.Before(now.Add(-maxToday)) {
		return nil, vedette.Errorf(vedette.CodeInvalid, "since is more than 31 days ago")
	}
	counts, err := a.deps.Store.Today(ctx, p.Tenant, since)
	if err != nil {
		return nil, err
	}
	filter := statestore.IncidentFilter{Tenant: p.Tenant, Status: []vedette.IncidentStatus{vedette.StatusOpen}, Line: "above", Sort: "score"}
	worst, _, _, err := a.deps.Store.Incidents(ctx, filter, statestore.Page{Limit: needsYou})
	if err != nil {
		return nil, err
	}
	live := a.deps.Live()
	today := Today{
		Since: since,
		Incidents: IncidentCounts{
			Open: counts.Open, Working: counts.Working, Contained: counts.Contained, Closed: counts.Closed,
			BySeverity: severityCounts(counts.BySeverity),
		},
		NeedsYou:  worst,
		Approvals: Approvals{Waiting: counts.Waiting, Oldest: counts.OldestWaiting},
		Alerts:    counts.Alerts,
		Made:      counts.Incidents,
		Below:     counts.Below,
		ByHour:    hours(counts.ByHour, since, now),
		Ingest:    live.Ingest,
		Status:    a.deps.Ready(ctx),
	}
	if counts.Alerts > 0 {
		today.FoldedPercent = 100 * max(0, 1-float64(counts.Incidents-counts.Below)/float64(counts.Alerts))
	}
	if live.DetectSeconds > 0 {
		today.DetectP50 = new(int64(live.DetectSeconds * 1000))
	}
	if counts.Responded > 0 {
		today.RespondP50 = new(int64(counts.RespondSeconds * 1000))
	}
	for _, s := range a.deps.Sources(p.Tenant) {
		if s.State == vedette.SourceSilent {
			today.Silent = append(today.Silent, s.Name)
		}
	}
	if err := a.countEvents(ctx, p.Tenant, since, now, live, &today); err != nil {
		return nil, err
	}
	return &bodyOutput[Today]{Body: today}, nil
}

// hours lays the counts out over every hour from since to now, so that a chart has no holes.
func hours(counts []statestore.HourCount, since, now time.Time) []HourCounts {
	var all []HourCounts
	for h := since.Truncate(time.Hour); !h.After(now); h = h.Add(time.Hour) {
		hour := HourCounts{Time: h}
		for _, c := range counts {
			if c.Time.Equal(h) {
				hour.SeverityCounts = severityCounts(c.BySeverity)
			}
		}
		all = append(all, hour)
	}
	return all
}

func severityCounts(n [vedette.Critical + 1]int64) SeverityCounts {
	return SeverityCounts{
		Info: n[vedette.Info], Low: n[vedette.Low], Medium: n[vedette.Medium], High: n[vedette.High], Critical: n[vedette.Critical],
	}
}
