r"""Numba kernels of the interior point: plain arrays in, plain arrays out.

The year is cut into groups of `LANES` hours that lie side by side in memory, shape (n_groups, n, LANES), so that
one
instruction works on several hours. The normal matrix of an hour has *hour rows*, which only columns of that
hour
touch, and *link rows*, which columns of two hours touch. Hour rows are eliminated for all hours of a group at
once by a sparse :math:`L D L^T` whose pattern is the same in every hour. What remains is a block tridiagonal
matrix of link rows, one dense block an hour, eliminated from both ends of the horizon towards a middle hour;
rows
over the whole horizon are a border that is carried along. Each half is one call, so two threads can work on
the two
halves, and one thread on both in turn gets the same digits.

Local rows of an hour t are numbered: hour rows in order of elimination, link rows of hour t, link rows of hour
t + 1,
border rows.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

LANES = 32
"""Hours that lie side by side."""
BIG = 1e100
"""Added to the diagonal of a row that says nothing, so that its price stays 0."""
TINY_PIVOT = 1e-13
"""A pivot below this share of its diagonal belongs to a row that follows from others."""

_FLAGS = {
    "cache": True,
    "nogil": True,
    "error_model": "numpy",
    "fastmath": {"contract", "nsz", "reassoc", "arcp"},
}


class Pattern(NamedTuple):
    """What is the same in every hour: entries by column, and the elimination of the hour rows."""

    n_hour: int
    """Hour rows."""
    n_link: int
    """Link rows."""
    n_border: int
    """Border rows."""
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
    rest_kind: IntArray
    """What each place that follows couples, one of the constants below."""
    rest_row: IntArray
    """Its row among the link or border rows, and its column among the link or border rows."""
    rest_column: IntArray
    cross_stop: IntArray
    """How many link rows of the next hour (first row of the array) or of the hour before (second) are coupled to the
    first k link rows of an hour and the row k itself, shape (2, n_link)."""
    link_diagonal: IntArray
    """Places of the diagonal of link rows of the hour and of the next, -1 where there is none, (2 n_link,)."""


OWN, NEXT, CROSS, BORDER_OWN, BORDER_NEXT, CORNER = range(6)
"""Link rows of the hour; of the next hour; of the next (row) with those of the hour (column); border rows with
link rows of the hour; with those of the next hour; among themselves."""


class State(NamedTuple):
    """Arrays of the iteration; columns in groups, shape (n_groups, n_columns, LANES), unless said otherwise."""

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
    """Prices of link rows, shape (n_padded + 2, n_link)."""
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
    factor_link: FloatArray
    """Shape (n_padded + 2, n_link, 2 n_link + n_border); pivots inverted."""


@njit(**_FLAGS)
def local_prices(pattern, y_hour, y_link, y_border, group, first, out):
    """Collect the prices of all local rows of a group, shape (n_local, LANES)."""
    nh, nk, nb = pattern.n_hour, pattern.n_link, pattern.n_border
    for i in range(nh):
        for l in range(LANES):
            out[i, l] = y_hour[group, i, l]
    for l in range(LANES):
        t = first + l
        for k in range(nk):
            out[nh + k, l] = y_link[t, k]
            out[nh + nk + k, l] = y_link[t + 1, k]
    for i in range(nb):
        for l in range(LANES):
            out[nh + 2 * nk + i, l] = y_border[i]


@njit(**_FLAGS)
def times_column(pattern, series, group, column, prices, out):
    """Multiply a column of all hours of a group by the prices of its rows, shape (LANES,)."""
    for l in range(LANES):
        out[l] = 0.0
    for e in range(pattern.column_start[column], pattern.column_start[column + 1]):
        i, s = pattern.entry_row[e], pattern.entry_series[e]
        if s < 0:
            a = pattern.entry_value[e]
            for l in range(LANES):
                out[l] += a * prices[i, l]
        else:
            for l in range(LANES):
                out[l] += series[s, group, l] * prices[i, l]


@njit(**_FLAGS)
def add_column(pattern, series, group, column, amount, rows):
    """Add a column times its amount in each hour to the local rows."""
    for e in range(pattern.column_start[column], pattern.column_start[column + 1]):
        i, s = pattern.entry_row[e], pattern.entry_series[e]
        if s < 0:
            a = pattern.entry_value[e]
            for l in range(LANES):
                rows[i, l] += a * amount[l]
        else:
            for l in range(LANES):
                rows[i, l] += series[s, group, l] * amount[l]


@njit(**_FLAGS)
def eliminate_hours(pattern, dead, matrix):
    """Factorise the hour rows of a group in place, :math:`L D L^T`; pivots are left inverted.

    `matrix` has one row per place, shape (n_places, LANES).
    """
    nh = pattern.n_hour
    inverse, share, before = np.empty(LANES), np.empty(LANES), np.empty((nh, LANES))
    for k in range(nh):
        for l in range(LANES):
            matrix[k, l] += dead[k, l]
            before[k, l] = matrix[k, l]
    for k in range(nh):
        for l in range(LANES):
            p = matrix[k, l]
            inverse[l] = 1.0 / p if p > TINY_PIVOT * before[k, l] else 0.0
            matrix[k, l] = inverse[l]
        start, stop = pattern.factor_start[k], pattern.factor_start[k + 1]
        u = pattern.update_start[k]
        for a in range(start, stop):
            for l in range(LANES):
                share[l] = matrix[nh + a, l] * inverse[l]
            for b in range(start, a + 1):
                place = pattern.update_place[u]
                u += 1
                for l in range(LANES):
                    matrix[place, l] -= share[l] * matrix[nh + b, l]


@njit(**_FLAGS)
def eliminate_link(block, next_block, corner, size, stops, n, n_border):
    """Eliminate the link rows of one hour from its block, its neighbour's block and the border's corner.

    Parameters
    ----------
    block : ndarray
        Rows ``[own | neighbour | border]``, shape (n, 2 n + n_border), own part upper triangle; becomes the
        factor.
    next_block : ndarray
        The neighbour's block; its own and border part are updated.
    corner : ndarray
        Border rows against each other, shape (n_border, n_border).
    size : ndarray
        Diagonal before any elimination, shape (n,).
    stops : ndarray
        How many of the neighbour's rows each row is coupled to, shape (n,).
    """
    for k in range(n):
        p = block[k, k]
        inverse = 1.0 / p if p > TINY_PIVOT * size[k] else 0.0
        block[k, k] = inverse
        stop = n + stops[k]
        for i in range(k + 1, n):
            f = block[k, i] * inverse
            if f != 0.0:
                for c in range(i, stop):
                    block[i, c] -= f * block[k, c]
                for c in range(2 * n, 2 * n + n_border):
                    block[i, c] -= f * block[k, c]
        for a in range(stops[k]):
            f = block[k, n + a] * inverse
            if f != 0.0:
                for c in range(a, stops[k]):
                    next_block[a, c] -= f * block[k, n + c]
                for c in range(n_border):
                    next_block[a, 2 * n + c] -= f * block[k, 2 * n + c]
        for a in range(n_border):
            f = block[k, 2 * n + a] * inverse
            if f != 0.0:
                for c in range(n_border):
                    corner[a, c] -= f * block[k, 2 * n + c]


FAINT = 1e-40
"""Part of its greatest value so far below which a border row is not felt any more."""


@njit(**_FLAGS)
def felt_border(block, greatest, n, n_border):
    """Return how many border rows an hour's link rows feel; fainter ones are put to 0."""
    felt = 0
    for a in range(n_border):
        most = 0.0
        for k in range(n):
            most = max(most, abs(block[k, 2 * n + a]))
        greatest[a] = max(greatest[a], most)
        if most > FAINT * greatest[a]:
            felt = a + 1
        elif most > 0.0:
            for k in range(n):
                block[k, 2 * n + a] = 0.0
    return felt


@njit(**_FLAGS)
def forward_link(block, own, neighbour, border, stops, n, n_border):
    """Carry the right-hand side of one hour's link rows to its neighbour's and the border's, in place."""
    for k in range(n):
        f = own[k] * block[k, k]
        if f != 0.0:
            for i in range(k + 1, n):
                own[i] -= f * block[k, i]
            for a in range(stops[k]):
                neighbour[a] -= f * block[k, n + a]
            for a in range(n_border):
                border[a] -= f * block[k, 2 * n + a]


@njit(**_FLAGS)
def backward_link(block, own, neighbour, border, stops, n, n_border):
    """Solve for one hour's link rows, given the solution at its neighbour's and the border's, in place."""
    for k in range(n - 1, -1, -1):
        rest = own[k]
        for i in range(k + 1, n):
            rest -= block[k, i] * own[i]
        for a in range(stops[k]):
            rest -= block[k, n + a] * neighbour[a]
        for a in range(n_border):
            rest -= block[k, 2 * n + a] * border[a]
        own[k] = rest * block[k, k]


@njit(**_FLAGS)
def place_rest(pattern, matrix, lane, here, there, is_rising, corner):
    """Add what is left of an hour's matrix to the blocks of its link rows (`here`) and of the next (`there`)."""
    n, start = pattern.n_link, pattern.n_kept
    for e in range(len(pattern.rest_kind)):
        value = matrix[start + e, lane]
        kind, i, j = pattern.rest_kind[e], pattern.rest_row[e], pattern.rest_column[e]
        if kind == OWN:
            here[j, i] += value
        elif kind == NEXT:
            there[j, i] += value
        elif kind == CROSS:
            if is_rising:
                here[j, n + i] += value
            else:
                there[i, n + j] += value
        elif kind == BORDER_OWN:
            here[j, 2 * n + i] += value
        elif kind == BORDER_NEXT:
            there[j, 2 * n + i] += value
        else:
            corner[i, j] += value
            if i != j:
                corner[j, i] += value


PRIMAL, BOUND, PRODUCT, PRIMAL_RESIDUAL, DUAL_RESIDUAL = range(5)
"""Columns of the sums that :func:`factor_half` leaves for each group."""


@njit(**_FLAGS)
def move_columns(pattern, s, g, step_x, step_z, prices, matrix, activity, sums):
    """Take the last step in a group, and form the hour's matrix, the activity of its rows and the sums."""
    slope, weight, position = np.empty(LANES), np.empty(LANES), np.empty(LANES)
    has_quad = s.quad.size > 0
    primal, bound, product, worst = 0.0, 0.0, 0.0, 0.0
    for j in range(s.x.shape[1]):
        times_column(pattern, s.series, g, j, prices, slope)
        for l in range(LANES):
            x = s.x[g, j, l] + step_x * s.dx[g, j, l]
            w = s.w[g, j, l] - step_x * s.dx[g, j, l]
            z = s.z[g, j, l] + step_z * s.dz[g, j, l]
            v = s.v[g, j, l] + step_z * s.dv[g, j, l]
            s.x[g, j, l], s.w[g, j, l], s.z[g, j, l], s.v[g, j, l] = x, w, z, v
            curve = s.quad[g, j, l] if has_quad else 0.0
            is_on = z > 0.0
            r = s.cost[g, j, l] + curve * x - slope[l]
            theta = 1.0 / (z / x + v / w + curve)
            theta = theta if is_on else 0.0
            s.slope[g, j, l] = r
            weight[l] = theta
            position[l] = x if is_on else 0.0
            primal += s.cost[g, j, l] * position[l]
            bound += min(0.0, r * (x + w)) if is_on else 0.0
            product += x * z + w * v
            worst = max(worst, abs(r - z + v) if is_on else 0.0)
        add_column(pattern, s.series, g, j, position, activity)
        for p in range(pattern.pair_start[j], pattern.pair_start[j + 1]):
            place = pattern.pair_place[p]
            if pattern.pair_is_fixed[p]:
                a = pattern.pair_value[p]
                for l in range(LANES):
                    matrix[place, l] += a * weight[l]
            else:
                add_mixed_pair(pattern, s.series, g, p, weight, matrix[place])
    sums[g, PRIMAL], sums[g, BOUND], sums[g, PRODUCT] = primal, bound, product
    sums[g, DUAL_RESIDUAL] = worst


@njit(**_FLAGS)
def add_mixed_pair(pattern, series, g, pair, weight, out):
    """Add the product of two entries of which at least one changes with the hour."""
    first, second = pattern.pair_first[pair], pattern.pair_second[pair]
    one, two = pattern.entry_series[first], pattern.entry_series[second]
    for l in range(LANES):
        a = pattern.entry_value[first] if one < 0 else series[one, g, l]
        b = pattern.entry_value[second] if two < 0 else series[two, g, l]
        out[l] += a * b * weight[l]


@njit(**_FLAGS)
def factor_half(
    pattern,
    s,
    step_x,
    step_z,
    span,
    is_rising,
    middle,
    first_own,
    first_border,
    corner,
    own,
    nxt,
    border,
    sums,
):
    """Take the last step, form the normal matrix and eliminate it, for one half of the horizon.

    Parameters
    ----------
    span : tuple of int
        First group and group after the last.
    is_rising : bool
        Whether this is the early half, eliminated forward in time.
    middle : int
        First hour of the late half, which is not eliminated here.
    first_own, first_border : ndarray
        What columns outside the hours add to the link rows of the first hour, (n_link, n_link), (n_link, n_border).
    corner : ndarray
        Border rows against each other, (n_border, n_border); set here.
    own, nxt : ndarray
        Activity of link rows by columns of their hour and of the hour before, (n_padded + 2, n_link); set here.
    border : ndarray
        Activity of border rows, (n_groups, n_border); set here.
    sums : ndarray
        Sums over each group, (n_groups, 5); set here.
    """
    nh, nk, nb = pattern.n_hour, pattern.n_link, pattern.n_border
    n_local = nh + 2 * nk + nb
    n_padded = s.y_link.shape[0] - 2
    prices = np.empty((n_local, LANES))
    activity = np.empty((n_local, LANES))
    matrix = np.empty((pattern.n_kept + len(pattern.rest_kind), LANES))
    blocks, sizes, width = s.factor_link, s.size_link, s.width_link
    stops = pattern.cross_stop[0 if is_rising else 1]
    greatest = np.zeros(nb)
    corner[:] = 0.0
    edge = 0 if is_rising else n_padded
    blocks[edge] = 0.0
    sizes[edge] = s.dead_link[edge]
    for step in range(span[1] - span[0]):
        g = span[0] + step if is_rising else span[1] - 1 - step
        first = g * LANES
        local_prices(pattern, s.y_hour, s.y_link, s.y_border, g, first, prices)
        matrix[:] = 0.0
        activity[:] = 0.0
        move_columns(pattern, s, g, step_x, step_z, prices, matrix, activity, sums)
        worst = 0.0
        for i in range(nh):
            for l in range(LANES):
                miss = abs(s.b_hour[g, i, l] - activity[i, l])
                worst = max(worst, miss if s.dead_hour[g, i, l] == 0.0 else 0.0)
        sums[g, PRIMAL_RESIDUAL] = worst
        for i in range(nb):
            border[g, i] = activity[nh + 2 * nk + i].sum()
        start_sizes(pattern, matrix, first, middle, is_rising, sizes, s.dead_link, activity, own, nxt)
        eliminate_hours(pattern, s.dead_hour[g], matrix)
        s.factor_hour[g] = matrix[: pattern.n_kept]
        for step_hour in range(LANES):
            lane = step_hour if is_rising else LANES - 1 - step_hour
            t = first + lane
            after = t + 1 if t + 1 != middle else n_padded + 1
            blocks[after if is_rising else t] = 0.0
            place_rest(pattern, matrix, lane, blocks[t], blocks[after], is_rising, corner)
            if t == 0:
                blocks[0, :, :nk] += first_own
                blocks[0, :, 2 * nk :] += first_border
        if is_rising:
            for t in range(first, first + LANES):
                add_dead(blocks[t], s.dead_link[t])
                after = t + 1 if t + 1 != middle else n_padded + 1
                width[t] = felt_border(blocks[t], greatest, nk, nb)
                eliminate_link(blocks[t], blocks[after], corner, sizes[t], stops, nk, width[t])
        else:
            for t in range(min(first + LANES, span[1] * LANES - 1), first, -1):
                add_dead(blocks[t], s.dead_link[t])
                width[t] = felt_border(blocks[t], greatest, nk, nb)
                eliminate_link(blocks[t], blocks[t - 1], corner, sizes[t], stops, nk, width[t])


@njit(**_FLAGS)
def add_dead(block, dead):
    """Add to the diagonal of rows that say nothing."""
    for k in range(len(dead)):
        block[k, k] += dead[k]


@njit(**_FLAGS)
def start_sizes(pattern, matrix, first, middle, is_rising, sizes, dead, activity, own, nxt):
    """Note the diagonal of link rows before the elimination, and their activity, for the hours of a group."""
    nh, nk = pattern.n_hour, pattern.n_link
    n_padded = len(sizes) - 2
    for step in range(LANES):
        lane = step if is_rising else LANES - 1 - step
        t = first + lane
        after = t + 1 if t + 1 != middle else n_padded + 1
        for k in range(nk):
            here, there = pattern.link_diagonal[k], pattern.link_diagonal[nk + k]
            mine = matrix[here, lane] if here >= 0 else 0.0
            other = matrix[there, lane] if there >= 0 else 0.0
            if is_rising:
                sizes[t, k] += mine
                sizes[after, k] = dead[t + 1, k] * (after == t + 1) + other
            else:
                sizes[t, k] = dead[t, k] + mine
                sizes[t + 1, k] += other
            own[t, k] = activity[nh + k, lane]
            nxt[t + 1, k] = activity[nh + nk + k, lane]


@njit(**_FLAGS)
def factor_middle(pattern, s, middle, has_early, corner):
    """Eliminate the link rows of the middle hour and then the border; `corner` holds all that adds to it."""
    nk, nb = pattern.n_link, pattern.n_border
    block = s.factor_link[middle]
    if has_early:
        block += s.factor_link[-1]
        s.size_link[middle] += s.size_link[-1]
    block[:, nk : 2 * nk] = 0.0
    add_dead(block, s.dead_link[middle])
    size = np.empty(nb)
    for i in range(nb):
        size[i] = corner[i, i]
    alone = np.zeros(nk, np.int64)
    eliminate_link(block, block, corner, s.size_link[middle], alone, nk, nb)
    for k in range(nb):
        p = corner[k, k]
        inverse = 1.0 / p if p > 0.0 else 0.0
        corner[k, k] = inverse
        for i in range(k + 1, nb):
            f = corner[k, i] * inverse
            for c in range(i, nb):
                corner[i, c] -= f * corner[k, c]


PREDICTOR, CORRECTOR, CENTRE, GIVEN = range(4)
"""Right-hand sides: towards products 0; towards the products in tz and tv; the same with outliers pulled nearer to
the
target; whatever stands in d_hour and d_link."""
NEAR, FAR = 0.1, 10.0
"""Products between these multiples of the target are well centred."""


@njit(**_FLAGS)
def pulled(product, target):
    """Return by how much a product should change to come nearer to the target."""
    return max(min(max(product, NEAR * target), FAR * target) - product, -FAR * target)


@njit(**_FLAGS)
def aim_columns(pattern, s, g, mode, target, trial_x, trial_z, use_sides, rows):
    """Add a group's columns' part of the right-hand side to its local rows."""
    amount = np.empty(LANES)
    has_quad = s.quad.size > 0
    for j in range(s.x.shape[1]):
        if mode == PREDICTOR:
            for l in range(LANES):
                z, x = s.z[g, j, l], s.x[g, j, l]
                curve = s.quad[g, j, l] if has_quad else 0.0
                a = s.slope[g, j, l] / (z / x + s.v[g, j, l] / s.w[g, j, l] + curve)
                a -= x if use_sides else 0.0
                amount[l] = a if z > 0.0 else 0.0
        else:
            for l in range(LANES):
                x, w = s.x[g, j, l], s.w[g, j, l]
                if mode == CORRECTOR:
                    tz, tv = target - s.tz[g, j, l], target - s.tv[g, j, l]
                else:
                    dx = trial_x * s.dx[g, j, l]
                    tz, tv = s.tz[g, j, l], s.tv[g, j, l]
                    tz += pulled((x + dx) * (s.z[g, j, l] + trial_z * s.dz[g, j, l]), target)
                    tv += pulled((w - dx) * (s.v[g, j, l] + trial_z * s.dv[g, j, l]), target)
                s.tz[g, j, l], s.tv[g, j, l] = tz, tv
                z = s.z[g, j, l]
                curve = s.quad[g, j, l] if has_quad else 0.0
                per_x, per_w = 1.0 / x, 1.0 / w
                weight = z * per_x + s.v[g, j, l] * per_w + curve
                a = (s.slope[g, j, l] - tz * per_x + tv * per_w) / weight - x
                amount[l] = a if z > 0.0 else 0.0
        add_column(pattern, s.series, g, j, amount, rows)


@njit(**_FLAGS)
def forward_half(
    pattern, s, mode, target, trial_x, trial_z, use_sides, span, is_rising, middle, first_link, border
):
    """Form the right-hand side of one half of the horizon and carry it forward to the middle and the border.

    `border`, shape (n_border,), is set to what the half adds to the border's right-hand side.
    """
    nh, nk, nb = pattern.n_hour, pattern.n_link, pattern.n_border
    n_padded = s.y_link.shape[0] - 2
    rows = np.empty((nh + 2 * nk + nb, LANES))
    stops = pattern.cross_stop[0 if is_rising else 1]
    d = s.d_link
    border[:] = 0.0
    if mode != GIVEN:
        d[0 if is_rising else n_padded] = 0.0
    for step in range(span[1] - span[0]):
        g = span[0] + step if is_rising else span[1] - 1 - step
        first = g * LANES
        rows[:] = 0.0
        if mode == GIVEN:
            rows[:nh] = s.d_hour[g]
        else:
            if use_sides:
                rows[:nh] = s.b_hour[g]
            aim_columns(pattern, s, g, mode, target, trial_x, trial_z, use_sides, rows)
        forward_hours(pattern, s.factor_hour[g], rows)
        s.d_hour[g] = rows[:nh]
        for i in range(nb):
            border[i] += rows[nh + 2 * nk + i].sum()
        for step_hour in range(LANES):
            lane = step_hour if is_rising else LANES - 1 - step_hour
            t = first + lane
            after = t + 1 if t + 1 != middle or not is_rising else n_padded + 1
            for k in range(nk):
                mine = rows[nh + k, lane] + (s.b_link[t, k] if use_sides else 0.0)
                other = rows[nh + nk + k, lane]
                if mode == GIVEN:
                    d[t, k] += mine
                    d[after, k] += other
                elif is_rising:
                    d[t, k] += mine
                    d[after, k] = other
                else:
                    d[t, k] = mine
                    d[after, k] += other
                if t == 0:
                    d[0, k] += first_link[k]
        if is_rising:
            for t in range(first, first + LANES):
                after = t + 1 if t + 1 != middle else n_padded + 1
                forward_link(s.factor_link[t], d[t], d[after], border, stops, nk, s.width_link[t])
        else:
            for t in range(min(first + LANES, span[1] * LANES - 1), first, -1):
                forward_link(s.factor_link[t], d[t], d[t - 1], border, stops, nk, s.width_link[t])


@njit(**_FLAGS)
def forward_hours(pattern, factor, rows):
    """Carry the right-hand side of the hour rows of a group forward, in place."""
    nh = pattern.n_hour
    share = np.empty(LANES)
    for k in range(nh):
        for l in range(LANES):
            share[l] = rows[k, l] * factor[k, l]
        for e in range(pattern.factor_start[k], pattern.factor_start[k + 1]):
            i = pattern.factor_row[e]
            for l in range(LANES):
                rows[i, l] -= share[l] * factor[nh + e, l]


@njit(**_FLAGS)
def backward_hours(pattern, factor, rows):
    """Solve for the hour rows of a group; the other local rows hold the solution already."""
    nh = pattern.n_hour
    rest = np.empty(LANES)
    for k in range(nh - 1, -1, -1):
        for l in range(LANES):
            rest[l] = rows[k, l]
        for e in range(pattern.factor_start[k], pattern.factor_start[k + 1]):
            i = pattern.factor_row[e]
            for l in range(LANES):
                rest[l] -= rows[i, l] * factor[nh + e, l]
        for l in range(LANES):
            rows[k, l] = rest[l] * factor[k, l]


@njit(**_FLAGS)
def solve_middle(pattern, s, middle, has_early, corner, border):
    """Solve for the border and for the link rows of the middle hour; `border` becomes the border's solution."""
    nk, nb = pattern.n_link, pattern.n_border
    d = s.d_link
    if has_early:
        d[middle] += d[-1]
    nothing, alone = np.zeros(nk), np.zeros(nk, np.int64)
    forward_link(s.factor_link[middle], d[middle], nothing, border, alone, nk, nb)
    for k in range(nb):
        f = border[k] * corner[k, k]
        for i in range(k + 1, nb):
            border[i] -= f * corner[k, i]
    for k in range(nb - 1, -1, -1):
        rest = border[k]
        for i in range(k + 1, nb):
            rest -= corner[k, i] * border[i]
        border[k] = rest * corner[k, k]
    backward_link(s.factor_link[middle], d[middle], nothing, border, alone, nk, nb)
    d[-1] = d[middle]
    d[-2] = 0.0


X_STEP, Z_STEP, BY_X, BY_Z, BY_BOTH = range(5)
"""Columns of what :func:`backward_half` leaves for each group: the inverse of the longest steps, and how the sum
of
products grows with the step in x, with that in z, and with both."""


@njit(**_FLAGS)
def turn_columns(pattern, s, g, mode, prices, out_x, out_z, out_v, sums):
    """Find the change of a group's columns from the change of its prices."""
    slope = np.empty(LANES)
    has_quad = s.quad.size > 0
    shortest_x, shortest_z, by_x, by_z, by_both = 0.0, 0.0, 0.0, 0.0, 0.0
    for j in range(s.x.shape[1]):
        times_column(pattern, s.series, g, j, prices, slope)
        for l in range(LANES):
            x, w, z, v = s.x[g, j, l], s.w[g, j, l], s.z[g, j, l], s.v[g, j, l]
            per_x, per_w = 1.0 / x, 1.0 / w
            is_on = z > 0.0
            curve = s.quad[g, j, l] if has_quad else 0.0
            tz = s.tz[g, j, l] if mode != PREDICTOR else 0.0
            tv = s.tv[g, j, l] if mode != PREDICTOR else 0.0
            dx = (slope[l] - s.slope[g, j, l] + tz * per_x - tv * per_w) / (z * per_x + v * per_w + curve)
            dx = dx if is_on else 0.0
            dz = (tz - z * dx) * per_x - z
            dv = (tv + v * dx) * per_w - v
            dz = dz if is_on else 0.0
            dv = dv if is_on else 0.0
            shortest_x = max(shortest_x, max(-dx * per_x, dx * per_w))
            shortest_z = max(shortest_z, max(-dz / z, -dv / v) if is_on else 0.0)
            by_x += dx * (z - v)
            by_z += x * dz + w * dv
            by_both += dx * (dz - dv)
            if mode != PREDICTOR:
                out_x[g, j, l], out_z[g, j, l], out_v[g, j, l] = dx, dz, dv
            else:
                s.tz[g, j, l], s.tv[g, j, l] = dx * dz, -dx * dv
    sums[g, X_STEP], sums[g, Z_STEP] = shortest_x, shortest_z
    sums[g, BY_X], sums[g, BY_Z], sums[g, BY_BOTH] = by_x, by_z, by_both


@njit(**_FLAGS)
def backward_half(pattern, s, mode, span, is_rising, middle, border, out_x, out_z, out_v, sums):
    """Solve one half of the horizon backwards from the middle, and find the change of its columns.

    d_hour and d_link become the change of the prices. With `mode` GIVEN nothing else is done.
    """
    nh, nk, nb = pattern.n_hour, pattern.n_link, pattern.n_border
    n_padded = s.y_link.shape[0] - 2
    rows = np.empty((nh + 2 * nk + nb, LANES))
    stops = pattern.cross_stop[0 if is_rising else 1]
    d = s.d_link
    for step in range(span[1] - span[0]):
        g = span[1] - 1 - step if is_rising else span[0] + step
        first = g * LANES
        if is_rising:
            for t in range(first + LANES - 1, first - 1, -1):
                after = t + 1 if t + 1 != middle else n_padded + 1
                backward_link(s.factor_link[t], d[t], d[after], border, stops, nk, s.width_link[t])
        else:
            for t in range(first + 1, min(first + LANES + 1, span[1] * LANES)):
                backward_link(s.factor_link[t], d[t], d[t - 1], border, stops, nk, s.width_link[t])
        local_prices(pattern, s.d_hour, d, border, g, first, rows)
        backward_hours(pattern, s.factor_hour[g], rows)
        s.d_hour[g] = rows[:nh]
        if mode != GIVEN:
            turn_columns(pattern, s, g, mode, rows, out_x, out_z, out_v, sums)


@njit(**_FLAGS)
def price_columns(pattern, s, span, out):
    """Multiply all columns by the prices in d_hour, d_link (border prices in y_border), into `out`."""
    nh, nk, nb = pattern.n_hour, pattern.n_link, pattern.n_border
    rows = np.empty((nh + 2 * nk + nb, LANES))
    for g in range(span[0], span[1]):
        local_prices(pattern, s.d_hour, s.d_link, s.y_border, g, g * LANES, rows)
        for j in range(s.x.shape[1]):
            times_column(pattern, s.series, g, j, rows, out[g, j])
