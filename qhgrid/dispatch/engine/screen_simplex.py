r"""A bounded dual simplex for the program of one hour, in Numba: small, dense inverse, warm-started.

.. math:: \min c x \quad A x - s = b, \; l \le (x, s) \le u

The slacks s of the rows are columns of their own, numbered after the others; a row that is an equation has a
slack whose bounds meet. All columns have finite bounds, so any basis can be made dual feasible by
putting each column outside it at the bound that its reduced cost points to; so an hour may start from the
basis it had in another run, whatever has changed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from qhgrid.dispatch.engine.layout import kernel
from qhgrid.dispatch.program import BoolArray, FloatArray, IntArray

OUT_OF_BOUNDS = 1e-7
"""A basic column may be so far out of its bounds; it is put back, and rows are missed by no more."""
PRICE_NOISE = 1e-7
"""A reduced cost of less counts as none: the column stays at the bound it was at."""
SMALL_PIVOT = 1e-7
"""Entries of a pivot row below this do not count."""
NEAR_TIE = 1e-9
"""Ratios so near to the least count as equal, and the greatest pivot among them is taken."""
NO_SIDE = 1e9
"""A side of a row beyond this is none."""
NO_PLAN, GAVE_UP = -1, -2
"""Instead of the number of pivots: there is no plan; too many pivots."""


class HourMatrix(NamedTuple):
    """The matrix of an hour, by column and by row; the same places in every hour."""

    n_rows: int
    n_columns: int
    """Columns without the slacks."""
    start: IntArray
    """Where the entries of each column start, shape (n_columns + 1,)."""
    row: IntArray
    value: FloatArray
    series: IntArray
    """-1, or which row of `values` holds the entry's values by hour."""
    values: FloatArray
    """Shape (n_series, n_hours)."""
    row_start: IntArray
    """Where the entries of each row start, shape (n_rows + 1,)."""
    row_column: IntArray
    row_entry: IntArray
    """Their places in the order by column."""


class Desk(NamedTuple):
    """Working arrays of one hour, shape (n_columns + n_rows,) unless said otherwise."""

    entry: FloatArray
    """Values of the entries in this hour."""
    lower: FloatArray
    upper: FloatArray
    cost: FloatArray
    rhs: FloatArray
    """Shape (n_rows,)."""
    basis: IntArray
    """Basic columns, shape (n_rows,)."""
    place: IntArray
    """-1, or the column's position in the basis."""
    is_high: BoolArray
    """Whether a column without price stands at its upper bound."""
    inverse: FloatArray
    """Of the basic columns, shape (n_rows, n_rows)."""
    x: FloatArray
    y: FloatArray
    """Prices of rows, shape (n_rows,)."""
    slope: FloatArray
    """Reduced costs."""
    way: FloatArray
    """1 where a column may rise, -1 where it may fall, 0 where it is basic or fixed."""
    pivot_row: FloatArray
    pivot_column: FloatArray
    """Shape (n_rows,)."""
    moved: FloatArray
    """Shape (n_rows,)."""


def new_desk(matrix: HourMatrix) -> Desk:
    """Return working arrays with the slacks as the basis."""
    m, n = matrix.n_rows, matrix.n_columns
    place = np.full(n + m, -1, dtype=np.int64)
    place[n:] = np.arange(m)
    lower, upper, cost = np.zeros(n + m), np.zeros(n + m), np.zeros(n + m)
    return Desk(
        matrix.value.copy(), lower, upper, cost, np.zeros(m), n + np.arange(m, dtype=np.int64), place,
        np.zeros(n + m, dtype=np.bool_), -np.eye(m), np.zeros(n + m), np.zeros(m), np.zeros(n + m),
        np.zeros(n + m), np.zeros(n + m), np.zeros(m), np.zeros(m),
    )  # fmt: skip


@kernel
def fill_entries(matrix: HourMatrix, hour: int, entry: FloatArray) -> None:
    """Set the values of the entries that change with the hour."""
    if matrix.values.shape[0] == 0:
        return
    for e in range(len(entry)):
        if matrix.series[e] >= 0:
            entry[e] = matrix.values[matrix.series[e], hour]


@kernel
def price_out(matrix: HourMatrix, desk: Desk) -> None:
    """Set prices of rows and reduced costs of columns from the basis."""
    m, n = matrix.n_rows, matrix.n_columns
    y, slope, cost = desk.y, desk.slope, desk.cost
    y[:] = 0.0
    for k in range(m):
        c = cost[desk.basis[k]]
        if c != 0.0:
            for i in range(m):
                y[i] += c * desk.inverse[k, i]
    for j in range(n):
        d = cost[j]
        for e in range(matrix.start[j], matrix.start[j + 1]):
            d -= desk.entry[e] * y[matrix.row[e]]
        slope[j] = d
    for i in range(m):
        slope[n + i] = cost[n + i] + y[i]


@kernel
def settle(matrix: HourMatrix, desk: Desk) -> None:
    """Put the columns outside the basis at the bounds that their reduced costs point to."""
    for j in range(matrix.n_columns + matrix.n_rows):
        d, low, high = desk.slope[j], desk.lower[j], desk.upper[j]
        is_high = (d < -PRICE_NOISE) | ((d <= PRICE_NOISE) & desk.is_high[j])
        desk.is_high[j] = is_high
        desk.x[j] = high if is_high else low
        way = -1.0 if is_high else 1.0
        desk.way[j] = way if high > low else 0.0
    for j in desk.basis:
        desk.slope[j], desk.x[j], desk.way[j] = 0.0, 0.0, 0.0


@kernel
def place_basics(matrix: HourMatrix, desk: Desk) -> None:
    """Set the basic columns from the others."""
    m, n = matrix.n_rows, matrix.n_columns
    rest = desk.moved
    for j in desk.basis:
        desk.x[j] = 0.0
    for i in range(m):
        rest[i] = desk.rhs[i] + desk.x[n + i]
    for j in range(n):
        x = desk.x[j]
        if x != 0.0:
            for e in range(matrix.start[j], matrix.start[j + 1]):
                rest[matrix.row[e]] -= desk.entry[e] * x
    for k in range(m):
        total = 0.0
        for i in range(m):
            total += desk.inverse[k, i] * rest[i]
        desk.x[desk.basis[k]] = total


@kernel
def leaving(desk: Desk) -> int:
    """Return the position of the basic column furthest out of its bounds, -1 if none is."""
    worst, chosen = OUT_OF_BOUNDS, -1
    for k in range(len(desk.basis)):
        j = desk.basis[k]
        miss = max(desk.lower[j] - desk.x[j], desk.x[j] - desk.upper[j])
        if miss > worst:
            worst, chosen = miss, k
    return chosen


@kernel
def fill_pivot_row(matrix: HourMatrix, desk: Desk, position: int) -> None:
    """Set the row of the tableau at a position of the basis."""
    n = matrix.n_columns
    alpha = desk.pivot_row
    alpha[:] = 0.0
    for i in range(matrix.n_rows):
        rho = desk.inverse[position, i]
        if rho != 0.0:
            alpha[n + i] = -rho
            for k in range(matrix.row_start[i], matrix.row_start[i + 1]):
                alpha[matrix.row_column[k]] += rho * desk.entry[matrix.row_entry[k]]


@kernel
def entering(desk: Desk, sign: float, miss: float, moved: IntArray, able: IntArray) -> tuple[int, int]:
    """Return the column that enters, -1 if there is none, and how many others change their bound before it.

    The dual step goes on past columns that can make up for part of the miss by going from bound to bound;
    these are listed in `moved`, and the columns that come into question in `able`.
    """
    alpha, way, slope = desk.pivot_row, desk.way, desk.slope
    n_able, n_moved, left = 0, 0, miss
    for j in range(len(alpha)):
        if sign * alpha[j] * way[j] > SMALL_PIVOT:
            able[n_able] = j
            n_able += 1
    while True:
        least = np.inf
        for k in range(n_able):
            j = able[k]
            least = min(least, max(slope[j] * way[j], 0.0) / abs(alpha[j]))
        best, size = -1, 0.0
        for k in range(n_able):
            j = able[k]
            a = abs(alpha[j])
            if a > size and max(slope[j] * way[j], 0.0) <= (least + NEAR_TIE) * a:
                best, size = k, a
        if best < 0:
            return -1, n_moved
        j = able[best]
        room = (desk.upper[j] - desk.lower[j]) * size
        if room >= left - OUT_OF_BOUNDS:
            return j, n_moved
        left -= room
        desk.is_high[j] = not desk.is_high[j]
        way[j] = -way[j]
        moved[n_moved] = j
        n_moved += 1
        n_able -= 1
        able[best] = able[n_able]


@kernel
def add_column(matrix: HourMatrix, desk: Desk, column: int, amount: float, out: FloatArray) -> None:
    """Add inverse times a column times an amount."""
    m, n = matrix.n_rows, matrix.n_columns
    if column >= n:
        for k in range(m):
            out[k] -= amount * desk.inverse[k, column - n]
        return
    for e in range(matrix.start[column], matrix.start[column + 1]):
        i, a = matrix.row[e], desk.entry[e] * amount
        for k in range(m):
            out[k] += a * desk.inverse[k, i]


@kernel
def exchange(matrix: HourMatrix, desk: Desk, position: int, column: int) -> None:
    """Replace the basic column at a position."""
    m = matrix.n_rows
    inverse, alpha = desk.inverse, desk.pivot_column
    scale = 1.0 / alpha[position]
    for i in range(m):
        inverse[position, i] *= scale
    for k in range(m):
        a = alpha[k]
        if k != position and a != 0.0:
            for i in range(m):
                inverse[k, i] -= a * inverse[position, i]
    desk.place[desk.basis[position]] = -1
    desk.basis[position] = column
    desk.place[column] = position


@kernel
def solve_hour(matrix: HourMatrix, desk: Desk, moved: IntArray, limit: int) -> int:
    """Solve the program of an hour from the basis on the desk.

    Returns
    -------
    int
        Number of pivots, `NO_PLAN` or `GAVE_UP`.
    """
    for j in range(matrix.n_columns, matrix.n_columns + matrix.n_rows):
        desk.lower[j] = max(desk.lower[j], -NO_SIDE)
        desk.upper[j] = min(desk.upper[j], NO_SIDE)
    price_out(matrix, desk)
    settle(matrix, desk)
    place_basics(matrix, desk)
    pivots = 0
    while True:
        p = leaving(desk)
        if p < 0:
            break
        if pivots == limit:
            return GAVE_UP
        out = desk.basis[p]
        is_low = desk.x[out] < desk.lower[out]
        bound = desk.lower[out] if is_low else desk.upper[out]
        fill_pivot_row(matrix, desk, p)
        q, n_moved = entering(desk, -1.0 if is_low else 1.0, abs(desk.x[out] - bound), moved[0], moved[1])
        if n_moved:
            desk.moved[:] = 0.0
            for k in range(n_moved):
                j = moved[0, k]
                target = desk.upper[j] if desk.is_high[j] else desk.lower[j]
                add_column(matrix, desk, j, target - desk.x[j], desk.moved)
                desk.x[j] = target
            for k in range(matrix.n_rows):
                desk.x[desk.basis[k]] -= desk.moved[k]
        if q < 0:
            return NO_PLAN
        step = desk.slope[q] / desk.pivot_row[q]
        for j in range(len(desk.slope)):
            desk.slope[j] -= step * desk.pivot_row[j]
        for j in desk.basis:
            desk.slope[j] = 0.0
        desk.slope[out], desk.slope[q] = -step, 0.0
        desk.pivot_column[:] = 0.0
        add_column(matrix, desk, q, 1.0, desk.pivot_column)
        length = (desk.x[out] - bound) / desk.pivot_column[p]
        for k in range(matrix.n_rows):
            desk.x[desk.basis[k]] -= length * desk.pivot_column[k]
        desk.x[q] += length
        desk.x[out] = bound
        desk.is_high[out] = not is_low
        desk.way[q] = 0.0
        desk.way[out] = 0.0 if desk.lower[out] == desk.upper[out] else 1.0 if is_low else -1.0
        exchange(matrix, desk, p, q)
        pivots += 1
    if pivots:
        place_basics(matrix, desk)
    return pivots


@kernel
def invert_into(matrix: HourMatrix, entry: FloatArray, basis: IntArray, inverse: FloatArray) -> bool:
    """Set the inverse of some columns; return whether there is one.

    Gauss and Jordan, the greatest pivot of each column.
    """
    m, n = matrix.n_rows, matrix.n_columns
    work = np.zeros((m, 2 * m))
    for k in range(m):
        j = basis[k]
        if j >= n:
            work[j - n, k] = -1.0
        else:
            for e in range(matrix.start[j], matrix.start[j + 1]):
                work[matrix.row[e], k] += entry[e]
        work[k, m + k] = 1.0
    for k in range(m):
        p = k
        for i in range(k + 1, m):
            if abs(work[i, k]) > abs(work[p, k]):
                p = i
        if abs(work[p, k]) < SMALL_PIVOT * SMALL_PIVOT:
            return False
        if p != k:
            for i in range(2 * m):
                work[k, i], work[p, i] = work[p, i], work[k, i]
        scale = 1.0 / work[k, k]
        for i in range(2 * m):
            work[k, i] *= scale
        for r in range(m):
            a = work[r, k]
            if r != k and a != 0.0:
                for i in range(2 * m):
                    work[r, i] -= a * work[k, i]
    inverse[:, :] = work[:, m:]
    return True


@kernel
def solve_safely(matrix: HourMatrix, desk: Desk, moved: IntArray, limit: int) -> int:
    """Solve the program of an hour; where that fails once more with a fresh inverse, then from the slacks."""
    pivots = solve_hour(matrix, desk, moved, limit)
    if pivots >= 0:
        return pivots
    if invert_into(matrix, desk.entry, desk.basis, desk.inverse):
        pivots = solve_hour(matrix, desk, moved, limit)
        if pivots >= 0:
            return pivots
    m, n = matrix.n_rows, matrix.n_columns
    desk.place[:] = -1
    desk.inverse[:, :] = 0.0
    for i in range(m):
        desk.basis[i] = n + i
        desk.place[n + i] = i
        desk.inverse[i, i] = -1.0
    return solve_hour(matrix, desk, moved, 20 * limit)
