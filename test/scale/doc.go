// Package scale measures what people feel when there is very much of everything.
package scale
