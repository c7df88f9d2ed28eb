package api

import (
	"encoding/json"
	"net/http"

	"github.com/vedette-soc/vedette"
)

// healthz says that the process answers, and nothing more.
func (a *API) healthz(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
}

// Readiness is what /readyz answers.
type Readiness struct {
	Ready bool         `json:"ready"`
	Rooms []RoomStatus `json:"rooms"`
}

// readyz says whether every room can do its work. Reasons can name paths and addresses, so only this machine and those
// who may read get them.
func (a *API) readyz(w http.ResponseWriter, r *http.Request) {
	q := requestOf(r.Context())
	full := q.local()
	if !full {
		err := a.admitLimited(r.Context(), q, toRead)
		if vedette.CodeOf(err) == vedette.CodeLimited {
			a.refuse(w, q, err)
			return
		}
		full = err == nil
	}
	ready := Readiness{Ready: true, Rooms: a.deps.Ready(r.Context())}
	for i, room := range ready.Rooms {
		ready.Ready = ready.Ready && room.Ready
		if !full {
			ready.Rooms[i].Reason = ""
		}
	}
	status := http.StatusOK
	if !ready.Ready {
		status = http.StatusServiceUnavailable
	}
	writeJSON(w, status, ready)
}

// metrics is for this machine, or for a token that may read.
func (a *API) metrics(w http.ResponseWriter, r *http.Request) {
	q := requestOf(r.Context())
	if !q.local() {
		if err := a.admitLimited(r.Context(), q, toRead); err != nil {
			a.refuse(w, q, err)
			return
		}
	}
	clients, skipped := a.hub.stats()
	a.streams.Set(float64(clients))
	a.skipped.Set(float64(skipped))
	a.deps.Metrics.Handler().ServeHTTP(w, r)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a client that has gone away needs no answer
}
