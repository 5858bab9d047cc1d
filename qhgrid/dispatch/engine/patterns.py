"""Places in memory of an hour's matrix and of its factor, from the places of its entries."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from qhgrid.dispatch.engine.layout import PANEL, Front, Pattern
from qhgrid.dispatch.program import IntArray

Place = tuple[int, float, int]
"""An entry of a column: local row, value, series or -1."""


def filled(by_column: list[list[Place]], n_hour: int, n_local: int) -> list[list[int]]:
    """Return the local rows below the diagonal in each column of the factor, the rest being what is left."""
    below: list[set[int]] = [set() for _ in range(n_local)]
    for column in by_column:
        rows = sorted({row for row, _, _ in column})
        for a, row in enumerate(rows):
            below[row].update(rows[a + 1 :])
    for k in range(n_hour):
        near = sorted(below[k])
        for a, row in enumerate(near):
            below[row].update(near[a + 1 :])
    return [sorted(rows) for rows in below]


def pattern_of(by_column: list[list[Place]], n_hour: int, n_border: int, front: Front) -> Pattern:
    """Return the pattern: a place in memory for each entry of an hour's matrix and of its factor.

    Parameters
    ----------
    by_column : list of list
        Entries of each column, by rising local row.
    n_hour, n_border : int
        Hour rows, and border rows that the columns touch.
    front : Front
        Where the link rows stand.
    """
    n_tied = 2 * front.n_link + front.n_under_way
    lower = filled(by_column, n_hour, n_hour + n_tied + n_border)
    factor_start = np.cumsum([0, *(len(lower[k]) for k in range(n_hour))])
    place = {(k, k): k for k in range(n_hour)}
    for k in range(n_hour):
        place |= {(row, k): n_hour + int(factor_start[k]) + e for e, row in enumerate(lower[k])}
    n_kept = len(place)
    rest = _left_over(by_column, lower, n_hour, n_tied)
    rest.sort(key=lambda item: (item[1] >= n_hour + n_tied, _spot(item, n_hour, front)))
    place |= {item: n_kept + e for e, item in enumerate(rest)}
    updates = [
        [place[rows[a], rows[b]] for a in range(len(rows)) for b in range(a + 1)] for rows in lower[:n_hour]
    ]
    entry = [item for column in by_column for item in column]
    column_start = np.cumsum([0, *(len(column) for column in by_column)])
    pair_start, pairs = _pairs(entry, column_start, place)
    inner = [item for item in rest if item[1] < n_hour + n_tied]
    corner = rest[len(inner) :]
    return Pattern(
        n_hour=n_hour,
        n_tied=n_tied,
        n_border=n_border,
        column_start=integers(column_start),
        entry_row=integers([row for row, _, _ in entry]),
        entry_value=np.array([value for _, value, _ in entry], dtype=float),
        entry_series=integers([series for _, _, series in entry]),
        pair_start=integers(pair_start),
        pair_place=integers([at for at, _, _ in pairs]),
        pair_first=integers([a for _, a, _ in pairs]),
        pair_second=integers([b for _, _, b in pairs]),
        pair_is_fixed=np.array([entry[a][2] < 0 and entry[b][2] < 0 for _, a, b in pairs], dtype=bool),
        pair_value=np.array([entry[a][1] * entry[b][1] for _, a, b in pairs], dtype=float),
        factor_start=integers(factor_start),
        factor_row=integers([row for rows in lower[:n_hour] for row in rows]),
        update_start=integers(np.cumsum([0, *(len(places) for places in updates)])),
        update_place=integers([at for places in updates for at in places]),
        n_kept=n_kept,
        n_rest=len(rest),
        rest_offset=integers(
            [[_offset(item, n_hour, front, odd) for item in inner] for odd in (False, True)]
        ).reshape(2, -1),
        corner_row=integers([row - n_hour - n_tied for row, _ in corner]),
        corner_column=integers([column - n_hour - n_tied for _, column in corner]),
        tied_diagonal=integers([place.get((k, k), -1) for k in range(n_hour, n_hour + n_tied)]),
    )


def _left_over(
    by_column: list[list[Place]], lower: list[list[int]], n_hour: int, n_tied: int
) -> list[tuple[int, int]]:
    """Return the entries, row and column, that the elimination of the hour rows leaves."""
    touched = {row for column in by_column for row, _, _ in column}
    touched |= {row for rows in lower[:n_hour] for row in rows}
    return [(row, k) for k in range(n_hour, len(lower)) if k in touched for row in (k, *lower[k])]


def _spot(item: tuple[int, int], n_hour: int, front: Front) -> tuple[int, int]:
    """Return row and column of the front, in an even hour, of an entry among tied and border rows."""
    n, second, first = front.n_link, item[0] - n_hour, item[1] - n_hour
    column = second if second < n else second - n + (front.n_wide if first < n else 0)
    if second >= 2 * n:
        column = second - 2 * n + 2 * front.n_wide
    if first < n:
        return first, column
    return (first - n + front.n_rows if first < 2 * n else first - 2 * n + 2 * front.n_rows), column


def _offset(item: tuple[int, int], n_hour: int, front: Front, odd: bool) -> int:
    """Return where an entry stands in the front, row by row, in even hours or in odd ones."""
    row, column = _spot(item, n_hour, front)
    if odd and row < 2 * front.n_rows:
        row = (row + front.n_rows) % (2 * front.n_rows)
    return row * front.width + column


def _pairs(
    entry: list[Place], column_start: IntArray, place: dict[tuple[int, int], int]
) -> tuple[list[int], list[tuple[int, int, int]]]:
    """Return where the products of each column's entries start, and place and entries of each product."""
    pairs: list[tuple[int, int, int]] = []
    start = [0]
    for first, stop in pairwise(column_start.tolist()):
        for a in range(first, stop):
            for b in range(first, a + 1):
                pair = (place[entry[a][0], entry[b][0]], a, b)
                pairs += [pair, pair] if a != b and entry[a][0] == entry[b][0] else [pair]
        start.append(len(pairs))
    return start, pairs


def front_of(
    depth: IntArray,
    coupled: list[tuple[int, int]],
    n_fixed: int,
    wraps: tuple[IntArray, IntArray],
    n_plain: int,
) -> Front:
    """Return how the dense matrix of link rows is laid out.

    Parameters
    ----------
    depth : ndarray
        How many hours later columns touch each link row at most, falling, shape (n_link,).
    coupled : list
        Link rows and those of the next hour that columns or the elimination of hour rows couple them to.
    n_fixed : int
        Rows over the whole horizon.
    wraps : tuple of ndarray
        Hour and link row of each wrap.
    n_plain : int
        Groups before those whose columns wrap.
    """
    n, n_wraps = len(depth), len(wraps[0])
    near = int((depth >= 2).sum())
    way = [(lag, k) for lag in range(2, int(depth.max(initial=0)) + 1) for k in np.flatnonzero(depth >= lag)]
    at = {item: x for x, item in enumerate(way)}
    stops = np.full(n, near)
    for k, other in coupled:
        stops[k] = max(stops[k], other + 1)
    n_wide = rounded_up(n, 8)
    return Front(
        n_link=n, n_rows=rounded_up(n, PANEL), n_wide=n_wide, n_near=near, n_under_way=len(way),
        n_fixed=n_fixed, n_wraps=n_wraps,
        width=2 * n_wide + rounded_up(len(way) + n_fixed + n_wraps, 8),
        lag=integers([lag for lag, _ in way]), row=integers([k for _, k in way]),
        next_place=integers([at.get((lag - 1, k), -1) for lag, k in way]),
        is_last=np.array([(lag + 1, k) not in at for lag, k in way], dtype=bool),
        stops=integers(np.maximum.accumulate(stops)), wrap_hour=wraps[0], wrap_row=wraps[1], n_plain=n_plain,
    )  # fmt: skip


def rounded_up(count: int, unit: int) -> int:
    """Return the next multiple of `unit`."""
    return -(-count // unit) * unit


def integers(values: object) -> IntArray:
    """Return `values` as an array of integers."""
    return np.asarray(values, dtype=np.int64).reshape(-1)
