"""Screening: answer a changed case from an exact run of a base case, by one walk through the hours.

Each hour is a small linear program of its own. What a storage level is worth at the end of the hour is known
from the base run, and the level is drawn to the course it took there; so hours need not look ahead. The prices
of the base run also prove a lower bound, raised hour by hour. Plan and bound make an interval in which the
optimum of the changed case lies.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from qhgrid.dispatch.engine import screen_kernels as kernels
from qhgrid.dispatch.engine.problem import Entries, Problem
from qhgrid.dispatch.engine.screen_kernels import PIECES, Bases, Before, Case, Courses
from qhgrid.dispatch.engine.screen_simplex import HourMatrix, new_desk
from qhgrid.dispatch.engine.solver import Answer
from qhgrid.dispatch.methods import Status
from qhgrid.dispatch.program import BoolArray, FloatArray, IntArray
from qhgrid.errors import DispatchError, Fault

SOFT, HARD = 0.2, 1.0
"""What leaving the course costs in the bands next to it and further away, as a share of the usual price."""
BAND = 0.05
"""Width of the bands next to the course, as a share of the range of the level."""
WIDE_SOFT, WIDE_HARD = 0.1, 50.0
"""What leaving the course of a row over the whole horizon costs, and where hardly enough hours are left."""
WIDE_LAG = 12.0
"""Hours of its mean that such a row lags behind for its price to rise by the usual price."""
WIDE_REACH = 0.9
"""Share of what the columns can do that is counted on in the hours left."""
USED = 1e-3
"""A column whose mean is at least this share of its peak above its lower bound is in use."""
CLOSING = 48
"""Hours at the end in which the bands close."""
ROUNDS = 4
"""Walks at most until the levels at the end are those at the start."""
ROW_MISS = 1e-6
"""Furthest that a plan may be out of a bound or a side of a row. [MW]"""
SAME = 1e-9
"""Ratios so near to 1 are 1."""


@dataclass(frozen=True)
class Screened:
    """What screening says of a changed case."""

    status: Status
    """``optimal`` means: a plan within all bounds and rows, with `gap`; ``failed``: the walk found none."""
    x: FloatArray
    """Plan, shape (n_hours, n_columns). [unit of the column]"""
    y: FloatArray
    """Prices of rows that prove the bound, shape (n_hours, n_rows)."""
    y_wide: FloatArray
    objective: float
    """Cost of the plan. [cost units]"""
    bound: float
    """No plan costs less. [cost units]"""
    violation: float
    """Furthest that the plan is out of a bound or a side of a row of an hour. [MW]"""
    wide_violation: float
    """Furthest that it is out of a side of a row over the whole horizon. [MWh]"""
    pivots: int
    detail: str
    """In words, where there is no plan."""

    @property
    def gap(self) -> float:
        """``(objective - bound) / max(1, |objective|)``."""
        return (self.objective - self.bound) / max(1.0, abs(self.objective))


@dataclass(frozen=True)
class Base:
    """An exact run, made ready to answer changed cases."""

    problem: Problem
    x: FloatArray
    y: FloatArray
    y_wide: FloatArray
    levels: IntArray
    """Columns that the next hour sees."""
    is_storage: BoolArray
    """Which of them are levels of storages rather than powers, shape (n_levels,)."""
    matrix: HourMatrix
    """Rows of an hour and of the whole horizon so far, with the pieces of all levels."""
    free_matrix: HourMatrix
    """Rows that hold columns of their own hour only."""
    free_rows: IntArray
    before: Before
    value: FloatArray
    """What a unit of each level is worth, wide rows last, shape (n_hours, n_levels + n_wide)."""
    usual: FloatArray
    """Usual size of what a unit of each level can earn, shape (n_levels,)."""
    wide: list[tuple[int, int, FloatArray]]
    """Wide rows: row, column and values by hour, shape (n_hours,)."""
    wide_course: FloatArray
    """What the wide rows have come to by each hour, shape (n_hours, n_wide)."""
    pull: FloatArray
    """What columns earn in link rows and wide rows at the base's prices, shape (n_hours, n_columns)."""
    bases: Bases
    free_bases: Bases


def prepare(problem: Problem, answer: Answer) -> Base:
    """Return what all changed cases share.

    Parameters
    ----------
    problem : Problem
        The base case.
    answer : Answer
        Its exact solution.

    Returns
    -------
    Base
        For :func:`screen`.
    """
    levels = np.unique(problem.before.column)
    free_rows = np.setdiff1d(np.arange(problem.n_rows), problem.before.row)
    wide = _wide_by_hour(problem)
    matrix = _walk_matrix(problem, levels, wide)
    value = np.hstack([_value(problem, answer.y, levels), np.tile(answer.y_wide, (problem.n_hours, 1))])
    empty = Bases(
        np.zeros(0, dtype=np.int64), np.zeros((0, 0), dtype=np.int64), np.zeros((0, 0, 0)),
        np.zeros((0, 0), dtype=np.bool_),
    )  # fmt: skip
    y_link = answer.y.copy()
    y_link[:, free_rows] = 0.0
    base = Base(
        problem, answer.x, answer.y, answer.y_wide, levels, _is_storage(problem, levels), matrix,
        _matrix(len(free_rows), problem.n_columns, _kept_rows(problem.now, free_rows)), free_rows,
        _before(problem),
        value, _usual(problem, answer.x, answer.y, levels), wide,
        np.cumsum(_wide_activity(wide, answer.x), axis=0),
        _pull(problem, y_link, answer.y_wide), empty, empty,
    )  # fmt: skip
    return replace(base, bases=_walk_bases(base), free_bases=_free_bases(base))


def screen(base: Base, problem: Problem) -> Screened:
    """Answer a changed case.

    Parameters
    ----------
    base : Base
        From :func:`prepare`.
    problem : Problem
        The same columns, rows and matrix; other bounds, costs and sides.

    Returns
    -------
    Screened
        A plan with its cost, and a bound that no plan can beat.
    """
    _refuse_other_matrix(base.problem, problem)
    case = _case(problem)
    bound, y = _bound(base, problem, case)
    x, counts, detail = _walk(base, problem, case)
    if detail:
        return Screened(
            Status.FAILED, x, y, base.y_wide, math.inf, bound, math.inf, math.inf, int(counts.sum()), detail
        )
    violation = float(kernels.worst_miss(base.matrix, case, base.before, x))
    wide_violation, detail = _wide_violation(problem, x)
    status = Status.OPTIMAL if violation <= ROW_MISS and not detail else Status.FAILED
    if violation > ROW_MISS:
        detail = f"a row is missed by {violation:.3g} MW"
    objective = float(np.vdot(problem.cost, x)) + problem.constant
    return Screened(
        status, x, y, base.y_wide, objective, bound, violation, wide_violation, int(counts.sum()), detail
    )


def _refuse_other_matrix(one: Problem, other: Problem) -> None:
    """Raise a DispatchError if the changed case has another matrix."""
    if one.lower.shape != other.lower.shape or one.row_lower.shape != other.row_lower.shape:
        raise DispatchError(Fault("screening: the changed case has other columns or rows than the base case"))
    pairs = [(one.now, other.now), (one.before, other.before)]
    same = all(_are_same(a, b) for a, b in pairs) and _is_same_wide(one, other)
    if not same or not np.array_equal(one.wraps, other.wraps):
        raise DispatchError(Fault(
            "screening: the changed case has other efficiencies, reactances or losses than the base case; "
            "solve it with method exact"
        ))  # fmt: skip


def _are_same(one: Entries, other: Entries) -> bool:
    """Return whether entries are the same."""
    names = ("row", "column", "value", "series", "values")
    return all(
        getattr(one, n) is getattr(other, n) or np.array_equal(getattr(one, n), getattr(other, n))
        for n in names
    )


def _is_same_wide(one: Problem, other: Problem) -> bool:
    """Return whether the rows over the whole horizon are the same."""
    if one.wide is other.wide:
        return True
    return one.wide.shape == other.wide.shape and all(
        np.array_equal(getattr(one.wide, n), getattr(other.wide, n)) for n in ("indptr", "indices", "data")
    )


def _case(problem: Problem) -> Case:
    """Return the numbers of a case."""
    names = ("lower", "upper", "cost", "row_lower", "row_upper")
    return Case(*(np.ascontiguousarray(getattr(problem, name), dtype=float) for name in names))


def _before(problem: Problem) -> Before:
    """Return what columns of the hour before do."""
    part = problem.before
    return Before(
        part.row.astype(np.int64), part.column.astype(np.int64), part.value.astype(float),
        part.series.astype(np.int64), _two_dimensional(part.values), np.ascontiguousarray(problem.wraps),
    )  # fmt: skip


def _two_dimensional(values: FloatArray) -> FloatArray:
    """Return values by hour, shape (n_series, n_hours), for the kernels."""
    return np.ascontiguousarray(values if len(values) else np.zeros((0, 0)), dtype=float)


Term = tuple[int, int, float, int]
"""Row, column, value, series or -1."""


def _matrix(n_rows: int, n_columns: int, entries: Entries) -> HourMatrix:
    """Return entries by column and by row."""
    order = np.lexsort((entries.row, entries.column))
    row, column = entries.row[order], entries.column[order]
    by_row = np.lexsort((column, row))
    starts = [np.searchsorted(np.sort(a), np.arange(n + 1)) for a, n in ((column, n_columns), (row, n_rows))]
    return HourMatrix(
        n_rows, n_columns, starts[0].astype(np.int64), row.astype(np.int64),
        entries.value[order].astype(float), entries.series[order].astype(np.int64),
        _two_dimensional(entries.values),
        starts[1].astype(np.int64), column[by_row].astype(np.int64), by_row.astype(np.int64),
    )  # fmt: skip


def _kept_rows(entries: Entries, rows: IntArray) -> Entries:
    """Return the entries of some rows, numbered anew."""
    place = np.full(max(entries.row.max(initial=0), rows.max(initial=0)) + 1, -1)
    place[rows] = np.arange(len(rows))
    kept = place[entries.row] >= 0
    return Entries(
        place[entries.row[kept]], entries.column[kept], entries.value[kept], entries.series[kept],
        entries.values,
    )  # fmt: skip


def _wide_by_hour(problem: Problem) -> list[tuple[int, int, FloatArray]]:
    """Return the wide rows as rows, columns and values of each hour, shape (n_hours,)."""
    found = []
    for i in range(problem.wide.shape[0]):
        part = slice(problem.wide.indptr[i], problem.wide.indptr[i + 1])
        hour, column = np.divmod(problem.wide.indices[part], problem.n_columns)
        for j in np.unique(column):
            values = np.zeros(problem.n_hours)
            np.add.at(values, hour[column == j], problem.wide.data[part][column == j])
            found.append((i, int(j), values))
    return found


def _wide_activity(wide: list[tuple[int, int, FloatArray]], x: FloatArray) -> FloatArray:
    """Return what each hour adds to the wide rows, shape (n_hours, n_wide)."""
    activity = np.zeros((x.shape[0], 1 + max((i for i, _, _ in wide), default=-1)))
    for i, j, values in wide:
        activity[:, i] += values * x[:, j]
    return activity


def _walk_matrix(problem: Problem, levels: IntArray, wide: list[tuple[int, int, FloatArray]]) -> HourMatrix:
    """Return the matrix of the walk: rows of the hour, wide rows so far; columns, pieces of levels."""
    now, n_rows = problem.now, problem.n_rows
    terms: list[Term] = list(
        zip(now.row.tolist(), now.column.tolist(), now.value.tolist(), now.series.tolist(), strict=True)
    )
    series = list(now.values)
    n_wide = problem.wide.shape[0]
    for i, j, values in wide:
        if (values == values[0]).all():
            terms.append((n_rows + i, j, float(values[0]), -1))
        else:
            terms.append((n_rows + i, j, 0.0, len(series)))
            series.append(values)
    first = problem.n_columns
    for j in levels:
        own = [term for term in terms if term[1] == j]
        for piece in range(PIECES - 1):
            terms += [(row, first + piece, value, number) for row, _, value, number in own]
        first += PIECES - 1
    for i in range(n_wide):
        terms += [(n_rows + i, first + piece, -1.0, -1) for piece in range(PIECES)]
        first += PIECES
    row, column, value, number = (np.array([term[k] for term in terms]) for k in range(4))
    values = np.array(series) if series else np.zeros((0, problem.n_hours))
    return _matrix(n_rows + n_wide, first, Entries(row, column, value, number, values))


def _entry_values(entries: Entries, e: int, n_hours: int) -> FloatArray:
    """Return the values of an entry, shape (n_hours,)."""
    series = entries.series[e]
    values: FloatArray = entries.values[series] if series >= 0 else np.full(n_hours, entries.value[e])
    return values


def _value(problem: Problem, y: FloatArray, levels: IntArray) -> FloatArray:
    """Return what a unit of each level is worth to the next hour, shape (n_hours, n_levels)."""
    value = np.zeros((problem.n_hours, problem.n_columns))
    for e, (row, column) in enumerate(zip(problem.before.row, problem.before.column, strict=True)):
        values = _entry_values(problem.before, e, problem.n_hours)
        value[:-1, column] += values[1:] * y[1:, row]
        if problem.wraps[e]:
            value[-1, column] += values[0] * y[0, row]
    return np.ascontiguousarray(value[:, levels])


def _pull(problem: Problem, y: FloatArray, y_wide: FloatArray) -> FloatArray:
    """Return the transposed matrix times prices, shape (n_hours, n_columns)."""
    pull = np.asarray(problem.wide.T @ y_wide).reshape(problem.lower.shape).copy()
    for e, (row, column) in enumerate(zip(problem.now.row, problem.now.column, strict=True)):
        pull[:, column] += _entry_values(problem.now, e, problem.n_hours) * y[:, row]
    every = np.arange(problem.n_columns)
    return np.asarray(pull + _value(problem, y, every))


def _is_storage(problem: Problem, levels: IntArray) -> BoolArray:
    """Return which columns stand with opposite signs in the same equation of their hour and of the next."""
    is_equation = (problem.row_lower == problem.row_upper).all(axis=0)
    now = {
        (int(r), int(c)): v
        for r, c, v in zip(problem.now.row, problem.now.column, problem.now.value, strict=True)
    }
    found = set()
    for e, (row, column) in enumerate(zip(problem.before.row, problem.before.column, strict=True)):
        here = now.get((int(row), int(column)))
        if here is not None and is_equation[row]:
            values = _entry_values(problem.before, e, problem.n_hours)
            if (values * here <= 0.0).all():
                found.add(int(column))
    return np.array([int(j) in found for j in levels], dtype=bool)


def _usual(problem: Problem, x: FloatArray, y: FloatArray, levels: IntArray) -> FloatArray:
    """Return the usual size of what a unit of each level can earn, shape (n_levels,).

    That is the most that any column in use, of those beside it in its rows, earns in other rows.
    """
    floor = max(1e-3 * float(np.abs(y).mean()) if y.size else 0.0, 1e-6)
    in_use = (x - problem.lower).mean(axis=0) > USED * (problem.upper - problem.lower).mean(axis=0)
    usual = np.full(len(levels), floor)
    for k, level in enumerate(levels):
        rows = problem.before.row[problem.before.column == level]
        other = y.copy()
        other[:, rows] = 0.0
        beside = [e for e in np.flatnonzero(np.isin(problem.now.row, rows)) if problem.now.column[e] != level]
        for e in beside:
            j = problem.now.column[e]
            if in_use[j]:
                earned = -problem.cost[:, j]
                for f in np.flatnonzero(problem.now.column == j):
                    values = _entry_values(problem.now, f, problem.n_hours)
                    earned = earned + values * other[:, problem.now.row[f]]
                size = float(np.abs(_entry_values(problem.now, e, problem.n_hours)).mean())
                if size > 0.0:
                    usual[k] = max(usual[k], float(np.abs(earned).mean()) / size)
    return usual


def _courses(base: Base, problem: Problem, case: Case) -> Courses:
    """Return the courses of levels and wide rows in a case."""
    n_levels, n_wide = len(base.levels), problem.wide.shape[0]
    first = problem.n_columns + (PIECES - 1) * np.arange(n_levels)
    first = np.append(first, problem.n_columns + (PIECES - 1) * n_levels + PIECES * np.arange(n_wide))
    low, high, least, most = (np.zeros((problem.n_hours, n_levels + n_wide)) for _ in range(4))
    least[:, :n_levels], most[:, :n_levels] = case.lower[:, base.levels], case.upper[:, base.levels]
    low[:, :n_levels] = np.clip(
        base.x[:, base.levels] * _stretch(base, problem), least[:, :n_levels], most[:, :n_levels]
    )
    high[:, :n_levels] = low[:, :n_levels]
    powers = np.flatnonzero(~base.is_storage)
    low[:, powers], high[:, powers] = least[:, powers], most[:, powers]
    width = BAND * (most - least)
    closing = np.minimum(1.0, (problem.n_hours - 1 - np.arange(problem.n_hours)) / CLOSING)[:, None]
    price = max(float(np.abs(base.y[:, base.free_rows]).mean()) if len(base.free_rows) else 0.0, 1e-6)
    usual = np.append(base.usual, np.full(n_wide, price))
    soft = np.tile(SOFT * usual, (problem.n_hours, 1))
    hard = np.tile(HARD * usual, (problem.n_hours, 1))
    width = width * closing
    gain, floor, ceiling = (
        np.zeros(n_levels + n_wide),
        np.full(n_levels + n_wide, -np.inf),
        np.full(n_levels + n_wide, np.inf),
    )
    floor[n_levels:][np.isposinf(problem.wide_upper)] = 0.0
    ceiling[n_levels:][np.isneginf(problem.wide_lower)] = 0.0
    if n_wide:
        ends = _wide_courses(base, problem)
        low[:, n_levels:], high[:, n_levels:] = ends
        size = np.maximum(np.abs(ends[0][-1]), np.abs(ends[1][-1])) + 1.0
        least[:, n_levels:], most[:, n_levels:] = -1e3 * size, 1e3 * size
        needed = ends[0][-1] - WIDE_REACH * _still_to_come(base, case)
        width[:, n_levels:] = np.maximum(ends[0] - needed, 0.0)
        soft[:, n_levels:], hard[:, n_levels:] = WIDE_SOFT * price, WIDE_HARD * price
        gain[n_levels:] = price * problem.n_hours / (size * WIDE_LAG)
    column = np.concatenate([base.levels, np.full(n_wide, -1)]).astype(np.int64)
    return Courses(
        column,
        first.astype(np.int64),
        low,
        high,
        width,
        least,
        most,
        base.value,
        soft,
        hard,
        gain,
        floor,
        ceiling,
    )


def _still_to_come(base: Base, case: Case) -> FloatArray:
    """Return the most that the hours after each hour can add to the wide rows, shape (n_hours, n_wide)."""
    most = np.zeros_like(base.wide_course)
    for i, j, values in base.wide:
        most[:, i] += np.maximum(values * case.lower[:, j], values * case.upper[:, j])
    return most.sum(axis=0) - np.cumsum(most, axis=0)


def _stretch(base: Base, problem: Problem) -> FloatArray:
    """Return by how much each level's course is stretched: by the range, if the powers change alike."""
    old, new = base.problem.upper.max(axis=0), problem.upper.max(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(old > 0.0, new / old, 1.0)
    ratio[~np.isfinite(ratio)] = 1.0
    stretch = np.ones(len(base.levels))
    for k in np.flatnonzero(base.is_storage):
        j = base.levels[k]
        rows = base.problem.before.row[base.problem.before.column == j]
        beside = base.problem.now.column[np.isin(base.problem.now.row, rows)]
        alike = np.abs(ratio[beside] - ratio[j]) < SAME
        if abs(ratio[j] - 1.0) > SAME and alike.sum() > 1:
            stretch[k] = ratio[j]
    return stretch


def _wide_courses(base: Base, problem: Problem) -> tuple[FloatArray, FloatArray]:
    """Return the lower and the upper course of the wide rows, shape (n_hours, n_wide)."""
    end = base.wide_course[-1]
    share = (np.arange(problem.n_hours) + 1.0)[:, None] / problem.n_hours
    low_end = np.where(
        np.isfinite(problem.wide_lower), problem.wide_lower, np.minimum(end, problem.wide_upper)
    )
    high_end = np.where(
        np.isfinite(problem.wide_upper), problem.wide_upper, np.maximum(end, problem.wide_lower)
    )
    high_end = np.where(base.y_wide > 0.0, low_end, high_end)
    low_end = np.where(base.y_wide < 0.0, high_end, low_end)
    courses = []
    for goal in (low_end, high_end):
        with np.errstate(divide="ignore", invalid="ignore"):
            factor = np.where(np.abs(end) > 0.0, goal / end, 0.0)
        is_scaled = (factor > 0.2) & (factor < 5.0)
        courses.append(
            np.where(is_scaled, base.wide_course * factor, base.wide_course + share * (goal - end))
        )
    return np.minimum(*courses), np.maximum(*courses)


def _walk_bases(base: Base) -> Bases:
    """Return the basis of each hour of the base case."""
    problem, desk = base.problem, new_desk(base.matrix)
    case = _case(problem)
    columns = np.zeros((problem.n_hours, base.matrix.n_rows), dtype=np.int64)
    is_high = np.zeros((problem.n_hours, len(desk.x)), dtype=np.bool_)
    x, reached = base.x.copy(), np.zeros(problem.wide.shape[0])
    courses = _courses(base, problem, case)
    done = kernels.first_walk(
        base.matrix, case, base.before, courses, base.x[-1], desk, x, reached, columns, is_high
    )
    if done < 0:
        raise DispatchError(Fault(f"screening: the base case has no plan in hour {-1 - done}"))
    return _unique_bases(base.matrix, columns, is_high)


def _unique_bases(matrix: HourMatrix, columns: IntArray, is_high: BoolArray) -> Bases:
    """Return the bases, each kept once if the matrix is the same in every hour."""
    columns = np.sort(columns, axis=1)
    which = np.arange(len(columns))
    if not len(matrix.values):
        columns, which = np.unique(columns, axis=0, return_inverse=True)
        which = which.reshape(-1)
    inverse = kernels.invert_bases(matrix, np.ascontiguousarray(columns))
    return Bases(which.astype(np.int64), np.ascontiguousarray(columns), inverse, is_high)


def _free_bases(base: Base) -> Bases:
    """Return the basis of each hour of the base case without the rows that tie hours together."""
    problem, desk = base.problem, new_desk(base.free_matrix)
    columns = np.zeros((problem.n_hours, base.free_matrix.n_rows), dtype=np.int64)
    is_high = np.zeros((problem.n_hours, len(desk.x)), dtype=np.bool_)
    counts = np.zeros(problem.n_hours, dtype=np.int64)
    kernels.bound_hours(
        base.free_matrix, _case(problem), base.pull, base.free_rows, base.free_bases, desk, base.y.copy(), True,
        columns, is_high, counts,
    )  # fmt: skip
    return _unique_bases(base.free_matrix, columns, is_high)


def _bound(base: Base, problem: Problem, case: Case) -> tuple[float, FloatArray]:
    """Return a lower bound and the prices that prove it."""
    y = base.y.copy()
    columns, is_high = np.zeros((0, 0), dtype=np.int64), np.zeros((0, 0), dtype=np.bool_)
    counts = np.zeros(problem.n_hours, dtype=np.int64)
    total = kernels.bound_hours(
        base.free_matrix, case, base.pull, base.free_rows, base.free_bases, new_desk(base.free_matrix), y, False,
        columns, is_high, counts,
    )  # fmt: skip
    link = np.setdiff1d(np.arange(problem.n_rows), base.free_rows)
    ties = _worth(y[:, link], problem.row_lower[:, link], problem.row_upper[:, link])
    wide = _worth(base.y_wide, problem.wide_lower, problem.wide_upper)
    return float(total) + ties + wide + problem.constant, y


def _worth(y: FloatArray, lower: FloatArray, upper: FloatArray) -> float:
    """Return the least that prices make of anything between the sides."""
    with np.errstate(invalid="ignore"):
        return float(np.where(y == 0.0, 0.0, y * np.where(y > 0.0, lower, upper)).sum())


def _walk(base: Base, problem: Problem, case: Case) -> tuple[FloatArray, IntArray, str]:
    """Return a plan, the pivots of each hour, and what is wrong with the plan, in words."""
    courses, desk = _courses(base, problem, case), new_desk(base.matrix)
    x, counts = np.zeros_like(case.lower), np.zeros(problem.n_hours, dtype=np.int64)
    last = base.x[-1].copy()
    last[base.levels] = courses.low[-1, : len(base.levels)]
    powers = base.levels[~base.is_storage]
    last[powers] = np.clip(base.x[-1, powers], case.lower[-1, powers], case.upper[-1, powers])
    for turn in range(ROUNDS):
        reached = np.zeros(problem.wide.shape[0])
        done = kernels.walk(
            base.matrix, case, base.before, courses, base.bases, last, turn > 0, desk, x, reached, counts
        )
        if done < 0:
            return x, counts, f"no plan found for hour {problem.snapshots[-1 - done]}"
        if not _is_open(base, last, x[-1]):
            return x, counts, ""
        last = x[-1].copy()
    return x, counts, "levels at the end differ from those at the start"


def _is_open(base: Base, start: FloatArray, end: FloatArray) -> bool:
    """Return whether levels that wrap end otherwise than they start."""
    wrapped = base.problem.before.column[base.problem.wraps]
    return bool((np.abs(start[wrapped] - end[wrapped]) > kernels.SAME_LEVEL).any())


def _wide_violation(problem: Problem, x: FloatArray) -> tuple[float, str]:
    """Return by how much rows over the whole horizon are missed, and the worst in words."""
    if not problem.wide.shape[0]:
        return 0.0, ""
    activity = problem.wide @ x.ravel()
    miss = np.maximum(problem.wide_lower - activity, activity - problem.wide_upper)
    worst, size = int(np.argmax(miss)), float(miss.max())
    if size <= ROW_MISS * max(1.0, abs(float(activity[worst])) * 1e-3):
        return max(size, 0.0), ""
    name = problem.wide_names[worst]
    return size, f"{name.family} of {name.component} '{name.name}' is missed by {size:.6g} {name.unit}"
