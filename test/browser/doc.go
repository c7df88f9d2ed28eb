// Package browser drives the real program through its console, in a real Chromium, while the demo runs: every screen in
// both languages and both themes, with its keyboard, its errors and its accessibility. The tests themselves are in
// console/e2e, beside what they test; this package starts what they need.
//
// The pictures they take are put into docs/screenshots when all of them passed, or into VEDETTE_SHOTS.
package browser
