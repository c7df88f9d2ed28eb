package victorialogs

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/VictoriaMetrics/VictoriaLogs/lib/logstorage"

	vedette "github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/eventstore"
)

// tenantID is the engine's name of a tenant's rows of a kind; see the package's documentation. "" is the default tenant.
func tenantID(tenant, kind string) logstorage.TenantID {
	var id logstorage.TenantID
	if tenant != "" && tenant != vedette.DefaultTenant {
		sum := sha256.Sum256([]byte(tenant))
		id.AccountID = binary.BigEndian.Uint32(sum[:4])
		id.ProjectID = binary.BigEndian.Uint32(sum[4:8]) &^ 1
	}
	if kind == eventstore.KindAlert {
		id.ProjectID |= 1
	}
	return id
}

// tenantIDs are the engine's names of all that a query may see. kind is empty for every kind.
func tenantIDs(tenant, kind string) []logstorage.TenantID {
	if kind != "" {
		return []logstorage.TenantID{tenantID(tenant, kind)}
	}
	return []logstorage.TenantID{tenantID(tenant, eventstore.KindEvent), tenantID(tenant, eventstore.KindAlert)}
}

// register remembers the tenants that have rows, in a file that is synced before the first row of a tenant is stored.
// The engine has a list of its own, but after a crash rows can be on disk that it does not list yet.
type register struct {
	file string

	mu    sync.Mutex
	known map[string]struct{}
}

func openRegister(dir string) (*register, error) {
	r := &register{file: filepath.Join(dir, "tenants.json"), known: make(map[string]struct{})}
	text, err := os.ReadFile(r.file)
	if errors.Is(err, os.ErrNotExist) {
		return r, nil
	}
	if err != nil {
		return nil, vedette.Errorf(vedette.CodeUnavailable, "read the list of tenants: %w", err)
	}
	var names []string
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&names); err != nil {
		return nil, vedette.Errorf(vedette.CodeUnavailable, "read the list of tenants in %s: %w", r.file, err)
	}
	for _, name := range names {
		r.known[name] = struct{}{}
	}
	return r, nil
}

// add makes sure that a tenant is in the list.
func (r *register) add(tenant string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, known := r.known[tenant]; known {
		return nil
	}
	names := make([]string, 0, len(r.known)+1)
	for name := range r.known {
		names = append(names, name)
	}
	if err := writeSynced(r.file, []byte(toJSON(append(names, tenant)))); err != nil {
		return vedette.Errorf(vedette.CodeUnavailable, "write the list of tenants: %w", err)
	}
	r.known[tenant] = struct{}{}
	return nil
}

// all returns the engine's names of every tenant's rows of a kind, sorted: the engine finds only some otherwise.
func (r *register) all(kind string) []logstorage.TenantID {
	r.mu.Lock()
	defer r.mu.Unlock()
	ids := make([]logstorage.TenantID, 0, len(r.known))
	for name := range r.known {
		ids = append(ids, tenantID(name, kind))
	}
	slices.SortFunc(ids, func(a, b logstorage.TenantID) int {
		return cmp.Or(cmp.Compare(a.AccountID, b.AccountID), cmp.Compare(a.ProjectID, b.ProjectID))
	})
	return slices.Compact(ids) // the default tenant has two names
}

// writeSynced replaces a file so that after a crash it is either the old or the new one.
func writeSynced(file string, text []byte) error {
	next, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	_, err = next.Write(text)
	if err == nil {
		err = next.Sync()
	}
	if err = errors.Join(err, next.Close()); err != nil {
		return errors.Join(err, os.Remove(next.Name()))
	}
	if err := os.Rename(next.Name(), file); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(file))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
