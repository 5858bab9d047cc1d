"""Numba kernels of the linear algebra of one group of hours and of one hour: arrays in, arrays out."""

from __future__ import annotations

import numpy as np
from numba import njit

from qhgrid.dispatch.engine.layout import FAINT, FLAGS, LANES, TINY_PIVOT, FloatArray, IntArray, Pattern


@njit(**FLAGS)
def local_prices(
    pattern: Pattern,
    y_hour: FloatArray,
    y_link: FloatArray,
    y_border: FloatArray,
    group: int,
    row: int,
    out: FloatArray,
) -> None:
    """Collect the prices of all local rows of a group, shape (n_local, LANES)."""
    nh, nk, nb = pattern.n_hour, pattern.n_link, pattern.n_border
    for i in range(nh):
        for q in range(LANES):
            out[i, q] = y_hour[group, i, q]
    for q in range(LANES):
        t = row + q
        for k in range(nk):
            out[nh + k, q] = y_link[t, k]
            out[nh + nk + k, q] = y_link[t + 1, k]
    for i in range(nb):
        for q in range(LANES):
            out[nh + 2 * nk + i, q] = y_border[i]


@njit(**FLAGS)
def times_column(
    pattern: Pattern, series: FloatArray, group: int, column: int, prices: FloatArray, out: FloatArray
) -> None:
    """Multiply a column of all hours of a group by the prices of its rows, shape (LANES,)."""
    for q in range(LANES):
        out[q] = 0.0
    for e in range(pattern.column_start[column], pattern.column_start[column + 1]):
        i, s = pattern.entry_row[e], pattern.entry_series[e]
        if s < 0:
            a = pattern.entry_value[e]
            for q in range(LANES):
                out[q] += a * prices[i, q]
        else:
            for q in range(LANES):
                out[q] += series[s, group, q] * prices[i, q]


@njit(**FLAGS)
def add_column(
    pattern: Pattern, series: FloatArray, group: int, column: int, amount: FloatArray, rows: FloatArray
) -> None:
    """Add a column times its amount in each hour to the local rows."""
    for e in range(pattern.column_start[column], pattern.column_start[column + 1]):
        i, s = pattern.entry_row[e], pattern.entry_series[e]
        if s < 0:
            a = pattern.entry_value[e]
            for q in range(LANES):
                rows[i, q] += a * amount[q]
        else:
            for q in range(LANES):
                rows[i, q] += series[s, group, q] * amount[q]


@njit(**FLAGS)
def add_mixed_pair(
    pattern: Pattern, series: FloatArray, g: int, pair: int, weight: FloatArray, out: FloatArray
) -> None:
    """Add the product of two entries of which at least one changes with the hour."""
    first, second = pattern.pair_first[pair], pattern.pair_second[pair]
    one, two = pattern.entry_series[first], pattern.entry_series[second]
    for q in range(LANES):
        a = pattern.entry_value[first] if one < 0 else series[one, g, q]
        b = pattern.entry_value[second] if two < 0 else series[two, g, q]
        out[q] += a * b * weight[q]


@njit(**FLAGS)
def eliminate_hours(pattern: Pattern, dead: FloatArray, matrix: FloatArray) -> None:
    """Factorise the hour rows of a group in place, :math:`L D L^T`; pivots are left inverted.

    `matrix` has one row per place, shape (n_places, LANES).
    """
    nh = pattern.n_hour
    inverse, share, before = np.empty(LANES), np.empty(LANES), np.empty((nh, LANES))
    for k in range(nh):
        for q in range(LANES):
            matrix[k, q] += dead[k, q]
            before[k, q] = matrix[k, q]
    for k in range(nh):
        for q in range(LANES):
            p = matrix[k, q]
            inverse[q] = 1.0 / p if p > TINY_PIVOT * before[k, q] else 0.0
            matrix[k, q] = inverse[q]
        start, stop = pattern.factor_start[k], pattern.factor_start[k + 1]
        u = pattern.update_start[k]
        for a in range(start, stop):
            for q in range(LANES):
                share[q] = matrix[nh + a, q] * inverse[q]
            for b in range(start, a + 1):
                place = pattern.update_place[u]
                u += 1
                for q in range(LANES):
                    matrix[place, q] -= share[q] * matrix[nh + b, q]


@njit(**FLAGS)
def forward_hours(pattern: Pattern, factor: FloatArray, rows: FloatArray) -> None:
    """Carry the right-hand side of the hour rows of a group forward, in place."""
    nh = pattern.n_hour
    share = np.empty(LANES)
    for k in range(nh):
        for q in range(LANES):
            share[q] = rows[k, q] * factor[k, q]
        for e in range(pattern.factor_start[k], pattern.factor_start[k + 1]):
            i = pattern.factor_row[e]
            for q in range(LANES):
                rows[i, q] -= share[q] * factor[nh + e, q]


@njit(**FLAGS)
def backward_hours(pattern: Pattern, factor: FloatArray, rows: FloatArray) -> None:
    """Solve for the hour rows of a group; the other local rows hold the solution already."""
    nh = pattern.n_hour
    rest = np.empty(LANES)
    for k in range(nh - 1, -1, -1):
        for q in range(LANES):
            rest[q] = rows[k, q]
        for e in range(pattern.factor_start[k], pattern.factor_start[k + 1]):
            i = pattern.factor_row[e]
            for q in range(LANES):
                rest[q] -= rows[i, q] * factor[nh + e, q]
        for q in range(LANES):
            rows[k, q] = rest[q] * factor[k, q]


@njit(**FLAGS)
def eliminate_link(
    block: FloatArray,
    next_block: FloatArray,
    corner: FloatArray,
    size: FloatArray,
    stops: IntArray,
    n: int,
    n_border: int,
    n_felt: int,
) -> None:
    """Eliminate the link rows of one hour from its block, its neighbour's block and the border's corner.

    Parameters
    ----------
    block : ndarray
        Rows ``[own | border | neighbour]``, shape (n, 2 n + n_border), own part upper triangle; becomes the
        factor.
    next_block : ndarray
        The neighbour's block; its own and border part are updated.
    corner : ndarray
        Border rows against each other, shape (n_border, n_border).
    size : ndarray
        Diagonal before any elimination, shape (n,).
    stops : ndarray
        How many of the neighbour's rows each row is coupled to, shape (n,).
    n_felt : int
        Border rows that the hour feels.
    """
    cross = n + n_border
    for k in range(n):
        p = block[k, k]
        inverse = 1.0 / p if p > TINY_PIVOT * size[k] else 0.0
        block[k, k] = inverse
        stop = cross + stops[k]
        for i in range(k + 1, n):
            f = block[k, i] * inverse
            if f != 0.0:
                for c in range(i, n + n_felt):
                    block[i, c] -= f * block[k, c]
                for c in range(cross, stop):
                    block[i, c] -= f * block[k, c]
        for a in range(stops[k]):
            f = block[k, cross + a] * inverse
            if f != 0.0:
                for c in range(a, stops[k]):
                    next_block[a, c] -= f * block[k, cross + c]
                for c in range(n, n + n_felt):
                    next_block[a, c] -= f * block[k, c]
        for a in range(n_felt):
            f = block[k, n + a] * inverse
            if f != 0.0:
                for c in range(n_felt):
                    corner[a, c] -= f * block[k, n + c]


@njit(**FLAGS)
def felt_border(block: FloatArray, greatest: FloatArray, n: int, n_border: int) -> int:
    """Return how many border rows an hour's link rows feel; fainter ones are put to 0."""
    felt = 0
    for a in range(n_border):
        most = 0.0
        for k in range(n):
            most = max(most, abs(block[k, n + a]))
        greatest[a] = max(greatest[a], most)
        if most > FAINT * greatest[a]:
            felt = a + 1
        elif most > 0.0:
            for k in range(n):
                block[k, n + a] = 0.0
    return felt


@njit(**FLAGS)
def forward_link(
    block: FloatArray,
    own: FloatArray,
    neighbour: FloatArray,
    border: FloatArray,
    stops: IntArray,
    n: int,
    n_border: int,
    n_felt: int,
) -> None:
    """Carry the right-hand side of one hour's link rows to its neighbour's and the border's, in place."""
    cross = n + n_border
    for k in range(n):
        f = own[k] * block[k, k]
        if f != 0.0:
            for i in range(k + 1, n):
                own[i] -= f * block[k, i]
            for a in range(n_felt):
                border[a] -= f * block[k, n + a]
            for a in range(stops[k]):
                neighbour[a] -= f * block[k, cross + a]


@njit(**FLAGS)
def backward_link(
    block: FloatArray,
    own: FloatArray,
    neighbour: FloatArray,
    border: FloatArray,
    stops: IntArray,
    n: int,
    n_border: int,
    n_felt: int,
) -> None:
    """Solve for one hour's link rows, given the solution at its neighbour's and the border's, in place."""
    cross = n + n_border
    for k in range(n - 1, -1, -1):
        rest = own[k]
        for i in range(k + 1, n):
            rest -= block[k, i] * own[i]
        for a in range(n_felt):
            rest -= block[k, n + a] * border[a]
        for a in range(stops[k]):
            rest -= block[k, cross + a] * neighbour[a]
        own[k] = rest * block[k, k]
