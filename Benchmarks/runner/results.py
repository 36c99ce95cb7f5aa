"""All runs of one benchmark, and the figures made of them."""
import dataclasses
import statistics

from .cases import Case


# Beyond so many connections a server may say that it is busy, and needs memory for them; clients that come back are served in the end.
MANY = 256


@dataclasses.dataclass
class Spread:
    """Median of some runs, with the smallest and the largest."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: list[float]) -> "Spread | None":
        return cls(statistics.median(values), min(values), max(values)) if values else None


@dataclasses.dataclass
class Row:
    """A case at a number of connections (or an offered rate) against one server."""

    case: Case
    server: str
    connections: int
    rate: float = 0
    reports: list[dict] = dataclasses.field(default_factory=list)
    refusals: list[str] = dataclasses.field(default_factory=list)

    def spread(self, *path: str) -> Spread | None:
        found = []
        for report in self.reports:
            value = report
            for step in path:
                value = value.get(step) if value is not None else None
            if value is not None:
                found.append(float(value))
        return Spread.of(found)

    @property
    def cpu(self) -> Spread | None:
        return self.spread("serverCPUPerUnit")

    @property
    def floor(self) -> Spread | None:
        """What the raw operations cost beside the runs."""
        return self.spread("floor")

    @property
    def over_floor(self) -> Spread | None:
        """Processor time by the floor, each run by its own."""
        return Spread.of([report["serverCPUPerUnit"] / report["floor"] for report in self.reports
                          if report.get("floor") and report["serverCPUPerUnit"]])

    @property
    def throughput(self) -> Spread | None:
        return self.spread("unitsPerSecond")

    @property
    def peak_megabytes(self) -> float | None:
        peak = self.spread("server", "peakMemory")
        return peak.high / 1024 if peak else None

    @property
    def failures(self) -> dict[str, int]:
        total: dict[str, int] = {}
        for report in self.reports:
            for kind, count in report["failures"].items():
                total[kind] = total.get(kind, 0) + count
        return total

    @property
    def postponed(self) -> int:
        """Answers 503 that clients waited out."""
        return sum(report.get("postponed", 0) for report in self.reports)

    @property
    def is_client_bound(self) -> bool:
        return any(report["isClientBound"] for report in self.reports)

    def per_unit(self, *path: str) -> float | None:
        values = [
            report["server"][path[0]] / report["succeeded"] for report in self.reports if report.get("server") and report["succeeded"]]
        return statistics.median(values) if values else None


class Results:
    """Rows by case, server and connections, the raw operations, and what was absent."""

    def __init__(self):
        self.rows: dict[tuple, Row] = {}
        self.operations: dict[str, dict] = {}
        self.floors: dict[str, float] = {}
        self.absent: dict[str, str] = {}
        self.fsyncs: dict[str, dict[int, float]] = {}
        self.growth: list[dict] = []
        self.pipeline: dict | None = None
        self.machine: dict[str, str] = {}

    def row(self, case: Case, server: str, connections: int, rate: float = 0) -> Row:
        return self.rows.setdefault((case.name, server, connections, rate), Row(case, server, connections, rate))

    def find(self, case: Case, server: str, connections: int, rate: float = 0) -> Row | None:
        return self.rows.get((case.name, server, connections, rate))

    def over_undisturbed_floor(self, row: Row) -> float | None:
        """Processor time by the floor of the run's quietest moments, which flatters nobody and blames us for the neighbours."""
        floor = self.floors.get(row.case.floor) if row.case.floor else None
        return row.cpu.median / floor if row.cpu and floor else None

    def broken(self, thresholds: dict[str, float]) -> list[str]:
        """Which thresholds our server exceeds, in words; closed loop only."""
        found = []
        limit = thresholds.get("pipeline")
        if self.pipeline and limit and self.pipeline["ratio"] > limit:
            found.append(f"issuance without HTTP: {self.pipeline['ratio']:.1f} times its two raw operations, not {limit}")
        for row in self.rows.values():
            limit, ratio = thresholds.get(row.case.name), row.over_floor
            if row.server != "muster" or row.rate:
                continue
            place = f"{row.case.name} at {row.connections} connections"
            if limit and ratio and ratio.median > limit:
                found.append(f"{place}: {ratio.median:.2f} x floor, at most {limit} x wanted")
            if row.connections > MANY and not row.case.retries:
                continue
            if (row.peak_megabytes or 0) > thresholds["peak MB"]:
                found.append(f"{place}: {row.peak_megabytes:,.0f} MB, at most {thresholds['peak MB']} wanted")
            if sum(row.failures.values()) + len(row.refusals) > thresholds["failures"]:
                found.append(f"{place}: failures")
        return found

    def raw(self) -> dict:
        """For the JSON file."""
        return {
            "machine": self.machine, "operations": self.operations, "floors": self.floors, "absent": self.absent, "fsyncs": self.fsyncs,
            "growth": self.growth, "pipeline": self.pipeline,
            "runs": [
                {"case": row.case.name, "server": row.server, "connections": row.connections, "rate": row.rate, "reports": row.reports,
                 "refusals": row.refusals}
                for row in self.rows.values()]}
