"""The floor: what the raw operations of a protocol cost, by the formulas of floors.json."""
import json
import os
import pathlib
import re
import statistics
import subprocess

HERE = pathlib.Path(__file__).resolve().parent.parent


def operations(program: pathlib.Path, directory: pathlib.Path, seconds: float) -> dict[str, dict]:
    """Cost of each raw operation in microseconds; the durable write is done in `directory`."""
    run = subprocess.run([program, str(seconds)], cwd=directory, capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def medians(rounds: list[dict[str, dict]]) -> dict[str, dict]:
    """Of several measurements of the operations, the median of each."""
    return {name: {
        "cpu": statistics.median(found[name]["cpu"] for found in rounds), "wall": statistics.median(found[name]["wall"] for found in rounds),
        "repetitions": sum(found[name]["repetitions"] for found in rounds)} for name in rounds[0]}


def pipeline(program: pathlib.Path, directory: pathlib.Path, issuances: int) -> dict:
    """Issuance without HTTP beside the two raw operations it cannot do without; its database is in `directory`."""
    run = subprocess.run([program, str(issuances)], cwd=directory, capture_output=True, text=True, check=True, timeout=300)
    return json.loads(run.stdout)


class Meter:
    """What a floor costs at this moment, by a thread on every processor, all at once: neighbours slow it down as they slow down the server
    that is measured right before or after."""

    SECONDS = 0.05  # of processor time for one operation

    def __init__(self, program: pathlib.Path, directory: pathlib.Path):
        self.probes = [
            subprocess.Popen(
                ["taskset", "--cpu-list", str(processor), program, "--sample", str(self.SECONDS)], cwd=directory, stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, text=True)
            for processor in sorted(os.sched_getaffinity(0))]

    def floor(self, name: str) -> float:
        """Microseconds of processor time; the mean of all processors."""
        formula = formulas()[name]
        for probe in self.probes:
            probe.stdin.write(" ".join(operation for _, operation in terms(formula)) + "\n")
            probe.stdin.flush()
        return statistics.mean(evaluate(formula, json.loads(probe.stdout.readline())) for probe in self.probes)

    def stop(self) -> None:
        for probe in self.probes:
            probe.communicate()


def formulas() -> dict[str, str]:
    return json.loads((HERE / "floors.json").read_text())


def terms(formula: str) -> list[tuple[int, str]]:
    """How often which operation: of `2 * rsa2048.verify + p256.sign`, (2, rsa2048.verify) and (1, p256.sign)."""
    found = []
    for term in formula.split("+"):
        match = re.fullmatch(r"\s*(?:(\d+)\s*\*\s*)?([a-z0-9A-Z.]+)\s*", term)
        if not match:
            raise ValueError(f"floors.json: {term.strip()} is no operation")
        found.append((int(match[1] or 1), match[2]))
    return found


def evaluate(formula: str, costs: dict[str, dict]) -> float:
    """Microseconds of processor time of a sum of operations."""
    return sum(times * costs[operation]["cpu"] for times, operation in terms(formula))
