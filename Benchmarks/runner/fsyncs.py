"""How many durable writes one unit costs, counted by strace in runs of their own, because tracing slows the server."""
import pathlib
import re
import shutil
import signal
import subprocess
import time

from .cases import Case, Failed, ours, run
from .lab import Lab

CASES = ("scep-post", "est", "acme", "wstep")


def count(loader: pathlib.Path, lab: Lab, cases: list[Case]) -> dict[str, dict[int, float]]:
    """Case to connections to fsync and fdatasync calls for one unit; empty where strace is missing or may not trace."""
    strace = shutil.which("strace")
    if not strace:
        return {}
    found: dict[str, dict[int, float]] = {}
    for case in (case for case in cases if case.name in CASES):
        for connections in (1, 32):
            calls = trace(strace, loader, lab, case, connections)
            if calls is not None:
                found.setdefault(case.name, {})[connections] = calls
    return found


def trace(strace: str, loader: pathlib.Path, lab: Lab, case: Case, connections: int) -> float | None:
    units = 64 if connections == 1 else 256
    summary = lab.scratch / "strace.txt"
    summary.unlink(missing_ok=True)
    tracer = subprocess.Popen(
        [strace, "-f", "-c", "-e", "trace=fsync,fdatasync", "-o", str(summary), "-p", str(lab.pids[0])], stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    try:
        if tracer.poll() is not None:
            return None
        done = run(loader, ours(case, lab, units + connections), case, lab.pids, connections, units)
    except Failed:
        return None
    finally:
        if tracer.poll() is None:
            tracer.send_signal(signal.SIGINT)
        tracer.wait(10)
    calls = sum(int(line.split()[3]) for line in summary.read_text().splitlines() if re.search(r" f(data)?sync$", line))
    # The warm-up of every connection is traced as well.
    return calls / (done["succeeded"] + connections) if done["succeeded"] else None
