package ledger_test

import (
	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/detect"
)

func off(id string) detect.Settings {
	return detect.Settings{Default: map[string]detect.Setting{id: {Stage: vedette.StageOff}}}
}
