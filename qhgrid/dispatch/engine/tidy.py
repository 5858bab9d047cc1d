r"""The second pass: among all plans of equal cost, the one that a planner would draw.

Many plans cost the same: any of two wind farms may be curtailed, a battery may charge and discharge at
once, and flows may run in circles. The second pass holds every column at its bound that costs something to
move, and on what is left minimises a strictly convex objective: curtailment in proportion to the available
power, as little use of storage and as little flow as possible. With a(t) the available power of a
generator,

.. math:: \sum \frac{(a - p)^2}{2a} + \lambda \sum (p^{in} + p^{out})
          + \epsilon \sum \frac{f^2}{2 \bar f} + \dots

in MW. The minimum is unique, so equal inputs give an equal plan whatever came out of the first pass.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from qhgrid.dispatch.engine.interior import Interior, Progress
from qhgrid.dispatch.engine.problem import ColumnBlock, Problem
from qhgrid.dispatch.engine.scaling import Scaled, scale_problem
from qhgrid.dispatch.engine.structure import group_hours, ungroup_hours
from qhgrid.dispatch.methods import Status
from qhgrid.dispatch.program import FloatArray

HOLDS = 1e4
"""A column is held where it is if crossing its whole width costs this many times the mean product."""
AT_BOUND = 1e-7
"""A held column nearer than this to a bound is put onto it. [MW or MWh]"""
SAME_COST = 1e-9
"""By how much the cost of the tidy plan may differ, as a share. [1]"""
USE_OF_STORAGE = 2.0
"""Price of a MW into or out of storage, against that of a curtailed one, which is at most 1."""
USE_OF_LINKS = 0.2
"""Price of a MW through a link that works one way."""
CURVES = {
    "p_dispatch": 0.1, "p_store": 0.1, "state_of_charge": 1e-3, "spill": 1.0, "e": 1e-3, "s": 0.005,
    "phase_shift": 0.005,
}  # fmt: skip
"""Weights of squares by attribute, relative to that of curtailment; links have that of ``s``."""
GOAL = 1e-9
"""Mean product at which the second pass ends, in its own units."""


def tidy(
    problem: Problem,
    columns: tuple[ColumnBlock, ...],
    scaled: Scaled,
    interior: Interior,
    threads: int,
    deadline: float | None,
) -> tuple[FloatArray, float] | None:
    """Return the tidy plan of equal cost and its greatest miss of a row in MW, or None where none was found.

    Parameters
    ----------
    problem : Problem
        The problem that was solved.
    columns : tuple of ColumnBlock
        What its columns are, one block or more; positions are those in `problem`.
    scaled : Scaled
        The problem as the first pass saw it.
    interior : Interior
        The first pass at its end.
    threads : int
        1 or 2.
    deadline : float, optional
        Moment of :func:`time.perf_counter` to give up at. [s]
    """
    held = _held(problem, scaled, interior)
    linear, quad = _taste(problem, columns)
    lower, upper = held.lower, held.upper
    is_open = (upper > lower) & np.isfinite(lower) & np.isfinite(upper)
    quad = np.where(is_open, quad, 0.0)
    cost = np.where(is_open, linear + quad * np.where(np.isfinite(lower), lower, 0.0), 0.0)
    second = scale_problem(replace(held, cost=cost, constant=0.0), scaled.structure, 1e2)
    if not second.n_pairs or (second.missing.any() and np.abs(second.missing).max() > 1e-6 * scaled.power):
        return None
    n_slack = len(scaled.structure.slack_rows)
    curves = np.concatenate([quad, np.zeros((problem.n_hours, n_slack))], axis=1)
    curves *= (scaled.structure.column_scale * second.power) ** 2 / second.money
    pass_two = Interior(second, threads, quad=group_hours(curves, scaled.structure.n_groups))
    pass_two.start()

    def is_done(last: Progress) -> bool:
        return last.mu <= GOAL and last.residual <= 1e-8 * second.power and last.dual_residual <= 1e-6

    outcome = pass_two.run(is_done, deadline=deadline)
    if outcome.status is not Status.OPTIMAL:
        return None
    violation = pass_two.repair()
    plan = second.plan(pass_two.state.x)[:, : problem.n_columns]
    return np.clip(plan, problem.lower, problem.upper), violation


def _held(problem: Problem, scaled: Scaled, interior: Interior) -> Problem:
    """Return `problem` with all columns and sides held that cost something to move."""
    s, st = interior.state, scaled.structure
    limit = HOLDS * max(interior.measure().mu, 1e-300)
    top = s.x + s.w
    is_held = ungroup_hours(
        (((s.z * top > limit) | (s.v * top > limit)) & interior.is_on).astype(float), st.n_hours
    )
    n = problem.n_columns
    plan = scaled.plan(s.x)
    place = np.clip(plan[:, :n], problem.lower, problem.upper)
    for bound in (problem.lower, problem.upper):
        place = np.where(np.abs(place - bound) <= AT_BOUND, bound, place)
    lower = np.where(is_held[:, :n] > 0.0, place, problem.lower)
    upper = np.where(is_held[:, :n] > 0.0, place, problem.upper)
    row_lower, row_upper = problem.row_lower.copy(), problem.row_upper.copy()
    for k, row in enumerate(st.slack_rows):
        held = is_held[:, n + k] > 0.0
        side = np.clip(plan[held, n + k], row_lower[held, row], row_upper[held, row])
        row_lower[held, row], row_upper[held, row] = side, side
    outer = interior.outer
    outer_top = outer.x + outer.w
    wide_lower, wide_upper = problem.wide_lower.copy(), problem.wide_upper.copy()
    for k, row in enumerate(st.wide_slacks):
        if outer.is_on[k] and outer.z[k] * outer_top[k] > limit:
            wide_upper[row] = wide_lower[row]
        elif outer.is_on[k] and outer.v[k] * outer_top[k] > limit:
            wide_lower[row] = wide_upper[row]
    return replace(
        problem, lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper,
        wide_lower=wide_lower, wide_upper=wide_upper,
    )  # fmt: skip


def _taste(problem: Problem, columns: tuple[ColumnBlock, ...]) -> tuple[FloatArray, FloatArray]:
    """Return price and second derivative of the second pass's objective, shapes (n_hours, n_columns)."""
    linear, quad = np.zeros_like(problem.lower), np.zeros_like(problem.lower)
    size = np.maximum(np.abs(problem.lower), np.abs(problem.upper))
    per_size = np.where((size > 0.0) & np.isfinite(size), 1.0 / np.where(size > 0.0, size, 1.0), 0.0)
    for block in columns:
        here = slice(block.start, block.stop)
        if block.component == "Generator":
            quad[:, here] = per_size[:, here]
            available = np.where(per_size[:, here] > 0.0, np.maximum(problem.upper[:, here], 0.0), 0.0)
            linear[:, here] = -quad[:, here] * available
        elif block.component in ("Link", "Process"):
            quad[:, here] = CURVES["s"] * per_size[:, here]
            linear[:, here] = np.where(problem.lower[:, here] >= 0.0, USE_OF_LINKS, 0.0)
        elif block.attribute in CURVES:
            quad[:, here] = CURVES[block.attribute] * per_size[:, here]
            if block.attribute in ("p_dispatch", "p_store"):
                linear[:, here] = USE_OF_STORAGE
    return linear, quad
