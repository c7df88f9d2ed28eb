// Package stix reads indicators out of STIX 2.1 and 2.0 objects, as bundles, as the envelopes of TAXII, or one by one
// (https://docs.oasis-open.org/cti/stix/v2.1/os/stix-v2.1-os.html), and writes them as a bundle.
//
// In comes JSON as a stream; out go [intel.Item] values. A pattern becomes items when each of its alternatives is one
// comparison with a value that can be looked up. What cannot be said that way, such as two conditions that must hold
// together, is not made wider until it fits: it is left out and reported with the reason.
package stix
