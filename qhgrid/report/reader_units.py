"""A document in the units of its readers: 万千瓦 and 亿千瓦时 in Chinese, GW and TWh in English.

Figures and tables are measured in the units of Chinese planning. An English page in tens of megawatts would
be read wrong, so that the writers turn a whole document into SI units first; the keys stay the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from qhgrid.indicators.tables import Figure, Table, TableRow, Value
from qhgrid.report.document import (
    Block,
    CategoryChart,
    Chart,
    ChartBlock,
    CurveChart,
    Document,
    FigureList,
    HeatChart,
    HourChart,
    MapChart,
    Numbers,
    Score,
    Scores,
    TableBlock,
    Tile,
    Tiles,
)
from qhgrid.units import reader_unit

Number = TypeVar("Number", float, Value)


def in_reader_units(document: Document) -> Document:
    """Return `document` in the units of its readers; a Chinese one as it is."""
    if document.lang == "zh":
        return document
    sections = tuple(
        replace(section, blocks=tuple(_block(block) for block in section.blocks))
        for section in document.sections
    )
    return replace(document, sections=sections)


def _times(value: Number, unit: str) -> Number:
    """Return a number of `unit` in the unit of English readers; words and nothing as they are."""
    factor = reader_unit(unit, "en")[1]
    return value * factor if isinstance(value, int | float) and factor != 1.0 else value


def _all(values: Iterable[float | None], unit: str) -> Numbers:
    """Return numbers of `unit` in the unit of English readers."""
    return tuple(None if value is None else _times(value, unit) for value in values)


def _name(unit: str) -> str:
    """Return the unit of English readers."""
    return reader_unit(unit, "en")[0]


def _block(block: Block) -> Block:
    """Return a block with its numbers turned."""
    if isinstance(block, Tiles):
        return replace(block, tiles=tuple(_tile(tile) for tile in block.tiles))
    if isinstance(block, Scores):
        return replace(block, scores=tuple(_score(score) for score in block.scores))
    if isinstance(block, FigureList):
        return replace(block, figures=tuple(_figure(figure) for figure in block.figures))
    if isinstance(block, TableBlock):
        return replace(block, table=_table(block.table))
    if isinstance(block, ChartBlock):
        return replace(block, charts=tuple(_chart(chart) for chart in block.charts))
    return block


def _tile(tile: Tile) -> Tile:
    """Return a tile with its number turned."""
    return replace(tile, value=_times(tile.value, tile.unit), unit=_name(tile.unit))


def _figure(figure: Figure) -> Figure:
    """Return a figure with its number turned."""
    return replace(figure, value=_times(figure.value, figure.unit), unit=_name(figure.unit))


def _score(score: Score) -> Score:
    """Return one reading of a target with its numbers turned."""
    value, threshold, margin = _all((score.value, score.threshold, score.margin), score.unit)
    return replace(score, value=value, threshold=threshold, margin=margin, unit=_name(score.unit))


def _table(table: Table) -> Table:
    """Return a table with every cell turned by its own unit."""
    columns = tuple(replace(column, unit=_name(column.unit)) for column in table.columns)
    rows = tuple(_row(table, row) for row in table.rows)
    return replace(table, unit=_name(table.unit), columns=columns, rows=rows)


def _row(table: Table, row: TableRow) -> TableRow:
    """Return a row with every cell turned."""
    units = [row.unit or column.unit or table.unit for column in table.columns]
    values = tuple(_times(value, unit) for value, unit in zip(row.values, units, strict=True))
    return replace(row, values=values, unit=_name(row.unit))


def _chart(chart: Chart) -> Chart:
    """Return a chart with its numbers turned."""
    unit = chart.unit
    turned = replace(chart, unit=_name(unit))
    if isinstance(turned, CategoryChart | HourChart):
        series = tuple(replace(one, values=_all(one.values, unit)) for one in turned.series)
        return replace(turned, series=series)
    if isinstance(turned, CurveChart):
        curves = tuple(replace(one, ys=tuple(_times(y, unit) for y in one.ys)) for one in turned.curves)
        return replace(turned, curves=curves)
    if isinstance(turned, HeatChart):
        return replace(turned, values=tuple(_all(row, unit) for row in turned.values))
    return _map(turned, unit) if isinstance(turned, MapChart) else turned


def _map(chart: MapChart, unit: str) -> MapChart:
    """Return a map with its numbers turned."""
    return replace(
        chart,
        region_unit=_name(chart.region_unit),
        regions=tuple(
            replace(one, value=None if one.value is None else _times(one.value, chart.region_unit))
            for one in chart.regions
        ),
        places=tuple(replace(one, size=_times(one.size, unit)) for one in chart.places),
        flows=tuple(
            replace(one, mean=_times(one.mean, unit), net=_times(one.net, unit)) for one in chart.flows
        ),
    )
