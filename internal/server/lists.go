package server

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"os"
	"slices"
	"strings"

	"github.com/vedette-soc/vedette/internal/catalog"
	"github.com/vedette-soc/vedette/internal/entity"
)

// Bounds on one file of rules.lists.
const (
	maxListBytes  = 4 << 20
	maxListValues = 10_000
)

// placeholders gathers the values of %name% in rules: what is known of the operator's own entities, then lists in files,
// then what the configuration says itself. A name that is given twice has the values of the last.
func placeholders(rules RulesConfig, networks NetworksConfig) (map[string][]string, []catalog.Problem) {
	all := map[string][]string{}
	internal, _ := prefixes(networks.Internal)
	if len(internal) == 0 {
		internal = entity.PrivateRanges()
	}
	all["internal_networks"] = texts(internal)
	if protected, _ := prefixes(networks.Protected); len(protected) > 0 {
		all["protected_networks"] = texts(protected)
	}
	var problems []catalog.Problem
	for _, name := range slices.Sorted(maps.Keys(rules.Lists)) {
		values, err := readList(rules.Lists[name])
		if err != nil {
			problems = append(problems, catalog.Problem{File: rules.Lists[name], Reason: fmt.Sprintf("the list %%%s%% cannot be used: %v", name, err)})
			continue
		}
		all[name] = values
	}
	maps.Copy(all, rules.Placeholders)
	return all, problems
}

// texts writes networks; one of a single address is written as that address.
func texts(list []netip.Prefix) []string {
	out := make([]string, len(list))
	for i, p := range list {
		if out[i] = p.String(); p.IsSingleIP() {
			out[i] = p.Addr().String()
		}
	}
	return out
}

// readList reads one value a line. Blank lines, and lines that begin with #, say nothing.
func readList(file string) ([]string, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	data, err := io.ReadAll(io.LimitReader(f, maxListBytes+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxListBytes {
		return nil, fmt.Errorf("it is larger than %d MiB", maxListBytes>>20)
	}
	var values []string
	lines := bufio.NewScanner(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	lines.Buffer(nil, maxListBytes+1)
	for lines.Scan() {
		value := strings.TrimSpace(lines.Text())
		if value == "" || strings.HasPrefix(value, "#") {
			continue
		}
		if values = append(values, value); len(values) > maxListValues {
			return nil, fmt.Errorf("it has more than %d values", maxListValues)
		}
	}
	return values, lines.Err()
}
