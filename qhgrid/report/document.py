"""The content model of a report: what is said, in which order, and nothing about how it looks.

A :class:`Document` is sections of blocks. Writers (:mod:`qhgrid.report.html`, :mod:`qhgrid.report.xlsx`)
turn blocks into a page or sheets; they round numbers and know formats, never energy. Text is in one language
already, except in tables, which carry both.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from qhgrid.indicators.tables import Figure, Table, Value

Numbers = tuple[float | None, ...]


@dataclass(frozen=True)
class Paragraph:
    """Words; `kind` is ``text``, ``note``, ``good`` or ``warning``."""

    text: str
    kind: str = "text"


@dataclass(frozen=True)
class Items:
    """A list of short statements under a heading."""

    title: str
    items: tuple[str, ...]
    kind: str = "text"


@dataclass(frozen=True)
class Tile:
    """One figure that the reader sees first.

    Parameters
    ----------
    key : str
        Key of the figure, without the run.
    label : str
        Name of the figure.
    value : float, str or None
        Exact value in `unit`; rounded by the writer.
    unit : str
        Unit of `value`.
    text : str
        One line below the value.
    mark : str
        ``假设`` where the figure rests on an assumption, else empty.
    state : str
        ``pass``, ``fail`` or empty.
    """

    key: str
    label: str
    value: Value
    unit: str
    text: str = ""
    mark: str = ""
    state: str = ""


@dataclass(frozen=True)
class Tiles:
    """Figures side by side."""

    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class TableBlock:
    """A table; `folded` says that a page may hide its rows until they are asked for (never in print)."""

    table: Table
    folded: bool = False


@dataclass(frozen=True)
class Score:
    """One reading of one target; numbers are exact, in `unit`, and `key` is the key of the figure."""

    key: str
    target: str
    label: str
    reading: str
    value: float | None
    threshold: float | None
    margin: float | None
    unit: str
    state: str
    is_chosen: bool
    note: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Scores:
    """The targets with every reading, in the order they are read."""

    title: str
    source: str
    note: str
    scores: tuple[Score, ...]


@dataclass(frozen=True)
class FigureList:
    """All figures of the run with their definitions."""

    title: str
    source: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Series:
    """Numbers along the categories or hours of a chart.

    Parameters
    ----------
    label : str
        Name in the legend.
    values : tuple of float or None
        One for each category or hour, in the unit of the chart; None leaves a gap.
    colour : str
        ``#rrggbb``.
    shape : str
        ``bar``, ``area``, ``line`` or ``dashed``; bars and areas are stacked.
    ends : tuple of (float, float)
        Interval around each value, drawn as a whisker over the bars; empty for none.
    """

    label: str
    values: Numbers
    colour: str
    shape: str = "bar"
    ends: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What all charts say: key, title, unit, source, note, and how much room they need."""

    key: str
    title: str
    unit: str
    source: str
    note: str = ""
    height: int = 380


@dataclass(frozen=True, kw_only=True)
class CategoryChart(Chart):
    """Series over named categories, upright or lying."""

    categories: tuple[str, ...]
    series: tuple[Series, ...]
    lying: bool = False


@dataclass(frozen=True, kw_only=True)
class HourChart(Chart):
    """Stacked areas and lines over consecutive hours, one label each; `step` labels from tick to tick.

    The axis of numbers begins at 0, unless `from_zero` is false, as for levels above the sea.
    """

    labels: tuple[str, ...]
    series: tuple[Series, ...]
    step: int = 24
    from_zero: bool = True


@dataclass(frozen=True)
class Curve:
    """A curve through points; `xs` and `ys` have the same length."""

    label: str
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    colour: str
    shape: str = "line"


@dataclass(frozen=True, kw_only=True)
class CurveChart(Chart):
    """Curves over a numeric axis, such as a duration curve."""

    x_label: str
    x_unit: str
    curves: tuple[Curve, ...]


@dataclass(frozen=True, kw_only=True)
class HeatChart(Chart):
    """A matrix in colours: `values` holds a tuple of numbers for each row label."""

    columns: tuple[str, ...]
    rows: tuple[str, ...]
    values: tuple[Numbers, ...]
    column_label: str
    row_label: str
    column_step: int = 1
    row_step: int = 1
    cell_labels: bool = False


@dataclass(frozen=True)
class Region:
    """An area of the map: name of its outline, name to print and where, number that colours it."""

    outline: str
    label: str
    at: tuple[float, float]
    value: float | None


@dataclass(frozen=True)
class Place:
    """A point on the map, longitude and latitude in degrees; `size` in the unit of the map."""

    label: str
    lon: float
    lat: float
    size: float
    show_label: bool = True


@dataclass(frozen=True)
class Flow:
    """A transfer on the map from one point to another.

    Parameters
    ----------
    label : str
        Name of the line, corridor or tie.
    ends : tuple of float
        lon0, lat0, lon1, lat1 [degrees]; net transfer runs from 0 to 1.
    mean : float
        Mean of the absolute power, in the unit of the map.
    net : float
        Net mean power from 0 to 1, in the unit of the map.
    loading : float or None
        Mean absolute power per rating [1].
    kind : str
        ``line``, ``corridor`` or ``tie``.
    """

    label: str
    ends: tuple[float, float, float, float]
    mean: float
    net: float
    loading: float | None
    kind: str


@dataclass(frozen=True, kw_only=True)
class MapChart(Chart):
    """Places and flows over outlines."""

    region_label: str
    region_unit: str
    regions: tuple[Region, ...]
    places: tuple[Place, ...]
    flows: tuple[Flow, ...]
    load_labels: tuple[str, str, str]
    """Names of low, middle and high mean loading."""


@dataclass(frozen=True)
class ChartBlock:
    """One chart, or two side by side."""

    charts: tuple[Chart, ...]


Block = Paragraph | Items | Tiles | Scores | FigureList | TableBlock | ChartBlock


@dataclass(frozen=True)
class Section:
    """A numbered part of the report."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """A whole report.

    Parameters
    ----------
    title, subtitle : str
        What was studied.
    lang : str
        ``zh`` or ``en``.
    run_id : str
        Id of the run; every citation starts with it.
    facts : tuple of (str, str)
        Lines of the title block: name and text.
    sections : tuple of Section
        In the order they are read.
    """

    title: str
    subtitle: str
    lang: str
    run_id: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...] = field(default=())

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks, in the order they are read."""
        return tuple(block for section in self.sections for block in section.blocks)

    @property
    def tables(self) -> tuple[Table, ...]:
        """All tables, in the order they are read."""
        return tuple(block.table for block in self.blocks if isinstance(block, TableBlock))

    @property
    def scores(self) -> tuple[Score, ...]:
        """All readings of all targets."""
        return tuple(score for block in self.blocks if isinstance(block, Scores) for score in block.scores)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All figures with their definitions."""
        return tuple(
            figure for block in self.blocks if isinstance(block, FigureList) for figure in block.figures
        )

    @property
    def charts(self) -> tuple[Chart, ...]:
        """All charts, in the order they are read."""
        return tuple(
            chart for block in self.blocks if isinstance(block, ChartBlock) for chart in block.charts
        )
