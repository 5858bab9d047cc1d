"""Numba kernels of the linear algebra of one group of hours and of one hour: arrays in, arrays out."""

from __future__ import annotations

import numpy as np

from qhgrid.dispatch.engine.layout import FAINT, LANES, TINY_PIVOT, FloatArray, IntArray, Pattern, kernel


@kernel
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


@kernel
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


@kernel
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


@kernel
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


@kernel
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


@kernel
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


@kernel
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


U1, U2, U3, U4, U5, U6, U7 = (np.uintp(i) for i in range(1, 8))
"""Unsigned, because a signed index is first tested for counting from the end, which keeps vectors away."""


@kernel
def eight(
    rows: FloatArray, row: int, column: int
) -> tuple[float, float, float, float, float, float, float, float]:
    """Return eight neighbours in a row."""
    i, j = np.uintp(row), np.uintp(column)
    return (
        rows[i, j],
        rows[i, j + U1],
        rows[i, j + U2],
        rows[i, j + U3],
        rows[i, j + U4],
        rows[i, j + U5],
        rows[i, j + U6],
        rows[i, j + U7],
    )


@kernel
def subtract_8(
    to: FloatArray, row: int, column: int, f: float,
    r0: float, r1: float, r2: float, r3: float, r4: float, r5: float, r6: float, r7: float,
) -> None:  # fmt: skip
    """Subtract f times eight numbers from eight neighbours in a row, as one vector: all are read first."""
    i, j = np.uintp(row), np.uintp(column)
    t0, t1, t2, t3, t4, t5, t6, t7 = eight(to, row, column)
    to[i, j] = t0 - f * r0
    to[i, j + U1] = t1 - f * r1
    to[i, j + U2] = t2 - f * r2
    to[i, j + U3] = t3 - f * r3
    to[i, j + U4] = t4 - f * r4
    to[i, j + U5] = t5 - f * r5
    to[i, j + U6] = t6 - f * r6
    to[i, j + U7] = t7 - f * r7


@kernel
def eliminate_link(
    block: FloatArray, inverses: FloatArray, next_block: FloatArray, corner: FloatArray, size: FloatArray,
    stops: IntArray, n: int, n_wide: int, b_wide: int, n_felt: int,
) -> None:  # fmt: skip
    """Eliminate the link rows of one hour from its block, its neighbour's block and the border's corner.

    Parts of rows are as wide as the next multiple of eight, so that all updates are of eight numbers.

    Parameters
    ----------
    block : ndarray
        Rows ``[own | border | neighbour]``, shape (n, 2 n_wide + b_wide), own part upper triangle; becomes
        the factor, with a diagonal of 0.
    inverses : ndarray
        Set to the inverted pivots, shape (n,).
    next_block : ndarray
        The neighbour's block; its own and border part are updated.
    corner : ndarray
        Border rows against each other, upper triangle, shape (n_border, b_wide).
    size : ndarray
        Diagonal before any elimination, shape (n,).
    stops : ndarray
        How many of the neighbour's rows each row is coupled to, shape (n,).
    n_wide, b_wide : int
        Width of the own and of the neighbour's part, and of the border part.
    n_felt : int
        Border rows that the hour feels.
    """
    cross = n_wide + b_wide
    for k in range(n):
        p = block[k, k]
        inverse = 1.0 / p if p > TINY_PIVOT * size[k] else 0.0
        inverses[k] = inverse
        start = k // 8 * 8
        for c in range(start, k + 1):
            block[k, c] = 0.0
        stop = stops[k]
        for c in range(start, n_wide, 8):
            r0, r1, r2, r3, r4, r5, r6, r7 = eight(block, k, c)
            for i in range(k + 1, min(n, c + 8)):
                subtract_8(block, i, c, block[k, i] * inverse, r0, r1, r2, r3, r4, r5, r6, r7)
        for c in range(n_wide, n_wide + n_felt, 8):
            r0, r1, r2, r3, r4, r5, r6, r7 = eight(block, k, c)
            for i in range(k + 1, n):
                subtract_8(block, i, c, block[k, i] * inverse, r0, r1, r2, r3, r4, r5, r6, r7)
            for i in range(stop):
                subtract_8(next_block, i, c, block[k, cross + i] * inverse, r0, r1, r2, r3, r4, r5, r6, r7)
            for i in range(min(n_felt, c - n_wide + 8)):
                subtract_8(
                    corner, i, c - n_wide, block[k, n_wide + i] * inverse, r0, r1, r2, r3, r4, r5, r6, r7
                )
        for c in range(0, stop, 8):
            r0, r1, r2, r3, r4, r5, r6, r7 = eight(block, k, cross + c)
            for i in range(k + 1, n):
                subtract_8(block, i, cross + c, block[k, i] * inverse, r0, r1, r2, r3, r4, r5, r6, r7)
            for i in range(min(stop, c + 8)):
                subtract_8(next_block, i, c, block[k, cross + i] * inverse, r0, r1, r2, r3, r4, r5, r6, r7)


@kernel
def felt_border(block: FloatArray, greatest: FloatArray, n: int, n_wide: int, n_border: int) -> int:
    """Return how many border rows an hour's link rows feel; fainter ones are put to 0."""
    felt = 0
    for a in range(n_border):
        most = 0.0
        for k in range(n):
            most = max(most, abs(block[k, n_wide + a]))
        greatest[a] = max(greatest[a], most)
        if most > FAINT * greatest[a]:
            felt = a + 1
        elif most > 0.0:
            for k in range(n):
                block[k, n_wide + a] = 0.0
    return felt


@kernel
def forward_link(
    block: FloatArray,
    inverses: FloatArray,
    rest: FloatArray,
    stops: IntArray,
    n: int,
    n_wide: int,
    n_felt: int,
) -> None:
    """Carry the right-hand side of one hour's link rows to its neighbour's and the border's, in place.

    `rest`, shape (1, width), has the parts of the block's rows ``[own | border | neighbour]``.
    """
    cross = block.shape[1] - n_wide
    for k in range(n):
        f = rest[0, k] * inverses[k]
        for c in range(k // 8 * 8, n_wide + n_felt, 8):
            r0, r1, r2, r3, r4, r5, r6, r7 = eight(block, k, c)
            subtract_8(rest, 0, c, f, r0, r1, r2, r3, r4, r5, r6, r7)
        for c in range(cross, cross + stops[k], 8):
            r0, r1, r2, r3, r4, r5, r6, r7 = eight(block, k, c)
            subtract_8(rest, 0, c, f, r0, r1, r2, r3, r4, r5, r6, r7)


@kernel
def backward_link(
    block: FloatArray,
    inverses: FloatArray,
    known: FloatArray,
    stops: IntArray,
    n: int,
    n_wide: int,
    n_felt: int,
) -> None:
    """Solve for one hour's link rows, given the solution at its neighbour's and the border's, in place.

    `known`, shape (1, width), has the parts of the block's rows ``[own | border | neighbour]``; its own part
    holds the right-hand side and becomes the solution.
    """
    cross = block.shape[1] - n_wide
    for k in range(n - 1, -1, -1):
        s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = 0.0
        for part in range(2):
            start = k // 8 * 8 if part == 0 else cross
            stop = n_wide + n_felt if part == 0 else cross + stops[k]
            for c in range(start, stop, 8):
                r0, r1, r2, r3, r4, r5, r6, r7 = eight(block, k, c)
                k0, k1, k2, k3, k4, k5, k6, k7 = eight(known, 0, c)
                s0, s1, s2, s3 = s0 + r0 * k0, s1 + r1 * k1, s2 + r2 * k2, s3 + r3 * k3
                s4, s5, s6, s7 = s4 + r4 * k4, s5 + r5 * k5, s6 + r6 * k6, s7 + r7 * k7
        known[0, k] = (known[0, k] - (((s0 + s4) + (s1 + s5)) + ((s2 + s6) + (s3 + s7)))) * inverses[k]
