"""The page of results."""
from .cases import CASES
from .floor import formulas
from .results import Results, Row, Spread


def number(value: float | None, digits: int = 0) -> str:
    return "-" if value is None else f"{value:,.{digits}f}"


def spread(value: Spread | None, digits: int = 0) -> str:
    if value is None:
        return "-"
    if value.low == value.high:
        return number(value.median, digits)
    return f"{number(value.median, digits)} ({number(value.low, digits)}-{number(value.high, digits)})"


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    return ["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *("| " + " | ".join(row) + " |" for row in rows), ""]


def failures(row: Row | None) -> str:
    if row is None:
        return "-"
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(row.failures.items())) or "0"
    kinds += f" ({row.postponed} times told to come later)" if row.postponed else ""
    return kinds + (f"; {len(row.refusals)} runs gave nothing: {row.refusals[0]}" if row.refusals else "")


def comparison(results: Results) -> list[str]:
    """A row a case and number of connections: ours, peers, floor."""
    rows = []
    for row in results.rows.values():
        if row.server != "muster" or row.rate:
            continue
        peers = [found for name in row.case.peers if (found := results.find(row.case, name, row.connections)) and found.reports]
        cpu = row.cpu
        rows.append([
            row.case.name, str(row.connections), spread(cpu), spread(row.floor), spread(row.over_floor, 2),
            number(results.over_undisturbed_floor(row), 2),
            "<br>".join(f"{peer.server} {spread(peer.cpu)}" for peer in peers) or "-",
            "<br>".join(number(cpu.median / peer.cpu.median, 2) if cpu and peer.cpu else "-" for peer in peers) or "-",
            spread(row.throughput) + (" c" if row.is_client_bound else ""),
            "<br>".join(f"{peer.server} {spread(peer.throughput)}" for peer in peers) or "-",
            failures(row), number(row.peak_megabytes)])
    return table(
        ["case", "conn.", "CPU us", "floor beside us", "CPU / floor", "/ undisturbed", "peer CPU us", "CPU / peer", "per second",
         "peer per second", "failures", "peak MB"], rows)


def latency(results: Results) -> list[str]:
    rows = []
    for row in results.rows.values():
        if not row.reports:
            continue
        cells = [number((found := row.spread("latency", name)) and found.median / 1000, 2) for name in ("p50", "p90", "p99", "p999", "max")]
        messages = row.spread("messages")
        done = row.spread("succeeded")
        rows.append([
            row.case.name, row.server, str(row.connections), number(row.rate) if row.rate else "closed", *cells,
            number(messages.median / done.median, 1) if messages and done and done.median else "-",
            number(row.per_unit("contextSwitches"), 1), number(row.per_unit("bytesWritten")), number(row.per_unit("bytesStored")),
            number(row.peak_megabytes), failures(row)])
    return table(
        ["case", "server", "conn.", "rate", "p50 ms", "p90", "p99", "p99.9", "max", "messages", "switches", "bytes written",
         "bytes stored", "peak MB", "failures"], rows)


def growth(results: Results) -> list[str]:
    if not results.growth:
        return []
    head = list(results.growth[0])
    rows = [[f"{value:,.2f}" if isinstance(value, float) else f"{value:,}" for value in entry.values()] for entry in results.growth]
    return ["## Growth", "", "Certificates bulk-loaded into the database; one percent of them revoked.", "", *table(head, rows)]


def page(results: Results, thresholds: dict[str, float], pictures: list[str]) -> str:
    names = {case.name: case.title for case in CASES}
    lines = [f"# Benchmark of {results.machine['date']}", ""]
    lines += [f"* {key}: {value}" for key, value in results.machine.items()]
    lines += [f"* not measured: {name}: {reason}" for name, reason in results.absent.items()]
    lines += ["", "How to read this page is told in docs/PERFORMANCE.md. CPU is the server's processor time for one enrollment or request.",
              "Medians of the runs, with the smallest and the largest; `c` marks runs where the load kept a core busy.", ""]
    lines += [f"![{name}]({name})" for name in pictures]
    lines += ["", "## Ours, peers, floor", "", *comparison(results)]
    lines += [f"* `{name}`: {title}" for name, title in names.items()]
    if results.pipeline:
        found = results.pipeline
        lines += ["", "## Issuance without HTTP", "",
                  f"The whole pipeline, P-256 CA, durable SQLite, {found['tasks']} tasks: {number(found['cpuPerIssuance'])} us of processor"
                  f" time an issuance, {found['ratio']:.1f} times the {number(found['csrVerifyPlusCertificateSign'])} us of verifying the"
                  " request and signing the certificate."]
    broken = results.broken(thresholds)
    lines += ["", "## Thresholds", "", *([f"* BROKEN: {text}" for text in broken] or ["All are kept."]), ""]
    lines += ["## Latency and the operating system's figures", "", "Switches, bytes: of the server, for one unit.", "", *latency(results)]
    if results.fsyncs:
        points = sorted({count for entry in results.fsyncs.values() for count in entry})
        lines += ["## Durable writes (fsync and fdatasync for one unit)", ""]
        lines += table(
            ["case", *(f"{count} connections" for count in points)],
            [[name, *(number(entry.get(count), 2) for count in points)] for name, entry in results.fsyncs.items()])
    lines += growth(results)
    lines += ["## Undisturbed floor", "", "Of every operation the best of five series, and of those the median of all rounds.", ""]
    lines += table(["floor", "formula", "us"], [
        [name, formula, number(results.floors.get(name), 1)] for name, formula in formulas().items()])
    lines += table(["operation", "CPU us", "per CPU second", "wall us"], [
        [name, number(cost["cpu"], 2), number(1e6 / cost["cpu"]), number(cost["wall"], 2)]
        for name, cost in sorted(results.operations.items())])
    return "\n".join(lines)
