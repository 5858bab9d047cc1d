"""Numba kernels of the linear algebra of one group of hours and of one hour: arrays in, arrays out."""

from __future__ import annotations

from typing import Any

import numpy as np

from qhgrid.dispatch.engine.layout import LANES, TINY_PIVOT, FloatArray, Front, IntArray, Pattern, kernel


@kernel
def local_prices(
    pattern: Pattern,
    front: Front,
    y_hour: FloatArray,
    y_link: FloatArray,
    y_border: FloatArray,
    group: int,
    out: FloatArray,
) -> None:
    """Collect the prices of all local rows of a group, shape (n_local, LANES)."""
    nh, nk = pattern.n_hour, front.n_link
    for i in range(nh):
        for q in range(LANES):
            out[i, q] = y_hour[group, i, q]
    for q in range(LANES):
        t = group * LANES + q
        for k in range(nk):
            out[nh + k, q] = y_link[t, k]
            out[nh + nk + k, q] = y_link[t + 1, k]
        for x in range(front.n_under_way):
            out[nh + 2 * nk + x, q] = y_link[t + front.lag[x], front.row[x]]
    for i in range(pattern.n_border):
        for q in range(LANES):
            out[nh + pattern.n_tied + i, q] = y_border[i]


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


Index = int | np.unsignedinteger[Any]
U0, U1, U2, U3, U4, U5, U6, U7 = (np.uintp(i) for i in range(8))
"""Unsigned, because a signed index is first tested for counting from the end, which keeps vectors away."""


@kernel
def eight(
    rows: FloatArray, row: Index, column: Index
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
def subtract_panel(
    front: FloatArray, panel: int, column: int,
    first: int, stop: int, target: int, target_column: int, shares: FloatArray, shift: int,
) -> None:  # fmt: skip
    """Subtract a panel's four rows, times the shares of each row `first` to `stop`, in eight columns."""
    i, j = np.uintp(panel), column
    a0, a1, a2, a3, a4, a5, a6, a7 = eight(front, i, j)
    b0, b1, b2, b3, b4, b5, b6, b7 = eight(front, i + U1, j)
    c0, c1, c2, c3, c4, c5, c6, c7 = eight(front, i + U2, j)
    d0, d1, d2, d3, d4, d5, d6, d7 = eight(front, i + U3, j)
    c = np.uintp(target_column)
    for p in range(first, stop):
        u, r = np.uintp(shift + p), np.uintp(target + p)
        f, g, h, k = shares[u, U0], shares[u, U1], shares[u, U2], shares[u, U3]
        t0, t1, t2, t3, t4, t5, t6, t7 = eight(front, r, c)
        front[r, c] = t0 - f * a0 - g * b0 - h * c0 - k * d0
        front[r, c + U1] = t1 - f * a1 - g * b1 - h * c1 - k * d1
        front[r, c + U2] = t2 - f * a2 - g * b2 - h * c2 - k * d2
        front[r, c + U3] = t3 - f * a3 - g * b3 - h * c3 - k * d3
        front[r, c + U4] = t4 - f * a4 - g * b4 - h * c4 - k * d4
        front[r, c + U5] = t5 - f * a5 - g * b5 - h * c5 - k * d5
        front[r, c + U6] = t6 - f * a6 - g * b6 - h * c6 - k * d6
        front[r, c + U7] = t7 - f * a7 - g * b7 - h * c7 - k * d7


@kernel
def subtract_row(front: FloatArray, row: int, target: int, share: float, start: int, stop: int) -> None:
    """Subtract a share of a row from another, in the columns of `start` to `stop`, by eights."""
    for c in range(start, stop, 8):
        r0, r1, r2, r3, r4, r5, r6, r7 = eight(front, row, c)
        subtract_8(front, target, c, share, r0, r1, r2, r3, r4, r5, r6, r7)


@kernel
def eliminate_panel(
    front: FloatArray, here: int, start: int, n: int, n_wide: int, stop: int, n_carried: int,
    size: FloatArray, inverses: FloatArray, shares: FloatArray, shift: tuple[int, int],
) -> None:  # fmt: skip
    """Eliminate the four rows from `start` on from each other, and note the shares of all other rows."""
    for a in range(4):
        k = start + a
        row, inverse = here + k, 0.0
        if k < n:
            p = front[row, k]
            inverse = 1.0 / p if p > TINY_PIVOT * size[k] else 0.0
            inverses[k] = inverse
        for b in range(a + 1, 4):
            share = front[row, start + b] * inverse
            subtract_row(front, row, here + start + b, share, start // 8 * 8, n_wide)
            subtract_row(front, row, here + start + b, share, n_wide, n_wide + stop)
            subtract_row(front, row, here + start + b, share, 2 * n_wide, 2 * n_wide + n_carried)
        for p in range(start + 4, n):
            shares[p, a] = front[row, p] * inverse
        for p in range(stop):
            shares[shift[0] + p, a] = front[row, n_wide + p] * inverse
        for p in range(n_carried):
            shares[shift[1] + p, a] = front[row, 2 * n_wide + p] * inverse


@kernel
def eliminate_link(
    front: FloatArray, here: int, there: int, carried: int, n: int, n_wide: int, n_carried: int,
    stops: IntArray, size: FloatArray, inverses: FloatArray, shares: FloatArray,
) -> None:  # fmt: skip
    """Eliminate the link rows of one hour from the front, four at a time.

    Parts of rows are as wide as the next multiple of eight, so that all updates are of eight numbers. Of
    symmetric parts the upper triangle is kept; what stands left of a diagonal in its eight means nothing.

    Parameters
    ----------
    front : ndarray
        Columns ``[own | next | carried]``, the first two parts `n_wide` wide.
    here, there, carried : int
        First row of the hour, of the next hour, whose own part is that of the next, and of the carried rows.
        The hour's rows end with empty ones, so that they are a multiple of four.
    n : int
        Link rows.
    n_carried : int
        Carried rows.
    stops : ndarray
        How many of the next hour's rows each row is coupled to, rising, shape (n,).
    size : ndarray
        Diagonal before any elimination, shape (n,).
    inverses : ndarray
        Set to the inverted pivots, shape (n,).
    shares : ndarray
        Room, shape (rows of the front, 4).
    """
    n_rows = -(-n // 4) * 4
    shift = (n_rows, 2 * n_rows)
    for start in range(0, n, 4):
        stop, row, after = stops[min(start + 3, n - 1)], here + start, start + 4
        eliminate_panel(front, here, start, n, n_wide, stop, n_carried, size, inverses, shares, shift)
        for c in range(after // 8 * 8, n_wide, 8):
            subtract_panel(front, row, c, after, min(n, c + 8), here, c, shares, 0)
        for c in range(0, stop, 8):
            at = n_wide + c
            subtract_panel(front, row, at, after, n, here, at, shares, 0)
            subtract_panel(front, row, at, 0, min(stop, c + 8), there, c, shares, shift[0])
        for c in range(0, n_carried, 8):
            at = 2 * n_wide + c
            subtract_panel(front, row, at, after, n, here, at, shares, 0)
            subtract_panel(front, row, at, 0, stop, there, at, shares, shift[0])
            subtract_panel(front, row, at, 0, min(n_carried, c + 8), carried, at, shares, shift[1])


@kernel
def copy_8(front: FloatArray, row: int, column: int, factor: FloatArray, place: int) -> None:
    """Copy eight neighbours of the front to a place of the factor."""
    p = np.uintp(place)
    r0, r1, r2, r3, r4, r5, r6, r7 = eight(front, row, column)
    factor[p, U0] = r0
    factor[p, U1] = r1
    factor[p, U2] = r2
    factor[p, U3] = r3
    factor[p, U4] = r4
    factor[p, U5] = r5
    factor[p, U6] = r6
    factor[p, U7] = r7


@kernel
def store_link(
    front: FloatArray, here: int, n: int, n_wide: int, n_carried: int, stops: IntArray,
    factor: FloatArray, place: int,
) -> int:  # fmt: skip
    """Copy the eliminated rows of an hour to the factor, from `place` on; return the place after them.

    The own part of a row is 0 up to the diagonal.
    """
    for k in range(n):
        row, start = here + k, k // 8 * 8
        for c in range(start, k + 1):
            front[row, c] = 0.0
        for first, stop in (
            (start, n_wide),
            (n_wide, n_wide + stops[k]),
            (2 * n_wide, 2 * n_wide + n_carried),
        ):
            for c in range(first, stop, 8):
                copy_8(front, row, c, factor, place)
                place += 1
    return place


@kernel
def forward_link(
    factor: FloatArray, place: int, inverses: FloatArray, rest: FloatArray,
    stops: IntArray, n: int, n_wide: int, n_carried: int,
) -> None:  # fmt: skip
    """Carry the right-hand side of one hour's link rows on to the next and to the carried ones, in place.

    `rest`, shape (1, width), has the parts of the front's rows ``[own | next | carried]``.
    """
    for k in range(n):
        f = rest[0, k] * inverses[k]
        for first, stop in (
            (k // 8 * 8, n_wide),
            (n_wide, n_wide + stops[k]),
            (2 * n_wide, 2 * n_wide + n_carried),
        ):
            for c in range(first, stop, 8):
                r0, r1, r2, r3, r4, r5, r6, r7 = eight(factor, place, 0)
                subtract_8(rest, 0, c, f, r0, r1, r2, r3, r4, r5, r6, r7)
                place += 1


@kernel
def backward_link(
    factor: FloatArray, place: int, inverses: FloatArray, known: FloatArray,
    stops: IntArray, n: int, n_wide: int, n_carried: int,
) -> None:  # fmt: skip
    """Solve for one hour's link rows, given the solution at those of the next and the carried ones, in place.

    `known`, shape (1, width), has the parts of the front's rows ``[own | next | carried]``; its own part
    holds the right-hand side and becomes the solution. `place` is that after the hour's rows.
    """
    for k in range(n - 1, -1, -1):
        place -= (n_wide - k // 8 * 8 + 7) // 8 + (stops[k] + 7) // 8 + (n_carried + 7) // 8
        at = place
        s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = 0.0
        for first, stop in (
            (k // 8 * 8, n_wide),
            (n_wide, n_wide + stops[k]),
            (2 * n_wide, 2 * n_wide + n_carried),
        ):
            for c in range(first, stop, 8):
                r0, r1, r2, r3, r4, r5, r6, r7 = eight(factor, at, 0)
                k0, k1, k2, k3, k4, k5, k6, k7 = eight(known, 0, c)
                s0, s1, s2, s3 = s0 + r0 * k0, s1 + r1 * k1, s2 + r2 * k2, s3 + r3 * k3
                s4, s5, s6, s7 = s4 + r4 * k4, s5 + r5 * k5, s6 + r6 * k6, s7 + r7 * k7
                at += 1
        known[0, k] = (known[0, k] - (((s0 + s4) + (s1 + s5)) + ((s2 + s6) + (s3 + s7)))) * inverses[k]
