"""How the arrays of the interior point lie in memory: patterns, state, and what the numbers in them mean.

The year is cut into groups of `LANES` hours that lie side by side, shape (n_groups, n, LANES), so that one
instruction works on several hours. *Hour rows* are rows that only columns of their own hour touch; *link
rows* are those that columns of other hours touch too; *border rows* go over the whole horizon. A link row of
a later hour than the next that columns of hour t touch is *under way*. Local rows of an hour t are numbered:
hour rows in order of elimination, link rows of hour t, link rows of hour t + 1, rows under way by hour,
border rows.

Link rows are eliminated hour by hour in one dense matrix, the *front*: rows of the hour, of the next, and the
*carried* ones, which are the rows under way and the border. Of the border, rows that tie the end of the
horizon to its beginning are carried as a few *modes*, which are sums of them that are still felt.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

LANES = 32
"""Hours that lie side by side."""
BIG = 1e100
"""Added to the diagonal of a row that says nothing, so that its price stays 0."""
PROXIMAL = 1e-9
"""Weight of a step's own size in scaled units. Without it a level that stays far from its bounds for months,
as that of a reservoir of several years, counts so much that its rows cancel to less than rounding."""
TINY_PIVOT = 1e-13
"""A pivot below this share of its diagonal belongs to a row that follows from others."""
FAINT = 1e-18
"""What couples a mode to the front is dropped below this share of their diagonals: rounding leaves more."""
PANEL = 4
"""Rows of the front that are eliminated together."""
NEAR, FAR = 0.1, 10.0
"""Products between these multiples of the target are well centred."""

PREDICTOR, CORRECTOR, CENTRE = range(3)
"""Right-hand sides: towards products 0; towards the products in tz and tv; the same with outliers pulled
nearer to the target."""
PRIMAL, BOUND, PRODUCT, PRIMAL_RESIDUAL, DUAL_RESIDUAL = range(5)
"""Sums that the factorisation leaves for each group: cost, bound, products, greatest residuals."""
X_STEP, Z_STEP, BY_X, BY_Z, BY_BOTH = range(5)
"""Sums that a solve leaves for each group: the inverse of the longest steps, and how the sum of products
grows with the step in x, with that in z, and with both."""

numba.config.SLP_VECTORIZE = 1
FLAGS = {"cache": True, "nogil": True, "error_model": "numpy"}
"""Compilation: kernels are kept on disk. Nothing may be reordered or fused, so that the digits are the same
however and wherever a kernel was compiled; sums run lane by lane instead, which is what lets them use
vectors. Numba leaves the vectors of straight-line code off unless asked."""


F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile `function` with Numba when it is first called, or take what an earlier process compiled."""
    return cast(F, numba.njit(**FLAGS)(function))


class Pattern(NamedTuple):
    """What is the same in every hour: entries by column, and the elimination of the hour rows."""

    n_hour: int
    """Hour rows."""
    n_tied: int
    """Link rows of the hour, of the next, and under way."""
    n_border: int
    """Border rows that columns of these hours touch."""
    column_start: IntArray
    """Where the entries of each column start, shape (n_columns + 1,)."""
    entry_row: IntArray
    """Local row of each entry."""
    entry_value: FloatArray
    entry_series: IntArray
    """-1, or which row of the series holds the entry's values by hour."""
    pair_start: IntArray
    """Where the products of two entries of a column start, shape (n_columns + 1,)."""
    pair_place: IntArray
    """Their places in the hour's matrix."""
    pair_first: IntArray
    """Their two entries."""
    pair_second: IntArray
    pair_is_fixed: npt.NDArray[np.bool_]
    """Whether the product is the same in every hour."""
    pair_value: FloatArray
    factor_start: IntArray
    """Where the entries below each pivot start, shape (n_hour + 1,)."""
    factor_row: IntArray
    """Their local rows, rising."""
    update_start: IntArray
    """Where the updates by each pivot start, shape (n_hour + 1,)."""
    update_place: IntArray
    """Places that pairs of entries below a pivot are subtracted from, row by row of the lower triangle."""
    n_kept: int
    """Places of pivots and of entries below them, which come first."""
    n_rest: int
    """Places that follow, which are left after the elimination; the last of them couple border rows."""
    rest_offset: IntArray
    """Where each such place stands in the front, row by row, in even hours and in odd ones, shape
    (2, n_rest - n_corner)."""
    corner_row: IntArray
    """Border rows that the last places couple, rising, shape (n_corner,)."""
    corner_column: IntArray
    tied_diagonal: IntArray
    """Places of the diagonal of the tied rows, -1 where there is none, shape (n_tied,)."""


class Front(NamedTuple):
    """How the dense matrix of link rows is laid out.

    Its rows are those of even hours, those of odd hours, and the carried ones: rows under way, wide rows, and
    modes. Its columns are ``[own | next | carried]``, each part as wide as the next multiple of eight.
    """

    n_link: int
    """Link rows of an hour; those that rows under way arrive at come first, longest way first."""
    n_rows: int
    """The same, rounded up to a multiple of :data:`PANEL`."""
    n_wide: int
    """The same, rounded up to a multiple of eight."""
    n_near: int
    """Link rows of an hour that were under way before."""
    n_under_way: int
    n_fixed: int
    """Rows over the whole horizon."""
    n_wraps: int
    """Border rows that tie the end of the horizon to its beginning, carried as modes."""
    width: int
    """Columns."""
    lag: IntArray
    """How many hours later each row under way arrives, rising, shape (n_under_way,)."""
    row: IntArray
    """Which link row it is, shape (n_under_way,)."""
    next_place: IntArray
    """Its place an hour later, from `n_near` on, shape (n_under_way,)."""
    is_last: npt.NDArray[np.bool_]
    """Whether no row under way takes the place an hour later, shape (n_under_way,)."""
    stops: IntArray
    """How many link rows of the next hour each link row comes to be coupled to, rising, shape (n_link,)."""
    wrap_hour: IntArray
    """Hour, from the beginning, of the link row that each wrap belongs to, shape (n_wraps,)."""
    wrap_row: IntArray
    """That link row, shape (n_wraps,)."""
    n_plain: int
    """Groups before those whose columns wrap."""


class Chain(NamedTuple):
    """Arrays of the elimination of link rows that go from group to group."""

    front: FloatArray
    """Shape (2 n_rows + carried rows, width)."""
    shares: FloatArray
    """Room for the multipliers of a panel, shape (rows of the front, PANEL)."""
    numbers: FloatArray
    """Room for a right-hand side of the front, shape (1, width)."""
    rank: IntArray
    """Modes of each group, shape (n_groups,)."""
    basis: FloatArray
    """What each mode is of the wraps, shape (n_groups, n_wraps, n_wraps)."""
    corner: FloatArray
    """Border rows against each other, upper triangle, shape (n_border, n_border)."""
    border: FloatArray
    """Right-hand side of the border rows, shape (n_border,)."""
    felt: FloatArray
    """The same of wide rows and modes since the modes last changed, shape (n_border,)."""


class Handover(NamedTuple):
    """What the columns of some groups leave for the link rows; the first index is the group's."""

    left: FloatArray
    """What the elimination of hour rows leaves, shape (n, n_rest, LANES)."""
    size: FloatArray
    """Diagonal of the tied rows before any elimination, shape (n, n_tied, LANES)."""
    activity: FloatArray
    """Of the tied rows, shape (n, n_tied, LANES)."""
    rows: FloatArray
    """Right-hand side of the tied rows, shape (n, n_tied, LANES)."""


class State(NamedTuple):
    """Arrays of the iteration.

    Those of columns have the shape (n_groups, n_columns, LANES), unless said otherwise.
    """

    cost: FloatArray
    quad: FloatArray
    """Second derivative of the cost, of shape (0, 0, 0) where there is none."""
    x: FloatArray
    """Distance from the lower bound; 1 where the column is fixed."""
    w: FloatArray
    """Distance from the upper bound; 1 where the column is fixed."""
    z: FloatArray
    """Price of the lower bound, positive; 0 where the column is fixed."""
    v: FloatArray
    """Price of the upper bound."""
    slope: FloatArray
    """cost - A'y."""
    tz: FloatArray
    """Wanted products of the pairs x z; those of the second order while the predictor runs."""
    tv: FloatArray
    dx: FloatArray
    dz: FloatArray
    dv: FloatArray
    series: FloatArray
    """Values that change with the hour, shape (n_series, n_groups, LANES)."""
    y_hour: FloatArray
    """Prices of hour rows, shape (n_groups, n_hour, LANES)."""
    y_link: FloatArray
    """Prices of link rows, shape (n_chain, n_link): hour by hour, and empty hours at the end."""
    y_border: FloatArray
    """Shape (n_border,)."""
    b_hour: FloatArray
    b_link: FloatArray
    dead_hour: FloatArray
    """BIG where a row says nothing, else 0."""
    dead_link: FloatArray
    d_hour: FloatArray
    """Right-hand side, then change of the prices; shapes as of the prices."""
    d_link: FloatArray
    size_link: FloatArray
    """Diagonal of the link rows before any elimination, shape (n_chain, n_link)."""
    activity_link: FloatArray
    """What the columns do in link rows, shape (n_chain, n_link)."""
    factor_hour: FloatArray
    """Shape (n_groups, n_kept, LANES); pivots inverted."""
    pivot_link: FloatArray
    """Inverted pivots of link rows, shape (n_chain, n_link)."""
    factor_link: FloatArray
    """Rows ``[own from the diagonal on | next | carried]`` of the factor, hour by hour, in eights."""
    factor_start: IntArray
    """Where the rows of each hour start in it, shape (n_chain,)."""
