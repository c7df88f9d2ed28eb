package api

import (
	"context"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/statestore"
)

type newTaskInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Title string    `json:"title" minLength:"1" maxLength:"1000"`
		Owner string    `json:"owner,omitempty" maxLength:"128" doc:"User name of who is to do it; empty for nobody yet"`
		Due   time.Time `json:"due,omitzero"`
		Done  bool      `json:"done,omitempty"`
	}
}

type taskEditInput struct {
	ID      string `path:"id" maxLength:"64"`
	Task    string `path:"task" maxLength:"64"`
	IfMatch string `header:"If-Match" maxLength:"64" doc:"ETag or version of the task as you saw it; without it the edit applies to any version"`
	Body    struct {
		Title *string    `json:"title,omitempty" minLength:"1" maxLength:"1000"`
		Owner *string    `json:"owner,omitempty" maxLength:"128" doc:"User name; empty for nobody"`
		Due   *time.Time `json:"due,omitempty" doc:"0001-01-01T00:00:00Z takes the date away"`
		Done  *bool      `json:"done,omitempty"`
	}
}

type taskInput struct {
	ID   string `path:"id" maxLength:"64"`
	Task string `path:"task" maxLength:"64"`
}

func (a *API) listTasks(ctx context.Context, in *incidentInput) (*pageOutput[vedette.Task], error) {
	tenant := requestOf(ctx).principal.Tenant
	if _, err := a.deps.Store.Incident(ctx, tenant, in.ID); err != nil {
		return nil, err
	}
	tasks, err := a.deps.Store.Tasks(ctx, tenant, in.ID)
	if err != nil {
		return nil, err
	}
	return &pageOutput[vedette.Task]{Body: Page[vedette.Task]{Items: tasks, Total: int64(len(tasks))}}, nil
}

func (a *API) addTask(ctx context.Context, in *newTaskInput) (*versionedOutput[vedette.Task], error) {
	q := requestOf(ctx)
	if err := a.checkOwner(ctx, q.principal.Tenant, in.Body.Owner); err != nil {
		return nil, err
	}
	task, err := a.audited(ctx, "incident.task", in.ID, "add "+in.Body.Title).AddTask(ctx, q.principal.Tenant, vedette.Task{
		IncidentID: in.ID, Title: in.Body.Title, Owner: in.Body.Owner, Due: in.Body.Due, Done: in.Body.Done, Author: q.principal.Name,
	})
	if err != nil {
		return nil, err
	}
	q.kept = true
	return versioned(task, task.Version), nil
}

func (a *API) updateTask(ctx context.Context, in *taskEditInput) (*versionedOutput[vedette.Task], error) {
	q := requestOf(ctx)
	version, err := versionIn(in.IfMatch)
	if err != nil {
		return nil, err
	}
	b := &in.Body
	if b.Title == nil && b.Owner == nil && b.Due == nil && b.Done == nil {
		return nil, vedette.Errorf(vedette.CodeInvalid, "nothing to change: give title, owner, due or done")
	}
	if b.Owner != nil {
		if err := a.checkOwner(ctx, q.principal.Tenant, *b.Owner); err != nil {
			return nil, err
		}
	}
	detail := "change " + in.Task
	if b.Done != nil && *b.Done {
		detail = "done " + in.Task
	}
	edit := statestore.TaskEdit{Title: b.Title, Owner: b.Owner, Due: b.Due, Done: b.Done, By: q.principal.Name}
	task, err := a.audited(ctx, "incident.task", in.ID, detail).EditTask(ctx, q.principal.Tenant, in.ID, in.Task, version, edit)
	if err != nil {
		return nil, err
	}
	q.kept = true
	return versioned(task, task.Version), nil
}

func (a *API) deleteTask(ctx context.Context, in *taskInput) (*nothing, error) {
	q := requestOf(ctx)
	if err := a.audited(ctx, "incident.task", in.ID, "remove "+in.Task).DeleteTask(ctx, q.principal.Tenant, in.ID, in.Task); err != nil {
		return nil, err
	}
	q.kept = true
	return nil, nil
}
