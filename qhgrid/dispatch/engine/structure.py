"""What is the same for every hour and every solve of a problem: scaling, roles of rows, elimination order.

A :class:`Structure` depends on the matrix of a problem alone. Bounds, costs and sides may change from solve
to solve.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from qhgrid.dispatch.engine.layout import LANES, Pattern
from qhgrid.dispatch.engine.problem import Entries, Problem
from qhgrid.dispatch.program import BoolArray, FloatArray, IntArray

SCALING_PASSES = 4

Place = tuple[int, float, int]
"""An entry of a column: local row, value, series or -1."""
Counts = tuple[int, int, int]
"""Hour rows, link rows, border rows."""


@dataclass(frozen=True)
class Structure:
    """The matrix of a problem, scaled and ordered for the kernels.

    The engine's columns are those of the problem and then one slack for each row with two sides; its rows
    of an hour are the problem's, hour rows first in order of elimination.
    """

    pattern: Pattern
    series: FloatArray
    """Scaled values that change with the hour, shape (n_series, n_groups, LANES)."""
    n_hours: int
    n_groups: int
    hour_rows: IntArray
    """The problem's rows in the order of elimination, shape (n_hour,)."""
    link_rows: IntArray
    """The problem's rows that tie hours together, shape (n_link,)."""
    slack_rows: IntArray
    """The problem's rows that have a slack, shape (n_slack,)."""
    row_scale: FloatArray
    """What the problem's rows are multiplied by, shape (n_rows,)."""
    column_scale: FloatArray
    """What the problem's columns are divided by, slacks included, shape (n_columns + n_slack,)."""
    wide_scale: FloatArray
    """What the wide rows are multiplied by, shape (n_wide,)."""
    outer_border: FloatArray
    """Border rows of the columns outside the hours, shape (n_border, n_outer)."""
    outer_first: FloatArray
    """Link rows of the first hour of the columns outside the hours, shape (n_link, n_outer)."""
    wide_slacks: IntArray
    """Wide rows that have a slack; these slacks come first among the columns outside the hours."""
    wrap_columns: IntArray
    """Columns whose last hour is the hour before the first; their copies come next."""

    @property
    def middle_group(self) -> int:
        """Group at which the early half of the horizon ends and the late one begins."""
        return self.n_groups // 2

    @property
    def link_index(self) -> IntArray:
        """Where the link rows of each hour stand in arrays of link rows, shape (n_hours,)."""
        hours = np.arange(self.n_hours)
        return hours + (hours >= self.middle_group * LANES)

    @property
    def n_padded(self) -> int:
        """Hours with those that fill the last group."""
        return self.n_groups * LANES


@dataclass
class _Entry:
    """One place of the matrix by local row and column: a number, or one number an hour."""

    row: int
    column: int
    value: float
    by_hour: FloatArray | None = None


def group_hours(values: FloatArray, n_groups: int, fill: float = 0.0) -> FloatArray:
    """Return hourly values (n_hours, n) side by side, shape (n_groups, n, LANES)."""
    n_hours, n = values.shape
    padded = np.full((n_groups * LANES, n), fill)
    padded[:n_hours] = values
    return np.ascontiguousarray(padded.reshape(n_groups, LANES, n).transpose(0, 2, 1))


def ungroup_hours(values: FloatArray, n_hours: int) -> FloatArray:
    """Return values (n_groups, n, LANES) hour by hour, shape (n_hours, n)."""
    n_groups, n, _ = values.shape
    return np.ascontiguousarray(values.transpose(0, 2, 1)).reshape(n_groups * LANES, n)[:n_hours]


def read_structure(problem: Problem) -> Structure:
    """Return the structure of `problem`."""
    n_hours = problem.n_hours
    n_groups = -(-n_hours // LANES)
    slack_rows = np.flatnonzero((problem.row_lower != problem.row_upper).any(axis=0))
    wide_slacks = np.flatnonzero(problem.wide_lower != problem.wide_upper)
    wrapping = np.flatnonzero(problem.wraps)
    wrap_columns = np.unique(problem.before.column[wrapping])
    is_link = _link_rows(problem, wrap_columns)
    row_scale, column_scale = _scales(problem)
    column_scale = np.concatenate([column_scale, 1.0 / row_scale[slack_rows]])
    wide_scale = _wide_scales(problem, column_scale)
    link_rows = np.flatnonzero(is_link)
    entries = _matrix_entries(problem, slack_rows, row_scale, column_scale)
    order = _eliminate(entries, problem.n_rows, is_link)
    local = _local_rows(problem, order, link_rows)
    n_border = len(wide_scale) + len(wrap_columns)
    border = _border_entries(problem, wide_scale, column_scale, wrap_columns)
    pattern, series = _pattern(
        entries, border, local, (len(order), len(link_rows), n_border),
        len(column_scale), n_hours, n_groups,
    )  # fmt: skip
    outer_border, outer_first = _outer_columns(
        problem, wide_scale, column_scale, row_scale, wide_slacks, wrap_columns, link_rows
    )
    return Structure(
        pattern, series, n_hours, n_groups, order, link_rows, slack_rows, row_scale, column_scale,
        wide_scale, outer_border, outer_first, wide_slacks, wrap_columns,
    )  # fmt: skip


def _link_rows(problem: Problem, wrap_columns: IntArray) -> BoolArray:
    """Return which rows tie hours together, or hold a column that wraps around the horizon."""
    is_link = np.zeros(problem.n_rows, dtype=bool)
    is_link[problem.before.row] = True
    is_link[problem.now.row[np.isin(problem.now.column, wrap_columns)]] = True
    return is_link


def _scales(problem: Problem) -> tuple[FloatArray, FloatArray]:
    """Return factors of rows and of columns, powers of 2, that bring the entries near 1."""
    row = np.concatenate([problem.now.row, problem.before.row])
    column = np.concatenate([problem.now.column, problem.before.column])
    size = np.concatenate([_sizes(part) for part in (problem.now, problem.before)])
    rows, columns = np.ones(problem.n_rows), np.ones(problem.n_columns)
    for _ in range(SCALING_PASSES):
        rows /= _middle(size * rows[row] * columns[column], row, len(rows))
        columns /= _middle(size * rows[row] * columns[column], column, len(columns))
    return np.exp2(np.round(np.log2(rows))), np.exp2(np.round(np.log2(columns)))


def _sizes(entries: Entries) -> FloatArray:
    """Return the greatest absolute value of each entry over the hours."""
    value: FloatArray = np.abs(entries.value)
    if len(entries.values):
        most = np.abs(entries.values).max(axis=1)
        value = np.where(entries.series >= 0, most[np.maximum(entries.series, 0)], value)
    return value


def _middle(size: FloatArray, group: IntArray, count: int) -> FloatArray:
    """Return the geometric middle between the least and the greatest of each group, 1 for empty ones."""
    least, most = np.full(count, np.inf), np.zeros(count)
    inside = size > 0.0
    np.minimum.at(least, group[inside], size[inside])
    np.maximum.at(most, group[inside], size[inside])
    found = most > 0.0
    middle = np.ones(count)
    middle[found] = np.sqrt(least[found] * most[found])
    return middle


def _wide_scales(problem: Problem, column_scale: FloatArray) -> FloatArray:
    """Return factors of the wide rows."""
    scale = np.ones(problem.wide.shape[0])
    for i in range(len(scale)):
        part = slice(problem.wide.indptr[i], problem.wide.indptr[i + 1])
        size = np.abs(problem.wide.data[part] * column_scale[problem.wide.indices[part] % problem.n_columns])
        if size.size and size.max() > 0.0:
            scale[i] = np.exp2(-np.round(np.log2(size.max())))
    return scale


NOW, AFTER = 0, 1


def _matrix_entries(
    problem: Problem, slack_rows: IntArray, row_scale: FloatArray, column_scale: FloatArray
) -> list[tuple[int, _Entry]]:
    """Return the scaled entries of each column in rows of its hour (NOW) and of the next (AFTER)."""
    found = []
    for place, part in ((NOW, problem.now), (AFTER, problem.before)):
        for row, column, value, series in zip(part.row, part.column, part.value, part.series, strict=True):
            factor = row_scale[row] * column_scale[column]
            by_hour = None
            if series >= 0:
                # What stands in the row of the next hour is kept with the hour of the column.
                values = part.values[series] * factor
                by_hour = values if place == NOW else np.append(values[1:], 0.0)
            found.append((place, _Entry(int(row), int(column), float(value * factor), by_hour)))
    for k, row in enumerate(slack_rows):
        found.append((NOW, _Entry(int(row), problem.n_columns + k, -1.0)))
    return found


def _border_entries(
    problem: Problem, wide_scale: FloatArray, column_scale: FloatArray, wrap_columns: IntArray
) -> list[_Entry]:
    """Return the entries of border rows: wide rows, and minus the last hour of columns that wrap."""
    n_hours, n = problem.n_hours, problem.n_columns
    found = []
    for i in range(len(wide_scale)):
        part = slice(problem.wide.indptr[i], problem.wide.indptr[i + 1])
        hour, column = np.divmod(problem.wide.indices[part], n)
        for j in np.unique(column):
            values = np.zeros(n_hours)
            here = column == j
            np.add.at(values, hour[here], problem.wide.data[part][here])
            values *= wide_scale[i] * column_scale[j]
            is_constant = bool((values == values[0]).all())
            found.append(_Entry(i, int(j), float(values[0]), None if is_constant else values))
    for i, j in enumerate(wrap_columns):
        values = np.zeros(n_hours)
        values[-1] = -1.0
        found.append(_Entry(len(wide_scale) + i, int(j), -1.0, values if n_hours > 1 else None))
    return found


def _eliminate(entries: list[tuple[int, _Entry]], n_rows: int, is_link: BoolArray) -> IntArray:
    """Return the hour rows in an order that fills in little: always the row with fewest neighbours."""
    members: dict[int, set[tuple[int, int]]] = {}
    for place, entry in entries:
        members.setdefault(entry.column, set()).add((place, entry.row))
    neighbours: dict[tuple[int, int], set[tuple[int, int]]] = {
        (NOW, int(i)): set() for i in np.flatnonzero(~is_link)
    }
    for rows in members.values():
        for row in rows:
            if row in neighbours:
                neighbours[row] |= rows
    for row, near in neighbours.items():
        near.discard(row)
    order = []
    while neighbours:
        chosen = min(neighbours, key=lambda row: (len(neighbours[row]), row))
        near = neighbours.pop(chosen)
        order.append(chosen[1])
        for row in near:
            if row in neighbours:
                neighbours[row] |= near
                neighbours[row] -= {row, chosen}
    return np.array(order, dtype=np.int64)


def _local_rows(problem: Problem, order: IntArray, link_rows: IntArray) -> tuple[IntArray, IntArray]:
    """Return the local row of each of the problem's rows, in its hour and seen from the hour before."""
    here = np.full(problem.n_rows, -1)
    here[order] = np.arange(len(order))
    here[link_rows] = len(order) + np.arange(len(link_rows))
    there = np.full(problem.n_rows, -1)
    there[link_rows] = len(order) + len(link_rows) + np.arange(len(link_rows))
    return here, there


def _pattern(
    entries: list[tuple[int, _Entry]],
    border: list[_Entry],
    local: tuple[IntArray, IntArray],
    counts: Counts,
    n_columns: int,
    n_hours: int,
    n_groups: int,
) -> tuple[Pattern, FloatArray]:
    """Return the pattern of the kernels, and the values that change with the hour."""
    n_hour, n_link, n_border = counts
    by_column: list[list[Place]] = [[] for _ in range(n_columns)]
    series: list[FloatArray] = []
    placed = [(int(local[place][e.row]), e) for place, e in entries]
    placed += [(n_hour + 2 * n_link + e.row, e) for e in border]
    for row, entry in placed:
        number = -1
        if entry.by_hour is not None:
            number = len(series)
            series.append(entry.by_hour)
        by_column[entry.column].append((row, entry.value, number))
    for column in by_column:
        column.sort(key=lambda item: item[0])
    lower = _fill(by_column, n_hour, n_hour + 2 * n_link + n_border)
    stacked = np.stack(series, axis=1) if series else np.zeros((n_hours, 0))
    grouped = np.ascontiguousarray(group_hours(stacked, n_groups).transpose(1, 0, 2))
    return _number_places(by_column, lower, counts), grouped


def _fill(by_column: list[list[Place]], n_hour: int, n_local: int) -> list[list[int]]:
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


def _number_places(by_column: list[list[Place]], lower: list[list[int]], counts: Counts) -> Pattern:
    """Return the pattern: a place in memory for each entry of an hour's matrix and of its factor."""
    n_hour, n_link, n_border = counts
    factor_start = np.cumsum([0, *(len(lower[k]) for k in range(n_hour))])
    place = {(k, k): k for k in range(n_hour)}
    for k in range(n_hour):
        place |= {(row, k): n_hour + int(factor_start[k]) + e for e, row in enumerate(lower[k])}
    n_kept = len(place)
    rest = _left_over(by_column, lower, counts)
    place |= {item: n_kept + e for e, item in enumerate(rest)}
    updates = [
        [place[rows[a], rows[b]] for a in range(len(rows)) for b in range(a + 1)] for rows in lower[:n_hour]
    ]
    entry = [item for column in by_column for item in column]
    column_start = np.cumsum([0, *(len(column) for column in by_column)])
    pair_start, pairs = _pairs(entry, column_start, place)
    hours, offsets, corners = _blocks(rest, counts)
    return Pattern(
        n_hour=n_hour,
        n_link=n_link,
        n_border=n_border,
        n_wide=_rounded_up(n_link),
        b_wide=_rounded_up(n_border),
        column_start=_integers(column_start),
        entry_row=_integers([row for row, _, _ in entry]),
        entry_value=np.array([value for _, value, _ in entry], dtype=float),
        entry_series=_integers([series for _, _, series in entry]),
        pair_start=_integers(pair_start),
        pair_place=_integers([at for at, _, _ in pairs]),
        pair_first=_integers([a for _, a, _ in pairs]),
        pair_second=_integers([b for _, _, b in pairs]),
        pair_is_fixed=np.array([entry[a][2] < 0 and entry[b][2] < 0 for _, a, b in pairs], dtype=bool),
        pair_value=np.array([entry[a][1] * entry[b][1] for _, a, b in pairs], dtype=float),
        factor_start=_integers(factor_start),
        factor_row=_integers([row for rows in lower[:n_hour] for row in rows]),
        update_start=_integers(np.cumsum([0, *(len(places) for places in updates)])),
        update_place=_integers([at for places in updates for at in places]),
        n_kept=n_kept,
        n_rest=len(rest),
        rest_hour=hours,
        rest_offset=offsets,
        corner_row=_integers([row for row, _ in corners]),
        corner_column=_integers([column for _, column in corners]),
        cross_stop=_cross_stops(rest, counts),
        link_diagonal=_integers([place.get((k, k), -1) for k in range(n_hour, n_hour + 2 * n_link)]).reshape(
            2, n_link
        ),
    )


def _left_over(by_column: list[list[Place]], lower: list[list[int]], counts: Counts) -> list[tuple[int, int]]:
    """Return the entries that the elimination of the hour rows leaves, those among border rows last."""
    n_hour, n_link, _ = counts
    touched = {row for column in by_column for row, _, _ in column}
    touched |= {row for rows in lower[:n_hour] for row in rows}
    left = [(row, k) for k in range(n_hour, len(lower)) if k in touched for row in (k, *lower[k])]
    return sorted(left, key=lambda item: item[1] >= n_hour + 2 * n_link)


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


def _blocks(rest: list[tuple[int, int]], counts: Counts) -> tuple[IntArray, IntArray, list[tuple[int, int]]]:
    """Return the hour and the place of each entry that is left, for both halves, and the border's own."""
    _, n, n_border = counts
    n_wide, b_wide = _rounded_up(n), _rounded_up(n_border)
    width = 2 * n_wide + b_wide
    hours: tuple[list[int], list[int]] = ([], [])
    offsets: tuple[list[int], list[int]] = ([], [])
    corners = []
    for row, column in rest:
        (row_part, i), (part, j) = _split(row, counts), _split(column, counts)
        if part == 2:
            corners.append((i, j))
            continue
        if row_part == 2:
            targets = [(part, j, n_wide + i)] * 2
        elif row_part == part:
            targets = [(part, j, i)] * 2
        else:
            targets = [(0, j, n_wide + b_wide + i), (1, i, n_wide + b_wide + j)]
        for half, (hour, line, place) in enumerate(targets):
            hours[half].append(hour)
            offsets[half].append(line * width + place)
    shape = (2, len(hours[0]))
    return _integers(hours).reshape(shape), _integers(offsets).reshape(shape), corners


def _rounded_up(count: int) -> int:
    """Return the next multiple of eight."""
    return -(-count // 8) * 8


def _split(local: int, counts: Counts) -> tuple[int, int]:
    """Return the part of a local row (0 link, 1 link of the next hour, 2 border) and its place in it."""
    n_hour, n_link, _ = counts
    part = min((local - n_hour) // n_link, 2) if n_link else 2
    return part, local - n_hour - part * n_link


def _cross_stops(rest: list[tuple[int, int]], counts: Counts) -> IntArray:
    """Return how many of the neighbour's rows each link row comes to be coupled to, in both halves."""
    stops = np.zeros((2, counts[1]), dtype=np.int64)
    for row, column in rest:
        (row_part, i), (part, j) = _split(row, counts), _split(column, counts)
        if (row_part, part) == (1, 0):
            stops[0, j] = max(stops[0, j], i + 1)
            stops[1, i] = max(stops[1, i], j + 1)
    return np.maximum.accumulate(stops, axis=1)


def _integers(values: object) -> IntArray:
    """Return `values` as an array of integers."""
    return np.asarray(values, dtype=np.int64).reshape(-1)


def _outer_columns(
    problem: Problem,
    wide_scale: FloatArray,
    column_scale: FloatArray,
    row_scale: FloatArray,
    wide_slacks: IntArray,
    wrap_columns: IntArray,
    link_rows: IntArray,
) -> tuple[FloatArray, FloatArray]:
    """Return the columns outside the hours: slacks of wide rows, and copies of columns that wrap."""
    n_wide, n_wrap = len(wide_scale), len(wrap_columns)
    border = np.zeros((n_wide + n_wrap, len(wide_slacks) + n_wrap))
    first = np.zeros((len(link_rows), border.shape[1]))
    border[wide_slacks, np.arange(len(wide_slacks))] = -1.0
    link_of = {int(row): k for k, row in enumerate(link_rows)}
    at_start = problem.before.at(0)
    for i, j in enumerate(wrap_columns):
        border[n_wide + i, len(wide_slacks) + i] = 1.0
        for e in np.flatnonzero((problem.before.column == j) & problem.wraps):
            row = int(problem.before.row[e])
            first[link_of[row], len(wide_slacks) + i] += at_start[e] * row_scale[row] * column_scale[j]
    return border, first
