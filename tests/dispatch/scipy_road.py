"""Solves the engine's arrays and the certificate's program with scipy alone."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from qhgrid.dispatch.engine.problem import Problem
from qhgrid.dispatch.program import Program


def linear_program(cost, rows, row_lower, row_upper, lower, upper):
    """Return status, cost, plan and dual values of a linear program."""
    equal = row_lower == row_upper
    top = np.isfinite(row_upper) & ~equal
    low = np.isfinite(row_lower) & ~equal
    result = linprog(
        cost, sparse.vstack([rows[top], -rows[low]]), np.concatenate([row_upper[top], -row_lower[low]]),
        rows[equal], row_lower[equal], np.column_stack([lower, upper]), method="highs",
    )  # fmt: skip
    y = np.zeros(len(row_lower))
    if result.status == 0:
        y[equal] = result.eqlin.marginals
        y[top] += result.ineqlin.marginals[: top.sum()]
        y[low] -= result.ineqlin.marginals[top.sum() :]
    return result.status, result.fun, result.x, y


def all_rows(problem: Problem):
    """Return the matrix of all rows, the wide ones last, and their sides."""
    matrix = sparse.vstack([problem.matrix(), problem.wide]).tocsr()
    lower = np.concatenate([problem.row_lower.ravel(), problem.wide_lower])
    upper = np.concatenate([problem.row_upper.ravel(), problem.wide_upper])
    return matrix, lower, upper


def solve_problem(problem: Problem):
    """Return cost, plan (n_hours, n_columns), prices (n_hours, n_rows) and prices of the wide rows."""
    status, cost, x, y = linear_program(
        problem.cost.ravel(), *all_rows(problem), problem.lower.ravel(), problem.upper.ravel()
    )
    assert status == 0
    hours = problem.n_hours
    split = hours * problem.n_rows
    return cost + problem.constant, x.reshape(hours, -1), y[:split].reshape(hours, -1), y[split:]


def solve_program(program: Program):
    """Return cost and plan of the certificate's program."""
    status, cost, x, _ = linear_program(
        program.cost, program.matrix, program.row_lower, program.row_upper, program.lower, program.upper
    )
    assert status == 0
    return cost, x
