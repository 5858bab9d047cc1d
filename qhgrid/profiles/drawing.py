"""Plain bar charts as SVG text: no library, no clock, the same bytes every time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, floor, log10
from pathlib import Path
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 860, 260
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 40, 30
LETTER = 6.5
"""Width of a letter of the labels."""
COLOURS = ("#e0a100", "#2b7bba", "#5a9e54", "#b5485d")
"""Colours of the series, in order."""


def bars(title: str, labels: Sequence[str], series: Mapping[str, Sequence[float]]) -> str:
    """Return a chart of bars side by side, the axis from 0.

    Parameters
    ----------
    title : str
        What is drawn, with its unit.
    labels : sequence of str
        One name a group, shape (n,).
    series : Mapping
        Values of each series, shape (n,), by its name.
    """
    top = _round_up(max(max(values) for values in series.values()))
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    group = wide / len(labels)
    bar = group * 0.8 / len(series)
    parts = [_text(LEFT, 18, title, size=14), *_axis(top, wide, high), *_legend(list(series))]
    for place, (values, colour) in enumerate(zip(series.values(), COLOURS, strict=False)):
        for index, value in enumerate(values):
            tall = value / top * high
            x = LEFT + index * group + group * 0.1 + place * bar
            parts.append(
                f'<rect x="{x:.1f}" y="{TOP + high - tall:.1f}" width="{bar:.1f}" height="{tall:.1f}" '
                f'fill="{colour}"><title>{escape(labels[index])}: {value:.4g}</title></rect>'
            )
    every = max(1, ceil(LETTER * (1 + max(map(len, labels))) / group))
    for index in range(0, len(labels), every):
        parts.append(_text(LEFT + (index + 0.5) * group, HEIGHT - 10, labels[index], anchor="middle"))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"',
            ' font-family="sans-serif">',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
            *parts,
            "</svg>\n",
        ]
    )


def _round_up(value: float) -> float:
    """Return the next round number at or above a positive one."""
    unit = 10.0 ** floor(log10(value))
    return next(step * unit for step in (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * unit >= value)


def _axis(top: float, wide: float, high: float) -> list[str]:
    """Return the lines and numbers of the value axis."""
    parts = []
    for step in range(6):
        y = TOP + high * (1 - step / 5)
        parts.append(f'<path d="M{LEFT} {y:.1f}h{wide:.1f}" stroke="#ddd"/>')
        parts.append(_text(LEFT - 6, y + 4, f"{top * step / 5:.4g}", anchor="end"))
    return parts


def _legend(names: Sequence[str]) -> list[str]:
    """Return the names of the series in their colours, where there are several."""
    if len(names) < 2:
        return []
    parts = []
    for place, name in enumerate(names):
        x = WIDTH - RIGHT - 90 * (len(names) - place)
        parts.append(f'<rect x="{x}" y="9" width="11" height="11" fill="{COLOURS[place]}"/>')
        parts.append(_text(x + 16, 19, name, size=12))
    return parts


def _text(x: float, y: float, words: str, *, size: int = 10, anchor: str = "start") -> str:
    """Return one line of text."""
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}">{escape(words)}</text>'


def write_svg(path: Path, text: str) -> Path:
    """Write a chart and return its path."""
    path.write_text(text, encoding="utf-8")
    return path
