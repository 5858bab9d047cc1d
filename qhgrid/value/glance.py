"""Guesses of what coalitions come to, from some days of each, and a proved lower bound of the cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

import numpy as np

from qhgrid.dispatch.engine.solver import solve_problem
from qhgrid.value.game import Interval
from qhgrid.value.measures import Energies, add_up, sums_of_plan
from qhgrid.value.proof import Slopes, bound, slopes_of
from qhgrid.value.rents import renamed
from qhgrid.value.sample import sample, sampled_hours

if TYPE_CHECKING:
    from qhgrid.dispatch.engine.problem import Problem
    from qhgrid.dispatch.engine.solver import Answer
    from qhgrid.dispatch.program import FloatArray, IntArray
    from qhgrid.facts import Facts
    from qhgrid.scenario.fleet import CountedPlant
    from qhgrid.value.field import Frame

TOL = 1e-3
"""Relative gap of a glance [1]."""


@dataclass(frozen=True)
class Glance:
    """How the case with all projects looks in some hours, and over the whole horizon.

    Parameters
    ----------
    whole : Problem
        With all projects.
    answer : Answer
        Its plan and prices.
    hours : ndarray
        Hours that are looked at.
    cost, seen_cost : float
        Cost over the horizon, and in the hours [CNY].
    energies, seen : Energies
        The same of energies.
    most : Energies
        What they can come to at most.
    """

    whole: Problem
    answer: Answer
    hours: IntArray
    cost: float
    seen_cost: float
    energies: Energies
    seen: Energies
    most: Energies
    _slopes: dict[frozenset[str], Slopes] = field(default_factory=dict)
    """Slopes at these prices by what a frame lacks."""

    def at(
        self,
        missing: frozenset[str],
        frame: Frame,
        problem: Problem,
        facts: Facts,
        plants: tuple[CountedPlant, ...],
    ) -> dict[str, Interval]:
        """Return a guess of every indicator but the peak's, each with an interval that surely holds it."""
        small = sample(problem, frame.problem, self._course(frame), self.hours)
        answer = solve_problem(small, tol=TOL, threads=1)
        seen = add_up(sums_of_plan(frame.network, small, answer.x, self.hours), facts, plants)
        factor = problem.n_hours / len(self.hours)
        cost = self.cost + factor * (answer.objective - self.seen_cost)
        energies = _scaled(self.energies, self.seen, seen, factor)
        return {"cost": self._cost(missing, frame, problem, cost), **self._shares(energies)}

    def _cost(self, missing: frozenset[str], frame: Frame, problem: Problem, guess: float) -> Interval:
        """Return the guess of the cost with a proved lower bound and a careless upper one."""
        if missing not in self._slopes:
            y = renamed(self.whole, self.answer.y, frame.problem)
            self._slopes[missing] = slopes_of(frame.problem, y, self.answer.y_wide)
        low = bound(problem, self._slopes[missing])
        return Interval(max(guess, low), low, max(guess, low, careless(problem)))

    def _course(self, frame: Frame) -> FloatArray:
        """Return the plan with all projects, in the columns of a frame."""
        return in_columns(self.whole, self.answer.x, frame.problem)

    def _shares(self, energies: Energies) -> Mapping[str, Interval]:
        """Return the other indicators with the ends that they cannot leave."""
        most = self.most
        return {
            "clean_share": Interval(energies.clean_share, 0.0, 1.0),
            "ne_utilisation": Interval(energies.utilisation, 0.0, 1.0),
            "corridor_energy": Interval(energies.sent, 0.0, max(most.sent, energies.sent)),
            "unserved": Interval(energies.shed, 0.0, max(most.shed, energies.shed)),
            "co2": Interval(energies.co2, 0.0, max(most.co2, energies.co2)),
        }


def first_glance(frame: Frame, answer: Answer, facts: Facts, plants: tuple[CountedPlant, ...]) -> Glance:
    """Return how the case with all projects looks.

    Parameters
    ----------
    frame : Frame
        With all projects.
    answer : Answer
        Its exact plan and prices.
    facts : Facts
    plants : tuple of CountedPlant
    """
    problem, hours = frame.problem, sampled_hours(frame.problem.n_hours)
    small = sample(problem, problem, answer.x, hours)
    seen = answer if small is problem else solve_problem(small, tol=TOL, threads=1)
    return Glance(
        problem, answer, hours, answer.objective, seen.objective,
        add_up(sums_of_plan(frame.network, problem, answer.x), facts, plants),
        add_up(sums_of_plan(frame.network, small, seen.x, hours), facts, plants),
        add_up(sums_of_plan(frame.network, problem, problem.upper), facts, plants),
    )  # fmt: skip


def careless(problem: Problem) -> float:
    """Return what no plan within its bounds costs more than [CNY]."""
    ends = np.maximum(problem.cost * problem.lower, problem.cost * problem.upper)
    return float(ends.sum()) + problem.constant


def in_columns(problem: Problem, x: FloatArray, other: Problem) -> FloatArray:
    """Return a plan in the columns of a problem with other columns, at its lower bounds where one is new."""
    found = other.lower.copy()
    for block in other.columns:
        same = problem.block(block.component, block.attribute)
        if same is not None:
            at = same.names.get_indexer(block.names)
            there = np.flatnonzero(at >= 0)
            found[:, block.start + there] = x[:, same.start + at[there]]
    return found


def _scaled(base: Energies, before: Energies, after: Energies, factor: float) -> Energies:
    """Return energies of the base, moved by what the hours say, times what an hour stands for."""
    names = [one.name for one in fields(Energies)]
    moved = {
        name: getattr(base, name) + factor * (getattr(after, name) - getattr(before, name)) for name in names
    }
    return Energies(**{name: max(0.0, value) for name, value in moved.items()})
