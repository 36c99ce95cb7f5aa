#!/usr/bin/env python3
"""Measures `muster crl publish` with many revoked certificates: processor time and peak memory of the whole command, from wait4.

The command opens the database, decrypts the key, walks over the revoked certificates, signs, reads the list back and stores it. The same with
none revoked shows what of that is not the list's. Prints a table for docs/PERFORMANCE.md.
"""
import argparse
import os
import pathlib
import sqlite3
import sys
import tempfile

from runner.lab import Lab

HERE = pathlib.Path(__file__).resolve().parent


def fill(path: pathlib.Path, size: int) -> None:
    """Multiplies one certificate of the CA: other ids and serial numbers, revoked one a second, the same bytes."""
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA synchronous = OFF")
        columns = [row[1] for row in database.execute("PRAGMA table_info(issuances)")]
        changed = {
            "id": "randomblob(length(id))", "exchange": "randomblob(16)", "serial": "X'40' || randomblob(15)",
            "revoked_at": "recorded_at - number % 86400", "revocation_reason": "4"}
        changed["serial"] = "CAST(" + changed["serial"] + " AS BLOB)"
        values = ", ".join(changed.get(column, column) for column in columns)
        database.execute(
            f"WITH RECURSIVE numbers(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < {size}),"
            " model AS (SELECT * FROM issuances WHERE endpoint = 'system' AND certificate IS NOT NULL LIMIT 1)"
            f" INSERT INTO issuances ({', '.join(columns)}) SELECT {values} FROM numbers, model")
    database.close()


def publish(lab: Lab) -> tuple[float, float, float]:
    """Seconds of processor time, of which in the kernel, and MB of peak memory."""
    process = os.posix_spawn(
        lab.muster, [str(lab.muster), "crl", "publish", "--dir", str(lab.directory)], {**os.environ, "LLVM_PROFILE_FILE": "/dev/null"},
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
    _, status, usage = os.wait4(process, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError("muster crl publish failed")
    return usage.ru_utime + usage.ru_stime, usage.ru_stime, usage.ru_maxrss / 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binaries", type=pathlib.Path, default=HERE.parent / ".build-bench/release", help="a release build of muster")
    parser.add_argument("sizes", type=int, nargs="*", default=[0, 100_000, 1_000_000])
    options = parser.parse_args()
    print("| revoked certificates | CPU s | of which kernel s | peak MB | list MB |\n|---|---|---|---|---|")
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as scratch:
            lab = Lab(options.binaries.resolve(), pathlib.Path(scratch))
            if size:
                fill(lab.database, size)
            # The best of three: other work on the machine only adds.
            cpu, kernel, memory = min(publish(lab) for _ in range(3))
            with sqlite3.connect(lab.database) as database:
                length = database.execute("SELECT MAX(length(body)) FROM published_lists").fetchone()[0]
            database.close()
            print(f"| {size:,} | {cpu:.2f} | {kernel:.2f} | {memory:.0f} | {length / 1e6:.1f} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
