"""Small makers of rows and columns that the balance tables share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import xarray as xr

from qhgrid.indicators.display import ENERGY, shown_all
from qhgrid.indicators.tables import Column, TableRow, Value

if TYPE_CHECKING:
    from qhgrid.indicators.ledger import Ledger

SOURCE = (
    "逐时运行结果（qhgrid）与事实表 data/*.csv",
    "hourly results of qhgrid and the fact tables data/*.csv",
)
"""Source of every table that comes from the hourly run."""


def month_columns(ledger: Ledger, unit: str) -> tuple[Column, ...]:
    """Return one column for each month that the run touches."""
    covered = ledger.months
    labels = zip(covered.keys, covered.labels_zh, covered.labels_en, strict=True)
    return tuple(Column(key, zh, en, unit) for key, zh, en in labels)


def month_and_total_columns(ledger: Ledger, unit: str) -> tuple[Column, ...]:
    """Return one column for each month, and one for the year or, on a shorter horizon, for all hours."""
    whole = (
        ("全年", "year")
        if ledger.is_full_year
        else (f"合计（{ledger.hours:g}小时）", f"all {ledger.hours:g} h")
    )
    return (*month_columns(ledger, unit), Column("total", *whole, unit))


def energy_row(
    ledger: Ledger,
    key: str,
    labels: tuple[str, str],
    power: xr.DataArray,
    *,
    level: int = 1,
    bold: bool = False,
    mark: str = "",
) -> TableRow:
    """Return the monthly and total energy of `power`, shape (snapshot,) [MW], as a row in 亿千瓦时."""
    values = shown_all(ledger.by_month(power), ENERGY)
    return TableRow(key, *labels, values, level=level, bold=bold, mark=mark)


def added(
    key: str,
    labels: tuple[str, str],
    rows: Iterable[TableRow],
    width: int,
    *,
    level: int = 0,
    signs: Sequence[int] | None = None,
) -> TableRow:
    """Return the sum of `rows`, each times its sign, as a bold row of `width` columns."""
    parts = list(rows)
    signed = zip(parts, signs or [1] * len(parts), strict=True)
    columns = [[sign * number(value) for value in row.values] for row, sign in signed]
    sums = tuple(sum(column) for column in zip(*columns, strict=True)) if columns else (0.0,) * width
    return TableRow(key, *labels, sums, level=level, bold=True)


def number(value: Value) -> float:
    """Return a cell as a number; an empty cell counts as nothing."""
    return float(value) if isinstance(value, int | float) else 0.0


def numbered(rows: Iterable[TableRow], prefix: str = "") -> tuple[TableRow, ...]:
    """Return rows with ``1``, ``2`` … before their Chinese labels, as in the filed forms."""
    return tuple(
        TableRow(
            row.key,
            f"{prefix}{position}.{row.label_zh}",
            row.label_en,
            row.values,
            row.level,
            row.bold,
            row.mark,
            row.unit,
        )
        for position, row in enumerate(rows, start=1)
    )
