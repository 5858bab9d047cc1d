"""Bounds that follow from the laws: what a column can be at most, given the bounds of all others.

A lower bound by weak duality needs finite bounds on every column whose reduced cost is not exactly zero.
Where the
network gives none (infinite nominal power), or a needlessly wide one, the rows give one: in
``a x_j + rest = b`` the column is ``(b - rest) / a``, and the rest has bounds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from qhgrid.dispatch.program import FloatArray, IntArray, Program

MAX_PASSES = 30
WIDE = 100.0
"""A bound this many times above the usual size of the network's loads is worth tightening."""
FAR = 1000.0
"""Where no law bounds a column, plans above this multiple of the usual size are left out, and named."""
SLACK = 1e-9
"""Share by which an implied bound is widened, so that rounding cannot make it cut off a feasible plan."""
ROUNDING = 1e-12
"""Share of a row's size by which the sum of its other terms may be wrong."""


@dataclass(frozen=True)
class ImpliedBounds:
    """Bounds that hold for every feasible plan, all finite."""

    lower: FloatArray
    upper: FloatArray
    assumed: IntArray
    """Columns that no law bounds; for these the bound is the stated `limit`."""
    limit: float
    """Largest absolute value considered for the assumed columns. [MW or MWh]"""


def imply_bounds(program: Program) -> ImpliedBounds:
    """Return finite bounds of all columns, derived from the rows where the network gives none."""
    lower, upper = program.lower.copy(), program.upper.copy()
    size = _usual_size(program)
    wide = (np.abs(lower) > WIDE * size) | (np.abs(upper) > WIDE * size)
    if wide.any():
        _tighten(program, lower, upper, wide)
    assumed = np.flatnonzero(np.isinf(lower) | np.isinf(upper))
    limit = FAR * size * max(1, len(program.snapshots))
    lower[np.isinf(lower)] = -limit
    upper[np.isinf(upper)] = limit
    return ImpliedBounds(lower, upper, assumed, limit)


def _usual_size(program: Program) -> float:
    """Return the greatest finite row side, or else the middle of the finite bounds, at least 1."""
    sides = np.abs(np.concatenate([program.row_lower, program.row_upper]))
    bounds = np.abs(np.concatenate([program.lower, program.upper]))
    sides, bounds = sides[np.isfinite(sides) & (sides > 0)], bounds[np.isfinite(bounds) & (bounds > 0)]
    largest_side = float(sides.max(initial=0.0))
    usual_bound = float(np.median(bounds)) if bounds.size else 0.0
    return max(1.0, largest_side, usual_bound)


def _tighten(program: Program, lower: FloatArray, upper: FloatArray, wide: npt.NDArray[np.bool_]) -> None:
    """Tighten the bounds of the wide columns in place, pass after pass until nothing changes."""
    touched = np.flatnonzero(np.asarray(np.abs(program.matrix) @ wide.astype(float)) > 0.0)
    part = program.matrix[touched].tocoo()
    sides = program.row_lower[touched], program.row_upper[touched]
    for _ in range(MAX_PASSES):
        before = np.isinf(lower).sum() + np.isinf(upper).sum()
        _one_pass(part, sides, lower, upper, wide)
        after = np.isinf(lower).sum() + np.isinf(upper).sum()
        if after == 0 or after == before:
            return


def _one_pass(
    part: sparse.coo_array,
    sides: tuple[FloatArray, FloatArray],
    lower: FloatArray,
    upper: FloatArray,
    wide: npt.NDArray[np.bool_],
) -> None:
    """Apply every row once to every wide column in it."""
    row, column = part.coords
    value = part.data
    is_positive = value > 0
    with np.errstate(invalid="ignore"):
        least = value * np.where(is_positive, lower[column], upper[column])
        most = value * np.where(is_positive, upper[column], lower[column])
    chosen = wide[column]
    floor = _rest(row, least, part.shape[0], -1.0)[chosen]
    ceiling = _rest(row, most, part.shape[0], 1.0)[chosen]
    row, column, value, is_positive = row[chosen], column[chosen], value[chosen], is_positive[chosen]
    highest = (sides[1][row] - floor) / value
    lowest = (sides[0][row] - ceiling) / value
    up, down = np.where(is_positive, highest, lowest), np.where(is_positive, lowest, highest)
    np.minimum.at(upper, column, up + SLACK * np.abs(np.where(np.isfinite(up), up, 0.0)))
    np.maximum.at(lower, column, down - SLACK * np.abs(np.where(np.isfinite(down), down, 0.0)))


def _rest(row: IntArray, term: FloatArray, n_rows: int, direction: float) -> FloatArray:
    """Return for every entry the sum of the other terms of its row, on the safe side of rounding.

    `direction` is -1 for least values and 1 for greatest ones; it is the sign of every infinite term.
    """
    is_infinite = np.isinf(term)
    finite = np.where(is_infinite, 0.0, term)
    total = np.bincount(row, finite, n_rows)
    size = np.bincount(row, np.abs(finite), n_rows)
    others_infinite = np.bincount(row, is_infinite, n_rows)[row] - is_infinite > 0
    rest = total[row] - finite + direction * ROUNDING * size[row]
    return np.where(others_infinite, direction * np.inf, rest)
