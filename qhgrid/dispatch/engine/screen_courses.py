"""The courses that levels and contracts keep near to in a changed case, and what leaving them costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qhgrid.dispatch.engine.problem import Problem
from qhgrid.dispatch.engine.screen_kernels import PIECES, Case, Courses
from qhgrid.dispatch.program import FloatArray

if TYPE_CHECKING:
    from qhgrid.dispatch.engine.screen_base import Base

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
ON_BOUND = 1e-5
"""A level so near to a bound, as a share of it, lies on it."""
TIE = 0.001
"""What leaving the base's plan costs for powers that the next hour sees, as a share of the usual price."""
LAST = 50.0
"""Multiple by which that grows."""
PACE = 0.25
"""Share of its usual change in an hour by which a course makes room for a bound and its bands close."""
CLOSING = 48
"""Hours at the end in which being away from the course comes to cost more."""
SAME = 1e-9
"""Ratios so near to 1 are 1."""


def lay_courses(base: Base, problem: Problem, case: Case) -> Courses:
    """Return the courses of levels and wide rows in a case."""
    n_levels, n_wide = len(base.levels), problem.wide.shape[0]
    first = problem.n_columns + (PIECES - 1) * np.arange(n_levels)
    first = np.append(first, problem.n_columns + (PIECES - 1) * n_levels + PIECES * np.arange(n_wide))
    low, high, least, most = (np.zeros((problem.n_hours, n_levels + n_wide)) for _ in range(4))
    least[:, :n_levels], most[:, :n_levels] = case.lower[:, base.levels], case.upper[:, base.levels]
    low[:, :n_levels] = _level_courses(base, problem, least[:, :n_levels], most[:, :n_levels])
    high[:, :n_levels] = low[:, :n_levels]
    width = BAND * (most - least)
    closing = np.minimum(1.0, (problem.n_hours - 1 - np.arange(problem.n_hours)) / CLOSING)[:, None]
    price = _wide_prices(base)
    usual = np.append(base.usual, price)
    soft = np.tile(SOFT * usual, (problem.n_hours, 1))
    hard = HARD * usual * (1.0 + LAST * (1.0 - closing))
    left = problem.n_hours - 1.0 - np.arange(problem.n_hours)
    pace = np.abs(np.diff(low[:, :n_levels], axis=0)).sum(axis=0) / max(problem.n_hours - 1, 1)
    width[:, :n_levels] = np.minimum(width[:, :n_levels], PACE * pace * left[:, None])
    powers = np.flatnonzero(~base.is_storage)
    width[:, powers], soft[:, powers] = (most - least)[:, powers], TIE * base.usual[powers]
    gain, floor, ceiling = (
        np.zeros(n_levels + n_wide),
        np.full(n_levels + n_wide, -np.inf),
        np.full(n_levels + n_wide, np.inf),
    )
    floor[n_levels:][np.isposinf(problem.wide_upper)] = 0.0
    ceiling[n_levels:][np.isneginf(problem.wide_lower)] = 0.0
    if n_wide:
        ends = _wide_courses(base, problem)
        size = np.maximum(np.abs(ends[0][-1]), np.abs(ends[1][-1])) + 1.0
        least[:, n_levels:], most[:, n_levels:] = -1e3 * size, 1e3 * size
        needed = ends[0][-1] - WIDE_REACH * _still_to_come(base, case)
        low[:, n_levels:] = np.maximum(ends[0], np.minimum(needed, ends[0][-1]))
        high[:, n_levels:] = np.maximum(ends[1], low[:, n_levels:])
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


def _level_courses(base: Base, problem: Problem, least: FloatArray, most: FloatArray) -> FloatArray:
    """Return the courses of levels, shape (n_hours, n_levels): those of the base within the new bounds.

    Where a bound is in the way, the course makes room for it in good time; where the course of the base lay
    on a bound that has given way, it follows.
    """
    course = base.x[:, base.levels] * _stretch(base, problem)
    pace = (
        PACE * np.abs(np.diff(course, axis=0)).mean(axis=0) if len(course) > 1 else np.zeros(len(base.levels))
    )
    wrapped = np.isin(base.levels, problem.before.column[problem.wraps])
    needs = [(_given_way(course, old, new, sign), sign) for old, new, sign in _limits(base, least, most)]
    needs += [(np.maximum(least - course, 0.0), 1.0), (np.maximum(course - most, 0.0), -1.0)]
    for need, sign in needs:
        for k in np.flatnonzero(base.is_storage & (need > 0.0).any(axis=0)):
            course[:, k] += sign * _in_good_time(need[:, k], float(pace[k]), bool(wrapped[k]))
    return np.clip(course, least, most)


def _limits(
    base: Base, least: FloatArray, most: FloatArray
) -> tuple[tuple[FloatArray, FloatArray, float], ...]:
    """Return bounds of levels in the base and now, and the direction in which each gives way."""
    old = base.problem
    return (old.lower[:, base.levels], least, -1.0), (old.upper[:, base.levels], most, 1.0)


def _given_way(course: FloatArray, old: FloatArray, new: FloatArray, sign: float) -> FloatArray:
    """Return by how much bounds on which the course lay have given way."""
    is_on = np.abs(course - old) <= ON_BOUND * (1.0 + np.abs(old))
    return np.where(is_on, np.maximum(sign * (new - old), 0.0), 0.0)


def _in_good_time(need: FloatArray, pace: float, is_round: bool) -> FloatArray:
    """Return the least that is never below `need` nor below 0 and changes by `pace` an hour.

    Parameters
    ----------
    is_round : bool
        Whether the start follows on the end.
    """
    n = len(need)
    rest = need if is_round else np.zeros(n)
    slope = pace * np.arange(2 * n)
    before = (np.maximum.accumulate(np.append(rest, need) + slope) - slope)[n:]
    after = (np.maximum.accumulate(np.append(rest[::-1], need[::-1]) + slope) - slope)[n:][::-1]
    return np.asarray(np.maximum(before, after))


def _wide_prices(base: Base) -> FloatArray:
    """Return the usual price in the rows that the columns of each wide row stand in, shape (n_wide,)."""
    problem = base.problem
    price = np.full(problem.wide.shape[0], 1e-6)
    for i, j, _ in base.wide:
        rows = problem.now.row[problem.now.column == j]
        price[i] = max(price[i], float(np.median(np.abs(base.y[:, rows]))) if len(rows) else 0.0)
    return price


def _still_to_come(base: Base, case: Case) -> FloatArray:
    """Return the most that the hours after each hour can add to the wide rows, shape (n_hours, n_wide)."""
    most = np.zeros_like(base.wide_course)
    for i, j, values in base.wide:
        most[:, i] += np.maximum(values * case.lower[:, j], values * case.upper[:, j])
    return np.asarray(most.sum(axis=0) - np.cumsum(most, axis=0))


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
