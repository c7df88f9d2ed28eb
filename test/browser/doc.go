// Package browser drives the real program through its console, in a real Chromium, while the demo runs: every screen in
// both languages and both themes, with its keyboard, its errors and its accessibility. The tests themselves are in
// console/e2e, beside what they test; this package starts what they need.
//
// When all of them passed, the pictures in docs/screenshots are replaced by those they took. All that they take go to
// VEDETTE_SHOTS instead, if that is set.
package browser
