"""What the kernels of the screening mode compute, in short NumPy and SciPy, for tests and for readers."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from qhgrid.dispatch.engine.problem import Problem
from qhgrid.dispatch.engine.screen_base import Base
from qhgrid.dispatch.engine.screen_kernels import Case, Courses
from qhgrid.dispatch.engine.screen_simplex import HourMatrix
from qhgrid.dispatch.program import FloatArray


def dense_matrix(matrix: HourMatrix, hour: int) -> FloatArray:
    """Return the matrix of an hour, shape (n_rows, n_columns)."""
    dense = np.zeros((matrix.n_rows, matrix.n_columns))
    columns = np.repeat(np.arange(matrix.n_columns), np.diff(matrix.start))
    value = matrix.value
    if len(matrix.values):
        value = np.where(matrix.series >= 0, matrix.values[np.maximum(matrix.series, 0), hour], value)
    np.add.at(dense, (matrix.row, columns), value)
    return dense


def least_cost(
    dense: FloatArray, lower: FloatArray, upper: FloatArray, cost: FloatArray, rhs: FloatArray
) -> float:
    """Return the least cost of ``dense x - s = rhs`` within bounds of x and s; nan without a plan."""
    whole = np.hstack([dense, -np.eye(len(rhs))])
    found = linprog(cost, A_eq=whole, b_eq=rhs, bounds=np.column_stack([lower, upper]), method="highs")
    return float(found.fun) if found.status == 0 else float("nan")


def lower_bound(problem: Problem, y: FloatArray, y_wide: FloatArray) -> float:
    """Return the bound that prices prove: ``constant + sum side y + sum min(l r, u r)``, ``r = c - A'y``."""
    matrix = sparse.vstack([problem.matrix(), problem.wide])
    prices = np.concatenate([y.ravel(), y_wide])
    lower = np.concatenate([problem.row_lower.ravel(), problem.wide_lower])
    upper = np.concatenate([problem.row_upper.ravel(), problem.wide_upper])
    side = np.where(prices == 0.0, 0.0, np.where(prices > 0.0, lower, upper))
    slope = problem.cost.ravel() - matrix.T @ prices
    ends = np.minimum(slope * problem.lower.ravel(), slope * problem.upper.ravel())
    return problem.constant + float(side @ prices) + float(ends.sum())


def worst_miss(problem: Problem, x: FloatArray) -> float:
    """Return the furthest that a plan is out of a bound or a side of a row of an hour."""
    activity = (problem.matrix() @ x.ravel()).reshape(problem.row_lower.shape)
    misses = (
        problem.lower - x, x - problem.upper, problem.row_lower - activity, activity - problem.row_upper
    )  # fmt: skip
    return max(float(miss.max(initial=0.0)) for miss in misses)


def level_worth(courses: Courses, hour: int, k: int, level: float) -> float:
    """Return what a level is worth at the end of an hour, from its least on, piece by piece."""
    low, high, width = courses.low[hour, k], courses.high[hour, k], courses.width[hour, k]
    ends = np.clip(
        [low - width, low, high, high + width, np.inf], courses.least[hour, k], courses.most[hour, k]
    )
    soft, hard = courses.soft[hour, k], courses.hard[hour, k]
    slopes = courses.value[hour, k] + np.array([hard, soft, 0.0, -soft, -hard])
    starts = np.concatenate([[courses.least[hour, k]], ends[:-1]])
    pieces = np.clip(level, starts, ends) - starts
    return float(slopes @ pieces) + float(courses.least[hour, k] * slopes[0])


def guided_costs(base: Base, case: Case, courses: Courses, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return what each hour of a walk costs less the worth of its levels, and the least it could.

    Only for problems without rows over the whole horizon. Every hour is solved from the plan of the hour
    before in `x`; columns that the next hour sees are cut into pieces, as the walk does.
    """
    n_hours, n = x.shape
    found, least = np.zeros(n_hours), np.zeros(n_hours)
    for hour in range(1, n_hours):
        rhs = np.zeros(base.problem.n_rows)
        before = base.problem.before
        np.add.at(rhs, before.row, -before.at(hour) * x[hour - 1, before.column])
        dense = dense_matrix(base.matrix, hour)
        lower, upper = np.zeros(dense.shape[1]), np.zeros(dense.shape[1])
        cost = np.zeros(dense.shape[1])
        lower[:n], upper[:n], cost[:n] = case.lower[hour], case.upper[hour], case.cost[hour]
        worth = 0.0
        for k, j in enumerate(courses.column):
            places = [j, *range(courses.first[k], courses.first[k] + 4)]
            low, high, width = courses.low[hour, k], courses.high[hour, k], courses.width[hour, k]
            ends = np.clip([low - width, low, high, high + width, np.inf], lower[j], upper[j])
            starts = np.concatenate([[lower[j]], ends[:-1]])
            bonus = np.array([1.0, 0.0, 0.0, 0.0, -1.0]) * courses.hard[hour, k]
            bonus += np.array([0.0, 1.0, 0.0, -1.0, 0.0]) * courses.soft[hour, k]
            own = cost[j]
            upper[places], lower[places] = ends - starts, 0.0
            lower[j], upper[j] = case.lower[hour, j], ends[0]
            cost[places] = own - courses.value[hour, k] - bonus
            worth += level_worth(courses, hour, k, x[hour, j])
        slacks = case.row_lower[hour], case.row_upper[hour]
        found[hour] = case.cost[hour] @ x[hour] - worth
        least[hour] = least_cost(
            dense, np.append(lower, slacks[0]), np.append(upper, slacks[1]), np.append(cost, 0.0 * rhs), rhs
        )
    return found, least
