"""Solve a dispatch problem: presolve, interior point, repair, and what to say where there is no plan."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from qhgrid.dispatch.engine.delays import fold_delays
from qhgrid.dispatch.engine.interior import Halfway, Interior, Outcome, Progress
from qhgrid.dispatch.engine.presolve import Reduced, reduce_problem
from qhgrid.dispatch.engine.problem import Problem
from qhgrid.dispatch.engine.scaling import Scaled, scale_problem
from qhgrid.dispatch.engine.starting import Trial, beginnings
from qhgrid.dispatch.engine.structure import Structure, read_structure
from qhgrid.dispatch.engine.tidy import SAME_COST, Face, find_face, tidy
from qhgrid.dispatch.methods import Status
from qhgrid.dispatch.program import FloatArray

BOXES = (1e2, 1e5, 1e8)
"""Multiples of the problem's largest number within which columns without a bound are looked for."""
AT_BOX = 0.01
"""A column nearer than this share of its width to a bound that is none is held by the box alone."""
SHARP = 0.5
"""The iteration aims at this share of the gap that is asked for."""
SHARPEST = 1e-5
"""The same where plans of equal cost are to be told apart."""
ROUNDED = 0.01
"""Share of the gap that is asked for below which rounding may keep it from falling as the products do."""
ROW_GOAL = 1e-6
"""Greatest miss of a row at which the iteration may end, in units of power; the repair does the rest."""
ROW_LIMIT = 1e-4
"""The same for a point that the iteration could not better."""
CROSSING = 1e-9
"""By how much a lower bound may stand above the upper one through rounding: a share of it, or absolutely."""
EMPTY_ROW_MISS = 1e-6
"""Greatest miss of a row without free columns, as a share of its side, or in its unit if that is more."""


@dataclass(frozen=True)
class Answer:
    """How solving a problem ended."""

    status: Status
    x: FloatArray
    """Plan, shape (n_hours, n_columns); the best so far where `status` is a limit. [unit of the column]"""
    y: FloatArray
    """Prices of rows: what one more unit on the right-hand side costs, shape (n_hours, n_rows)."""
    y_wide: FloatArray
    """Prices of the rows over the whole horizon, shape (n_wide,)."""
    objective: float
    """Cost of the plan. [cost units]"""
    bound: float
    """No plan costs less. [cost units]"""
    iterations: int
    violation: float
    """Greatest miss of a row after the repair, in the engine's scaling. [MW]"""
    repaired: float
    """Furthest that the repair moved a column. [MW or MWh]"""
    halfway: Halfway | None = None
    """Where a warm start of a like problem begins."""
    is_tidy: bool = False
    """Whether the plan is the tidy one among those of equal cost."""

    @property
    def gap(self) -> float:
        """``(objective - bound) / max(1, |objective|)``."""
        return (self.objective - self.bound) / max(1.0, abs(self.objective))


def solve_problem(
    problem: Problem,
    *,
    tol: float = 1e-6,
    threads: int = 1,
    time_limit: float | None = None,
    progress: Callable[[str, float | None], None] | None = None,
    structure: Structure | None = None,
    tidy_up: bool = False,
    warm_start: Answer | None = None,
) -> Answer:
    """Solve `problem` by the interior point.

    Parameters
    ----------
    problem : Problem
        Any problem; nothing in it is changed.
    tol : float, optional
        Relative gap to reach. [1]
    threads : int, optional
        1 or 2; the answer does not depend on it.
    time_limit : float, optional
        Time after which the best plan so far is returned. [s]
    progress : callable, optional
        ``progress("solve", fraction)``.
    structure : Structure, optional
        That of a problem with the same matrix and the same columns fixed in every hour, to save reading it.
    tidy_up : bool, optional
        Choose among the plans of equal cost (:mod:`qhgrid.dispatch.engine.tidy`).
    warm_start : Answer, optional
        That of a problem of the same shape, to start near its plan and prices.

    Returns
    -------
    Answer
        With status ``optimal``, ``infeasible``, ``unbounded``, ``time limit``, ``iteration limit`` or
        ``failed``.
    """
    deadline = None if time_limit is None else time.perf_counter() + time_limit
    folded = fold_delays(problem)
    answer = _solve_folded(folded.problem, tol, threads, deadline, progress, structure, tidy_up, warm_start)
    return replace(answer, x=folded.plan(answer.x), y=folded.prices(answer.y))


def _solve_folded(
    problem: Problem,
    tol: float,
    threads: int,
    deadline: float | None,
    progress: Callable[[str, float | None], None] | None,
    structure: Structure | None,
    tidy_up: bool,
    warm_start: Answer | None,
) -> Answer:
    """Solve a problem without registers."""
    reduced = reduce_problem(problem)
    if _contradicts_itself(problem):
        return _no_plan(reduced, Status.INFEASIBLE)
    frame = read_structure(reduced.problem) if structure is None else structure
    answer = _no_plan(reduced, Status.FAILED)
    for box in BOXES:
        scaled = scale_problem(reduced.problem, frame, box)
        if _misses_empty_rows(reduced.problem, scaled):
            return _no_plan(reduced, Status.INFEASIBLE)
        answer, is_held = _solve_scaled(
            reduced, scaled, box, tol, threads, deadline, progress, tidy_up, warm_start
        )
        if answer.status is Status.FAILED and scaled.is_in_box.any():
            continue
        if answer.status is not Status.OPTIMAL or not is_held:
            return answer
    if answer.status is Status.FAILED:
        return answer
    return _no_plan(reduced, Status.UNBOUNDED)


def _contradicts_itself(problem: Problem) -> bool:
    """Return whether a lower bound or side stands above the upper one."""
    pairs = (
        (problem.lower, problem.upper),
        (problem.row_lower, problem.row_upper),
        (problem.wide_lower, problem.wide_upper),
    )
    for low, high in pairs:
        finite = np.isfinite(low) & np.isfinite(high)
        slip = CROSSING * np.maximum(1.0, np.abs(np.where(finite, high, 0.0)))
        if bool((np.where(finite, low - high, np.where(low > high, np.inf, 0.0)) > slip).any()):
            return True
    return False


def _misses_empty_rows(problem: Problem, scaled: Scaled) -> bool:
    """Return whether a row without free columns is missed by more than rounding."""
    if not scaled.missing.any():
        return False
    side = np.abs(np.where(np.isfinite(problem.row_lower), problem.row_lower, 0.0))
    return bool((np.abs(scaled.missing) > EMPTY_ROW_MISS * np.maximum(1.0, side)).any())


def _solve_scaled(
    reduced: Reduced,
    scaled: Scaled,
    box: float,
    tol: float,
    threads: int,
    deadline: float | None,
    progress: Callable[[str, float | None], None] | None,
    tidy_up: bool,
    warm_start: Answer | None,
) -> tuple[Answer, bool]:
    """Return the answer within one box, and whether the box holds it."""
    interior = Interior(scaled, threads)
    if not scaled.n_pairs:
        interior.factor()
        return _answer(
            reduced, scaled, interior, Outcome(Status.OPTIMAL, interior.measure(), 0), 0.0, 0.0
        ), False
    goal = _Goal(tol, scaled, SHARPEST if tidy_up else SHARP)
    highest = np.inf
    if not scaled.is_in_box.any():
        highest = scaled.constant + scaled.money * float((np.maximum(scaled.cost, 0.0) * scaled.top).sum())
        highest += 1e-6 * (1.0 + abs(highest))

    def tell(last: Progress, _: int) -> None:
        if progress is not None:
            progress("solve", goal.fraction(last))

    def run(is_done: Callable[[Progress], bool]) -> Outcome:
        return interior.run(is_done, highest_cost=highest, deadline=deadline, tell=tell)

    places = beginnings(reduced.problem, interior, warm_start.halfway if warm_start else None, box, deadline)
    outcome = _iterate(run, goal, places)
    if outcome.status is not Status.OPTIMAL:
        outcome = interior.best(outcome)
    if (
        outcome.status is not Status.OPTIMAL
        and abs(outcome.last.gap) <= tol
        and goal.is_near_rows(outcome.last, ROW_LIMIT)
    ):
        outcome = Outcome(Status.OPTIMAL, outcome.last, outcome.iterations)
    before = interior.state.x.copy()
    violation = interior.repair()
    moved = np.abs(interior.state.x - before).max(axis=(0, 2), initial=0.0) * scaled.structure.column_scale
    is_held = _is_held_by_box(scaled, interior.state.x) if outcome.status is Status.OPTIMAL else False
    repaired = float(moved.max(initial=0.0)) * scaled.power
    answer = _answer(reduced, scaled, interior, outcome, violation, repaired)
    if tidy_up and outcome.status is Status.OPTIMAL and not is_held:
        if progress is not None:
            progress("choose among equal plans", None)
        face = find_face(reduced.problem, scaled, interior, outcome.last.mu)
        del interior, scaled, before  # The second pass needs their room.
        answer = _tidied(answer, reduced, face, threads, deadline)
    return answer, is_held


def _iterate(
    run: Callable[[Callable[[Progress], bool]], Outcome], goal: _Goal, places: Iterator[Trial]
) -> Outcome:
    """Return how the iteration ends, from the first place that leads somewhere."""
    count = 0
    for trial in places:
        outcome = run(partial(_is_over, goal, trial))
        count += outcome.iterations
        if outcome.status is not Status.FAILED and not trial.was_lost:
            break
    return replace(outcome, iterations=count)


def _is_over(goal: _Goal, trial: Trial, last: Progress) -> bool:
    """Return whether to stop here, as a plan is found or as this leads nowhere."""
    return goal.is_reached(last) or trial.is_lost(last)


def _tidied(answer: Answer, reduced: Reduced, face: Face, threads: int, deadline: float | None) -> Answer:
    """Return `answer` with the tidy plan, if there is one of the same cost."""
    found = tidy(face, reduced.blocks(), threads, deadline)
    if found is None:
        return answer
    plan, violation = found
    x = reduced.restore(plan)
    objective = float((reduced.original.cost * x).sum()) + reduced.original.constant
    if abs(objective - answer.objective) > SAME_COST * max(1.0, abs(answer.objective)):
        return answer
    return replace(answer, x=x, objective=objective, violation=violation, is_tidy=True)


class _Goal:
    """When an iteration has gone far enough: sharper than asked, or as asked and no longer getting better."""

    def __init__(self, tol: float, scaled: Scaled, sharp: float) -> None:
        self.tol, self.power, self.sharp = tol, scaled.power, sharp
        self.per_product = scaled.n_pairs * scaled.money
        self.best, self.stuck, self.done = np.inf, 0, 0.0

    def is_near_rows(self, last: Progress, share: float = ROW_GOAL) -> bool:
        """Return whether the rows are kept well enough for the repair."""
        return last.residual <= share * self.power

    def is_reached(self, last: Progress) -> bool:
        """Return whether to stop here."""
        gap = abs(last.gap)
        self.stuck = 0 if gap < 0.5 * self.best else self.stuck + 1
        self.best = gap if self.stuck == 0 else self.best
        if not self.is_near_rows(last):
            return False
        products = last.mu * self.per_product / max(1.0, abs(last.primal))
        is_sharp = gap <= self.sharp * self.tol
        is_sharp |= gap <= ROUNDED * self.tol and products <= self.sharp * self.tol
        return is_sharp or (gap <= 0.9 * self.tol and self.stuck > 3)

    def fraction(self, last: Progress) -> float:
        """Return the share done, by the order of magnitude of the best gap so far."""
        goal = self.sharp * self.tol
        share = math.log(10.0 / min(max(abs(last.gap), goal), 10.0)) / math.log(10.0 / goal)
        self.done = max(self.done, share)
        return self.done


def _is_held_by_box(scaled: Scaled, x: FloatArray) -> bool:
    """Return whether a column without a bound ends where only the box stops it."""
    if not scaled.is_in_box.any():
        return False
    plan = scaled.plan(x)
    width = scaled.structure.column_scale * scaled.power
    top = np.where(scaled.is_free, scaled.plan(scaled.top) - scaled.lower, width)
    share = (plan - scaled.lower) / top
    near = np.minimum(share, 1.0 - share)
    size = np.abs(plan)
    return bool((scaled.is_in_box & (size > 0.4 * top) & (near < AT_BOX)).any())


def _answer(
    reduced: Reduced, scaled: Scaled, interior: Interior, outcome: Outcome, violation: float, repaired: float
) -> Answer:
    """Return the answer in the problem's own units."""
    problem, s = reduced.original, interior.state
    n = reduced.problem.n_columns
    plan = scaled.plan(s.x)[:, :n]
    plan = np.clip(plan, reduced.problem.lower, reduced.problem.upper)
    x = reduced.restore(plan)
    return Answer(
        outcome.status, x, scaled.prices(s.y_hour, s.y_link), scaled.wide_prices(s.y_border),
        float((problem.cost * x).sum()) + problem.constant, outcome.last.bound, outcome.iterations,
        violation, repaired, interior.halfway(),
    )  # fmt: skip


def _no_plan(reduced: Reduced, status: Status) -> Answer:
    """Return an answer without a plan."""
    problem = reduced.original
    return Answer(
        status, np.zeros_like(problem.lower), np.zeros_like(problem.row_lower),
        np.zeros_like(problem.wide_lower), math.inf, -math.inf, 0, math.inf, 0.0,
    )  # fmt: skip
