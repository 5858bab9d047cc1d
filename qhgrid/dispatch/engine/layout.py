"""How the arrays of the interior point lie in memory: patterns, state, and what the numbers in them mean.

The year is cut into groups of `LANES` hours that lie side by side, shape (n_groups, n, LANES), so that one
instruction works on several hours. *Hour rows* are rows that only columns of their own hour touch; *link
rows* are those that columns of two hours touch; *border rows* go over the whole horizon. Local rows of an
hour t are numbered: hour rows in order of elimination, link rows of hour t, link rows of hour t + 1, border
rows.
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
TINY_PIVOT = 1e-13
"""A pivot below this share of its diagonal belongs to a row that follows from others."""
FAINT = 1e-40
"""Part of its greatest value so far below which a border row is not felt any more."""
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
    n_link: int
    """Link rows."""
    n_border: int
    """Border rows."""
    n_wide: int
    """Link rows, rounded up to a multiple of eight."""
    b_wide: int
    """Border rows, rounded up to a multiple of eight."""
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
    rest_hour: IntArray
    """Whether each such place goes to the block of the hour (0) or of the next (1); first row for the early
    half of the horizon, second for the late one, shape (2, n_rest - n_corner)."""
    rest_offset: IntArray
    """Where in that block, row by row; shape as before."""
    corner_row: IntArray
    """Border rows that the last places couple, shape (n_corner,)."""
    corner_column: IntArray
    cross_stop: IntArray
    """How many link rows of the neighbour each link row comes to be coupled to; first row for the early
    half of the horizon, whose neighbour is the next hour, second for the late one; shape (2, n_link)."""
    link_diagonal: IntArray
    """Places of the diagonal of link rows of the hour and of the next, -1 where there is none, (2,
    n_link)."""


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
    """Prices of link rows, shape (n_padded + 2, n_link): first the hours of the early half and the middle
    hour, then the hours of the late half, with the middle hour once more, and an empty row."""
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
    """Diagonal of the link rows before any elimination, shape (n_padded + 2, n_link)."""
    factor_hour: FloatArray
    """Shape (n_groups, n_kept, LANES); pivots inverted."""
    width_link: IntArray
    """Border rows that the link rows of an hour still feel, shape (n_padded + 2,)."""
    pivot_link: FloatArray
    """Inverted pivots of link rows, shape (n_padded + 2, n_link)."""
    factor_link: FloatArray
    """Rows ``[own | border | neighbour]``, shape (n_padded + 2, n_link, 2 n_wide + b_wide), a diagonal of
    0."""
