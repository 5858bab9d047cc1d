"""Small line charts as SVG, written by hand so that the same figures give the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

WIDTH, HEIGHT = 420, 210
LEFT, RIGHT, TOP, BOTTOM = 52, 10, 30, 24
INK, GRID = "#333333", "#dddddd"
PUBLISHED, SIMULATED = "#222222", "#d9480f"
TICKS = 4


@dataclass(frozen=True)
class Panel:
    """A chart of two lines over the months: what was published, and what was simulated.

    Parameters
    ----------
    title : str
    published, simulated : sequence of float or None
        One for each month; None leaves a gap.
    """

    title: str
    published: Sequence[float | None]
    simulated: Sequence[float | None]


def draw(panels: Sequence[Panel], columns: int = 2) -> str:
    """Return an SVG with the panels side by side, row by row."""
    rows = ceil(len(panels) / columns)
    size = f'width="{WIDTH * columns}" height="{HEIGHT * rows}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="11">',
        f'<rect {size} fill="#ffffff"/>',
    ]
    for place, panel in enumerate(panels):
        x, y = place % columns * WIDTH, place // columns * HEIGHT
        parts.append(f'<g transform="translate({x},{y})">{_panel(panel)}</g>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(panel: Panel) -> str:
    """Return one chart."""
    known = [value for value in (*panel.published, *panel.simulated) if value is not None]
    low, high, step = _scale(min(known), max(known))
    parts = [f'<text x="{LEFT}" y="16" fill="{INK}" font-weight="bold">{panel.title}</text>']
    for tick in range(round((high - low) / step) + 1):
        value = low + tick * step
        y = _y(value, low, high)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}" stroke="{GRID}"/>')
        parts.append(f'<text x="{LEFT - 5}" y="{y + 4:.1f}" fill="{INK}" text-anchor="end">{value:g}</text>')
    for month in range(1, 13):
        place = _x(month - 1)
        parts.append(f'<text x="{place}" y="{HEIGHT - 8}" fill="{INK}" text-anchor="middle">{month}</text>')
    for values, colour, dash in ((panel.published, PUBLISHED, "4 3"), (panel.simulated, SIMULATED, "")):
        parts.extend(_line(values, low, high, colour, dash))
    return "".join(parts)


def _line(values: Sequence[float | None], low: float, high: float, colour: str, dash: str) -> list[str]:
    """Return a line with gaps where nothing is known, and a dot at each value."""
    dots = [(_x(m), _y(v, low, high)) if v is not None else None for m, v in enumerate(values)]
    parts: list[str] = []
    run: list[str] = []
    for dot in (*dots, None):
        if dot is not None:
            run.append(f"{dot[0]},{dot[1]}")
            parts.append(f'<circle cx="{dot[0]}" cy="{dot[1]}" r="2" fill="{colour}"/>')
        elif run:
            style = f'fill="none" stroke="{colour}" stroke-width="1.5" stroke-dasharray="{dash}"'
            parts.append(f'<polyline points="{" ".join(run)}" {style}/>')
            run = []
    return parts


def _scale(low: float, high: float) -> tuple[float, float, float]:
    """Return round ends of an axis that hold two values, and the step between its lines."""
    raw = max(high - low, 1e-9) / TICKS
    size = 10.0 ** floor(log10(raw))
    step = next(size * k for k in (1.0, 2.0, 2.5, 5.0, 10.0) if size * k >= raw * 0.999)
    return floor(low / step) * step, ceil(high / step) * step, step


def _x(month: int) -> float:
    """Return the place of a month, from 0."""
    return round(LEFT + 12 + (WIDTH - LEFT - RIGHT - 24) * month / 11.0, 1)


def _y(value: float, low: float, high: float) -> float:
    """Return the height of a value."""
    share = (value - low) / (high - low)
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share, 1)
