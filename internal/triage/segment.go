package triage

import (
	"net/netip"

	vedette "github.com/vedette-soc/vedette"
)

// What happens in one segment of a network hangs together more than what happens in two: of several stories that go on at
// once, an alert that names nobody belongs to the one in whose segment its machine is.

// segments are the lengths of the prefixes that are compared, the narrower first. Read-only.
var segments = [...]struct{ v4, v6 int }{{24, 64}, {16, 48}}

// nearest returns the one of several incidents that is in the segment of a group's machine, nil when none is, or several are.
func (e *Engine) nearest(files []*caseFile, g *group) *caseFile {
	own := e.addresses(g.first.Entities)
	if len(own) == 0 {
		return nil
	}
	theirs := make([][]netip.Addr, len(files))
	for i, f := range files {
		theirs[i] = e.addresses(f.Entities)
	}
	for _, bits := range segments {
		var found *caseFile
		for i, f := range files {
			if !meet(own, theirs[i], bits.v4, bits.v6) {
				continue
			}
			if found != nil {
				return nil
			}
			found = f
		}
		if found != nil {
			return found
		}
	}
	return nil
}

// addresses are those of our own.
func (e *Engine) addresses(refs []vedette.EntityRef) []netip.Addr {
	var out []netip.Addr
	for _, ref := range refs {
		if ref.Kind != vedette.EntityAddress || ref.Role == vedette.RoleActor {
			continue
		}
		if addr, err := netip.ParseAddr(ref.Name); err == nil && e.networks.IsInternal(addr) {
			out = append(out, addr.Unmap())
		}
	}
	return out
}

// meet tells whether two lists of addresses have a segment in common.
func meet(a, b []netip.Addr, v4, v6 int) bool {
	for _, x := range a {
		bits := v6
		if x.Is4() {
			bits = v4
		}
		segment, err := x.Prefix(bits)
		if err != nil {
			continue
		}
		for _, y := range b {
			if segment.Contains(y) {
				return true
			}
		}
	}
	return false
}
