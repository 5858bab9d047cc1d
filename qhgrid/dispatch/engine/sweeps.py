r"""Numba kernels that walk the horizon group by group: factorise, and solve forwards and backwards.

Hour rows are eliminated for all hours of a group at once by a sparse :math:`L D L^T` whose pattern is the
same in every hour. What remains are link rows, which a dense front eliminates hour by hour from the first to
the last; border rows are carried along.

Each sweep has two parts: that of the columns, which knows no other group, and that of the link rows, which
goes from group to group. One thread does both for each group in turn. Two threads do the columns of some
groups while the link rows of others are eliminated. The digits are the same.
"""

from __future__ import annotations

import numpy as np

from qhgrid.dispatch.engine.column_kernels import aim_columns, move_columns, turn_columns
from qhgrid.dispatch.engine.kernels import (
    backward_hours,
    backward_link,
    eliminate_hours,
    eliminate_link,
    forward_hours,
    forward_link,
    local_prices,
    store_link,
    times_column,
)  # fmt: skip
from qhgrid.dispatch.engine.layout import (
    LANES,
    PRIMAL_RESIDUAL,
    Chain,
    FloatArray,
    Front,
    Handover,
    Pattern,
    State,
    kernel,
)  # fmt: skip
from qhgrid.dispatch.engine.modes import change_modes, fold_border, fold_corner, spread_modes


@kernel
def factor_columns(
    pattern: Pattern,
    front: Front,
    s: State,
    step_x: float,
    step_z: float,
    g: int,
    handover: Handover,
    h: int,
    border: FloatArray,
    border_rows: FloatArray,
    sums: FloatArray,
) -> None:
    """Take the last step in group `g`, form its matrix, and eliminate its hour rows.

    Parameters
    ----------
    handover : Handover
        Place `h` of it gets what is left for the link rows.
    border : ndarray
        Gets the activity of border rows, shape (n_groups, n_border).
    border_rows : ndarray
        Gets their right-hand side, shape (n_groups, n_border).
    sums : ndarray
        Gets sums over the group, shape (n_groups, 5).
    """
    nh, nt, nb = pattern.n_hour, pattern.n_tied, pattern.n_border
    prices = np.empty((nh + nt + nb, LANES))
    activity, rows = np.zeros_like(prices), np.zeros_like(prices)
    matrix = np.zeros((pattern.n_kept + pattern.n_rest, LANES))
    local_prices(pattern, front, s.y_hour, s.y_link, s.y_border, g, prices)
    rows[:nh] = s.b_hour[g]
    move_columns(pattern, s, g, step_x, step_z, prices, matrix, activity, rows, sums)
    sums[g, PRIMAL_RESIDUAL] = greatest_miss(s.b_hour[g], activity, s.dead_hour[g])
    for i in range(nt):
        place = pattern.tied_diagonal[i]
        for q in range(LANES):
            handover.size[h, i, q] = matrix[place, q] if place >= 0 else 0.0
            handover.activity[h, i, q] = activity[nh + i, q]
    eliminate_hours(pattern, s.dead_hour[g], matrix)
    s.factor_hour[g, : pattern.n_kept] = matrix[: pattern.n_kept]
    forward_hours(pattern, matrix, rows)
    s.d_hour[g] = rows[:nh]
    handover.left[h, : pattern.n_rest] = matrix[pattern.n_kept :]
    handover.rows[h] = rows[nh : nh + nt]
    for i in range(nb):
        border[g, i] = activity[nh + nt + i].sum()
        border_rows[g, i] = rows[nh + nt + i].sum()


@kernel
def spread_tied(front: Front, values: FloatArray, group: int, out: FloatArray) -> None:
    """Add values of a group's tied rows to the link rows of their hours."""
    n, first = front.n_link, group * LANES
    for q in range(LANES):
        t = first + q
        for k in range(n):
            out[t, k] += values[k, q]
        for k in range(n):
            out[t + 1, k] += values[n + k, q]
        for x in range(front.n_under_way):
            out[t + front.lag[x], front.row[x]] += values[2 * n + x, q]


@kernel
def spread_border(front: Front, chain: Chain, values: FloatArray, n_border: int) -> None:
    """Add values of a group's border rows to those of wide rows and modes; its wraps are the modes."""
    for i in range(n_border):
        chain.felt[i] += values[i]


@kernel
def add_corner(pattern: Pattern, front: Front, chain: Chain, left: FloatArray) -> None:
    """Add what a group's columns left of border rows against each other."""
    row, column = 2 * front.n_rows + front.n_under_way, 2 * front.n_wide + front.n_under_way
    first = pattern.rest_offset.shape[1]
    for e in range(len(pattern.corner_row)):
        i, j = pattern.corner_row[e], pattern.corner_column[e]
        chain.front[row + min(i, j), column + max(i, j)] += left[first + e].sum()


@kernel
def factor_links(
    pattern: Pattern, front: Front, s: State, chain: Chain, g: int, handover: Handover, h: int,
    border_rows: FloatArray,
) -> None:  # fmt: skip
    """Eliminate the link rows of group `g`, and carry the predictor's right-hand side forward."""
    n = front.n_link
    first, n_left = g * LANES, pattern.rest_offset.shape[1]
    spread_tied(front, handover.size[h], g, s.size_link)
    if g > 0 and change_modes(front, chain, s.size_link, g, first):
        fold_border(front, chain, g - 1)
    left = handover.left[h]
    spread_tied(front, handover.activity[h], g, s.activity_link)
    spread_tied(front, handover.rows[h], g, s.d_link)
    spread_border(front, chain, border_rows[g], pattern.n_border)
    add_corner(pattern, front, chain, left)
    if n == 0:
        return
    by_hour = turned(left, n_left)
    flat = chain.front.reshape(-1)
    n_carried = front.n_under_way + front.n_fixed + chain.rank[g]
    place = s.factor_start[first]
    for q in range(LANES):
        t, odd = first + q, q % 2
        here, there = odd * front.n_rows, (1 - odd) * front.n_rows
        for e in range(n_left):
            flat[pattern.rest_offset[odd, e]] += by_hour[q, e]
        for k in range(n):
            chain.front[here + k, k] += s.dead_link[t, k]
        eliminate_link(
            chain.front, here, there, 2 * front.n_rows, n, front.n_wide, n_carried, front.stops,
            s.size_link[t], s.pivot_link[t], chain.shares,
        )  # fmt: skip
        s.factor_start[t] = place
        place = store_link(chain.front, here, n, front.n_wide, n_carried, front.stops, s.factor_link, place)
        s.factor_start[t + 1] = place
        shift_front(front, chain.front, here, there, n_carried)
        carry_link(front, s, chain, t, n_carried)


@kernel
def turned(values: FloatArray, count: int) -> FloatArray:
    """Return the first `count` rows of values (n, LANES) hour by hour, shape (LANES, count)."""
    out = np.empty((LANES, count))
    for start in range(0, count, 8):
        for q in range(LANES):
            for e in range(start, min(start + 8, count)):
                out[q, e] = values[e, q]
    return out


@kernel
def shift_front(front: Front, matrix: FloatArray, here: int, there: int, n_carried: int) -> None:
    """Go on by an hour: the rows `there` are the hour's, those `here` the next; rows under way come nearer.

    `here` are the rows of the hour that has been eliminated.
    """
    n, near, way = front.n_link, front.n_near, front.n_under_way
    low, at = 2 * front.n_rows, 2 * front.n_wide
    matrix[here : here + n, : at + n_carried] = 0.0
    if way == 0:
        return
    for i in range(n):
        row = there + i
        for x in range(near):
            matrix[row, front.n_wide + x] = matrix[row, at + x]
        nearer(front, matrix, row, at)
    for x in range(near):
        for y in range(x, near):
            matrix[here + x, y] = matrix[low + x, at + y]
        matrix[here + x, at : at + n_carried] = matrix[low + x, at : at + n_carried]
        nearer(front, matrix, here + x, at)
    for x in range(near, way):
        to = low + front.next_place[x]
        for y in range(x, n_carried):
            column = front.next_place[y] if y < way else y
            matrix[to, at + column] = matrix[low + x, at + y]
    for x in range(way):
        if front.is_last[x]:
            matrix[low + x, at : at + n_carried] = 0.0
            for y in range(x):
                matrix[low + y, at + x] = 0.0


@kernel
def nearer(front: Front, matrix: FloatArray, row: int, at: int) -> None:
    """Move what a row has with rows under way to their places an hour later."""
    for x in range(front.n_near, front.n_under_way):
        matrix[row, at + front.next_place[x]] = matrix[row, at + x]
    for x in range(front.n_under_way):
        if front.is_last[x]:
            matrix[row, at + x] = 0.0


@kernel
def collect_link(front: Front, d: FloatArray, t: int, out: FloatArray) -> None:
    """Set the parts of the front's rows to the values of the link rows of hour `t` and of later ones."""
    for k in range(front.n_link):
        out[0, k] = d[t, k]
        out[0, front.n_wide + k] = d[t + 1, k]
    for x in range(front.n_under_way):
        out[0, 2 * front.n_wide + x] = d[t + front.lag[x], front.row[x]]


@kernel
def carry_link(front: Front, s: State, chain: Chain, t: int, n_carried: int) -> None:
    """Carry the right-hand side of one hour's link rows forward."""
    d, numbers, way, at = s.d_link, chain.numbers, front.n_under_way, 2 * front.n_wide
    collect_link(front, d, t, numbers)
    for i in range(n_carried - way):
        numbers[0, at + way + i] = chain.felt[i]
    forward_link(
        s.factor_link, s.factor_start[t], s.pivot_link[t], numbers, front.stops, front.n_link, front.n_wide,
        n_carried,
    )  # fmt: skip
    for k in range(front.n_link):
        d[t, k] = numbers[0, k]
        d[t + 1, k] = numbers[0, front.n_wide + k]
    for x in range(way):
        d[t + front.lag[x], front.row[x]] = numbers[0, at + x]
    for i in range(n_carried - way):
        chain.felt[i] = numbers[0, at + way + i]


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
def close_border(front: Front, chain: Chain, group: int, is_factor: bool) -> None:
    """Add what wide rows and modes have gathered up to the last `group` to the border.

    With `is_factor`, the corner is factorised too; its diagonal is left inverted.
    """
    fold_border(front, chain, group)
    if not is_factor:
        return
    fold_corner(front, chain, group)
    corner = chain.corner
    nb = corner.shape[0]
    for k in range(nb):
        p = corner[k, k]
        inverse = 1.0 / p if p > 0.0 else 0.0
        corner[k, k] = inverse
        for i in range(k + 1, nb):
            f = corner[k, i] * inverse
            for c in range(i, nb):
                corner[i, c] -= f * corner[k, c]


@kernel
def solve_border(corner: FloatArray, border: FloatArray) -> None:
    """Solve for the border rows in place."""
    nb = len(border)
    for k in range(nb):
        f = border[k] * corner[k, k]
        for i in range(k + 1, nb):
            border[i] -= f * corner[k, i]
    for k in range(nb - 1, -1, -1):
        left = border[k]
        for i in range(k + 1, nb):
            left -= corner[k, i] * border[i]
        border[k] = left * corner[k, k]


@kernel
def aim_group(
    pattern: Pattern, s: State, g: int, mode: int, target: float, trial_x: float, trial_z: float,
    use_sides: bool, handover: Handover, h: int, border_rows: FloatArray,
) -> None:  # fmt: skip
    """Form the right-hand side of group `g`, and carry it through its hour rows."""
    nh, nt, nb = pattern.n_hour, pattern.n_tied, pattern.n_border
    rows = np.zeros((nh + nt + nb, LANES))
    if use_sides:
        rows[:nh] = s.b_hour[g]
    aim_columns(pattern, s, g, mode, target, trial_x, trial_z, use_sides, rows)
    forward_hours(pattern, s.factor_hour[g], rows)
    s.d_hour[g] = rows[:nh]
    handover.rows[h] = rows[nh : nh + nt]
    for i in range(nb):
        border_rows[g, i] = rows[nh + nt + i].sum()


@kernel
def carry_links(
    pattern: Pattern, front: Front, s: State, chain: Chain, g: int, handover: Handover, h: int,
    border_rows: FloatArray,
) -> None:  # fmt: skip
    """Carry the right-hand side of the link rows of group `g` forward."""
    if g > 0 and has_other_modes(front, chain, g):
        fold_border(front, chain, g - 1)
    spread_tied(front, handover.rows[h], g, s.d_link)
    spread_border(front, chain, border_rows[g], pattern.n_border)
    n_carried = front.n_under_way + front.n_fixed + chain.rank[g]
    for q in range(LANES):
        carry_link(front, s, chain, g * LANES + q, n_carried)


@kernel
def has_other_modes(front: Front, chain: Chain, g: int) -> bool:
    """Return whether group `g` has other modes than the one before."""
    return g == front.n_plain or chain.rank[g] != chain.rank[g - 1]


@kernel
def settle_links(front: Front, s: State, chain: Chain, g: int, border: FloatArray) -> None:
    """Solve for the link rows of group `g`, backwards."""
    numbers, n = chain.numbers, front.n_link
    n_carried = front.n_under_way + front.n_fixed + chain.rank[g]
    spread_modes(front, chain, border, g, numbers, 2 * front.n_wide + front.n_under_way)
    for q in range(LANES - 1, -1, -1):
        t = g * LANES + q
        collect_link(front, s.d_link, t, numbers)
        backward_link(
            s.factor_link, s.factor_start[t + 1], s.pivot_link[t], numbers, front.stops, n, front.n_wide,
            n_carried,
        )  # fmt: skip
        for k in range(n):
            s.d_link[t, k] = numbers[0, k]


@kernel
def turn_group(
    pattern: Pattern, front: Front, s: State, g: int, mode: int, border: FloatArray,
    out_x: FloatArray, out_z: FloatArray, out_v: FloatArray, sums: FloatArray,
) -> None:  # fmt: skip
    """Solve for the hour rows of group `g`, and find the change of its columns."""
    nh = pattern.n_hour
    rows = np.empty((nh + pattern.n_tied + pattern.n_border, LANES))
    local_prices(pattern, front, s.d_hour, s.d_link, border, g, rows)
    backward_hours(pattern, s.factor_hour[g], rows)
    s.d_hour[g] = rows[:nh]
    turn_columns(pattern, s, g, mode, rows, out_x, out_z, out_v, sums)


@kernel
def factor_span(
    plain: Pattern, last: Pattern, front: Front, s: State, chain: Chain, step_x: float, step_z: float,
    span: tuple[int, int], parts: tuple[bool, bool], handover: Handover, first: int, border: FloatArray,
    border_rows: FloatArray, sums: FloatArray,
) -> None:  # fmt: skip
    """Do the columns, the link rows, or both in turn, of the groups of `span` while factorising.

    Group g hands over at place g - `first`, or at place 0 where both parts are done in turn.
    """
    for g in range(span[0], span[1]):
        pattern = plain if g < front.n_plain else last
        h = 0 if parts[0] and parts[1] else g - first
        if parts[0]:
            factor_columns(pattern, front, s, step_x, step_z, g, handover, h, border, border_rows, sums)
        if parts[1]:
            factor_links(pattern, front, s, chain, g, handover, h, border_rows)


@kernel
def forward_span(
    plain: Pattern, last: Pattern, front: Front, s: State, chain: Chain, mode: int, target: float,
    trial_x: float, trial_z: float, use_sides: bool, span: tuple[int, int], parts: tuple[bool, bool],
    handover: Handover, first: int, border_rows: FloatArray,
) -> None:  # fmt: skip
    """Do the columns, the link rows, or both in turn, of the groups of `span` on the way forward."""
    for g in range(span[0], span[1]):
        pattern = plain if g < front.n_plain else last
        h = 0 if parts[0] and parts[1] else g - first
        if parts[0]:
            aim_group(pattern, s, g, mode, target, trial_x, trial_z, use_sides, handover, h, border_rows)
        if parts[1]:
            carry_links(pattern, front, s, chain, g, handover, h, border_rows)


@kernel
def backward_span(
    plain: Pattern, last: Pattern, front: Front, s: State, chain: Chain, mode: int, span: tuple[int, int],
    parts: tuple[bool, bool], border: FloatArray, out_x: FloatArray, out_z: FloatArray, out_v: FloatArray,
    sums: FloatArray,
) -> None:  # fmt: skip
    """Do the columns, the link rows, or both in turn, of the groups of `span` on the way back."""
    for g in range(span[1] - 1, span[0] - 1, -1):
        pattern = plain if g < front.n_plain else last
        if parts[1]:
            settle_links(front, s, chain, g, border)
        if parts[0]:
            turn_group(pattern, front, s, g, mode, border, out_x, out_z, out_v, sums)


@kernel
def price_columns(
    plain: Pattern, last: Pattern, front: Front, s: State, border: FloatArray, out: FloatArray
) -> None:
    """Multiply the columns by the prices in d_hour and d_link, into `out`."""
    rows = np.empty((last.n_hour + last.n_tied + last.n_border, LANES))
    for g in range(s.x.shape[0]):
        pattern = plain if g < front.n_plain else last
        local_prices(pattern, front, s.d_hour, s.d_link, border, g, rows)
        for j in range(s.x.shape[1]):
            times_column(pattern, s.series, g, j, rows, out[g, j])
