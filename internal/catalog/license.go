package catalog

import (
	"io"
	"path"
	"strings"
)

// maxLicense bounds how much of a licence file is read; its name stands at the top.
const maxLicense = 16 << 10

// isLicense tells whether a file holds a licence by its name.
func isLicense(name string) bool {
	base := strings.ToLower(path.Base(name))
	base = strings.TrimSuffix(strings.TrimSuffix(base, ".md"), ".txt")
	switch base {
	case "license", "licence", "copying", "license.detection.rules":
		return true
	}
	return false
}

// noteLicense remembers a licence file for the rules of its folder and of those below.
func (l *loader) noteLicense(shown string, r io.Reader) {
	text, err := io.ReadAll(io.LimitReader(r, maxLicense))
	if err != nil || len(l.licenses) >= maxProblems {
		return
	}
	if name := licenseName(string(text)); name != "" {
		if l.licenses == nil {
			l.licenses = make(map[string]string)
		}
		l.licenses[folderOf(shown)] = name
	}
}

// licenseName recognises the licences that rule collections come under, by their titles. The result is an SPDX
// identifier; DRL is the Detection Rule License, which asks for attribution.
func licenseName(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	for _, known := range []struct{ words, id string }{
		{"Detection Rule License (DRL) 1.0", "DRL-1.0"}, {"Detection Rule License 1.0", "DRL-1.0"}, {"Detection Rule License", "DRL-1.1"},
		{"Apache License", "Apache-2.0"}, {"MIT License", "MIT"}, {"GNU AFFERO GENERAL PUBLIC LICENSE", "AGPL-3.0"},
		{"GNU LESSER GENERAL PUBLIC LICENSE", "LGPL-3.0"}, {"GNU GENERAL PUBLIC LICENSE", "GPL-3.0"}, {"Mozilla Public License", "MPL-2.0"},
		{"Elastic License 2.0", "Elastic-2.0"}, {"Creative Commons Attribution 4.0", "CC-BY-4.0"}, {"CC0 1.0", "CC0-1.0"},
		{"Permission is hereby granted, free of charge, to any person obtaining a copy of this software", "MIT"},
		{"Redistribution and use in source and binary forms", "BSD-3-Clause"},
	} {
		if strings.Contains(text, known.words) {
			return known.id
		}
	}
	return ""
}

// license gives every file loaded since start the licence of the nearest folder above it that has one.
func (l *loader) license(start int) {
	for i := start; i < len(l.files); i++ {
		f := &l.files[i]
		for dir := folderOf(f.Path); ; dir = folderOf(dir) {
			if name := l.licenses[dir]; name != "" {
				f.License = name
				break
			}
			if dir == "" {
				break
			}
		}
	}
}

// folderOf gives the folder of a path, and the archive of a member at its top; it ends in "".
func folderOf(name string) string {
	if i := strings.LastIndexAny(name, `/\!`); i > 0 {
		return name[:i]
	}
	return ""
}
