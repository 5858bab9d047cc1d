"""Figures that know where they come from: every number of a paper with its citation key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from qhgrid.errors import Fault, ReportError
from qhgrid.indicators.tables import Figure, Table, Value, cell_key, citation_key
from qhgrid.report.numbers import print_number
from qhgrid.report.wording import unit_name
from qhgrid.runs import Run

UNKNOWN = "待定"
"""How a paper prints what nobody knows yet."""


@dataclass(frozen=True)
class Cited:
    """A figure as a paper prints it.

    Parameters
    ----------
    key : str
        ``qhgrid:<run or study id>/<figure>`` or ``qhgrid:<id>/<table>/<row>/<column>``.
    value : float, str or None
        The figure in `unit`; None where it is not known.
    unit : str
        Unit known to :mod:`qhgrid.units`, printed behind the number by whoever prints it.
    mark : str
        ``假设`` where it rests on an assumption.
    label : str
        What it is, in Chinese.
    """

    key: str
    value: Value
    unit: str
    mark: str = ""
    label: str = ""

    @property
    def text(self) -> str:
        """The figure without its unit, as printed."""
        return printed(self.value, self.unit)

    @property
    def is_known(self) -> bool:
        """Whether there is a figure to print."""
        return self.text != UNKNOWN

    @property
    def number(self) -> float | None:
        """The figure if it is a number."""
        return float(self.value) if isinstance(self.value, int | float) and self.is_known else None


def printed(value: Value, unit: str) -> str:
    """Return a value as papers print it: 待定 for what is not known, decimals by unit."""
    if value is None or value == "" or (unit == "year" and value == 0):
        return UNKNOWN
    return value if isinstance(value, str) else print_number(float(value), unit)


def with_unit(figure: Cited) -> str:
    """Return the unit to print behind a figure, nothing behind words and behind what is not known."""
    return unit_name(figure.unit) if figure.number is not None else ""


@dataclass(frozen=True)
class Source:
    """A finished run, or a study of its scenario, opened for citing.

    Parameters
    ----------
    run : Run
        The folder.
    """

    run: Run

    @cached_property
    def tables(self) -> Mapping[str, Table]:
        """Tables by key."""
        return {table["key"]: Table.from_json(table) for table in self.run.figures()["tables"]}

    @cached_property
    def figures(self) -> Mapping[str, Figure]:
        """Single figures by key."""
        return {figure["key"]: Figure.from_json(figure) for figure in self.run.figures()["figures"]}

    def has(self, table: str, row: str = "") -> bool:
        """Return whether there is such a table, and such a row in it."""
        found = self.tables.get(table)
        return found is not None and (not row or row in found.row_keys)

    def cell(self, table: str, row: str, column: str) -> Cited:
        """Return a cell.

        Raises
        ------
        ReportError
            If there is no such table, row or column.
        """
        try:
            content = self.tables[table]
            value, unit = content.cell(row, column), content.cell_unit(row, column)
        except KeyError as error:
            raise ReportError(self._missing(f"{table}/{row}/{column}")) from error
        line = content.row(row)
        label = f"{line.label_zh}·{content.column(column).label_zh}"
        return Cited(
            citation_key(self.run.run_id, cell_key(table, row, column)), value, unit, line.mark, label
        )

    def figure(self, key: str) -> Cited:
        """Return a single figure.

        Raises
        ------
        ReportError
            If there is none of that name.
        """
        found = self.figures.get(key)
        if found is None:
            raise ReportError(self._missing(key))
        return Cited(citation_key(self.run.run_id, key), found.value, found.unit, found.mark, found.label_zh)

    def cells(self, table: str) -> Iterator[tuple[str, str, Cited]]:
        """Yield row key, column key and figure of each cell of a table."""
        content = self.tables[table]
        for row in content.row_keys:
            for column in content.column_keys:
                yield row, column, self.cell(table, row, column)

    def _missing(self, key: str) -> Fault:
        """Return the fault of a figure that the folder does not hold."""
        return Fault(
            f"{self.run.name}/{key}",
            "is not a figure of this folder, so no paper can cite it",
            "Run the scenario, or the study, again with this version of qhgrid.",
        )
