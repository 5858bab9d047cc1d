"""Charts and maps of the papers as PNG, in the bundled Chinese font; same figures, same bytes."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from qhgrid.facts import Facts
from qhgrid.facts.rows import PREFECTURES
from qhgrid.papers.cited import Cited
from qhgrid.papers.pieces import Picture
from qhgrid.report.charts_map import LABELS_AT, OUTLINES, toward_edge
from qhgrid.report.fonts import WEIGHTS
from qhgrid.shipped import data_folder

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

    from qhgrid.papers.case import Case

WIDTH_CM, DPI = 15.0, 200
INK, BLUE, RED, GREY, LAND = "#222222", "#2e75b6", "#c0392b", "#8a8a8a", "#eef1ee"
_CM = 1 / 2.54
_FONTS = Path(__file__).parent.parent / "report" / "assets"
_FAMILY = "Noto Sans SC"


@cache
def _font_family() -> str:
    """Return the name under which matplotlib knows the bundled font, which it is given as a plain file."""
    from fontTools.ttLib import TTFont
    from matplotlib import font_manager

    folder = Path(mkdtemp(prefix="qhgrid-font-"))
    name = ""
    for weight, file in sorted(WEIGHTS.items()):
        path = folder / f"{weight}.ttf"
        with TTFont(_FONTS / file, lazy=True) as font:
            font.flavor = None
            font.save(path)
        font_manager.fontManager.addfont(path)
        name = font_manager.FontProperties(fname=str(path)).get_name()
        if weight == min(WEIGHTS):
            family = name
    return family


def _new_drawing(height_cm: float) -> tuple[Drawing, Axes]:
    """Return an empty drawing with one plot."""
    from matplotlib.figure import Figure

    drawing = Figure(figsize=(WIDTH_CM * _CM, height_cm * _CM), dpi=DPI, layout="constrained")
    return drawing, drawing.add_subplot()


def _png(drawing: Drawing) -> bytes:
    """Return a drawing as PNG that says nothing of clock or version."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    saved = io.BytesIO()
    canvas: Any = FigureCanvasAgg(drawing)
    canvas.print_png(saved, metadata={"Software": None})
    return saved.getvalue()


def _looks() -> Any:  # noqa: ANN401  a context of matplotlib
    """Return the looks of all pictures, as a context."""
    import matplotlib

    return matplotlib.rc_context(
        {
            "font.family": _font_family(),
            "font.size": 9,
            "axes.unicode_minus": False,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "text.color": INK,
            "axes.labelcolor": INK,
            "xtick.color": INK,
            "ytick.color": INK,
        }
    )


def bars(title: str, labels: Sequence[str], figures: Sequence[Cited], unit: str) -> Picture:
    """Return standing bars, one a figure, each with its number on top."""

    def draw() -> bytes:
        with _looks():
            drawing, axes = _new_drawing(7.0)
            values = [figure.number or 0.0 for figure in figures]
            drawn = axes.bar(range(len(values)), values, color=BLUE, width=0.62)
            axes.bar_label(drawn, [figure.text for figure in figures], fontsize=7.5, padding=2)
            axes.set_xticks(range(len(values)), labels)
            axes.set_ylabel(unit)
            axes.axhline(0.0, color=GREY, linewidth=0.8)
            axes.margins(y=0.12)
            return _png(drawing)

    return Picture(title, draw, tuple(figures), WIDTH_CM)


COLOURS = ("#c0392b", "#2e75b6", "#3a7d44", "#b8860b")
MARKS = ("o", "s", "^", "D")


def lines(
    title: str, xs: Sequence[float], curves: Sequence[tuple[str, Sequence[Cited]]], unit: str = "%"
) -> Picture:
    """Return curves over a change in percent, each with a mark and a name of its own."""

    def draw() -> bytes:
        with _looks():
            drawing, axes = _new_drawing(7.6)
            for (label, figures), colour, mark in zip(curves, COLOURS, MARKS, strict=False):
                known = [(x, figure.number) for x, figure in zip(xs, figures, strict=True)]
                points = [(x, y) for x, y in known if y is not None]
                axes.plot(*zip(*points, strict=True), color=colour, marker=mark, markersize=4, label=label)
            axes.set_xlabel("变化幅度（%）")
            axes.set_ylabel(unit)
            axes.set_xticks(list(xs))
            axes.grid(color="#dddddd", linewidth=0.6)
            axes.legend(frameon=False, ncols=len(curves), loc="upper center", bbox_to_anchor=(0.5, 1.16))
            return _png(drawing)

    return Picture(title, draw, tuple(figure for _, figures in curves for figure in figures), WIDTH_CM)


def intervals(
    title: str, labels: Sequence[str], rows: Sequence[tuple[Cited, Cited, Cited]], unit: str
) -> Picture:
    """Return lying intervals, one a row of value, low and high end, with a line at zero."""

    def draw() -> bytes:
        with _looks():
            drawing, axes = _new_drawing(1.6 + 0.85 * len(rows))
            for place, row in enumerate(rows):
                _draw_interval(axes, place, row)
            axes.axvline(0.0, color=INK, linewidth=0.8)
            axes.set_yticks(range(len(rows)), labels)
            axes.set_ylim(len(rows) - 0.4, -0.6)
            axes.set_xlabel(unit)
            axes.grid(axis="x", color="#dddddd", linewidth=0.6)
            axes.set_axisbelow(True)
            return _png(drawing)

    return Picture(title, draw, tuple(figure for row in rows for figure in row), WIDTH_CM)


def _draw_interval(axes: Axes, place: int, row: tuple[Cited, Cited, Cited]) -> None:
    """Draw one interval: blue above zero, red below, grey across it."""
    value, low, high = (figure.number if figure.number is not None else 0.0 for figure in row)
    colour = BLUE if low > 0 else RED if high < 0 else GREY
    axes.plot([low, high], [place, place], color=colour, linewidth=2.2, solid_capstyle="butt")
    axes.plot([value], [place], "o", color=colour, markersize=5)


def place_map(case: Case, facts: Facts, shares: tuple[Cited, ...]) -> Picture:
    """Return the map of the province with the prefectures of a project, its facilities and its lines."""

    def draw() -> bytes:
        with _looks():
            drawing, axes = _new_drawing(9.2)
            _draw_province(axes, frozenset(case.project.prefecture_shares), facts)
            _draw_elements(axes, case, facts)
            axes.set_aspect(1.2)
            axes.set_axis_off()
            return _png(drawing)

    title = f"{case.project.name_zh}位置示意（着色为所在市州，圆点为接入站点或坝址）"
    return Picture(title, draw, shares, WIDTH_CM)


def _draw_province(axes: Axes, own: frozenset[str], facts: Facts) -> None:
    """Draw the prefectures with their names, those of the project in colour."""
    for prefecture in PREFECTURES:
        for xs, ys in _outline(OUTLINES[prefecture]):
            fill = "#f6d7a7" if prefecture in own else LAND
            axes.fill(xs, ys, facecolor=fill, edgecolor="#7f8c8d", linewidth=0.7)
        name = _short(facts.prefectures[prefecture].name_zh)
        axes.text(*LABELS_AT[prefecture], name, ha="center", fontsize=8)


def _short(name: str) -> str:
    """Return the everyday name of a prefecture."""
    from qhgrid.report.study import short_name

    return short_name(name)


def _draw_elements(axes: Axes, case: Case, facts: Facts) -> None:
    """Draw what a project stands for: plants as dots, corridors, ties and lines as strokes."""
    for element in dict.fromkeys(case.project.elements):
        points = _points(element, facts)
        if len(points) == 2:
            (x0, y0), (x1, y1) = points
            axes.annotate("", (x1, y1), (x0, y0), arrowprops={"arrowstyle": "-|>", "color": RED, "lw": 1.4})
        for x, y in points[:1]:
            axes.plot([x], [y], "o", color=RED, markersize=4.5, zorder=5)


def _points(element: str, facts: Facts) -> tuple[tuple[float, float], ...]:
    """Return where an element stands, or from where to where it goes."""
    kind, _, name = element.partition(":")
    if kind == "fleet" and name in facts.fleet:
        return _of_station(facts.fleet[name].station, facts)
    if kind in ("hydro", "hydro_uprate") and name in facts.hydro_plants:
        dam = facts.hydro_plants[name]
        return ((dam.lon, dam.lat),) if dam.lon else _of_station(dam.station, facts)
    if kind == "line" and name in facts.lines:
        line = facts.lines[name]
        return (*_of_station(line.station0, facts), *_of_station(line.station1, facts))
    if kind == "corridor" and name in facts.corridors:
        corridor = facts.corridors[name]
        return _outward(corridor.sending_station, (corridor.receiving_lon, corridor.receiving_lat), facts)
    if kind == "tie" and name in facts.ties:
        return _outward(facts.ties[name].station, (facts.ties[name].lon, facts.ties[name].lat), facts)
    return ()


def _of_station(station: str, facts: Facts) -> tuple[tuple[float, float], ...]:
    """Return the place of a station, if it is known."""
    row = facts.stations.get(station)
    return ((row.lon, row.lat),) if row is not None and row.lon else ()


def _outward(station: str, end: tuple[float, float], facts: Facts) -> tuple[tuple[float, float], ...]:
    """Return the way from a station out of the province, cut at the edge of the map."""
    start = _of_station(station, facts)
    return (*start, toward_edge(start[0], end)) if start and end[0] else start


@cache
def _features() -> dict[str, dict[str, Any]]:
    """Return the geometry of each outline by its name in ``map/qinghai.json``."""
    content = json.loads((data_folder() / "map" / "qinghai.json").read_text(encoding="utf-8"))
    return {feature["properties"]["name"]: feature["geometry"] for feature in content["features"]}


def _outline(name: str) -> Iterator[tuple[list[float], list[float]]]:
    """Yield longitudes and latitudes of each ring of an outline."""
    geometry = _features()[name]
    if geometry["type"] == "Polygon":
        parts = [(geometry["coordinates"], geometry["encodeOffsets"])]
    else:
        parts = list(zip(geometry["coordinates"], geometry["encodeOffsets"], strict=True))
    for rings, offsets in parts:
        for ring, offset in zip(rings, offsets, strict=True):
            yield _decode(ring, offset)


def _decode(ring: str, offset: Sequence[int]) -> tuple[list[float], list[float]]:
    """Return the points of a ring that ECharts has packed: zigzag differences in 1/1024 degree."""
    x, y = offset
    xs, ys = [], []
    for first, second in zip(ring[::2], ring[1::2], strict=True):
        x, y = x + _step(first), y + _step(second)
        xs.append(x / 1024)
        ys.append(y / 1024)
    return xs, ys


def _step(letter: str) -> int:
    """Return the difference that a letter stands for."""
    code = ord(letter) - 64
    return (code >> 1) ^ -(code & 1)
