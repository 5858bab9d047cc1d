r"""Numba kernels that walk one half of the horizon: factorise, and solve forwards and backwards.

Hour rows are eliminated for all hours of a group at once by a sparse :math:`L D L^T` whose pattern is the
same in every hour. What remains is a block tridiagonal matrix of link rows, one dense block an hour,
eliminated from both ends of the horizon towards the middle hour; border rows are carried along. Each half
is one call, so two threads can work on the two halves, and one thread on both in turn gets the same digits.
"""

from __future__ import annotations

import numpy as np

from qhgrid.dispatch.engine.column_kernels import aim_columns, move_columns, turn_columns
from qhgrid.dispatch.engine.kernels import (
    backward_hours,
    backward_link,
    eliminate_hours,
    eliminate_link,
    felt_border,
    forward_hours,
    forward_link,
    local_prices,
    times_column,
)  # fmt: skip
from qhgrid.dispatch.engine.layout import LANES, PRIMAL_RESIDUAL, FloatArray, IntArray, Pattern, State, kernel


@kernel
def place_rest(
    pattern: Pattern, matrix: FloatArray, row: int, is_rising: bool, blocks: FloatArray, corner: FloatArray
) -> None:
    """Add what is left of a group's matrices to the blocks of its hours, the first of which is at `row`."""
    half = 0 if is_rising else 1
    flat = blocks.reshape(-1)
    size = blocks.shape[1] * blocks.shape[2]
    n_blocks = pattern.rest_hour.shape[1]
    for e in range(n_blocks):
        start = (row + pattern.rest_hour[half, e]) * size + pattern.rest_offset[half, e]
        for q in range(LANES):
            flat[start + q * size] += matrix[pattern.n_kept + e, q]
    for e in range(n_blocks, pattern.n_rest):
        value = matrix[pattern.n_kept + e].sum()
        i, j = pattern.corner_row[e - n_blocks], pattern.corner_column[e - n_blocks]
        corner[i, j] += value
        if i != j:
            corner[j, i] += value


@kernel
def note_links(
    pattern: Pattern,
    s: State,
    matrix: FloatArray,
    activity: FloatArray,
    row: int,
    is_rising: bool,
    own: FloatArray,
    after: FloatArray,
) -> None:
    """Note the diagonal of link rows before the elimination, and their activity, for the hours of a group."""
    nh, nk = pattern.n_hour, pattern.n_link
    for k in range(nk):
        here, there = pattern.link_diagonal[0, k], pattern.link_diagonal[1, k]
        for step in range(LANES):
            q = step if is_rising else LANES - 1 - step
            mine = matrix[here, q] if here >= 0 else 0.0
            other = matrix[there, q] if there >= 0 else 0.0
            if is_rising:
                s.size_link[row + q, k] += mine
                s.size_link[row + q + 1, k] = s.dead_link[row + q + 1, k] + other
            else:
                s.size_link[row + q, k] = s.dead_link[row + q, k] + mine
                s.size_link[row + q + 1, k] += other
            own[row + q, k] = activity[nh + k, q]
            after[row + q + 1, k] = activity[nh + nk + k, q]


@kernel
def spread_links(
    pattern: Pattern, s: State, rows: FloatArray, row: int, is_rising: bool, use_sides: bool
) -> None:
    """Add a group's right-hand side of link rows to those of its hours, the first of which is at `row`."""
    nh, nk = pattern.n_hour, pattern.n_link
    d = s.d_link
    for step in range(LANES):
        q = step if is_rising else LANES - 1 - step
        for k in range(nk):
            mine = rows[nh + k, q] + (s.b_link[row + q, k] if use_sides else 0.0)
            other = rows[nh + nk + k, q]
            if is_rising:
                d[row + q, k] += mine
                d[row + q + 1, k] = other
            else:
                d[row + q, k] = mine
                d[row + q + 1, k] += other


@kernel
def chain_rows(span: tuple[int, int], shift: int, group: int, is_rising: bool) -> tuple[int, int, int]:
    """Return the link rows to eliminate once `group` is in place: first, after the last, direction."""
    row = group * LANES + shift
    if is_rising:
        return row, row + LANES, 1
    top = span[1] * LANES - 1 + shift
    return min(row + LANES, top), row, -1


@kernel
def factor_half(
    pattern: Pattern,
    s: State,
    step_x: float,
    step_z: float,
    span: tuple[int, int],
    is_rising: bool,
    outer_own: FloatArray,
    outer_border: FloatArray,
    outer_amount: FloatArray,
    corner: FloatArray,
    own: FloatArray,
    after: FloatArray,
    border: FloatArray,
    border_rest: FloatArray,
    sums: FloatArray,
) -> None:
    """Take the last step, factorise the normal matrix and carry the predictor forward, in one half.

    Parameters
    ----------
    span : tuple of int
        First group and group after the last.
    is_rising : bool
        Whether this is the early half, eliminated forward in time.
    outer_own, outer_border : ndarray
        What columns outside the hours add to the link rows of the first hour, (n_link, n_link), (n_link,
        n_border).
    outer_amount : ndarray
        What they add to its right-hand side, (n_link,).
    corner : ndarray
        Border rows against each other, (n_border, n_border); set here.
    own, after : ndarray
        Activity of link rows by columns of their hour and of the hour before, (n_padded + 2, n_link); set
        here.
    border : ndarray
        Activity of border rows, (n_groups, n_border); set here.
    border_rest : ndarray
        Right-hand side of the border rows, (n_border,); set here.
    sums : ndarray
        Sums over each group, (n_groups, 5); set here.
    """
    nh, nk, nb = pattern.n_hour, pattern.n_link, pattern.n_border
    nw, bw = pattern.n_wide, pattern.b_wide
    rest = np.zeros((1, 2 * nw + bw))
    prices = np.empty((nh + 2 * nk + nb, LANES))
    activity, rows = np.empty_like(prices), np.empty_like(prices)
    matrix = np.empty((pattern.n_kept + pattern.n_rest, LANES))
    shift = 0 if is_rising else 1
    stops = pattern.cross_stop[shift]
    blocks, felt, d = s.factor_link, s.width_link, s.d_link
    greatest = np.zeros(nb)
    corner[:] = 0.0
    border_rest[:] = 0.0
    edge = 0 if is_rising else span[1] * LANES + shift
    blocks[edge] = 0.0
    s.size_link[edge] = s.dead_link[edge]
    d[edge] = 0.0
    for step in range(span[1] - span[0]):
        g = span[0] + step if is_rising else span[1] - 1 - step
        row = g * LANES + shift
        local_prices(pattern, s.y_hour, s.y_link, s.y_border, g, row, prices)
        matrix[:] = 0.0
        activity[:] = 0.0
        rows[:nh] = s.b_hour[g]
        rows[nh:] = 0.0
        move_columns(pattern, s, g, step_x, step_z, prices, matrix, activity, rows, sums)
        sums[g, PRIMAL_RESIDUAL] = greatest_miss(s.b_hour[g], activity, s.dead_hour[g])
        for i in range(nb):
            border[g, i] = activity[nh + 2 * nk + i].sum()
        note_links(pattern, s, matrix, activity, row, is_rising, own, after)
        eliminate_hours(pattern, s.dead_hour[g], matrix)
        s.factor_hour[g] = matrix[: pattern.n_kept]
        forward_hours(pattern, matrix, rows)
        s.d_hour[g] = rows[:nh]
        for i in range(nb):
            border_rest[i] += rows[nh + 2 * nk + i].sum()
        spread_links(pattern, s, rows, row, is_rising, True)
        blocks[row + 1 - shift : row + 1 - shift + LANES] = 0.0
        place_rest(pattern, matrix, row, is_rising, blocks, corner)
        if g == 0:
            blocks[shift, :, :nk] += outer_own
            blocks[shift, :, pattern.n_wide : pattern.n_wide + nb] += outer_border
            d[shift] += outer_amount
        first, stop, way = chain_rows(span, shift, g, is_rising)
        for t in range(first, stop, way):
            add_dead(blocks[t], s.dead_link[t])
            felt[t] = felt_border(blocks[t], greatest, nk, nw, nb)
            eliminate_link(
                blocks[t],
                s.pivot_link[t],
                blocks[t + way],
                corner,
                s.size_link[t],
                stops,
                nk,
                nw,
                bw,
                felt[t],
            )
            carry_link(s, t, t + way, stops, nw, border_rest, rest)


@kernel
def carry_link(
    s: State, row: int, neighbour: int, stops: IntArray, n_wide: int, border: FloatArray, rest: FloatArray
) -> None:
    """Carry the right-hand side of one hour's link rows forward; `rest` is room for it, shape (1, width)."""
    d, n, nb = s.d_link, s.d_link.shape[1], len(border)
    cross = rest.shape[1] - n_wide
    for k in range(n):
        rest[0, k] = d[row, k]
        rest[0, cross + k] = d[neighbour, k]
    for k in range(nb):
        rest[0, n_wide + k] = border[k]
    forward_link(s.factor_link[row], s.pivot_link[row], rest, stops, n, n_wide, s.width_link[row])
    for k in range(n):
        d[row, k] = rest[0, k]
        d[neighbour, k] = rest[0, cross + k]
    for k in range(nb):
        border[k] = rest[0, n_wide + k]


@kernel
def settle_link(
    s: State, row: int, neighbour: int, stops: IntArray, n_wide: int, border: FloatArray, rest: FloatArray
) -> None:
    """Solve for one hour's link rows; `rest` is room for it, shape (1, width)."""
    d, n = s.d_link, s.d_link.shape[1]
    cross = rest.shape[1] - n_wide
    for k in range(n):
        rest[0, k] = d[row, k]
        rest[0, cross + k] = d[neighbour, k]
    for k in range(len(border)):
        rest[0, n_wide + k] = border[k]
    backward_link(s.factor_link[row], s.pivot_link[row], rest, stops, n, n_wide, s.width_link[row])
    for k in range(n):
        d[row, k] = rest[0, k]


@kernel
def greatest_miss(side: FloatArray, activity: FloatArray, dead: FloatArray) -> float:
    """Return by how much hour rows of a group are missed at most."""
    worst = 0.0
    for i in range(side.shape[0]):
        for q in range(LANES):
            miss = abs(side[i, q] - activity[i, q])
            worst = max(worst, miss if dead[i, q] == 0.0 else 0.0)
    return worst


@kernel
def add_dead(block: FloatArray, dead: FloatArray) -> None:
    """Add to the diagonal of rows that say nothing."""
    for k in range(len(dead)):
        block[k, k] += dead[k]


@kernel
def factor_middle(pattern: Pattern, s: State, middle: int, has_early: bool, corner: FloatArray) -> None:
    """Eliminate the link rows of the middle hour and then the border; `corner` holds all that adds to it."""
    nk, nb = pattern.n_link, pattern.n_border
    row = middle + 1
    block = s.factor_link[row]
    if has_early:
        block += s.factor_link[middle]
        s.size_link[row] += s.size_link[middle] - s.dead_link[middle]
    block[:, pattern.n_wide + pattern.b_wide :] = 0.0
    add_dead(block, s.dead_link[row])
    alone = np.zeros(nk, np.int64)
    s.width_link[row] = nb
    eliminate_link(
        block,
        s.pivot_link[row],
        block,
        corner,
        s.size_link[row],
        alone,
        nk,
        pattern.n_wide,
        pattern.b_wide,
        nb,
    )
    for k in range(nb):
        p = corner[k, k]
        inverse = 1.0 / p if p > 0.0 else 0.0
        corner[k, k] = inverse
        for i in range(k + 1, nb):
            f = corner[k, i] * inverse
            for c in range(i, nb):
                corner[i, c] -= f * corner[k, c]


@kernel
def forward_half(
    pattern: Pattern,
    s: State,
    mode: int,
    target: float,
    trial_x: float,
    trial_z: float,
    use_sides: bool,
    span: tuple[int, int],
    is_rising: bool,
    outer_amount: FloatArray,
    border_rest: FloatArray,
) -> None:
    """Form the right-hand side of half of the horizon and carry it forward to the middle and the border.

    `border_rest`, shape (n_border,), is set to what the half adds to the border's right-hand side.
    """
    nh, nk, nb = pattern.n_hour, pattern.n_link, pattern.n_border
    rows = np.empty((nh + 2 * nk + nb, LANES))
    rest = np.zeros((1, 2 * pattern.n_wide + pattern.b_wide))
    shift = 0 if is_rising else 1
    stops = pattern.cross_stop[shift]
    d = s.d_link
    border_rest[:] = 0.0
    d[0 if is_rising else span[1] * LANES + shift] = 0.0
    for step in range(span[1] - span[0]):
        g = span[0] + step if is_rising else span[1] - 1 - step
        rows[:] = 0.0
        if use_sides:
            rows[:nh] = s.b_hour[g]
        aim_columns(pattern, s, g, mode, target, trial_x, trial_z, use_sides, rows)
        forward_hours(pattern, s.factor_hour[g], rows)
        s.d_hour[g] = rows[:nh]
        for i in range(nb):
            border_rest[i] += rows[nh + 2 * nk + i].sum()
        spread_links(pattern, s, rows, g * LANES + shift, is_rising, use_sides)
        if g == 0:
            d[shift] += outer_amount
        first, stop, way = chain_rows(span, shift, g, is_rising)
        for t in range(first, stop, way):
            carry_link(s, t, t + way, stops, pattern.n_wide, border_rest, rest)


@kernel
def solve_middle(
    pattern: Pattern, s: State, middle: int, has_early: bool, corner: FloatArray, border: FloatArray
) -> None:
    """Solve for the border and for the link rows of the middle hour; `border` becomes its solution."""
    nk, nb = pattern.n_link, pattern.n_border
    d = s.d_link
    if has_early:
        d[middle + 1] += d[middle]
    row, alone = middle + 1, np.zeros(nk, np.int64)
    rest = np.zeros((1, 2 * pattern.n_wide + pattern.b_wide))
    carry_link(s, row, row + 1, alone, pattern.n_wide, border, rest)
    for k in range(nb):
        f = border[k] * corner[k, k]
        for i in range(k + 1, nb):
            border[i] -= f * corner[k, i]
    for k in range(nb - 1, -1, -1):
        left = border[k]
        for i in range(k + 1, nb):
            left -= corner[k, i] * border[i]
        border[k] = left * corner[k, k]
    settle_link(s, row, row + 1, alone, pattern.n_wide, border, rest)
    d[middle] = d[row]
    d[-1] = 0.0


@kernel
def backward_half(
    pattern: Pattern,
    s: State,
    mode: int,
    span: tuple[int, int],
    is_rising: bool,
    border: FloatArray,
    out_x: FloatArray,
    out_z: FloatArray,
    out_v: FloatArray,
    sums: FloatArray,
) -> None:
    """Solve half of the horizon backwards from the middle, and find the change of its columns.

    d_hour and d_link become the change of the prices.
    """
    nh, nk, nb = pattern.n_hour, pattern.n_link, pattern.n_border
    rows = np.empty((nh + 2 * nk + nb, LANES))
    rest = np.zeros((1, 2 * pattern.n_wide + pattern.b_wide))
    shift = 0 if is_rising else 1
    stops = pattern.cross_stop[shift]
    d = s.d_link
    for step in range(span[1] - span[0]):
        g = span[1] - 1 - step if is_rising else span[0] + step
        first, stop, way = chain_rows(span, shift, g, is_rising)
        for t in range(stop - way, first - way, -way):
            settle_link(s, t, t + way, stops, pattern.n_wide, border, rest)
        local_prices(pattern, s.d_hour, d, border, g, g * LANES + shift, rows)
        backward_hours(pattern, s.factor_hour[g], rows)
        s.d_hour[g] = rows[:nh]
        turn_columns(pattern, s, g, mode, rows, out_x, out_z, out_v, sums)


@kernel
def price_columns(
    pattern: Pattern, s: State, span: tuple[int, int], is_rising: bool, border: FloatArray, out: FloatArray
) -> None:
    """Multiply the columns of half of the horizon by the prices in d_hour and d_link, into `out`."""
    nh, nk, nb = pattern.n_hour, pattern.n_link, pattern.n_border
    rows = np.empty((nh + 2 * nk + nb, LANES))
    for g in range(span[0], span[1]):
        local_prices(pattern, s.d_hour, s.d_link, border, g, g * LANES + (0 if is_rising else 1), rows)
        for j in range(s.x.shape[1]):
            times_column(pattern, s.series, g, j, rows, out[g, j])
