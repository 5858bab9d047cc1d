"""What a coalition of projects comes to: the scenario without the others, built anew and dispatched.

:class:`DispatchEvaluator` is the evaluator of :mod:`qhgrid.value.game`::

    evaluator = DispatchEvaluator(scenario, facts)      # scenario and facts as read
    evaluator.players                                   # tuple of project ids, sorted
    evaluator.prepare()                                 # once, before it is sent to workers
    evaluator.evaluate(frozenset(members), "exact")     # Evaluation, by indicator and with rents

It can be pickled; what it has prepared goes with it, so that a worker does not dispatch the base case again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from qhgrid.clock import snapshots
from qhgrid.dispatch import ElasticPrices, solve
from qhgrid.dispatch.elastic import add_elastic_layer
from qhgrid.dispatch.engine.problem import Problem
from qhgrid.dispatch.engine.screened import Basis
from qhgrid.dispatch.engine.solver import Answer, solve_problem
from qhgrid.dispatch.methods import Status
from qhgrid.errors import DispatchError, Fault
from qhgrid.network import build_network
from qhgrid.scenario.fleet import counted_fleet
from qhgrid.value.adequacy import PeakHours, read_peak_hours
from qhgrid.value.field import Field, read_field
from qhgrid.value.game import Evaluation, Interval, Precision
from qhgrid.value.glance import Glance, first_glance
from qhgrid.value.intervals import intervals_of
from qhgrid.value.measures import add_up, sums_of_plan
from qhgrid.value.players import Cast, find_players, without
from qhgrid.value.proof import bound, slopes_of, violation
from qhgrid.value.rents import rents_of

if TYPE_CHECKING:
    import pypsa
    import xarray as xr

    from qhgrid.dispatch import Dispatch
    from qhgrid.facts import Facts
    from qhgrid.scenario.model import Scenario

EXACT_TOL = 1e-6
"""Relative gap of an exact dispatch [1]."""
ROUGH_TOL = 1e-3
"""The same where a case cannot be judged at a glance [1]."""


@dataclass(frozen=True)
class Base:
    """The case with all projects, by which others are measured."""

    peak: PeakHours
    answer: Answer
    field: Field | None = None
    glance: Glance | None = None


class DispatchEvaluator:
    """Evaluates coalitions of the projects of a scenario by dispatch.

    Parameters
    ----------
    scenario : Scenario
        With all projects.
    facts : Facts
        With the register.
    is_quick : bool, optional
        Whether to read all coalitions as one problem first, a second and a half of a year for each project.
        Without it there are no rents, and ``screen`` is a rough dispatch.
    """

    def __init__(self, scenario: Scenario, facts: Facts, *, is_quick: bool = True) -> None:
        self.scenario, self.facts, self.is_quick = scenario, facts, is_quick
        self._base: Base | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Return what a worker needs: the inputs, and what was prepared."""
        names = ("scenario", "facts", "is_quick", "_base")
        return {name: getattr(self, name) for name in names}

    @cached_property
    def cast(self) -> Cast:
        """Who takes part, and who does not and why."""
        return find_players(self.scenario, self.facts)

    @property
    def players(self) -> tuple[str, ...]:
        """Ids of the projects that take part, sorted."""
        return self.cast.ids

    @property
    def contents(self) -> dict[str, str]:
        """What each player is, told without its name; players of the same content are twins."""
        return {player.id: player.content for player in self.cast.players}

    @cached_property
    def _profiles(self) -> xr.Dataset:
        """Hourly series of the horizon."""
        from qhgrid.profiles import load_profiles

        horizon = self.scenario.horizon
        return load_profiles(self.scenario, snapshots(horizon.start, horizon.end))

    def prepare(self) -> None:
        """Dispatch the case with all projects, which others are measured by; done once."""
        if self._base is not None:
            return
        dispatch = self._dispatch(self.scenario, self.facts)
        peak = read_peak_hours(dispatch, self.scenario, self.facts)
        field = read_field(self.cast, self._without) if self.is_quick else None
        assert isinstance(dispatch.basis, Basis)
        answer, glance = replace(dispatch.basis.answer, halfway=None), None
        if field is not None:
            frame = field.frame(frozenset(), self._without)
            plants = counted_fleet(self.scenario, self.facts)
            glance = first_glance(frame, answer, self.facts, plants)
        self._base = Base(peak, answer, field, glance)

    def evaluate(self, members: frozenset[str], precision: Precision) -> Evaluation:
        """Return what the coalition `members` comes to.

        Parameters
        ----------
        members : frozenset of str
            Ids of the projects that are built, out of :attr:`players`.
        precision : str
            ``exact``: a dispatch of every hour, proved. ``screen``: some days of it
            (:mod:`qhgrid.value.sample`), with a proved lower bound of the cost and no more.

        Returns
        -------
        Evaluation
            The indicators of :data:`qhgrid.value.intervals.ORIENTATION` in base units, with intervals.
        """
        self.prepare()
        assert self._base is not None
        scenario, facts = without(self.scenario, self.facts, self.cast.absent(members))
        margin = self._base.peak.margin(scenario, facts)
        if self._base.field is None:
            network = self._network(scenario, facts)
            problem = Problem.from_network(network)
            return self._evaluation(problem, network, margin, members, precision)
        missing, frame, problem = self._base.field.case(members, self._without)
        if precision == "exact":
            return self._evaluation(problem, frame.network, margin, members, precision)
        assert self._base.glance is not None
        plants = counted_fleet(self.scenario, self.facts)
        guess = self._base.glance.at(missing, frame, problem, self.facts, plants)
        return Evaluation({**guess, "peak_adequacy": Interval(margin, margin, margin)})

    def _evaluation(
        self,
        problem: Problem,
        network: pypsa.Network,
        margin: float,
        members: frozenset[str],
        precision: Precision,
    ) -> Evaluation:
        """Return the evaluation of a coalition by a dispatch of every hour.

        What is proved is proved here, from plan and prices alone (:mod:`qhgrid.value.proof`).
        """
        is_exact = precision == "exact"
        tol = EXACT_TOL if is_exact else ROUGH_TOL
        if is_exact and self._base is not None and members == frozenset(self.players):
            answer = self._base.answer
        else:
            answer = self._answer(problem, network, tol, is_exact=is_exact)
        slopes = slopes_of(problem, answer.y, answer.y_wide)
        lower = bound(problem, slopes)
        upper = float((problem.cost * answer.x).sum()) + problem.constant
        _insist(problem, answer, upper - lower, tol)
        plants = counted_fleet(self.scenario, self.facts)
        energies = add_up(sums_of_plan(network, problem, answer.x), self.facts, plants)
        rents: dict[str, float] = {}
        if is_exact and self._base is not None and self._base.field is not None:
            rents = rents_of(self._base.field, problem, slopes, members, self._without)
        return Evaluation(intervals_of(lower, upper, energies, margin), rents)

    def _answer(self, problem: Problem, network: pypsa.Network, tol: float, *, is_exact: bool) -> Answer:
        """Return the plan of a case, the tidy one of those of least cost if it is to be exact."""
        answer = solve_problem(problem, tol=tol, threads=1, tidy_up=is_exact)
        if answer.status is not Status.OPTIMAL:
            solve(network, elastic=None, tol=tol, threads=1)  # says what is the matter
        return answer

    def _without(self, parts: frozenset[str]) -> pypsa.Network:
        """Build the network without some parts."""
        return self._network(*without(self.scenario, self.facts, parts))

    def _network(self, scenario: Scenario, facts: Facts) -> pypsa.Network:
        """Build the network of a case, with the elastic layer."""
        network = build_network(scenario, facts, self._profiles)
        rules = scenario.elastic
        add_elastic_layer(network, ElasticPrices(shed=rules.shed_price, dump=rules.dump_price))
        return network

    def _dispatch(self, scenario: Scenario, facts: Facts) -> Dispatch:
        """Dispatch a case with the certificate of the house."""
        return solve(self._network(scenario, facts), elastic=None, tol=EXACT_TOL, threads=1)


def _insist(problem: Problem, answer: Answer, gap: float, tol: float) -> None:
    """Raise a DispatchError if a plan is not proved: rows missed, or a gap beyond what was asked for."""
    missed = violation(problem, answer.x)
    turnover = max(1.0, float(np.abs(problem.cost * answer.x).sum()))
    if not (missed <= EXACT_TOL and gap <= 2.0 * tol * turnover):
        what = f"a coalition was not proved: gap {gap:.3g}, rows missed by {missed:.1e}"
        raise DispatchError(Fault("projects value", what, "Report it, with the scenario."))
