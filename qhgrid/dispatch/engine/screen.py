"""Screening: answer a changed case from an exact run of a base case, by one walk through the hours.

Each hour is a small linear program of its own. What a storage level is worth at the end of the hour is
known from the base run, and the level is drawn to the course it took there; so hours need not look ahead.
The prices of the base run also prove a lower bound, raised hour by hour. Plan and bound make an interval in
which the optimum of the changed case lies.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from qhgrid.dispatch.engine import screen_kernels as kernels
from qhgrid.dispatch.engine.problem import Entries, Problem
from qhgrid.dispatch.engine.screen_base import Base, prepare
from qhgrid.dispatch.engine.screen_courses import lay_courses
from qhgrid.dispatch.engine.screen_kernels import Case
from qhgrid.dispatch.engine.screen_matrix import numbers_of
from qhgrid.dispatch.engine.screen_simplex import new_desk
from qhgrid.dispatch.methods import Status
from qhgrid.dispatch.program import FloatArray, IntArray
from qhgrid.errors import DispatchError, Fault

__all__ = ["Base", "Screened", "prepare", "screen"]

ROUNDS = 4
"""Walks at most until the levels at the end are those at the start."""
ROW_MISS = 1e-6
"""Furthest that a plan may be out of a bound or a side of a row. [MW]"""


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
        """``(objective - bound) / max(1, |objective|)``; infinite where there is no plan."""
        if not math.isfinite(self.objective):
            return math.inf
        return (self.objective - self.bound) / max(1.0, abs(self.objective))


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
    case = numbers_of(problem)
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
    what = ""
    if one.lower.shape != other.lower.shape or one.row_lower.shape != other.row_lower.shape:
        what = "the changed case has other components or snapshots than the base case"
    elif not (
        _are_same(one.now, other.now)
        and _are_same(one.before, other.before)
        and np.array_equal(one.wraps, other.wraps)
        and _is_same_wide(one, other)
    ):
        what = "the changed case has other efficiencies, reactances or losses than the base case"
    if what:
        mend = "Solve it with method='exact', or change capacities, availabilities, loads and costs only."
        raise DispatchError(Fault("method 'screen'", what, mend))


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


def _bound(base: Base, problem: Problem, case: Case) -> tuple[float, FloatArray]:
    """Return a lower bound and the prices that prove it."""
    y = base.y.copy()
    columns, is_high = np.zeros((0, 0), dtype=np.int64), np.zeros((0, 0), dtype=np.bool_)
    counts = np.zeros(problem.n_hours, dtype=np.int64)
    total = kernels.bound_hours(
        base.free_matrix, case, base.pull, base.free_rows, base.free_bases, new_desk(base.free_matrix), y,
        False, columns, is_high, counts,
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
    courses, desk = lay_courses(base, problem, case), new_desk(base.matrix)
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
            return x, counts, _no_plan(problem, x, -1 - done)
        if not _is_open(base, last, x[-1]):
            return x, counts, ""
        last = x[-1].copy()
    return x, counts, "levels at the end differ from those at the start"


def _no_plan(problem: Problem, x: FloatArray, hour: int) -> str:
    """Return that an hour has no plan, and what the horizon as a whole still lacked by then, in words."""
    before = x.copy()
    before[hour:] = np.clip(0.0, problem.lower[hour:], problem.upper[hour:])
    lacked = _wide_violation(problem, before)[1]
    said = f"no plan found for hour {problem.snapshots[hour]}"
    return f"{said}; without the hours from there on {lacked}" if lacked else said


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
