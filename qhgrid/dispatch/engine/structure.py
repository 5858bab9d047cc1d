"""What is the same for every hour and every solve of a problem: scaling, roles of rows, elimination order.

A :class:`Structure` depends on the matrix of a problem alone. Bounds, costs and sides may change from solve
to solve.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qhgrid.dispatch.engine.layout import LANES, Front, Pattern
from qhgrid.dispatch.engine.patterns import Place, filled, front_of, integers, pattern_of
from qhgrid.dispatch.engine.problem import Entries, Problem
from qhgrid.dispatch.program import BoolArray, FloatArray, IntArray

SCALING_PASSES = 4


@dataclass(frozen=True)
class Wraps:
    """What columns of the last hours do in rows of the first ones.

    Each such row gets a column of its own outside the hours, which stands for the sum of these columns; a row
    of the border says that it is this sum.
    """

    row: IntArray
    """The problem's row, shape (n,)."""
    hour: IntArray
    """Its hour, shape (n,)."""
    which: IntArray
    """Of each entry, the wrap it belongs to, shape (n_entries,)."""
    source: IntArray
    """Hour of its column."""
    column: IntArray
    value: FloatArray


@dataclass(frozen=True)
class Structure:
    """The matrix of a problem, scaled and ordered for the kernels.

    The engine's columns are those of the problem and then one slack for each row with two sides; its rows
    of an hour are the problem's, hour rows first in order of elimination.
    """

    pattern: Pattern
    """Of the groups whose columns do not wrap."""
    last: Pattern
    """Of the groups at the end whose columns wrap; border rows are the wide rows and the wraps."""
    front: Front
    series: FloatArray
    """Scaled values that change with the hour, shape (n_series, n_groups, LANES)."""
    n_hours: int
    n_groups: int
    hour_rows: IntArray
    """The problem's rows in the order of elimination, shape (n_hour,)."""
    link_rows: IntArray
    """The problem's rows that tie hours together, in the order of elimination, shape (n_link,)."""
    slack_rows: IntArray
    """The problem's rows that have a slack, shape (n_slack,)."""
    row_scale: FloatArray
    """What the problem's rows are multiplied by, shape (n_rows,)."""
    column_scale: FloatArray
    """What the problem's columns are divided by, slacks included, shape (n_columns + n_slack,)."""
    wide_scale: FloatArray
    """What the wide rows are multiplied by, shape (n_wide,)."""
    wide_slacks: IntArray
    """Wide rows that have a slack; these slacks come first among the columns outside the hours."""
    wraps: Wraps
    """Their columns outside the hours come next."""

    @property
    def n_border(self) -> int:
        """Border rows: wide rows and wraps."""
        return self.front.n_fixed + self.front.n_wraps

    @property
    def n_chain(self) -> int:
        """Hours of arrays of link rows: those of all groups, and those that columns of the last one reach."""
        return self.n_padded + max(1, int(self.front.lag.max(initial=0)))

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
    n_groups = -(-problem.n_hours // LANES)
    slack_rows = np.flatnonzero((problem.row_lower != problem.row_upper).any(axis=0))
    wraps = _wraps(problem)
    is_link = np.zeros(problem.n_rows, dtype=bool)
    is_link[problem.before.row] = True
    row_scale, column_scale = _scales(problem)
    column_scale = np.concatenate([column_scale, 1.0 / row_scale[slack_rows]])
    wide_scale = _wide_scales(problem, column_scale)
    entries = _matrix_entries(problem, slack_rows, row_scale, column_scale)
    order = _eliminate(entries, problem.n_rows, is_link)
    wide = _wide_entries(problem, wide_scale, column_scale)
    around = _wrap_entries(problem, wraps, row_scale, column_scale)
    places = _Places(entries, wide, around, order, len(column_scale), problem.n_hours)
    link_rows, front = places.arrange(problem, np.flatnonzero(is_link), wraps, len(wide_scale))
    plain, last = (
        pattern_of(places.by_column(link_rows, front, is_last), len(order), n_border, front)
        for is_last, n_border in ((False, front.n_fixed), (True, front.n_fixed + front.n_wraps))
    )
    return Structure(
        plain, last, front, places.series(n_groups), problem.n_hours, n_groups, order, link_rows, slack_rows,
        row_scale, column_scale, wide_scale, np.flatnonzero(problem.wide_lower != problem.wide_upper), wraps,
    )  # fmt: skip


def _wraps(problem: Problem) -> Wraps:
    """Return what columns of the last hours do in rows of the first ones."""
    n_hours, lags = problem.n_hours, problem.lags
    found: dict[tuple[int, int], list[tuple[int, int, float]]] = {}
    for e in np.flatnonzero(problem.wraps):
        for hour in range(int(lags[e])):
            place = hour, int(problem.before.row[e])
            source, column = (hour - int(lags[e])) % n_hours, int(problem.before.column[e])
            found.setdefault(place, []).append((source, column, float(problem.before.at(hour)[e])))
    places = sorted(found)
    entries = [(w, *entry) for w, place in enumerate(places) for entry in found[place]]
    row, first = (integers([place[i] for place in places]) for i in (1, 0))
    places_of = [integers([entry[i] for entry in entries]) for i in range(3)]
    values = np.array([entry[3] for entry in entries], dtype=float)
    return Wraps(row, first, places_of[0], places_of[1], places_of[2], values)


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


def _matrix_entries(
    problem: Problem, slack_rows: IntArray, row_scale: FloatArray, column_scale: FloatArray
) -> list[tuple[int, _Entry]]:
    """Return the scaled entries of each column, and how many hours later their rows are."""
    found = []
    for part, lags in (
        (problem.now, np.zeros(len(problem.now.row), dtype=np.int64)),
        (problem.before, problem.lags),
    ):
        for row, column, value, series, lag in zip(
            part.row, part.column, part.value, part.series, lags.tolist(), strict=True
        ):
            factor = row_scale[row] * column_scale[column]
            by_hour = None
            if series >= 0:
                # What stands in the row of a later hour is kept with the hour of the column.
                by_hour = np.append(part.values[series][lag:] * factor, np.zeros(lag))
            found.append((lag, _Entry(int(row), int(column), float(value * factor), by_hour)))
    for k, row in enumerate(slack_rows):
        found.append((0, _Entry(int(row), problem.n_columns + k, -1.0)))
    return found


def _wide_entries(problem: Problem, wide_scale: FloatArray, column_scale: FloatArray) -> list[_Entry]:
    """Return the entries of the wide rows."""
    found = []
    for i in range(len(wide_scale)):
        part = slice(problem.wide.indptr[i], problem.wide.indptr[i + 1])
        hour, column = np.divmod(problem.wide.indices[part], problem.n_columns)
        for j in np.unique(column):
            values = np.zeros(problem.n_hours)
            here = column == j
            np.add.at(values, hour[here], problem.wide.data[part][here])
            values *= wide_scale[i] * column_scale[j]
            is_constant = bool((values == values[0]).all())
            found.append(_Entry(i, int(j), float(values[0]), None if is_constant else values))
    return found


def _wrap_entries(
    problem: Problem, wraps: Wraps, row_scale: FloatArray, column_scale: FloatArray
) -> list[_Entry]:
    """Return the entries of the border rows of wraps: minus what their columns do."""
    found: dict[tuple[int, int], FloatArray] = {}
    for w, source, column, value in zip(wraps.which, wraps.source, wraps.column, wraps.value, strict=True):
        values = found.setdefault((int(w), int(column)), np.zeros(problem.n_hours))
        values[source] -= value * row_scale[wraps.row[w]] * column_scale[column]
    return [_Entry(w, column, 0.0, values) for (w, column), values in found.items()]


def _eliminate(entries: list[tuple[int, _Entry]], n_rows: int, is_link: BoolArray) -> IntArray:
    """Return the hour rows in an order that fills in little: always the row with fewest neighbours."""
    members: dict[int, set[tuple[int, int]]] = {}
    for place, entry in entries:
        members.setdefault(entry.column, set()).add((place, entry.row))
    neighbours: dict[tuple[int, int], set[tuple[int, int]]] = {
        (0, int(i)): set() for i in np.flatnonzero(~is_link)
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


class _Places:
    """The entries of all columns, and where they stand among local rows."""

    def __init__(
        self, entries: list[tuple[int, _Entry]], wide: list[_Entry], around: list[_Entry], order: IntArray,
        n_columns: int, n_hours: int,
    ) -> None:  # fmt: skip
        self._entries, self._wide, self._around = entries, wide, around
        self._order, self._n_columns, self._n_hours = order, n_columns, n_hours
        every = [*(entry for _, entry in entries), *wide, *around]
        varying = [entry for entry in every if entry.by_hour is not None]
        self._number = {id(entry): i for i, entry in enumerate(varying)}
        self._varying = varying

    def series(self, n_groups: int) -> FloatArray:
        """Return the values that change with the hour, shape (n_series, n_groups, LANES)."""
        found = [entry.by_hour for entry in self._varying if entry.by_hour is not None]
        stacked = np.stack(found, axis=1) if found else np.zeros((self._n_hours, 0))
        return np.ascontiguousarray(group_hours(stacked, n_groups).transpose(1, 0, 2))

    def arrange(
        self, problem: Problem, link_rows: IntArray, wraps: Wraps, n_fixed: int
    ) -> tuple[IntArray, Front]:
        """Return the link rows in the order of elimination, and the front.

        Rows under way come first, longest way first; then those of the next hour that many are coupled to.
        """
        depth = np.ones(problem.n_rows, dtype=np.int64)
        np.maximum.at(depth, problem.before.row, problem.lags)
        n_plain = int(wraps.source.min(initial=self._n_hours + LANES)) // LANES
        n_plain = min(n_plain, -(-self._n_hours // LANES))
        for _ in range(2):
            place = np.full(problem.n_rows, -1)
            place[link_rows] = np.arange(len(link_rows))
            nowhere = (wraps.hour, place[wraps.row])
            front = front_of(depth[link_rows], [], n_fixed, nowhere, n_plain)
            coupled = self._coupled(link_rows, front)
            front = front_of(depth[link_rows], coupled, n_fixed, nowhere, n_plain)
            count = np.zeros(len(link_rows), dtype=np.int64)
            np.add.at(count, integers([other for _, other in coupled]), 1)
            order = np.lexsort((link_rows, -count, -depth[link_rows]))
            if (order == np.arange(len(order))).all():
                break
            link_rows = link_rows[order]
        return link_rows, front

    def _coupled(self, link_rows: IntArray, front: Front) -> list[tuple[int, int]]:
        """Return which link rows are coupled to which of the next hour, once hour rows are eliminated."""
        n_hour, n = len(self._order), front.n_link
        n_local = n_hour + 2 * n + front.n_under_way + front.n_fixed
        lower = filled(self.by_column(link_rows, front, False), n_hour, n_local)
        return [
            (k, row - n_hour - n) for k in range(n) for row in lower[n_hour + k] if n <= row - n_hour < 2 * n
        ]

    def by_column(self, link_rows: IntArray, front: Front, is_last: bool) -> list[list[Place]]:
        """Return the entries of each column by rising local row, with those that wrap if `is_last`."""
        n_hour, n = len(self._order), front.n_link
        first_border = n_hour + 2 * n + front.n_under_way
        here = {int(row): i for i, row in enumerate(self._order)}
        link = {int(row): n_hour + k for k, row in enumerate(link_rows)}
        way = {item: x for x, item in enumerate(zip(front.lag.tolist(), front.row.tolist(), strict=True))}
        placed = []
        for lag, entry in self._entries:
            if lag < 2:
                local = here[entry.row] if entry.row in here else link[entry.row] + lag * n
            else:
                local = n_hour + 2 * n + way[lag, link[entry.row] - n_hour]
            placed.append((local, entry))
        placed += [(first_border + entry.row, entry) for entry in self._wide]
        if is_last:
            placed += [(first_border + front.n_fixed + entry.row, entry) for entry in self._around]
        columns: list[list[Place]] = [[] for _ in range(self._n_columns)]
        for local, entry in placed:
            columns[entry.column].append((local, entry.value, self._number.get(id(entry), -1)))
        for column in columns:
            column.sort(key=lambda item: item[0])
        return columns
