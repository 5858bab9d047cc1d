"""Figures and tables: what every room that measures returns and every room that prints takes.

Values are exact; rounding is the work of the writers. Each figure and each cell has a key that stays the same
from run to run, so that a document can cite it: ``scorecard.tgt03`` names a figure,
``energy_balance/pv/m07`` a cell, and ``qhgrid:<run-id>/<key>`` either of them in one run.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

Value = float | str | None
"""What a figure or a cell holds: a number, a word, or None where there is nothing to say."""

_KEY = re.compile(r"^[A-Za-z0-9_.\-]+$")
_PART = r"[A-Za-z0-9_.\-]+"
_CITATION = re.compile(rf"^qhgrid:(?P<run>[A-Za-z0-9_\-]+)/(?P<key>{_PART}(?:/{_PART}/{_PART})?)$")


def check_key(key: str) -> str:
    """Return `key` if it can stand in a citation.

    Raises
    ------
    ValueError
        If the key is empty or holds anything but letters, digits, ``_``, ``.`` and ``-``.
    """
    if not _KEY.match(key):
        raise ValueError(f"{key!r} cannot be cited: a key is made of letters, digits, '_', '.' and '-'")
    return key


def check_value(value: Value, where: str) -> None:
    """Refuse a number that JSON cannot hold.

    Raises
    ------
    ValueError
        If `value` is infinite or not a number.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{where} is {value}, which no report can print; use None where there is no value")


@dataclass(frozen=True)
class JsonObject:
    """Round trip of a frozen dataclass with plain values through a JSON object."""

    def to_json(self) -> dict[str, Any]:
        """Return the object as a dict of plain values, ready for :func:`json.dumps`."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the object that :meth:`to_json` described."""
        return cls(
            **{name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
        )


@dataclass(frozen=True)
class Figure(JsonObject):
    """One number of a run, with what it means and what it was made from.

    Parameters
    ----------
    key : str
        Stable name, such as ``corridor.qingyu.hours_at_rating``.
    value : float, str or None
        The number in `unit`; None where the run cannot tell.
    unit : str
        Unit known to :mod:`qhgrid.units`, or such a unit per year (``万千瓦/年``).
    label_zh, label_en : str
        Name as planners print it.
    definition_zh, definition_en : str
        How it is calculated, one sentence.
    inputs : tuple of str
        Variables of the results (``generator_p``) and fact tables (``fleet.csv``) it was made from.
    mark : str
        ``假设`` where it rests on an assumed row, else empty.
    """

    key: str
    value: Value
    unit: str
    label_zh: str
    label_en: str
    definition_zh: str
    definition_en: str
    inputs: tuple[str, ...]
    mark: str = ""

    def __post_init__(self) -> None:
        check_key(self.key)
        check_value(self.value, self.key)


@dataclass(frozen=True)
class Column(JsonObject):
    """A column of a table; `unit` is empty where the rows differ and say their own."""

    key: str
    label_zh: str
    label_en: str
    unit: str

    def __post_init__(self) -> None:
        check_key(self.key)


@dataclass(frozen=True)
class TableRow(JsonObject):
    """A row of a table, one value for each column.

    Parameters
    ----------
    key : str
        Name within the table.
    label_zh, label_en : str
        Name as planners print it, with its number in the form (``一``, ``1``) where the form has one.
    values : tuple of float, str or None
        One for each column of the table.
    level : int
        Indent: 0 for a section, 1 for its parts, 2 for parts of parts.
    bold : bool
        Whether the row is a section or a sum.
    mark : str
        ``假设`` where the row rests on an assumed figure, else empty.
    unit : str
        Unit of the row's numbers where it differs from that of the columns, else empty.
    """

    key: str
    label_zh: str
    label_en: str
    values: tuple[Value, ...]
    level: int = 0
    bold: bool = False
    mark: str = ""
    unit: str = ""

    def __post_init__(self) -> None:
        check_key(self.key)
        for value in self.values:
            check_value(value, self.key)


@dataclass(frozen=True)
class Table:
    """A table with its title, unit, source and coverage.

    Parameters
    ----------
    key : str
        Stable name, such as ``energy_balance``.
    title_zh, title_en : str
        Title as planners print it.
    unit : str
        Unit printed beside the title; empty where the columns differ.
    columns : tuple of Column
    rows : tuple of TableRow
    source_zh, source_en : str
        Where the numbers come from; printed under the table.
    note_zh, note_en : str
        What is covered and how it is counted; printed under the table.
    """

    key: str
    title_zh: str
    title_en: str
    unit: str
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    source_zh: str
    source_en: str
    note_zh: str = ""
    note_en: str = ""

    def __post_init__(self) -> None:
        check_key(self.key)
        for kind, keys in (("column", self.column_keys), ("row", self.row_keys)):
            if len(set(keys)) != len(keys):
                raise ValueError(f"table {self.key}: a {kind} key occurs twice in {keys}")
        for row in self.rows:
            if len(row.values) != len(self.columns):
                found, wanted = len(row.values), len(self.columns)
                raise ValueError(f"table {self.key}, row {row.key}: {found} values for {wanted} columns")

    @property
    def column_keys(self) -> tuple[str, ...]:
        """Keys of the columns, in order."""
        return tuple(column.key for column in self.columns)

    @property
    def row_keys(self) -> tuple[str, ...]:
        """Keys of the rows, in order."""
        return tuple(row.key for row in self.rows)

    def row(self, key: str) -> TableRow:
        """Return the row named `key`; KeyError if there is none."""
        for row in self.rows:
            if row.key == key:
                return row
        raise KeyError(f"table {self.key} has no row {key!r}; it has {', '.join(self.row_keys)}")

    def column(self, key: str) -> Column:
        """Return the column named `key`; KeyError if there is none."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(f"table {self.key} has no column {key!r}; it has {', '.join(self.column_keys)}")

    def cell(self, row: str, column: str) -> Value:
        """Return the value in `row` and `column`; KeyError if there is no such row or column."""
        return self.row(row).values[self.column_keys.index(self.column(column).key)]

    def cell_unit(self, row: str, column: str) -> str:
        """Return the unit of a cell: the row's own, else the column's, else the table's."""
        return self.row(row).unit or self.column(column).unit or self.unit

    def number(self, row: str, column: str) -> float:
        """Return the number in `row` and `column`; TypeError if the cell holds no number."""
        value = self.cell(row, column)
        if not isinstance(value, int | float):
            raise TypeError(f"{cell_key(self.key, row, column)} is {value!r}, not a number")
        return float(value)

    def to_json(self) -> dict[str, Any]:
        """Return the table as a dict of plain values, ready for :func:`json.dumps`."""
        data = {field.name: getattr(self, field.name) for field in fields(self)}
        data["columns"] = [column.to_json() for column in self.columns]
        data["rows"] = [row.to_json() for row in self.rows]
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the table that :meth:`to_json` described."""
        columns = tuple(Column.from_json(column) for column in data["columns"])
        rows = tuple(TableRow.from_json(row) for row in data["rows"])
        return cls(**{**data, "columns": columns, "rows": rows})


def cell_key(table: str, row: str, column: str) -> str:
    """Return the key of a cell, ``<table>/<row>/<column>``."""
    return "/".join(check_key(part) for part in (table, row, column))


def citation_key(run_id: str, key: str) -> str:
    """Return the citation of a figure or a cell in a run, ``qhgrid:<run-id>/<key>``.

    Raises
    ------
    ValueError
        If the run id or the key cannot stand in a citation.
    """
    citation = f"qhgrid:{run_id}/{key}"
    parse_citation(citation)
    return citation


def parse_citation(citation: str) -> tuple[str, str]:
    """Return run id and key of a citation.

    Raises
    ------
    ValueError
        If `citation` is neither ``qhgrid:<run-id>/<figure>`` nor ``qhgrid:<run-id>/<table>/<row>/<column>``.
    """
    match = _CITATION.match(citation)
    if match is None:
        raise ValueError(
            f"{citation!r} is not a citation; write qhgrid:<run-id>/<figure> or "
            "qhgrid:<run-id>/<table>/<row>/<column>"
        )
    return match["run"], match["key"]


def find_figure(figures: Iterable[Figure], key: str) -> Figure:
    """Return the figure named `key`; KeyError if there is none."""
    for figure in figures:
        if figure.key == key:
            return figure
    raise KeyError(f"there is no figure {key!r}")


def find_table(tables: Iterable[Table], key: str) -> Table:
    """Return the table named `key`; KeyError if there is none."""
    for table in tables:
        if table.key == key:
            return table
    raise KeyError(f"there is no table {key!r}")


def cite(figures: Iterable[Figure], tables: Iterable[Table], key: str) -> Figure:
    """Return the figure or the cell named `key`, a cell dressed as a figure.

    Raises
    ------
    KeyError
        If there is no figure, table, row or column of that name.
    """
    if "/" not in key:
        return find_figure(figures, key)
    table_key, row_key, column_key = key.split("/")
    table = find_table(tables, table_key)
    row, column = table.row(row_key), table.column(column_key)
    return Figure(
        key=f"{table_key}.{row_key}.{column_key}",
        value=table.cell(row_key, column_key),
        unit=table.cell_unit(row_key, column_key),
        label_zh=f"{table.title_zh}·{row.label_zh}·{column.label_zh}",
        label_en=f"{table.title_en}: {row.label_en}, {column.label_en}",
        definition_zh=table.note_zh or table.source_zh,
        definition_en=table.note_en or table.source_en,
        inputs=(table.source_en,),
        mark=row.mark,
    )
