package victorialogs

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/VictoriaMetrics/VictoriaLogs/lib/logstorage"

	vedette "github.com/vedette-soc/vedette"
)

// tenantID is the engine's name of a tenant; see the package's documentation. "" is the default tenant too.
func tenantID(tenant string) logstorage.TenantID {
	if tenant == "" || tenant == vedette.DefaultTenant {
		return logstorage.TenantID{}
	}
	sum := sha256.Sum256([]byte(tenant))
	return logstorage.TenantID{
		AccountID: binary.BigEndian.Uint32(sum[:4]),
		ProjectID: binary.BigEndian.Uint32(sum[4:8]),
	}
}
