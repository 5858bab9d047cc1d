r"""A dispatch problem in plain arrays, hour by hour: the form in which the exact engine reads a network.

Every hour has the same columns and the same rows. A row of an hour may hold columns of that hour
(`now`) and of hours before (`before`); what ties the whole horizon together stands in a few `wide` rows.
With columns :math:`x_t` of hour t, that is

.. math:: \min \sum_t c_t x_t \quad r^-_t \le A_t x_t + \sum_d B_{d,t} x_{t-d} \le r^+_t,
          \; l_t \le x_t \le u_t, \; w^- \le \sum_t W_t x_t \le w^+ .
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

from qhgrid.dispatch.program import BoolArray, FloatArray, IntArray, Unit

if TYPE_CHECKING:
    import pypsa


@dataclass(frozen=True)
class ColumnBlock:
    """One quantity of one kind of component: one column an hour for each name."""

    component: str
    """PyPSA's name of the component, such as ``Generator``."""
    attribute: str
    """PyPSA's name of the quantity, such as ``p``; names in angle brackets are the engine's own."""
    names: pd.Index
    unit: Unit
    start: int
    """Position of the first column within an hour."""

    @property
    def stop(self) -> int:
        """Position after the last column within an hour."""
        return self.start + len(self.names)


@dataclass(frozen=True)
class RowBlock:
    """One law for one kind of component: one row an hour for each name."""

    family: str
    """Name of the law, such as ``bus_balance``."""
    component: str
    names: pd.Index
    unit: Unit
    start: int
    """Position of the first row within an hour."""

    @property
    def stop(self) -> int:
        """Position after the last row within an hour."""
        return self.start + len(self.names)


@dataclass(frozen=True)
class Entries:
    """Matrix entries of an hour, the same places in every hour."""

    row: IntArray
    """Row within the hour, shape (n_entries,)."""
    column: IntArray
    """Column within the hour it belongs to, shape (n_entries,)."""
    value: FloatArray
    """Value in every hour, shape (n_entries,); not read where `series` is not negative."""
    series: IntArray
    """-1, or the position in `values` of the entry's own values, shape (n_entries,)."""
    values: FloatArray
    """Values that change with the hour of the row, shape (n_series, n_hours)."""

    def at(self, hour: int) -> FloatArray:
        """Return the values of all entries in rows of `hour`, shape (n_entries,)."""
        if not len(self.values):
            return self.value
        varying: FloatArray = self.values[np.maximum(self.series, 0), hour]
        return np.where(self.series >= 0, varying, self.value)


@dataclass(frozen=True)
class WideRow:
    """Name of a row over the whole horizon."""

    family: str
    component: str
    name: str
    unit: Unit


@dataclass(frozen=True)
class Problem:
    """A linear dispatch problem, hour by hour."""

    snapshots: pd.Index
    columns: tuple[ColumnBlock, ...]
    rows: tuple[RowBlock, ...]
    lower: FloatArray
    """Least values, shape (n_hours, n_columns); may be infinite. [unit of the column]"""
    upper: FloatArray
    cost: FloatArray
    """Cost of one unit, weighting included, shape (n_hours, n_columns). [cost units]"""
    row_lower: FloatArray
    """Sides of the rows, shape (n_hours, n_rows); both infinite where a row says nothing."""
    row_upper: FloatArray
    now: Entries
    """What columns of an hour do in rows of the same hour."""
    before: Entries
    """What columns of hours before do in rows of an hour; before the first hour nothing, unless it wraps."""
    wraps: BoolArray
    """Whether an entry of `before` holds in the first hours too, with the last hours as those before."""
    wide: sparse.csr_array
    """Rows over the whole horizon, shape (n_wide, n_hours * n_columns), hour by hour."""
    wide_lower: FloatArray
    """Shape (n_wide,)."""
    wide_upper: FloatArray
    wide_names: tuple[WideRow, ...]
    constant: float
    """Cost that does not depend on the plan. [cost units]"""
    lag: IntArray | None = None
    """How many hours before, of each entry of `before`, at most the horizon; None where always one."""

    @classmethod
    def from_network(cls, network: pypsa.Network) -> Problem:
        """Return the dispatch of `network` (:func:`qhgrid.dispatch.engine.reading.read_problem`)."""
        from qhgrid.dispatch.engine.reading import read_problem

        return read_problem(network)

    @property
    def lags(self) -> IntArray:
        """Return how many hours before, of each entry of `before`."""
        return np.ones(len(self.before.row), dtype=np.int64) if self.lag is None else self.lag

    @property
    def n_hours(self) -> int:
        """Number of snapshots."""
        return int(self.lower.shape[0])

    @property
    def n_columns(self) -> int:
        """Number of columns of one hour."""
        return int(self.lower.shape[1])

    @property
    def n_rows(self) -> int:
        """Number of rows of one hour."""
        return int(self.row_lower.shape[1])

    def block(self, component: str, attribute: str) -> ColumnBlock | None:
        """Return the block of columns of `component` and `attribute`, or None where there is none."""
        found = [b for b in self.columns if (b.component, b.attribute) == (component, attribute)]
        return found[0] if found else None

    def matrix(self) -> sparse.csr_array:
        """Return all rows but the wide ones as one sparse matrix, hour by hour, for small cases."""
        n_hours, n_rows, n_columns, lags = self.n_hours, self.n_rows, self.n_columns, self.lags
        parts: list[tuple[FloatArray, IntArray, IntArray]] = []
        for hour in range(n_hours):
            now, before = self.now.at(hour), self.before.at(hour)
            parts.append((now, self.now.row + hour * n_rows, self.now.column + hour * n_columns))
            held = self.wraps | (lags <= hour)
            source = (hour - lags[held]) % n_hours * n_columns
            row, column = self.before.row[held] + hour * n_rows, self.before.column[held] + source
            parts.append((before[held], row, column))
        value, row, column = (np.concatenate([part[i] for part in parts]) for i in range(3))
        shape = (n_hours * n_rows, n_hours * n_columns)
        return sparse.coo_array((value, (row, column)), shape=shape).tocsr()
