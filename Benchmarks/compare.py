#!/usr/bin/env python3
"""Compares builds of Muster: the same cases against each, in turns, so that a noisy machine disturbs all alike.

    Benchmarks/compare.py OLD NEW --case est --connections 8 --rounds 5

OLD and NEW are folders with a release build of `muster`; the load program is the last one's.
"""
import argparse
import pathlib
import statistics
import tempfile

from runner.cases import CASES, Failed, ours, run
from runner.lab import Lab


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("builds", type=pathlib.Path, nargs="+")
    parser.add_argument("--case", action="append", choices=[case.name for case in CASES])
    parser.add_argument("--connections", type=int, action="append")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--requests", type=int, help="a run; else a sixth of the benchmark's")
    options = parser.parse_args()
    loader = options.builds[-1].resolve() / "muster-load"
    with tempfile.TemporaryDirectory(prefix="muster-compare-") as scratch:
        labs = []
        try:
            for number, build in enumerate(options.builds):
                place = pathlib.Path(scratch) / str(number)
                place.mkdir()
                labs.append(Lab(build.resolve(), place))
                labs[-1].start()
            for case in (case for case in CASES if not options.case or case.name in options.case):
                for connections in options.connections or [8]:
                    compare(case, labs, options, loader, connections)
        finally:
            for lab in labs:
                lab.stop()


def compare(case, labs: list[Lab], options: argparse.Namespace, loader: pathlib.Path, connections: int) -> None:
    count = max(options.requests or case.requests // 6, 2 * connections)
    found: list[list[dict]] = [[] for _ in labs]
    for _ in range(options.rounds):
        for lab, reports in zip(labs, found):
            try:
                reports.append(run(loader, ours(case, lab, count + connections, connections), case, lab.pids, connections, count))
            except Failed as reason:
                print(f"{case.name} {lab.muster.parent.name}: {reason}")
    for lab, reports in zip(labs, found):
        if not reports:
            continue

        def median(value) -> float:
            return statistics.median(value(report) for report in reports)

        print(
            f"{case.name:14} x{connections:<4} {lab.muster.parent.name:12}"
            f" {median(lambda r: r['serverCPUPerUnit'] or 0):7,.0f} us (min {min(r['serverCPUPerUnit'] or 0 for r in reports):,.0f})"
            f" {median(lambda r: r['unitsPerSecond']):7,.0f}/s  p50 {median(lambda r: r['latency']['p50']) / 1000:6.1f} ms"
            f"  {max((r.get('server') or {}).get('peakMemory', 0) for r in reports) / 1024:4.0f} MB"
            f"  failures {sum(sum(r['failures'].values()) for r in reports)}", flush=True)


if __name__ == "__main__":
    main()
