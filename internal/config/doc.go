// Package config reads one strict YAML file and the environment into the settings of the rooms, and says exactly what
// is wrong.
//
// A room owns its own Config struct with its defaults; the server puts them together into one tree and hands that tree
// to [Load]. A key that the tree does not have is an error that names file, line, column and the nearest right key.
// Every value remembers where it came from, so that "vedette check config" can show it.
//
// A setting is found in the environment under VEDETTE_ and its path in capitals: http.listen is VEDETTE_HTTP_LISTEN.
// The environment wins over the file, the file over the default.
package config
