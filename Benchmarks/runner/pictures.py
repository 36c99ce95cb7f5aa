"""Bar charts as SVG, without any library."""
from html import escape

from .results import Results

COLORS = {"muster": "#2f6db3", "floor": "#9aa7b1"}
OTHERS = ("#c8762b", "#5a9a57", "#8a5aa8", "#b34a4a")
ROW, LABEL, WIDTH = 18, 250, 560


def bars(title: str, unit: str, groups: list[tuple[str, list[tuple[str, float]]]]) -> str:
    """Horizontal bars in groups: (label, [(series, value)])."""
    longest = max((value for _, group in groups for _, value in group), default=1) or 1
    series = sorted({name for _, group in groups for name, _ in group}, key=lambda name: (name not in COLORS, name))
    others = [name for name in series if name not in COLORS]
    color = {**COLORS, **{name: OTHERS[index % len(OTHERS)] for index, name in enumerate(others)}}
    parts, y = [], 62
    for index, name in enumerate(series):
        x = 10 + index * 130
        parts.append(f'<rect x="{x}" y="34" width="10" height="10" fill="{color[name]}"/><text x="{x + 15}" y="43">{escape(name)}</text>')
    for label, group in groups:
        parts.append(f'<text x="{LABEL - 8}" y="{y + 13}" text-anchor="end">{escape(label)}</text>')
        for name, value in group:
            length = max(value / longest * WIDTH, 1)
            parts.append(f'<rect x="{LABEL}" y="{y + 2}" width="{length:.1f}" height="{ROW - 4}" fill="{color[name]}"/>')
            parts.append(f'<text x="{LABEL + length + 5:.1f}" y="{y + 13}">{value:,.0f}</text>')
            y += ROW
        y += 6
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LABEL + WIDTH + 90}" height="{y + 10}" font-family="sans-serif" font-size="12">'
        f'<rect width="100%" height="100%" fill="white"/><text x="10" y="20" font-size="15">{escape(title)} ({escape(unit)})</text>'
        + "".join(parts) + "</svg>\n")


def groups(results: Results, value, floors: bool = False) -> list:
    found: dict[str, list] = {}
    for row in results.rows.values():
        figure = value(row)
        if row.rate or figure is None:
            continue
        group = found.setdefault(f"{row.case.name}, {row.connections}", [])
        if floors and not group and row.floor:
            group.append(("floor", row.floor.median))
        group.append((row.server, figure))
    return list(found.items())


def draw(results: Results) -> dict[str, str]:
    """File name suffix to SVG text."""
    def cpu(row):
        return row.cpu.median if row.cpu and row.case.name not in ("xcep", "crl", "trivial") else None

    def rate(row):
        return row.throughput.median if row.throughput and row.case.name not in ("crl", "trivial") else None

    def tail(row):
        found = row.spread("latency", "p99")
        return found.median / 1000 if found else None

    return {
        "cpu": bars("Processor time of the server for one enrollment", "microseconds; case, connections", groups(results, cpu, True)),
        "throughput": bars("Throughput", "a second; case, connections", groups(results, rate)),
        "latency": bars("Latency, 99th percentile", "milliseconds; case, connections", groups(results, tail))}
