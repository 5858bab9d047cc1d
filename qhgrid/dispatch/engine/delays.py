r"""Takes out of a problem the columns that only hand on what another column was some hours before.

What a link sends on its way is read as a chain of registers, each the copy of the one before an hour ago
(:mod:`qhgrid.dispatch.engine.reading_links`). A register that costs nothing and has no bounds but those of
what it copies needs neither column nor row: where it stands in a row, the first column stands with a lag,

.. math:: q_t = a\, p_{t-d} .

Its price follows from the row that it leaves: it earns nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from qhgrid.dispatch.engine.problem import ColumnBlock, Entries, Problem
from qhgrid.dispatch.program import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class Copy:
    """A column that is another one some hours before, times a factor."""

    column: int
    row: int
    """The row that says so."""
    source: int
    lag: int
    factor: float
    wraps: bool
    """Whether the hours before the first are the last ones; if not, it is 0 there."""


@dataclass(frozen=True)
class Folded:
    """A problem without the columns that copy others."""

    problem: Problem
    original: Problem
    copies: tuple[Copy, ...]
    """What left, each before those that copy it."""
    columns: IntArray
    """Columns of the original that are left."""
    rows: IntArray
    """Rows of the original that are left."""

    def plan(self, x: FloatArray) -> FloatArray:
        """Return a plan of the folded problem, shape (n_hours, n left), with all columns."""
        if not self.copies:
            return x
        full = np.zeros_like(self.original.lower)
        full[:, self.columns] = x
        for copy in self.copies:
            full[:, copy.column] = copy.factor * _late(full[:, copy.source], copy.lag, copy.wraps)
        return full

    def prices(self, y: FloatArray) -> FloatArray:
        """Return prices of the folded problem's rows, shape (n_hours, n left), with those of all rows."""
        if not self.copies:
            return y
        full = np.zeros_like(self.original.row_lower)
        full[:, self.rows] = y
        own = {(copy.row, copy.column) for copy in self.copies}
        now, before = (_by_column(part) for part in (self.original.now, self.original.before))
        for copy in reversed(self.copies):
            earned, unit = np.zeros(self.original.n_hours), 1.0
            for e in now.get(copy.column, []):
                row = int(self.original.now.row[e])
                value = _values(self.original.now, e)
                if (row, copy.column) in own:
                    unit = float(value[0])
                else:
                    earned += value * full[:, row]
            for e in before.get(copy.column, []):
                worth = _values(self.original.before, e) * full[:, int(self.original.before.row[e])]
                earned += _late(worth[::-1], 1, copy.wraps)[::-1]
            full[:, copy.row] = -earned / unit
        return full


def fold_delays(problem: Problem) -> Folded:
    """Return `problem` without the columns that copy others; it may have none."""
    copies = _resolved(problem, _copies(problem))
    columns = np.setdiff1d(np.arange(problem.n_columns), [copy.column for copy in copies])
    rows = np.setdiff1d(np.arange(problem.n_rows), [copy.row for copy in copies])
    if not copies:
        return Folded(problem, problem, (), columns, rows)
    now, before, wraps, lag = _entries(problem, copies, columns, rows)
    wide = (np.arange(problem.n_hours)[:, None] * problem.n_columns + columns).ravel()
    folded = replace(
        problem, columns=_blocks(problem, columns), rows=(),
        lower=problem.lower[:, columns], upper=problem.upper[:, columns], cost=problem.cost[:, columns],
        row_lower=problem.row_lower[:, rows], row_upper=problem.row_upper[:, rows],
        now=now, before=before, wraps=wraps, lag=lag, wide=problem.wide[:, wide],
    )  # fmt: skip
    return Folded(folded, problem, tuple(copies), columns, rows)


def _by_column(part: Entries) -> dict[int, list[int]]:
    """Return the entries of each column."""
    found: dict[int, list[int]] = {}
    for e, column in enumerate(part.column.tolist()):
        found.setdefault(column, []).append(e)
    return found


def _values(part: Entries, entry: int) -> FloatArray:
    """Return the values of an entry in rows of each hour."""
    if part.series[entry] >= 0:
        return np.asarray(part.values[part.series[entry]])
    return np.full(part.values.shape[1], part.value[entry])


def _late(values: FloatArray, lag: int, wraps: bool) -> FloatArray:
    """Return the values of `lag` hours before; 0 before the first hour, where it does not wrap."""
    late = np.roll(values, lag)
    if not wraps:
        late[:lag] = 0.0
    return late


def _copies(problem: Problem) -> dict[int, Copy]:
    """Return the columns that a row says to be another one the hour before, free to leave; by column."""
    candidates = _copying_rows(problem)
    in_wide = np.zeros(problem.n_columns, dtype=bool)
    in_wide[problem.wide.indices % max(1, problem.n_columns)] = True
    costs = (problem.cost != 0.0).any(axis=0)
    carried = _by_column(problem.before)
    found: dict[int, Copy] = {}
    for row, here, there in candidates:
        column, source = int(problem.now.column[here]), int(problem.before.column[there])
        wraps = bool(problem.wraps[there])
        factor = -float(problem.before.value[there]) / float(problem.now.value[here])
        copy = Copy(column, row, source, int(problem.lags[there]), factor, wraps)
        is_plain = column != source and column not in found and not in_wide[column] and not costs[column]
        agrees = all(bool(problem.wraps[e]) == wraps for e in carried.get(column, []))
        if is_plain and agrees and _implies_bounds(problem, copy):
            found[column] = copy
    return found


def _copying_rows(problem: Problem) -> list[tuple[int, int, int]]:
    """Return rows of two entries, one of the hour and one of an hour before, and these entries."""
    now, before = problem.now, problem.before
    counts = [np.bincount(part.row, minlength=problem.n_rows) for part in (now, before)]
    is_zero = ((problem.row_lower == 0.0) & (problem.row_upper == 0.0)).all(axis=0)
    rows = np.flatnonzero((counts[0] == 1) & (counts[1] == 1) & is_zero)
    place = [dict(zip(part.row.tolist(), range(len(part.row)), strict=True)) for part in (now, before)]
    pairs = [(int(row), place[0][int(row)], place[1][int(row)]) for row in rows]
    return [
        (row, here, there) for row, here, there in pairs if now.series[here] < 0 and before.series[there] < 0
    ]


def _implies_bounds(problem: Problem, copy: Copy) -> bool:
    """Return whether what a column copies keeps its bounds."""
    ends = [
        copy.factor * _late(a[:, copy.source], copy.lag, copy.wraps) for a in (problem.lower, problem.upper)
    ]
    least, most = np.minimum(*ends), np.maximum(*ends)
    return bool(
        (problem.lower[:, copy.column] <= least).all() and (problem.upper[:, copy.column] >= most).all()
    )


def _resolved(problem: Problem, found: dict[int, Copy]) -> list[Copy]:
    """Return the copies of columns that stay, each before those that copy it."""
    resolved: dict[int, Copy] = {}
    left = dict(found)
    while left:
        ready = [c for c in left.values() if c.source not in left]
        if not ready:
            break
        for copy in ready:
            del left[copy.column]
            first = resolved.get(copy.source)
            if first is not None:
                copy = replace(
                    copy, source=first.source, lag=copy.lag + first.lag, factor=copy.factor * first.factor
                )
            if copy.lag < problem.n_hours:
                resolved[copy.column] = copy
    return list(resolved.values())


def _entries(
    problem: Problem, copies: list[Copy], columns: IntArray, rows: IntArray
) -> tuple[Entries, Entries, BoolArray, IntArray]:
    """Return the entries of the folded problem: of each hour, of hours before, which wrap, and lags."""
    column_place, row_place = np.full(problem.n_columns, -1), np.full(problem.n_rows, -1)
    column_place[columns], row_place[rows] = np.arange(len(columns)), np.arange(len(rows))
    source = np.arange(problem.n_columns)
    lag, factor = np.zeros(problem.n_columns, dtype=np.int64), np.ones(problem.n_columns)
    around = np.zeros(problem.n_columns, dtype=bool)
    for copy in copies:
        source[copy.column], lag[copy.column] = copy.source, copy.lag
        factor[copy.column], around[copy.column] = copy.factor, copy.wraps
    now, before = problem.now, problem.before
    shift = np.concatenate([lag[now.column], problem.lags + lag[before.column]])
    wraps = np.concatenate([around[now.column], problem.wraps])
    row, column = (np.concatenate([getattr(part, n) for part in (now, before)]) for n in ("row", "column"))
    share = factor[column]
    values = np.concatenate([now.values, before.values])
    series = np.concatenate([now.series, np.where(before.series >= 0, before.series + len(now.values), -1)])
    scaled = np.flatnonzero((series >= 0) & (share != 1.0))
    values = np.concatenate([values, values[series[scaled]] * share[scaled, None]])
    series[scaled] = len(values) - len(scaled) + np.arange(len(scaled))
    value = np.concatenate([now.value, before.value]) * share
    stays = row_place[row] >= 0
    parts = []
    for chosen in (np.flatnonzero(stays & (shift == 0)), np.flatnonzero(stays & (shift > 0))):
        place = column_place[source[column[chosen]]]
        parts.append(Entries(row_place[row[chosen]], place, value[chosen], series[chosen], values))
    late = stays & (shift > 0)
    return parts[0], parts[1], wraps[late], shift[late]


def _blocks(problem: Problem, columns: IntArray) -> tuple[ColumnBlock, ...]:
    """Return what the columns that are left are."""
    found = []
    for block in problem.columns:
        first, last = np.searchsorted(columns, [block.start, block.stop])
        found.append(replace(block, names=block.names[columns[first:last] - block.start], start=int(first)))
    return tuple(found)
