// Package victorialogs keeps the event store with VictoriaLogs' storage engine, in the process, on its own directory.
//
// What the engine asks for and the package gives: its command-line flags are set once per process; its log goes to
// slog; its limits on rows, columns and names are kept by cutting before it would drop a row; rows outside its
// retention, which it drops without an error, are given a time inside; the disk is looked at before it is written,
// because on a full one the engine ends the process. The engine itself has no write-ahead log. Only closing it, or
// seeing it hold no row in memory, proves that rows are on disk; failing that, rows are taken for safe a minute after
// they were appended, twelve times the interval at which the engine flushes.
//
// A tenant is a pair of 32-bit numbers to the engine. The tenant named vedette.DefaultTenant is 0:0 and any other is
// the first 64 bits of its name's SHA-256: nothing to keep, nothing to lose, the same on every node.
package victorialogs
