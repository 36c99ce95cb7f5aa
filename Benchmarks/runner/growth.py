"""The same enrollments with many certificates in the database."""
import pathlib
import sqlite3
import tempfile
import time
from collections.abc import Callable

from .cases import CASES, Failed, ours, run
from .lab import Lab

MEASURED = ("scep-post", "est", "ocsp")
REVOKED_ONE_IN = 100


def measure(binaries: pathlib.Path, directory: pathlib.Path, sizes: list[int], say: Callable[[str], None]) -> list[dict]:
    """One entry a size: start-up, CRL, search, memory, and processor time of an enrollment."""
    found = []
    for size in sizes:
        with tempfile.TemporaryDirectory(dir=directory) as scratch:
            found.append(one(binaries, pathlib.Path(scratch), size))
            say(f"growth: {found[-1]}")
    return found


def one(binaries: pathlib.Path, scratch: pathlib.Path, size: int) -> dict:
    lab = Lab(binaries, scratch)
    loader = binaries / "muster-load"
    entry: dict = {"certificates": size}
    try:
        lab.start()
        # A certificate of a device, to multiply.
        case = next(case for case in CASES if case.name == "est")
        run(loader, ours(case, lab, 8), case, lab.pids, 1, 4)
        lab.stop()
        if size:
            fill(lab.database, size)
        entry["database MB"] = lab.database.stat().st_size / 1e6
        entry["start-up s"] = lab.start(patience=600)
        entry["memory at rest MB"] = resident(lab.pids[0])
        entry["CRL publish s"] = timed(lambda: lab.command("crl", "publish"))
        entry["list newest s"] = timed(lambda: lab.command("list", "--json", "--limit", "100"))
        entry["search name s"] = timed(lambda: lab.command("list", "--json", "--name", "bulk-77.test"))
        for case in (case for case in CASES if case.name in MEASURED):
            try:
                report = run(loader, ours(case, lab, 600 + 32), case, lab.pids, 32, 600)
                entry[f"{case.name} CPU us"] = report["serverCPUPerUnit"]
                entry[f"{case.name} p99 ms"] = report["latency"]["p99"] / 1000
            except Failed as reason:
                entry[f"{case.name} CPU us"] = str(reason)
                entry[f"{case.name} p99 ms"] = "-"
        entry["memory after MB"] = resident(lab.pids[0])
    finally:
        lab.stop()
    return entry


def timed(work: Callable[[], object]) -> float:
    begin = time.monotonic()
    work()
    return time.monotonic() - begin


def resident(pid: int) -> float:
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def fill(path: pathlib.Path, size: int) -> None:
    """Multiplies one issued certificate with its transaction: other ids, serial numbers and names, the same bytes."""
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA synchronous = OFF")
        for table, changed in (
            ("issuances", {
                "id": "randomblob(length(id))", "exchange": "randomblob(16)", "serial": "randomblob(16)",
                "subject": "'CN=bulk-' || number || '.test'", "names": "replace(names, subject, 'bulk-' || number || '.test')",
                "revoked_at": f"CASE WHEN number % {REVOKED_ONE_IN} = 0 THEN recorded_at END",
                "revocation_reason": f"CASE WHEN number % {REVOKED_ONE_IN} = 0 THEN 1 END"}),
            ("transactions", {"id": "randomblob(length(id))", "serial": "randomblob(16)", "subject": "'CN=bulk-' || number || '.test'"}),
        ):
            columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
            values = ", ".join(changed.get(column, column) for column in columns)
            where = "endpoint = 'est-default'" + (" AND certificate IS NOT NULL" if table == "issuances" else "")
            database.execute(
                f"WITH RECURSIVE numbers(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < {int(size)}),"
                f" model AS (SELECT * FROM {table} WHERE {where} LIMIT 1)"
                f" INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM numbers, model")
    database.close()
