"""Collects columns, rows and entries while a network is read, and leaves out what cannot matter.

A column that is 0 in every hour, an entry that is 0, a row that says nothing: none of them reaches the
:class:`~qhgrid.dispatch.engine.problem.Problem`. So those who read a network need not look for them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from qhgrid.dispatch.engine.problem import ColumnBlock, Entries, Problem, RowBlock, WideRow
from qhgrid.dispatch.program import BoolArray, FloatArray, IntArray, Unit


@dataclass(frozen=True)
class _Columns:
    """A block of columns, and the values of those that are kept."""

    block: ColumnBlock
    lower: FloatArray
    upper: FloatArray
    cost: FloatArray


@dataclass(frozen=True)
class _Rows:
    """A block of rows before any is left out."""

    block: RowBlock
    lower: FloatArray
    upper: FloatArray


@dataclass(frozen=True)
class _Wide:
    """A row over the whole horizon."""

    name: WideRow
    hour: IntArray
    column: IntArray
    value: FloatArray
    sides: tuple[float, float]


class EntryList:
    """Matrix entries as they are read; the same place may come more than once and adds up."""

    def __init__(self, n_hours: int) -> None:
        self._n_hours = n_hours
        self._parts: list[tuple[IntArray, IntArray, FloatArray, IntArray, BoolArray]] = []
        self._values: list[FloatArray] = []
        self._n_series = 0

    def add(
        self, rows: IntArray, columns: IntArray, value: FloatArray | float, wraps: BoolArray | bool = False
    ) -> None:
        """Add entries; a position of -1 means that there is none.

        Parameters
        ----------
        rows, columns : ndarray
            Positions within the hour, shape (n,).
        value : ndarray or float
            Shape () or (n,) for what holds in every hour, (n_hours, n) for what changes.
        wraps : ndarray or bool
            Whether each holds in the first hour too, shape (n,).
        """
        factor = np.asarray(value, dtype=float)
        there = np.flatnonzero((rows >= 0) & (columns >= 0))
        flags = np.broadcast_to(wraps, rows.shape)[there]
        if factor.ndim < 2:
            constant = np.broadcast_to(factor, rows.shape)[there]
            self._append(rows[there], columns[there], constant, flags)
            return
        varying = factor[:, there]
        changes = (varying != varying[0]).any(axis=0)
        series = np.full(len(there), -1)
        series[changes] = self._n_series + np.arange(np.count_nonzero(changes))
        self._values.append(np.ascontiguousarray(varying[:, changes].T))
        self._n_series += int(np.count_nonzero(changes))
        self._append(rows[there], columns[there], np.where(changes, 0.0, varying[0]), flags, series)

    def _append(
        self,
        rows: IntArray,
        columns: IntArray,
        constant: FloatArray,
        flags: BoolArray,
        series: IntArray | None = None,
    ) -> None:
        """Keep the entries that are not 0 in all hours."""
        series = np.full(len(rows), -1) if series is None else series
        keep = (constant != 0.0) | (series >= 0)
        self._parts.append((rows[keep], columns[keep], constant[keep], series[keep], flags[keep]))

    def rows(self) -> IntArray:
        """Return the row of every entry."""
        return np.concatenate([np.zeros(0, dtype=np.int64), *(part[0] for part in self._parts)])

    def build(self, place_of_row: IntArray) -> tuple[Entries, BoolArray]:
        """Return the entries in order of row and column, one for each place, and whether they wrap.

        Parameters
        ----------
        place_of_row : ndarray
            New position of each row, -1 for one that is left out.
        """
        nothing = np.zeros(0, dtype=np.int64)
        row, column, constant, series, wraps = (
            np.concatenate([empty, *(part[i] for part in self._parts)])
            for i, empty in enumerate((nothing, nothing, np.zeros(0), nothing, np.zeros(0, dtype=bool)))
        )
        values = np.concatenate([np.zeros((0, self._n_hours)), *self._values])
        row = place_of_row[row]
        order = np.lexsort((column, row))
        order = order[row[order] >= 0]
        entries = Entries(row[order], column[order], constant[order], series[order], values)
        return _added_up(entries, wraps[order])


def _added_up(entries: Entries, wraps: BoolArray) -> tuple[Entries, BoolArray]:
    """Return sorted `entries` with those of one place made one, and without what comes to nothing."""
    fresh = np.ones(len(entries.row), dtype=bool)
    fresh[1:] = (np.diff(entries.row) != 0) | (np.diff(entries.column) != 0)
    if fresh.all():
        return entries, wraps
    first = np.flatnonzero(fresh)
    count = np.diff(np.append(first, len(fresh)))
    value, series, more = entries.value.copy(), entries.series.copy(), list(entries.values)
    for start, length in zip(first[count > 1].tolist(), count[count > 1].tolist(), strict=True):
        total = np.sum([_in_every_hour(entries, start + i) for i in range(length)], axis=0)
        changes = bool((total != total[0]).any())
        value[start], series[start] = (0.0, len(more)) if changes else (float(total[0]), -1)
        more += [total] if changes else []
    kept = first[(value[first] != 0.0) | (series[first] >= 0)]
    used, place = np.unique(series[kept], return_inverse=True)
    offset = int((used < 0).sum())
    values = np.array([more[i] for i in used[offset:]]).reshape(-1, entries.values.shape[1])
    summed = Entries(entries.row[kept], entries.column[kept], value[kept], place - offset, values)
    return summed, wraps[kept]


def _in_every_hour(entries: Entries, position: int) -> FloatArray:
    """Return one entry's values, shape (n_hours,)."""
    which = int(entries.series[position])
    constant = np.full(entries.values.shape[1], entries.value[position])
    return constant if which < 0 else np.asarray(entries.values[which])


class ProblemDraft:
    """A problem in the making.

    Positions that it returns are those within an hour; -1 stands for a column that is left out.
    """

    def __init__(self, snapshots: pd.Index) -> None:
        self.snapshots = snapshots
        self.n_hours = len(snapshots)
        self.constant = 0.0
        self._columns: list[_Columns] = []
        self._rows: list[_Rows] = []
        self._places: dict[tuple[str, str], IntArray] = {}
        self._now, self._before = EntryList(self.n_hours), EntryList(self.n_hours)
        self._shifts: list[tuple[IntArray, FloatArray]] = []
        self._wide: list[_Wide] = []

    def add_columns(
        self,
        component: str,
        attribute: str,
        names: pd.Index,
        bounds: tuple[FloatArray, FloatArray],
        cost: FloatArray | float = 0.0,
        unit: Unit = "MW",
    ) -> IntArray:
        """Append columns and return their positions; bounds and cost are broadcast to (n_hours, n)."""
        shape = (self.n_hours, len(names))
        lower, upper, price = (np.broadcast_to(np.asarray(a, dtype=float), shape) for a in (*bounds, cost))
        kept = np.flatnonzero(((lower != 0.0) | (upper != 0.0)).any(axis=0))
        start = self._columns[-1].block.stop if self._columns else 0
        place = np.full(len(names), -1)
        place[kept] = start + np.arange(len(kept))
        self._places[component, attribute] = place
        if len(kept):
            block = ColumnBlock(component, attribute, names[kept], unit, start)
            self._columns.append(_Columns(block, lower[:, kept], upper[:, kept], price[:, kept]))
        return place

    def places(self, component: str, attribute: str) -> IntArray:
        """Return the positions of columns that were added before."""
        return self._places[component, attribute]

    def add_rows(
        self,
        family: str,
        component: str,
        names: pd.Index,
        sides: tuple[FloatArray, FloatArray],
        unit: Unit = "MW",
    ) -> IntArray:
        """Append rows and return their positions; sides are broadcast to (n_hours, n)."""
        start = self._rows[-1].block.stop if self._rows else 0
        shape = (self.n_hours, len(names))
        lower, upper = (np.broadcast_to(np.asarray(a, dtype=float), shape) for a in sides)
        self._rows.append(_Rows(RowBlock(family, component, names, unit, start), lower, upper))
        return start + np.arange(len(names))

    def add_now(self, rows: IntArray, columns: IntArray, value: FloatArray | float) -> None:
        """Let columns stand in rows of their own hour (see :meth:`EntryList.add`)."""
        self._now.add(rows, columns, value)

    def add_before(
        self,
        rows: IntArray,
        columns: IntArray,
        value: FloatArray | float,
        wraps: BoolArray | bool = False,
    ) -> None:
        """Let columns of the hour before stand in rows of an hour.

        Where it does not wrap, the value given for the first hour does not count. In a horizon of one hour,
        the hour before is the hour itself, if it wraps.
        """
        factor = np.asarray(value, dtype=float)
        flags = np.broadcast_to(wraps, rows.shape)
        if self.n_hours == 1:
            self._now.add(np.where(flags, rows, -1), columns, factor)
            return
        if factor.ndim == 2:
            factor = np.array(factor)
            factor[0] = np.where(flags, factor[0], factor[1])
        self._before.add(rows, columns, factor, flags)

    def shift_first(self, rows: IntArray, amount: FloatArray) -> None:
        """Add `amount` to both sides of `rows` in the first hour."""
        self._shifts.append((rows, amount))

    def add_wide(
        self,
        name: WideRow,
        place: tuple[IntArray, IntArray],
        value: FloatArray,
        sides: tuple[float, float],
    ) -> None:
        """Add a row over the whole horizon; `place` is hour and column of each entry."""
        hour, column, value = (np.ravel(a) for a in np.broadcast_arrays(*place, value))
        keep = (column >= 0) & (value != 0.0)
        if np.isfinite(sides).any() and (keep.any() or not sides[0] <= 0.0 <= sides[1]):
            self._wide.append(_Wide(name, hour[keep], column[keep], value[keep], sides))

    def build(self) -> Problem:
        """Return the problem of all that was added."""
        n_columns = self._columns[-1].block.stop if self._columns else 0
        blocks, place_of_row, (row_lower, row_upper) = self._kept_rows()
        now, _ = self._now.build(place_of_row)
        before, wraps = self._before.build(place_of_row)
        lower, upper, cost = (
            _side_by_side([getattr(part, a) for part in self._columns], self.n_hours)
            for a in ("lower", "upper", "cost")
        )
        return Problem(
            self.snapshots,
            tuple(part.block for part in self._columns),
            blocks,
            lower,
            upper,
            cost,
            row_lower,
            row_upper,
            now,
            before,
            wraps,
            self._wide_matrix(n_columns),
            np.array([part.sides[0] for part in self._wide], dtype=float),
            np.array([part.sides[1] for part in self._wide], dtype=float),
            tuple(part.name for part in self._wide),
            self.constant,
        )

    def _kept_rows(self) -> tuple[tuple[RowBlock, ...], IntArray, tuple[FloatArray, FloatArray]]:
        """Return the row blocks that are left, the new position of each row, and their sides."""
        lower = _side_by_side([rows.lower for rows in self._rows], self.n_hours)
        upper = _side_by_side([rows.upper for rows in self._rows], self.n_hours)
        for rows, amount in self._shifts:
            np.add.at(lower[0], rows, amount)
            np.add.at(upper[0], rows, amount)
        n_rows = lower.shape[1]
        says: BoolArray = np.any(np.isfinite(lower) | np.isfinite(upper), axis=0)
        has_entry = np.zeros(n_rows, dtype=bool)
        has_entry[self._now.rows()] = True
        has_entry[self._before.rows()] = True
        empty = np.flatnonzero(~has_entry)
        says[empty] &= ((lower[:, empty] > 0.0) | (upper[:, empty] < 0.0)).any(axis=0)
        place = np.where(says, np.cumsum(says) - 1, -1)
        if says.all():
            return tuple(rows.block for rows in self._rows if len(rows.block.names)), place, (lower, upper)
        blocks = [_thinned(rows.block, says, place) for rows in self._rows]
        sides = lower[:, says], upper[:, says]
        return tuple(block for block in blocks if len(block.names)), place, sides

    def _wide_matrix(self, n_columns: int) -> sparse.csr_array:
        """Return the rows over the whole horizon."""
        shape = (len(self._wide), self.n_hours * n_columns)
        if not self._wide:
            return sparse.csr_array(shape)
        row = np.concatenate([np.full(len(part.value), i) for i, part in enumerate(self._wide)])
        column = np.concatenate([part.hour * n_columns + part.column for part in self._wide])
        value = np.concatenate([part.value for part in self._wide])
        return sparse.coo_array((value, (row, column)), shape=shape).tocsr()


def _thinned(block: RowBlock, says: BoolArray, place: IntArray) -> RowBlock:
    """Return `block` without the rows that say nothing."""
    kept = np.flatnonzero(says[block.start : block.stop])
    start = int(place[block.start + kept[0]]) if len(kept) else 0
    return RowBlock(block.family, block.component, block.names[kept], block.unit, start)


def _side_by_side(arrays: list[FloatArray], n_hours: int) -> FloatArray:
    """Return blocks of shape (n_hours, n) as one array."""
    return np.concatenate([np.zeros((n_hours, 0)), *arrays], axis=1)
