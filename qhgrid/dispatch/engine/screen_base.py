"""An exact run, made ready to answer changed cases: matrices, worths of levels, and a basis for each hour."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from qhgrid.dispatch.engine import screen_kernels as kernels
from qhgrid.dispatch.engine.problem import Problem
from qhgrid.dispatch.engine.screen_courses import lay_courses
from qhgrid.dispatch.engine.screen_kernels import Bases, Before
from qhgrid.dispatch.engine.screen_matrix import (
    allowed_prices,
    find_storages,
    hour_matrix,
    kept_rows,
    numbers_of,
    pull_of_prices,
    ties_to_before,
    usual_earnings,
    walk_matrix,
    wide_activity,
    wide_by_hour,
    worth_next_hour,
)
from qhgrid.dispatch.engine.screen_simplex import HourMatrix, new_desk
from qhgrid.dispatch.engine.solver import Answer
from qhgrid.dispatch.program import BoolArray, FloatArray, IntArray
from qhgrid.errors import DispatchError, Fault


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
    y = allowed_prices(answer.y, problem.row_lower, problem.row_upper)
    y_wide = allowed_prices(answer.y_wide, problem.wide_lower, problem.wide_upper)
    levels = np.unique(problem.before.column)
    free_rows = np.setdiff1d(np.arange(problem.n_rows), problem.before.row)
    wide = wide_by_hour(problem)
    matrix = walk_matrix(problem, levels, wide)
    value = np.hstack([worth_next_hour(problem, y, levels), np.tile(y_wide, (problem.n_hours, 1))])
    empty = Bases(
        np.zeros(0, dtype=np.int64), np.zeros((0, 0), dtype=np.int64), np.zeros((0, 0, 0)),
        np.zeros((0, 0), dtype=np.bool_),
    )  # fmt: skip
    y_link = y.copy()
    y_link[:, free_rows] = 0.0
    base = Base(
        problem, answer.x, y, y_wide, levels, find_storages(problem, levels), matrix,
        hour_matrix(len(free_rows), problem.n_columns, kept_rows(problem.now, free_rows)), free_rows,
        ties_to_before(problem),
        value, usual_earnings(problem, answer.x, y, levels), wide,
        np.cumsum(wide_activity(wide, answer.x), axis=0),
        pull_of_prices(problem, y_link, y_wide), empty, empty,
    )  # fmt: skip
    return replace(base, bases=_walk_bases(base), free_bases=_free_bases(base))


def _walk_bases(base: Base) -> Bases:
    """Return the basis of each hour of the base case."""
    problem, desk = base.problem, new_desk(base.matrix)
    case = numbers_of(problem)
    columns = np.zeros((problem.n_hours, base.matrix.n_rows), dtype=np.int64)
    is_high = np.zeros((problem.n_hours, len(desk.x)), dtype=np.bool_)
    x, reached = base.x.copy(), np.zeros(problem.wide.shape[0])
    courses = lay_courses(base, problem, case)
    done = kernels.first_walk(
        base.matrix, case, base.before, courses, base.x[-1], desk, x, reached, columns, is_high
    )
    if done < 0:
        what = f"the base case has no plan in hour {problem.snapshots[-1 - done]}"
        raise DispatchError(Fault("method 'screen'", what, "Solve the base case exactly first."))
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
        base.free_matrix, numbers_of(problem), base.pull, base.free_rows, base.free_bases, desk,
        base.y.copy(), True, columns, is_high, counts,
    )  # fmt: skip
    return _unique_bases(base.free_matrix, columns, is_high)
