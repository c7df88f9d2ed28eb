// Package console is the web console: what an analyst sees of the house.
//
// The console itself is a React program under src, built by "make console" into dist and embedded here, so that one
// binary serves it with nothing beside it. dist is not committed: a binary built without it is complete in every other
// way, and its console pages then say how to build them.
//
// In comes an HTTP request for a page or an asset, out goes the built file. Promises: pages carry a strict content
// security policy with a fresh nonce and are never cached; assets are named by their content and cached for a year; every
// path that is no asset is the one page of the console, so that a link into it can be shared.
package console
