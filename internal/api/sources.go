package api

import (
	"context"

	"github.com/vedette-soc/vedette"
)

// Sources lists the senders of records.
type Sources struct {
	Items []vedette.SourceStatus `json:"items"`
	Total int64                  `json:"total"`
}

// SourceSetup is how to make one kind of client send here.
type SourceSetup struct {
	Client string `json:"client" doc:"Stable name" example:"rsyslog-tcp"`
	Title  string `json:"title" example:"rsyslog over TCP"`
	File   string `json:"file,omitempty" doc:"Where the text usually goes" example:"/etc/rsyslog.d/90-vedette.conf"`
	Syntax string `json:"syntax" doc:"Language of the text, for highlighting" example:"yaml"`
	Config string `json:"config" doc:"The exact text to paste, with this server's address; YOUR_TOKEN stands for an ingest token"`
	Docs   string `json:"docs" doc:"The client's own documentation"`
	Token  bool   `json:"token" doc:"It needs an ingest token in place of YOUR_TOKEN"`
	Off    string `json:"off,omitempty" doc:"Why it would not work now: the receiver that is not listening"`
}

// SourceSetups lists the clients that can send here.
type SourceSetups struct {
	Items []SourceSetup `json:"items"`
}

func (a *API) registerPlaces() {
	register(a, "listSources", a.listSources)
	register(a, "listSourceSetups", a.listSourceSetups)
	a.registerEntities()
}

func (a *API) listSources(ctx context.Context, _ *nothing) (*bodyOutput[Sources], error) {
	items := a.deps.Sources(requestOf(ctx).principal.Tenant)
	return &bodyOutput[Sources]{Body: Sources{Items: items, Total: int64(len(items))}}, nil
}
