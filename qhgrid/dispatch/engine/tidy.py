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

from dataclasses import dataclass, replace

import numpy as np

from qhgrid.dispatch.engine.interior import Interior, Progress
from qhgrid.dispatch.engine.presolve import reduce_problem
from qhgrid.dispatch.engine.problem import ColumnBlock, Problem
from qhgrid.dispatch.engine.scaling import Scaled, scale_problem
from qhgrid.dispatch.engine.starting import distances, stand_at
from qhgrid.dispatch.engine.structure import group_hours, read_structure, ungroup_hours
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
ROW_GOAL = 1e-8
"""Greatest miss of a row there, in units of power."""
ROUNDED_ROWS, FAR_BELOW = 1e-6, 1e-2
"""The same where rounding keeps it above: once the mean product is this share of its goal."""
START = 1e-2
"""Mean product at which it begins."""


@dataclass(frozen=True)
class Face:
    """What the first pass leaves to choose from: the plans of least cost."""

    problem: Problem
    """The problem with all columns and sides held that cost something to move."""
    plan: FloatArray
    """The plan of the first pass, in the middle of the face, shape (n_hours, n_columns)."""


def find_face(problem: Problem, scaled: Scaled, interior: Interior, mu: float) -> Face:
    """Return the plans of least cost.

    Parameters
    ----------
    problem : Problem
        The problem that was solved.
    scaled : Scaled
        The problem as the first pass saw it.
    interior : Interior
        The first pass at its end.
    mu : float
        Mean product of a distance and its price there.
    """
    s, st, n = interior.state, scaled.structure, problem.n_columns
    limit, top = HOLDS * max(mu, 1e-300), s.x + s.w
    costly = ((s.z * top > limit) | (s.v * top > limit)) & interior.is_on
    is_held = ungroup_hours(costly.astype(float), st.n_hours) > 0.0
    every = scaled.plan(s.x)
    plan = np.clip(every[:, :n], problem.lower, problem.upper)
    place = plan
    for bound in (problem.lower, problem.upper):
        place = np.where(np.abs(place - bound) <= AT_BOUND, bound, place)
    row_lower, row_upper = problem.row_lower.copy(), problem.row_upper.copy()
    for k, row in enumerate(st.slack_rows):
        held = is_held[:, n + k]
        side = np.clip(every[held, n + k], row_lower[held, row], row_upper[held, row])
        row_lower[held, row], row_upper[held, row] = side, side
    wide_lower, wide_upper = _held_wide(problem, scaled, interior, limit)
    held_problem = replace(
        problem, lower=np.where(is_held[:, :n], place, problem.lower),
        upper=np.where(is_held[:, :n], place, problem.upper), row_lower=row_lower, row_upper=row_upper,
        wide_lower=wide_lower, wide_upper=wide_upper,
    )  # fmt: skip
    return Face(held_problem, plan)


def _held_wide(
    problem: Problem, scaled: Scaled, interior: Interior, limit: float
) -> tuple[FloatArray, FloatArray]:
    """Return the sides of the wide rows, held together where it costs more than `limit` to cross them."""
    outer = interior.outer
    top = outer.x + outer.w
    lower, upper = problem.wide_lower.copy(), problem.wide_upper.copy()
    for k, row in enumerate(scaled.structure.wide_slacks):
        if outer.is_on[k] and outer.z[k] * top[k] > limit and np.isfinite(lower[row]):
            upper[row] = lower[row]
        elif outer.is_on[k] and outer.v[k] * top[k] > limit and np.isfinite(upper[row]):
            lower[row] = upper[row]
    return lower, upper


def tidy(
    face: Face, columns: tuple[ColumnBlock, ...], threads: int, deadline: float | None
) -> tuple[FloatArray, float] | None:
    """Return the tidy plan of equal cost and its greatest miss of a row in MW, or None where none was found.

    The second pass begins where the first one ended: there all rows are kept, and what may still move is away
    from its bounds.

    Parameters
    ----------
    face : Face
        The plans of least cost.
    columns : tuple of ColumnBlock
        What its columns are, one block or more.
    threads : int
        1 or 2.
    deadline : float, optional
        Moment of :func:`time.perf_counter` to give up at. [s]
    """
    wish, quad = _wish(face.problem, columns)
    reduced = reduce_problem(wish)
    chosen, kept = reduced.problem, reduced.kept
    structure = read_structure(chosen)
    second = scale_problem(chosen, structure, 1e2)
    if not second.n_pairs or (second.missing.any() and np.abs(second.missing).max() > 1e-6 * second.power):
        return None
    curves = np.concatenate([quad[:, kept], np.zeros((chosen.n_hours, len(structure.slack_rows)))], axis=1)
    curves *= (structure.column_scale * second.power) ** 2 / second.money
    interior = Interior(second, threads, quad=group_hours(curves, structure.n_groups))
    stand_at(interior, distances(chosen, second, face.plan[:, kept]), START)

    def is_done(last: Progress) -> bool:
        row_goal = ROW_GOAL if last.mu > FAR_BELOW * GOAL else ROUNDED_ROWS
        return last.mu <= GOAL and last.residual <= row_goal * second.power and last.dual_residual <= 1e-6

    outcome = interior.run(is_done, deadline=deadline)
    if outcome.status is not Status.OPTIMAL:
        return None
    violation = interior.repair()
    plan = np.clip(second.plan(interior.state.x)[:, : chosen.n_columns], chosen.lower, chosen.upper)
    return reduced.restore(plan), violation


def _wish(problem: Problem, columns: tuple[ColumnBlock, ...]) -> tuple[Problem, FloatArray]:
    """Return `problem` with the costs of the second pass, and their second derivative."""
    lower, upper = problem.lower, problem.upper
    is_open = (upper > lower) & np.isfinite(lower) & np.isfinite(upper)
    linear, quad = _taste(problem, columns)
    quad = np.where(is_open, quad, 0.0)
    cost = np.where(is_open, linear + quad * np.where(np.isfinite(lower), lower, 0.0), 0.0)
    return replace(problem, cost=cost, constant=0.0), quad


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
