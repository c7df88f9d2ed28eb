// Package misp reads indicators out of what MISP writes: events of a feed, exports of its REST interface, and lists of
// attributes (https://www.misp-standard.org/rfc/misp-standard-core.html), and the manifest of a feed.
//
// In comes JSON; out go [intel.Item] values, one for each attribute that is marked for detection (to_ids). Attributes that
// are not, that are deleted, or of a type that cannot be looked up are counted by reason.
package misp
