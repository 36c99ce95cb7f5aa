#!/usr/bin/env python3
"""Lists the functions that serving reaches, for the linker to put side by side (`make profile`): a server under callgrind and the benchmark's own load.

    Benchmarks/reached.py RELEASE LOADER LIST

RELEASE is a folder with a release build of `muster`; LOADER the load program; LIST the file to write: symbols, one a line, sorted. Needs valgrind.
"""
import argparse
import collections
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from runner.cases import CASES, ours, run
from runner.lab import Lab

CONNECTIONS = 8
UNITS = 60
# What was called less often belongs to the first requests, or to nobody's request.
CALLS = 50
NAME = re.compile(r"(c?)(fn|ob)=\((\d+)\)(?: (.*))?$")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("release", "loader", "list"):
        parser.add_argument(name, type=pathlib.Path)
    options = parser.parse_args()
    if shutil.which("valgrind") is None:
        sys.exit("valgrind is missing: apt-get install valgrind")
    with tempfile.TemporaryDirectory(prefix="muster-reached-") as scratch:
        place = pathlib.Path(scratch)
        # valgrind does not read Swift's debug information.
        (place / "stripped").mkdir()
        subprocess.run(["strip", "--strip-debug", "-o", place / "stripped" / "muster", options.release / "muster"], check=True)
        calls = place / "calls"
        lab = Lab(place / "stripped", place)
        try:
            lab.start(
                ["valgrind", "--quiet", "--tool=callgrind", "--instr-atstart=no", "--demangle=no", f"--callgrind-out-file={calls}"], patience=300)
            subprocess.run(["callgrind_control", "--instr=on", str(lab.pids[0])], check=True, stdout=subprocess.DEVNULL)
            for case in (case for case in CASES if not case.only_in_full):
                words = ours(case, lab, UNITS + CONNECTIONS, CONNECTIONS)
                run(options.loader.resolve(), words, case, lab.pids, CONNECTIONS, UNITS, seconds=300)
                print(case.name, flush=True)
        finally:
            lab.stop()
        reached = sorted(functions(calls.read_text()))
    options.list.write_text("\n".join(reached) + "\n")
    print(f"{options.list}: {len(reached)} functions")


def functions(profile: str) -> set[str]:
    """The symbols of `muster` in the text of callgrind's output, which gives each name a number and writes it out once."""
    names: dict[tuple[str, str], str] = {}
    current = {"": {"fn": "", "ob": ""}, "c": {"fn": "", "ob": ""}}
    calls: collections.Counter[str] = collections.Counter()
    for line in profile.splitlines():
        if found := NAME.match(line):
            callee, kind, number, name = found.groups()
            if name:
                names[kind, number] = name
            current[callee][kind] = names[kind, number]
            if not callee:
                # A callee is of the same object unless the file says otherwise.
                current["c"]["ob"] = current[""]["ob"]
        elif line.startswith("calls="):
            if current["c"]["ob"].endswith("/muster"):
                # 'N at the end: called by itself.
                calls[current["c"]["fn"].split("'")[0]] += int(line[6:].split()[0])
            current["c"]["ob"] = current[""]["ob"]
    return {name for name, count in calls.items() if count >= CALLS and not name.startswith("0x")}


if __name__ == "__main__":
    main()
