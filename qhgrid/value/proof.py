r"""What prices prove about a problem, and about the problems of all coalitions at once.

For any prices y of the rows, every plan within its bounds costs at least

.. math:: c_0 + \sum_i \min(y_i r^-_i, y_i r^+_i) + \sum_j \min(s_j l_j, s_j u_j), \qquad s = c - A^\top y .

The slopes s do not depend on the bounds, so they are found once for all coalitions with the same matrix.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qhgrid.dispatch.engine.presolve import activity_of
from qhgrid.dispatch.program import FloatArray

if TYPE_CHECKING:
    from qhgrid.dispatch.engine.problem import Entries, Problem
    from qhgrid.value.cube import Shift

EPSILON = float(np.finfo(float).eps)
ROUNDINGS = 4
"""Roundings that a term suffers beside one for each of its entries."""
SUMMED = 64
"""Roundings of a sum of terms, added up in pairs, with room to spare."""


@dataclass(frozen=True)
class Slopes:
    """Prices of rows and what they leave of the cost of each column.

    Parameters
    ----------
    y, y_wide : ndarray
        Prices of rows, shape (n_hours, n_rows), and of rows over the whole horizon.
    slope : ndarray
        Cost less what the rows pay, shape (n_hours, n_columns).
    slip : ndarray
        By how much rounding may have moved the slope.
    """

    y: FloatArray
    y_wide: FloatArray
    slope: FloatArray
    slip: FloatArray


def slopes_of(problem: Problem, y: FloatArray, y_wide: FloatArray) -> Slopes:
    """Return prices, without those of sides that are not there, and their slopes."""
    allowed = _allowed(y, problem.row_lower, problem.row_upper)
    wide = _allowed(y_wide, problem.wide_lower, problem.wide_upper) * _is_alive(problem)
    slope, size = problem.cost.copy(), np.abs(problem.cost)
    entries = np.full(problem.n_columns, ROUNDINGS + len(wide))
    for part, lags in ((problem.now, None), (problem.before, problem.lags)):
        for e in range(len(part.row)):
            earned = _values(part, e, problem.n_hours) * allowed[:, part.row[e]]
            lag = 0 if lags is None else int(lags[e])
            if lag:
                earned = np.roll(earned if problem.wraps[e] else _cut(earned, lag), -lag)
            slope[:, part.column[e]] -= earned
            size[:, part.column[e]] += np.abs(earned)
            entries[part.column[e]] += 1
    if len(wide):
        slope -= (problem.wide.T @ wide).reshape(slope.shape)
        size += (abs(problem.wide).T @ np.abs(wide)).reshape(slope.shape)
    return Slopes(allowed, wide, slope, EPSILON * entries * size)


def _allowed(y: FloatArray, lower: FloatArray, upper: FloatArray) -> FloatArray:
    """Return prices without those that point to a side that is not there."""
    side = np.where(y > 0.0, lower, upper)
    return np.where(np.isfinite(side), y, 0.0)


def _is_alive(problem: Problem) -> FloatArray:
    """Return 1 for each row over the whole horizon in which something can move, 0 for others."""
    is_open = np.asarray((problem.upper > problem.lower).any(axis=0))
    spans = zip(problem.wide.indptr[:-1], problem.wide.indptr[1:], strict=True)
    columns = [problem.wide.indices[first:last] % problem.n_columns for first, last in spans]
    return np.array([float(is_open[place].any()) for place in columns])


def _values(part: Entries, entry: int, n_hours: int) -> FloatArray:
    """Return the values of an entry in rows of each hour."""
    if part.series[entry] >= 0:
        return np.asarray(part.values[part.series[entry]])
    return np.full(n_hours, part.value[entry])


def _cut(earned: FloatArray, lag: int) -> FloatArray:
    """Return what rows pay, without those of the first hours, which nothing before reaches."""
    cut = earned.copy()
    cut[:lag] = 0.0
    return cut


def bound(problem: Problem, slopes: Slopes) -> float:
    """Return what no plan of `problem` can cost less than, rounded down by what floating point may get wrong.

    Parameters
    ----------
    problem : Problem
        With the matrix and costs for which `slopes` were found.
    slopes : Slopes
    """
    sides = _worth(slopes.y, problem.row_lower, problem.row_upper)
    wide = _worth(slopes.y_wide, problem.wide_lower, problem.wide_upper)
    terms = np.where(slopes.slope > 0.0, slopes.slope * problem.lower, slopes.slope * problem.upper)
    terms = np.where(slopes.slope == 0.0, 0.0, terms)
    reach = np.maximum(np.abs(problem.lower), np.abs(problem.upper))
    total = problem.constant + float(sides.sum()) + float(wide.sum()) + float(terms.sum())
    summed = float(np.abs(terms).sum() + np.abs(sides).sum() + np.abs(wide).sum())
    slip = float((slopes.slip * reach).sum()) + SUMMED * EPSILON * summed
    found = total - slip
    return found if math.isfinite(found) else -math.inf


def _worth(y: FloatArray, lower: FloatArray, upper: FloatArray) -> FloatArray:
    """Return the least that prices make of anything between the sides."""
    with np.errstate(invalid="ignore"):
        return np.where(y == 0.0, 0.0, y * np.where(y > 0.0, lower, upper))


def rent(slopes: Slopes, shift: Shift) -> float:
    """Return what the bound gains when a project goes: cost that it saves at these prices [CNY].

    It is the same whoever else is there.
    """
    slope = slopes.slope[:, shift.columns]
    room = np.where(slope > 0.0, slope * shift.lower, slope * shift.upper)
    wide = np.where(slopes.y_wide > 0.0, shift.wide_lower, shift.wide_upper)
    held = np.where(slopes.y_wide == 0.0, 0.0, slopes.y_wide * wide)
    paid = slopes.y[:, shift.rows] * shift.side
    return -float(room.sum()) - float(held.sum()) - float(paid.sum())


def violation(problem: Problem, x: FloatArray) -> float:
    """Return by how much a plan misses a bound or a row at most, as a share of the largest number in it."""
    activity = activity_of(problem, np.arange(problem.n_columns), x)
    misses = [
        problem.lower - x, x - problem.upper, problem.row_lower - activity, activity - problem.row_upper,
    ]  # fmt: skip
    wide = problem.wide @ x.ravel()
    misses += [problem.wide_lower - wide, wide - problem.wide_upper]
    worst = max(float(miss.max(initial=0.0)) for miss in misses)
    return worst / max(1.0, float(np.abs(x).max(initial=0.0)))
