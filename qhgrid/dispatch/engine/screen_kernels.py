"""Numba kernels of the screening mode: the walk through the hours, the bound, and the check of a plan."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from qhgrid.dispatch.engine.layout import kernel
from qhgrid.dispatch.engine.screen_simplex import (
    NO_SIDE,
    Desk,
    HourMatrix,
    fill_entries,
    invert_into,
    price_out,
    solve_safely,
)
from qhgrid.dispatch.program import BoolArray, FloatArray, IntArray

PIECES = 5
"""Pieces of the value of a level: far below its course, below, on it, above, far above."""
LIMIT = 300
"""Pivots in an hour at most, before it is tried again from the start."""
FRESH = 60
"""Pivots after which the inverse is computed anew."""
SAME_LEVEL = 1e-7
"""Levels so near are the same. [MWh]"""


class Case(NamedTuple):
    """Numbers of a case, shapes (n_hours, n_columns) and (n_hours, n_rows)."""

    lower: FloatArray
    upper: FloatArray
    cost: FloatArray
    row_lower: FloatArray
    row_upper: FloatArray


class Before(NamedTuple):
    """What columns of the hour before do in the rows of an hour."""

    row: IntArray
    column: IntArray
    value: FloatArray
    series: IntArray
    values: FloatArray
    wraps: BoolArray


class Courses(NamedTuple):
    """The courses that levels are to keep near to, and what leaving them costs.

    A level is that of a storage, or what a row over the whole horizon has come to so far.
    """

    column: IntArray
    """Column of the level, -1 for a row over the whole horizon; shape (n_levels,)."""
    first: IntArray
    """First of the columns of its pieces, after `column` itself if there is one."""
    low: FloatArray
    """Lower and upper end of the course, shape (n_hours, n_levels)."""
    high: FloatArray
    width: FloatArray
    """Width of the bands next to it, shape (n_hours, n_levels)."""
    least: FloatArray
    """Bounds of the level, shape (n_hours, n_levels)."""
    most: FloatArray
    value: FloatArray
    """What a unit of level is worth at the end of the hour, shape (n_hours, n_levels)."""
    soft: FloatArray
    """What it is worth more or less in the bands next to the course, shape (n_hours, n_levels)."""
    hard: FloatArray
    """The same further away."""
    gain: FloatArray
    """By how much it is worth more for each unit that it lags behind its course, shape (n_levels,)."""
    floor: FloatArray
    """It is never worth less, shape (n_levels,); 0 where more can do no harm."""
    ceiling: FloatArray


class Bases(NamedTuple):
    """A basis for each hour to start from."""

    which: IntArray
    """Number of the hour's basis, shape (n_hours,)."""
    columns: IntArray
    """Shape (n_bases, n_rows)."""
    inverse: FloatArray
    """Shape (n_bases, n_rows, n_rows)."""
    is_high: BoolArray
    """Shape (n_hours, n_columns + n_rows)."""


@kernel
def take_basis(bases: Bases, hour: int, desk: Desk) -> None:
    """Put the basis of an hour on the desk."""
    b = bases.which[hour]
    desk.place[:] = -1
    for k in range(len(desk.basis)):
        j = bases.columns[b, k]
        desk.basis[k] = j
        desk.place[j] = k
    desk.inverse[:, :] = bases.inverse[b]
    desk.is_high[:] = bases.is_high[hour]


@kernel
def lay_pieces(courses: Courses, hour: int, level: int, lag: float, desk: Desk) -> None:
    """Set bounds and costs of the pieces of a level that lagged behind its course in the hour before."""
    least, most = courses.least[hour, level], courses.most[hour, level]
    low, high, width = courses.low[hour, level], courses.high[hour, level], courses.width[hour, level]
    value, soft, hard = courses.value[hour, level], courses.soft[hour, level], courses.hard[hour, level]
    start, column = least, courses.column[level]
    value += courses.gain[level] * lag
    cost = 0.0 if column < 0 else desk.cost[column]
    for piece in range(PIECES):
        if piece == 0:
            end, extra = low - width, -hard
        elif piece == 1:
            end, extra = low, -soft
        elif piece == 2:
            end, extra = high, 0.0
        elif piece == 3:
            end, extra = high + width, soft
        else:
            end, extra = most, hard
        end = min(max(end, start), most)
        if column >= 0:
            j = column if piece == 0 else courses.first[level] + piece - 1
        else:
            j = courses.first[level] + piece
        desk.lower[j] = start if piece == 0 else 0.0
        desk.upper[j] = end if piece == 0 else end - start
        desk.cost[j] = cost - min(max(value - extra, courses.floor[level]), courses.ceiling[level])
        start = end


@kernel
def read_level(courses: Courses, level: int, desk: Desk) -> float:
    """Return the level from its pieces."""
    column = courses.column[level]
    total = 0.0 if column < 0 else desk.x[column]
    for j in range(courses.first[level], courses.first[level] + (PIECES if column < 0 else PIECES - 1)):
        total += desk.x[j]
    return total


@kernel
def set_hour(
    matrix: HourMatrix, case: Case, before: Before, courses: Courses, hour: int, last: FloatArray,
    reached: FloatArray, desk: Desk,
) -> None:  # fmt: skip
    """Lay out the program of an hour after the plan `last`, the wide rows having come to `reached`."""
    n, n_rows = case.lower.shape[1], case.row_lower.shape[1]
    fill_entries(matrix, hour, desk.entry)
    desk.lower[:n], desk.upper[:n] = case.lower[hour], case.upper[hour]
    desk.cost[:n] = case.cost[hour]
    first = matrix.n_columns
    desk.lower[first : first + n_rows] = case.row_lower[hour]
    desk.upper[first : first + n_rows] = case.row_upper[hour]
    desk.rhs[:] = 0.0
    for e in range(len(before.row)):
        if hour > 0 or before.wraps[e]:
            s = before.series[e]
            a = before.value[e] if s < 0 else before.values[s, hour]
            desk.rhs[before.row[e]] -= a * last[before.column[e]]
    n_levels = len(courses.column) - len(reached)
    for k in range(n_levels):
        lay_pieces(courses, hour, k, 0.0, desk)
    for w in range(len(reached)):
        k, lag = n_levels + w, 0.0
        if hour > 0:
            lag = max(courses.low[hour - 1, k] - reached[w], 0.0)
            lag += min(courses.high[hour - 1, k] - reached[w], 0.0)
        lay_pieces(courses, hour, k, lag, desk)
        desk.rhs[n_rows + w] = -reached[w]


@kernel
def read_hour(
    case: Case, courses: Courses, hour: int, desk: Desk, x: FloatArray, reached: FloatArray
) -> None:
    """Take over the plan of an hour from the desk, within its bounds."""
    n = case.lower.shape[1]
    for j in range(n):
        x[hour, j] = min(max(desk.x[j], case.lower[hour, j]), case.upper[hour, j])
    w = 0
    for k in range(len(courses.column)):
        level = read_level(courses, k, desk)
        j = courses.column[k]
        if j >= 0:
            x[hour, j] = min(max(level, case.lower[hour, j]), case.upper[hour, j])
        else:
            reached[w] = level
            w += 1


@kernel
def is_joined(before: Before, one: FloatArray, other: FloatArray) -> bool:
    """Return whether the next hour sees the same in two plans of an hour."""
    for e in range(len(before.row)):
        j = before.column[e]
        if abs(one[j] - other[j]) > SAME_LEVEL:
            return False
    return True


@kernel
def walk(
    matrix: HourMatrix, case: Case, before: Before, courses: Courses, bases: Bases, last: FloatArray,
    is_again: bool, desk: Desk, x: FloatArray, reached: FloatArray, counts: IntArray,
) -> int:  # fmt: skip
    """Walk through the hours from the levels in `last`, writing the plan to `x`.

    Parameters
    ----------
    is_again : bool
        Whether `x` holds the plan of an earlier walk; the walk ends where it joins that plan.

    Returns
    -------
    int
        Hours walked, or minus one minus the hour that has no plan.
    """
    moved = np.zeros((2, matrix.n_columns + matrix.n_rows), dtype=np.int64)
    old = np.zeros(x.shape[1])
    before_hour = last.copy()
    n_hours = x.shape[0]
    for hour in range(n_hours):
        take_basis(bases, hour, desk)
        set_hour(matrix, case, before, courses, hour, before_hour, reached, desk)
        pivots = solve_safely(matrix, desk, moved, LIMIT)
        if pivots < 0:
            return -1 - hour
        counts[hour] += pivots
        old[:] = x[hour]
        read_hour(case, courses, hour, desk, x, reached)
        before_hour[:] = x[hour]
        if is_again and is_joined(before, old, x[hour]):
            return hour + 1
    return int(n_hours)


@kernel
def first_walk(
    matrix: HourMatrix, case: Case, before: Before, courses: Courses, last: FloatArray, desk: Desk,
    x: FloatArray, reached: FloatArray, columns: IntArray, is_high: BoolArray,
) -> int:  # fmt: skip
    """Walk through the hours, each from the basis of the hour before, and note the basis of each."""
    moved = np.zeros((2, matrix.n_columns + matrix.n_rows), dtype=np.int64)
    before_hour, since = last.copy(), 0
    for hour in range(x.shape[0]):
        set_hour(matrix, case, before, courses, hour, before_hour, reached, desk)
        if matrix.values.shape[0] or since > FRESH:
            invert_into(matrix, desk.entry, desk.basis, desk.inverse)
            since = 0
        pivots = solve_safely(matrix, desk, moved, LIMIT)
        if pivots < 0:
            return -1 - hour
        since += pivots
        read_hour(case, courses, hour, desk, x, reached)
        before_hour[:] = x[hour]
        columns[hour], is_high[hour] = desk.basis, desk.is_high
    return int(x.shape[0])


@kernel
def set_free_hour(
    matrix: HourMatrix, case: Case, pull: FloatArray, rows: IntArray, hour: int, desk: Desk
) -> None:
    """Lay out the program of an hour whose ties to other hours are paid for at prices, `pull` in all."""
    n = case.lower.shape[1]
    fill_entries(matrix, hour, desk.entry)
    desk.lower[:n], desk.upper[:n] = case.lower[hour], case.upper[hour]
    for j in range(n):
        desk.cost[j] = case.cost[hour, j] - pull[hour, j]
    for i in range(len(rows)):
        desk.lower[n + i], desk.upper[n + i] = case.row_lower[hour, rows[i]], case.row_upper[hour, rows[i]]


@kernel
def hour_bound(matrix: HourMatrix, desk: Desk, y: FloatArray) -> float:
    """Return the lower bound that prices give for an hour; prices of sides that are not there become 0."""
    n, total = matrix.n_columns, 0.0
    for i in range(matrix.n_rows):
        side = desk.lower[n + i] if y[i] > 0.0 else desk.upper[n + i]
        if abs(side) >= NO_SIDE:
            y[i] = 0.0
        elif y[i] != 0.0:
            total += y[i] * side
    for j in range(n):
        d = desk.cost[j]
        for e in range(matrix.start[j], matrix.start[j + 1]):
            d -= desk.entry[e] * y[matrix.row[e]]
        total += min(d * desk.lower[j], d * desk.upper[j])
    return total


@kernel
def raise_hour(
    matrix: HourMatrix, desk: Desk, hour: int, rows: IntArray, y: FloatArray, own: FloatArray, is_solved: bool
) -> float:
    """Return the bound of an hour, and put the prices that prove it into `y`."""
    if is_solved:
        value = hour_bound(matrix, desk, desk.y)
        for i in range(matrix.n_rows):
            y[hour, rows[i]] = desk.y[i]
        return value
    for i in range(matrix.n_rows):
        own[i] = y[hour, rows[i]]
    value = hour_bound(matrix, desk, own)
    for i in range(matrix.n_rows):
        y[hour, rows[i]] = own[i]
    return value


@kernel
def bound_hours(
    matrix: HourMatrix, case: Case, pull: FloatArray, rows: IntArray, bases: Bases, desk: Desk, y: FloatArray,
    is_first: bool, columns: IntArray, is_high: BoolArray, counts: IntArray,
) -> float:  # fmt: skip
    """Return the sum of the hours' bounds, raised by better prices of the rows within the hours.

    `y` holds the prices of all rows; those of `rows` are replaced where others give a greater bound. With
    `is_first`, each hour starts from the basis of the one before and the bases are noted.
    """
    moved = np.zeros((2, matrix.n_columns + matrix.n_rows), dtype=np.int64)
    own = np.zeros(matrix.n_rows)
    total, since = 0.0, 0
    for hour in range(y.shape[0]):
        if not is_first:
            take_basis(bases, hour, desk)
        set_free_hour(matrix, case, pull, rows, hour, desk)
        if is_first and (matrix.values.shape[0] or since > FRESH):
            invert_into(matrix, desk.entry, desk.basis, desk.inverse)
            since = 0
        pivots = solve_safely(matrix, desk, moved, LIMIT)
        since += pivots
        counts[hour] = pivots
        if pivots:
            price_out(matrix, desk)
        if is_first:
            columns[hour], is_high[hour] = desk.basis, desk.is_high
        total += raise_hour(matrix, desk, hour, rows, y, own, pivots >= 0)
    return total


@kernel
def worst_miss(matrix: HourMatrix, case: Case, before: Before, x: FloatArray) -> float:
    """Return the furthest that a plan is out of a bound or a side of a row.

    Only the first rows of `matrix`, those of the case, are looked at.
    """
    n_hours, n = x.shape
    n_rows = case.row_lower.shape[1]
    activity, entry = np.zeros(matrix.n_rows), matrix.value.copy()
    worst = 0.0
    for hour in range(n_hours):
        fill_entries(matrix, hour, entry)
        activity[:] = 0.0
        for j in range(n):
            v = x[hour, j]
            worst = max(worst, case.lower[hour, j] - v, v - case.upper[hour, j])
            if v != 0.0:
                for e in range(matrix.start[j], matrix.start[j + 1]):
                    activity[matrix.row[e]] += entry[e] * v
        for e in range(len(before.row)):
            if hour > 0 or before.wraps[e]:
                s = before.series[e]
                a = before.value[e] if s < 0 else before.values[s, hour]
                activity[before.row[e]] += a * x[hour - 1, before.column[e]]
        for i in range(n_rows):
            worst = max(worst, case.row_lower[hour, i] - activity[i], activity[i] - case.row_upper[hour, i])
    return worst


@kernel
def invert_bases(matrix: HourMatrix, columns: IntArray) -> FloatArray:
    """Return the inverse of each basis, shape (n_bases, n_rows, n_rows); of hour k if they change by hour."""
    m = matrix.n_rows
    inverse = np.zeros((len(columns), m, m))
    desk_entry = matrix.value.copy()
    for b in range(len(columns)):
        fill_entries(matrix, b, desk_entry)
        invert_into(matrix, desk_entry, columns[b], inverse[b])
    return inverse
