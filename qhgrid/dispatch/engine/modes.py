"""Numba kernels of the modes: the rows that tie the end of the horizon to its beginning, while they are felt.

The elimination carries these rows through all hours. They are felt less and less: what a battery holds at the
beginning does not matter a week later, and after months only the largest reservoirs do. So they are carried
as modes, sums of them that are orthogonal to each other; what the front does not feel any more is dropped.
"""

from __future__ import annotations

import numpy as np

from qhgrid.dispatch.engine.layout import FAINT, Chain, FloatArray, Front, kernel

NEW = 0.1
"""Share of a row that others must leave of it for it to say something new."""


@kernel
def front_rows(front: Front, here: int, there: int) -> np.ndarray:
    """Return the rows of the front that may feel modes: of the hour, of the next, and under way."""
    n = front.n_link
    rows = np.empty(n + front.n_near + front.n_under_way, np.int64)
    for k in range(n):
        rows[k] = here + k
    for k in range(front.n_near):
        rows[n + k] = there + k
    for x in range(front.n_under_way):
        rows[n + front.n_near + x] = 2 * front.n_rows + x
    return rows


@kernel
def scales(front: Front, size: FloatArray, hour: int) -> FloatArray:
    """Return the roots of the diagonals, before any elimination, of the rows of the front."""
    n, near = front.n_link, front.n_near
    out = np.empty(n + near + front.n_under_way)
    for k in range(n):
        out[k] = size[hour, k]
    for k in range(near):
        out[n + k] = size[hour + 1, k]
    for x in range(front.n_under_way):
        out[n + near + x] = size[hour + front.lag[x], front.row[x]]
    return np.sqrt(out)


@kernel
def largest_row(values: FloatArray) -> tuple[int, float]:
    """Return the row with the largest sum of squares, and that sum."""
    most, chosen = 0.0, 0
    for i in range(values.shape[0]):
        total = 0.0
        for c in range(values.shape[1]):
            total += values[i, c] * values[i, c]
        if total > most:
            most, chosen = total, i
    return chosen, most


@kernel
def set_direction(direction: FloatArray, basis: FloatArray, count: int) -> bool:
    """Take the first `count` rows of a basis out of `direction`, and make it 1 long.

    Returns False if little is left of it, which is rounding.
    """
    is_new = True
    direction /= np.sqrt((direction * direction).sum())
    for _ in range(2):
        for b in range(count):
            direction -= (basis[b] * direction).sum() * basis[b]
        left = (direction * direction).sum()
        is_new = is_new and left > NEW * NEW
        if is_new:
            direction /= np.sqrt(left)
    return is_new


@kernel
def orthogonal(coupling: FloatArray, basis: FloatArray) -> int:
    """Split `coupling`, shape (n, r), into what is left of it times an orthogonal basis; return its rank.

    The row with the largest rest comes next. `coupling` becomes the factors, shape (n, rank), `basis` the
    rows of the basis, shape (rank, r).
    """
    n: int = coupling.shape[0]
    r: int = coupling.shape[1]
    factors = np.zeros((n, r))
    direction = np.empty(r)
    rank = 0
    while rank < r:
        chosen, most = largest_row(coupling)
        if not most > FAINT * FAINT:
            break
        direction[:] = coupling[chosen]
        if not set_direction(direction, basis, rank):
            coupling[chosen] = 0.0
            continue
        basis[rank] = direction
        for i in range(n):
            total = 0.0
            for c in range(r):
                total += coupling[i, c] * direction[c]
            factors[i, rank] = total
            for c in range(r):
                coupling[i, c] -= total * direction[c]
        rank += 1
    coupling[:] = factors
    return rank


@kernel
def fold_corner(front: Front, chain: Chain, group: int) -> None:
    """Add what wide rows and modes have gathered against each other to the border's corner, and clear it."""
    nf, r, w = front.n_fixed, chain.rank[group], front.n_wraps
    row, column = 2 * front.n_rows + front.n_under_way, 2 * front.n_wide + front.n_under_way
    part = np.zeros((nf + r, nf + r))
    for i in range(nf + r):
        for j in range(i, nf + r):
            part[i, j] = chain.front[row + i, column + j]
            part[j, i] = part[i, j]
            chain.front[row + i, column + j] = 0.0
    half = np.zeros((nf + r, nf + w))
    basis = chain.basis[group]
    for i in range(nf + r):
        half[i, :nf] = part[i, :nf]
        for m in range(r):
            for c in range(w):
                half[i, nf + c] += part[i, nf + m] * basis[m, c]
    for j in range(nf + w):
        for i in range(nf):
            chain.corner[i, j] += half[i, j]
        for m in range(r):
            for c in range(w):
                chain.corner[nf + c, j] += basis[m, c] * half[nf + m, j]


@kernel
def fold_border(front: Front, chain: Chain, group: int) -> None:
    """Add the right-hand side of wide rows and modes to that of the border, and clear it."""
    nf = front.n_fixed
    for i in range(nf):
        chain.border[i] += chain.felt[i]
    for m in range(chain.rank[group]):
        for c in range(front.n_wraps):
            chain.border[nf + c] += chain.basis[group, m, c] * chain.felt[nf + m]
    chain.felt[:] = 0.0


@kernel
def spread_modes(
    front: Front, chain: Chain, border: FloatArray, group: int, out: FloatArray, at: int
) -> None:
    """Set the values of wide rows and modes of a group from those of the border, from `at` on."""
    nf = front.n_fixed
    for i in range(nf):
        out[0, at + i] = border[i]
    for m in range(chain.rank[group]):
        total = 0.0
        for c in range(front.n_wraps):
            total += chain.basis[group, m, c] * border[nf + c]
        out[0, at + nf + m] = total


@kernel
def first_modes(front: Front, chain: Chain, theta: FloatArray) -> None:
    """Set the first modes: the wraps themselves, in units of their own diagonals, and their couplings.

    `theta` are the weights of the columns outside the hours that stand in a wrap and in a link row of the
    first hours.
    """
    w = front.n_wraps
    basis, at = chain.basis[0], 2 * front.n_wide + front.n_under_way + front.n_fixed
    chain.rank[0] = w
    basis[:] = 0.0
    for c in range(w):
        unit = np.sqrt(theta[c]) if front.n_plain > 0 and theta[c] > 0.0 else 1.0
        basis[c, c] = unit
        hour, k = front.wrap_hour[c], front.wrap_row[c]
        row, column = k, k
        if hour == 1:
            row = front.n_rows + k
        if hour > 1:
            for x in range(front.n_under_way):
                if front.lag[x] == hour and front.row[x] == k:
                    row, column = 2 * front.n_rows + x, 2 * front.n_wide + x
        chain.front[row, column] += theta[c]
        chain.front[row, at + c] += theta[c] / unit


@kernel
def change_modes(front: Front, chain: Chain, size: FloatArray, group: int, hour: int) -> bool:
    """Choose the modes of `group`, whose first hour is `hour`; return whether they are others than before.

    The groups whose columns wrap have the wraps themselves.
    """
    r, w, at = chain.rank[group - 1], front.n_wraps, 2 * front.n_wide + front.n_under_way + front.n_fixed
    chain.rank[group] = r
    old, new = chain.basis[group - 1], chain.basis[group]
    new[:r] = old[:r]
    is_end = group == front.n_plain
    if (r == 0 and not is_end) or group > front.n_plain:
        return False
    rows = front_rows(front, 0, front.n_rows)
    coupling = np.empty((len(rows), r))
    for i in range(len(rows)):
        coupling[i] = chain.front[rows[i], at : at + r]
    if is_end:
        fold_corner(front, chain, group - 1)
        for i in range(len(rows)):
            chain.front[rows[i], at : at + w] = 0.0
            for m in range(r):
                for c in range(w):
                    chain.front[rows[i], at + c] += coupling[i, m] * old[m, c]
        new[:] = 0.0
        for c in range(w):
            new[c, c] = 1.0
        chain.rank[group] = w
        return True
    scale = scales(front, size, hour)
    for i in range(len(rows)):
        coupling[i] *= 1.0 / scale[i] if scale[i] > 0.0 else 0.0
    mix = np.zeros((r, r))
    rank = orthogonal(coupling, mix)
    if rank == r:
        return False
    fold_corner(front, chain, group - 1)
    for i in range(len(rows)):
        chain.front[rows[i], at : at + r] = 0.0
        for m in range(rank):
            chain.front[rows[i], at + m] = coupling[i, m] * scale[i]
    new[:] = 0.0
    for m in range(rank):
        for b in range(r):
            for c in range(w):
                new[m, c] += mix[m, b] * old[b, c]
    chain.rank[group] = rank
    return True
