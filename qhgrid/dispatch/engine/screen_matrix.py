"""What the screening mode reads from a problem before it walks: matrices of an hour, worths from prices."""

from __future__ import annotations

import numpy as np

from qhgrid.dispatch.engine.problem import Entries, Problem
from qhgrid.dispatch.engine.screen_kernels import PIECES, Before, Case
from qhgrid.dispatch.engine.screen_simplex import HourMatrix
from qhgrid.dispatch.program import BoolArray, FloatArray, IntArray

BOX = 100.0
"""Multiple of the largest number within which columns without a bound are kept."""
USED = 1e-3
"""A column whose mean is at least this share of its peak above its lower bound is in use."""


def numbers_of(problem: Problem) -> Case:
    """Return the numbers of a case; columns without a bound are kept within `BOX` times the largest."""
    names = ("lower", "upper", "cost", "row_lower", "row_upper")
    case = Case(*(np.ascontiguousarray(getattr(problem, name), dtype=float) for name in names))
    if np.isfinite(case.lower).all() and np.isfinite(case.upper).all():
        return case
    sizes = [
        float(np.abs(a[np.isfinite(a)]).max(initial=1.0))
        for a in (*case, problem.wide_lower, problem.wide_upper)
    ]
    size = BOX * max(sizes[:2] + sizes[3:])
    return case._replace(lower=np.maximum(case.lower, -size), upper=np.minimum(case.upper, size))


def allowed_prices(y: FloatArray, lower: FloatArray, upper: FloatArray) -> FloatArray:
    """Return prices of rows without those that point to a side that is not there, which are rounding."""
    side = np.where(y > 0.0, lower, upper)
    return np.where(np.isfinite(side), y, 0.0)


def ties_to_before(problem: Problem) -> Before:
    """Return what columns of the hour before do."""
    part = problem.before
    return Before(
        part.row.astype(np.int64), part.column.astype(np.int64), part.value.astype(float),
        part.series.astype(np.int64), _two_dimensional(part.values), np.ascontiguousarray(problem.wraps),
    )  # fmt: skip


def _two_dimensional(values: FloatArray) -> FloatArray:
    """Return values by hour, shape (n_series, n_hours), for the kernels."""
    return np.ascontiguousarray(values if len(values) else np.zeros((0, 0)), dtype=float)


Term = tuple[int, int, float, int]
"""Row, column, value, series or -1."""


def hour_matrix(n_rows: int, n_columns: int, entries: Entries) -> HourMatrix:
    """Return entries by column and by row."""
    order = np.lexsort((entries.row, entries.column))
    row, column = entries.row[order], entries.column[order]
    by_row = np.lexsort((column, row))
    starts = [np.searchsorted(np.sort(a), np.arange(n + 1)) for a, n in ((column, n_columns), (row, n_rows))]
    return HourMatrix(
        n_rows, n_columns, starts[0].astype(np.int64), row.astype(np.int64),
        entries.value[order].astype(float), entries.series[order].astype(np.int64),
        _two_dimensional(entries.values),
        starts[1].astype(np.int64), column[by_row].astype(np.int64), by_row.astype(np.int64),
    )  # fmt: skip


def kept_rows(entries: Entries, rows: IntArray) -> Entries:
    """Return the entries of some rows, numbered anew."""
    place = np.full(max(entries.row.max(initial=0), rows.max(initial=0)) + 1, -1)
    place[rows] = np.arange(len(rows))
    kept = place[entries.row] >= 0
    return Entries(
        place[entries.row[kept]], entries.column[kept], entries.value[kept], entries.series[kept],
        entries.values,
    )  # fmt: skip


def wide_by_hour(problem: Problem) -> list[tuple[int, int, FloatArray]]:
    """Return the wide rows as rows, columns and values of each hour, shape (n_hours,)."""
    found = []
    for i in range(problem.wide.shape[0]):
        part = slice(problem.wide.indptr[i], problem.wide.indptr[i + 1])
        hour, column = np.divmod(problem.wide.indices[part], problem.n_columns)
        for j in np.unique(column):
            values = np.zeros(problem.n_hours)
            np.add.at(values, hour[column == j], problem.wide.data[part][column == j])
            found.append((i, int(j), values))
    return found


def wide_activity(wide: list[tuple[int, int, FloatArray]], x: FloatArray) -> FloatArray:
    """Return what each hour adds to the wide rows, shape (n_hours, n_wide)."""
    activity = np.zeros((x.shape[0], 1 + max((i for i, _, _ in wide), default=-1)))
    for i, j, values in wide:
        activity[:, i] += values * x[:, j]
    return activity


def walk_matrix(problem: Problem, levels: IntArray, wide: list[tuple[int, int, FloatArray]]) -> HourMatrix:
    """Return the matrix of the walk: rows of the hour, wide rows so far; columns, pieces of levels."""
    now, n_rows = problem.now, problem.n_rows
    terms: list[Term] = list(
        zip(now.row.tolist(), now.column.tolist(), now.value.tolist(), now.series.tolist(), strict=True)
    )
    series = list(now.values)
    n_wide = problem.wide.shape[0]
    for i, j, values in wide:
        if (values == values[0]).all():
            terms.append((n_rows + i, j, float(values[0]), -1))
        else:
            terms.append((n_rows + i, j, 0.0, len(series)))
            series.append(values)
    first = problem.n_columns
    for j in levels:
        own = [term for term in terms if term[1] == j]
        for piece in range(PIECES - 1):
            terms += [(row, first + piece, value, number) for row, _, value, number in own]
        first += PIECES - 1
    for i in range(n_wide):
        terms += [(n_rows + i, first + piece, -1.0, -1) for piece in range(PIECES)]
        first += PIECES
    row, column, value, number = (np.array([term[k] for term in terms]) for k in range(4))
    values = np.array(series) if series else np.zeros((0, problem.n_hours))
    return hour_matrix(n_rows + n_wide, first, Entries(row, column, value, number, values))


def _entry_values(entries: Entries, e: int, n_hours: int) -> FloatArray:
    """Return the values of an entry, shape (n_hours,)."""
    series = entries.series[e]
    values: FloatArray = entries.values[series] if series >= 0 else np.full(n_hours, entries.value[e])
    return values


def worth_next_hour(problem: Problem, y: FloatArray, levels: IntArray) -> FloatArray:
    """Return what a unit of each level is worth to the next hour, shape (n_hours, n_levels)."""
    value = np.zeros((problem.n_hours, problem.n_columns))
    for e, (row, column) in enumerate(zip(problem.before.row, problem.before.column, strict=True)):
        values = _entry_values(problem.before, e, problem.n_hours)
        value[:-1, column] += values[1:] * y[1:, row]
        if problem.wraps[e]:
            value[-1, column] += values[0] * y[0, row]
    return np.ascontiguousarray(value[:, levels])


def pull_of_prices(problem: Problem, y: FloatArray, y_wide: FloatArray) -> FloatArray:
    """Return the transposed matrix times prices, shape (n_hours, n_columns)."""
    pull = np.asarray(problem.wide.T @ y_wide).reshape(problem.lower.shape).copy()
    for e, (row, column) in enumerate(zip(problem.now.row, problem.now.column, strict=True)):
        pull[:, column] += _entry_values(problem.now, e, problem.n_hours) * y[:, row]
    every = np.arange(problem.n_columns)
    return np.asarray(pull + worth_next_hour(problem, y, every))


def find_storages(problem: Problem, levels: IntArray) -> BoolArray:
    """Return which columns stand with opposite signs in the same equation of their hour and of the next."""
    is_equation = (problem.row_lower == problem.row_upper).all(axis=0)
    now = {
        (int(r), int(c)): v
        for r, c, v in zip(problem.now.row, problem.now.column, problem.now.value, strict=True)
    }
    found = set()
    for e, (row, column) in enumerate(zip(problem.before.row, problem.before.column, strict=True)):
        here = now.get((int(row), int(column)))
        if here is not None and is_equation[row]:
            values = _entry_values(problem.before, e, problem.n_hours)
            if (values * here <= 0.0).all():
                found.add(int(column))
    return np.array([int(j) in found for j in levels], dtype=bool)


def _usual_size(values: FloatArray) -> float:
    """Return the mean size of values, the tenth that are greatest counting no more than the next."""
    size = np.abs(values)
    return float(np.minimum(size, np.quantile(size, 0.9)).mean())


def usual_earnings(problem: Problem, x: FloatArray, y: FloatArray, levels: IntArray) -> FloatArray:
    """Return the usual size of what a unit of each level can earn, shape (n_levels,).

    That is the most that any column in use, of those beside it in its rows, earns in other rows.
    """
    floor = max(1e-3 * float(np.abs(y).mean()) if y.size else 0.0, 1e-6)
    in_use = (x - problem.lower).mean(axis=0) > USED * (problem.upper - problem.lower).mean(axis=0)
    usual = np.full(len(levels), floor)
    for k, level in enumerate(levels):
        rows = problem.before.row[problem.before.column == level]
        other = y.copy()
        other[:, rows] = 0.0
        beside = [e for e in np.flatnonzero(np.isin(problem.now.row, rows)) if problem.now.column[e] != level]
        for e in beside:
            j = problem.now.column[e]
            if in_use[j]:
                earned = -problem.cost[:, j]
                for f in np.flatnonzero(problem.now.column == j):
                    values = _entry_values(problem.now, int(f), problem.n_hours)
                    earned = earned + values * other[:, problem.now.row[f]]
                size = float(np.abs(_entry_values(problem.now, int(e), problem.n_hours)).mean())
                if size > 0.0:
                    usual[k] = max(usual[k], _usual_size(earned) / size)
    return usual
