"""The floor: what the raw operations of a protocol cost, by the formulas of floors.json."""
import json
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


def formulas() -> dict[str, str]:
    return json.loads((HERE / "floors.json").read_text())


def evaluate(formula: str, costs: dict[str, dict]) -> float:
    """Microseconds of processor time of a sum of operations such as `2 * rsa2048.verify + p256.sign`."""
    total = 0.0
    for term in formula.split("+"):
        match = re.fullmatch(r"\s*(?:(\d+)\s*\*\s*)?([a-z0-9A-Z.]+)\s*", term)
        if not match or match[2] not in costs:
            raise ValueError(f"floors.json: {term.strip()} is no operation")
        total += int(match[1] or 1) * costs[match[2]]["cpu"]
    return total
