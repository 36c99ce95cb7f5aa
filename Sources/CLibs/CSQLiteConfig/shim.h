#pragma once
// SQLite's own header comes to Swift by GRDB's module; here is the one function that takes its arguments as C's `...`, which Swift cannot give.
extern int sqlite3_config(int option, ...);

/// SQLITE_CONFIG_MEMSTATUS: without it, every allocation of SQLite takes a lock of the whole process to count itself. Before SQLite's first use;
/// has no effect later.
static inline int shim_forgo_memory_statistics(void) { return sqlite3_config(9, 0); }
