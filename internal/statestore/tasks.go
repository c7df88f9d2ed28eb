package statestore

import (
	"context"
	"time"

	"github.com/vedette-soc/vedette"
)

// MaxTasks is how many tasks an incident can have; MaxTaskTitle the longest title in bytes.
const (
	MaxTasks     = 200
	MaxTaskTitle = 1000
)

// TaskEdit is what a person changes on a task; nil leaves as it is. A zero Due takes the date away.
type TaskEdit struct {
	Title *string
	Owner *string
	Due   *time.Time
	Done  *bool
	By    string // who edits
}

const taskColumns = "id, incident, title, owner, due, done, done_by, author, created, updated, version"

func scanTask(scan func(...any) error) (vedette.Task, error) {
	var t vedette.Task
	var due, done, created, updated int64
	err := scan(&t.ID, &t.IncidentID, &t.Title, &t.Owner, &due, &done, &t.DoneBy, &t.Author, &created, &updated, &t.Version)
	t.Due, t.DoneTime, t.Created, t.Updated, t.Done = moment(due), moment(done), moment(created), moment(updated), done != 0
	return t, err
}

func checkTask(title, owner string) error {
	switch {
	case title == "":
		return vedette.Errorf(vedette.CodeInvalid, "a task needs a title")
	case len(title) > MaxTaskTitle:
		return tooLong("the title of a task", len(title), MaxTaskTitle)
	case len(owner) > MaxKey:
		return vedette.Errorf(vedette.CodeInvalid, "an owner's name has at most %d bytes", MaxKey)
	}
	return nil
}

// AddTask keeps a task of an incident and returns it with its id, times and version.
func (s *Store) AddTask(ctx context.Context, tenant string, task vedette.Task) (vedette.Task, error) {
	if err := checkTask(task.Title, task.Owner); err != nil {
		return vedette.Task{}, err
	}
	task.ID = "task-" + randomHex(8)
	err := s.transaction(ctx, "add a task", func(q session) error {
		_, found, err := peopleOf(ctx, q, tenant, key(task.IncidentID))
		if err != nil {
			return err
		}
		if !found {
			return missing("incident", task.IncidentID)
		}
		var count int64
		if _, err := q.one(ctx, []any{&count}, "SELECT count(*) FROM tasks WHERE tenant = ? AND incident = ?", key(tenant), key(task.IncidentID)); err != nil {
			return err
		}
		if count >= MaxTasks {
			return vedette.Errorf(vedette.CodeLimited, "incident %q has %d tasks; there is no room for more", task.IncidentID, count)
		}
		now, done := s.now(), time.Time{}
		if task.Done {
			done, task.DoneBy = now, task.Author
		}
		_, err = q.exec(ctx, "INSERT INTO tasks (tenant, "+taskColumns+") VALUES ("+marks(12)+")", key(tenant), task.ID, key(task.IncidentID),
			task.Title, key(task.Owner), task.Due, done, key(task.DoneBy), key(task.Author), now, now, int64(1))
		if err != nil {
			return err
		}
		task, err = oneTask(ctx, q, tenant, task.IncidentID, task.ID)
		return err
	})
	return task, err
}

func oneTask(ctx context.Context, q session, tenant, incident, id string) (vedette.Task, error) {
	var task vedette.Task
	found := false
	err := q.each(ctx, func(scan func(...any) error) (err error) {
		found = true
		task, err = scanTask(scan)
		return err
	}, "SELECT "+taskColumns+" FROM tasks WHERE tenant = ? AND incident = ? AND id = ?", key(tenant), key(incident), key(id))
	if err == nil && !found {
		err = missing("task", id)
	}
	return task, err
}

// Tasks lists the tasks of an incident in the order in which they were made.
func (s *Store) Tasks(ctx context.Context, tenant, incident string) ([]vedette.Task, error) {
	var all []vedette.Task
	err := s.reading().each(ctx, func(scan func(...any) error) error {
		task, err := scanTask(scan)
		all = append(all, task)
		return err
	}, "SELECT "+taskColumns+" FROM tasks WHERE tenant = ? AND incident = ? ORDER BY n", key(tenant), key(incident))
	return all, s.engine.failure("read tasks", err)
}

// EditTask changes a task that is still at version (0: at any) and returns it as it is now.
func (s *Store) EditTask(ctx context.Context, tenant, incident, id string, version int64, edit TaskEdit) (vedette.Task, error) {
	var task vedette.Task
	err := s.transaction(ctx, "edit a task", func(q session) (err error) {
		if task, err = oneTask(ctx, q, tenant, incident, id); err != nil {
			return err
		}
		if version != 0 && version != task.Version {
			return moved("task", id, version, task.Version)
		}
		now := s.now()
		edit.applyTo(&task, now)
		if err := checkTask(task.Title, task.Owner); err != nil {
			return err
		}
		changed, err := q.exec(ctx, `UPDATE tasks SET title = ?, owner = ?, due = ?, done = ?, done_by = ?, updated = ?, version = ?
			WHERE tenant = ? AND id = ? AND version = ?`,
			task.Title, key(task.Owner), task.Due, task.DoneTime, key(task.DoneBy), now, task.Version+1, key(tenant), task.ID, task.Version)
		if err != nil {
			return err
		}
		if changed == 0 {
			return moved("task", id, task.Version, task.Version+1)
		}
		task, err = oneTask(ctx, q, tenant, incident, id)
		return err
	})
	return task, err
}

func (e TaskEdit) applyTo(t *vedette.Task, now time.Time) {
	if e.Title != nil {
		t.Title = *e.Title
	}
	if e.Owner != nil {
		t.Owner = *e.Owner
	}
	if e.Due != nil {
		t.Due = *e.Due
	}
	switch {
	case e.Done == nil || *e.Done == t.Done:
	case *e.Done:
		t.DoneTime, t.DoneBy = now, e.By
	default:
		t.DoneTime, t.DoneBy = time.Time{}, ""
	}
}

// DeleteTask removes a task.
func (s *Store) DeleteTask(ctx context.Context, tenant, incident, id string) error {
	return s.remove(ctx, "task", id, "DELETE FROM tasks WHERE tenant = ? AND incident = ? AND id = ?", key(tenant), key(incident), key(id))
}
