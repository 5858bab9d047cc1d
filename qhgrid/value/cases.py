"""What a coalition of projects comes to: the scenario without the others, built anew and dispatched.

:class:`DispatchEvaluator` is the evaluator of :mod:`qhgrid.value.game`::

    evaluator = DispatchEvaluator(scenario, facts)      # scenario and facts as read
    evaluator.players                                   # tuple of project ids, sorted
    evaluator.prepare()                                 # once, before it is sent to workers
    evaluator.evaluate(frozenset(members), "exact")     # Evaluation, by indicator and with rents

It can be pickled; what it has prepared goes with it, so that a worker does not dispatch the base case again.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from qhgrid.clock import snapshots
from qhgrid.dispatch import ElasticPrices, solve
from qhgrid.dispatch.elastic import add_elastic_layer
from qhgrid.dispatch.engine.problem import Problem
from qhgrid.dispatch.engine.solver import solve_problem
from qhgrid.dispatch.methods import Status
from qhgrid.errors import DispatchError, Fault
from qhgrid.network import build_network
from qhgrid.scenario.fleet import counted_fleet
from qhgrid.value.adequacy import PeakHours, read_peak_hours
from qhgrid.value.game import Evaluation, Precision
from qhgrid.value.intervals import intervals_of
from qhgrid.value.measures import add_up, sums_of_plan
from qhgrid.value.players import Cast, find_players, without
from qhgrid.value.proof import bound, slopes_of, violation

if TYPE_CHECKING:
    import pypsa
    import xarray as xr

    from qhgrid.dispatch import Dispatch
    from qhgrid.dispatch.program import FloatArray
    from qhgrid.facts import Facts
    from qhgrid.scenario.model import Scenario

EXACT_TOL = 1e-6
"""Relative gap of an exact dispatch [1]."""
ROUGH_TOL = 1e-3
"""The same of a rough one, where a case cannot be screened [1]."""


class DispatchEvaluator:
    """Evaluates coalitions of the projects of a scenario by dispatch.

    Parameters
    ----------
    scenario : Scenario
        With all projects.
    facts : Facts
        With the register.
    """

    def __init__(self, scenario: Scenario, facts: Facts) -> None:
        self.scenario, self.facts = scenario, facts
        self._peak: PeakHours | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Return what a worker needs: the inputs, and what was prepared."""
        return {"scenario": self.scenario, "facts": self.facts, "_peak": self._peak}

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
        if self._peak is None:
            dispatch = self._dispatch(self.scenario, self.facts)
            self._peak = read_peak_hours(dispatch, self.scenario, self.facts)

    def evaluate(self, members: frozenset[str], precision: Precision) -> Evaluation:
        """Return what the coalition `members` comes to.

        Parameters
        ----------
        members : frozenset of str
            Ids of the projects that are built, out of :attr:`players`.
        precision : str
            ``exact`` or ``screen``.

        Returns
        -------
        Evaluation
            The indicators of :data:`qhgrid.value.intervals.ORIENTATION` in base units, with intervals.
        """
        self.prepare()
        assert self._peak is not None
        scenario, facts = without(self.scenario, self.facts, self.cast.absent(members))
        network = self._network(scenario, facts)
        problem = Problem.from_network(network)
        lower, upper, x = self._solve(problem, network, precision)
        plants = counted_fleet(scenario, facts)
        energies = add_up(sums_of_plan(network, problem, x), facts, plants)
        return Evaluation(intervals_of(lower, upper, energies, self._peak.margin(scenario, facts)))

    def _solve(
        self, problem: Problem, network: pypsa.Network, precision: Precision
    ) -> tuple[float, float, FloatArray]:
        """Return the proved lower bound, the cost and the plan of a case.

        What is proved is proved here, from plan and prices alone (:mod:`qhgrid.value.proof`).
        """
        is_exact = precision == "exact"
        tol = EXACT_TOL if is_exact else ROUGH_TOL
        answer = solve_problem(problem, tol=tol, threads=1, tidy_up=is_exact)
        if answer.status is not Status.OPTIMAL:
            solve(network, elastic=None, tol=tol, threads=1)  # says what is the matter
        lower = bound(problem, slopes_of(problem, answer.y, answer.y_wide))
        upper = float((problem.cost * answer.x).sum()) + problem.constant
        missed = violation(problem, answer.x)
        if not (missed <= EXACT_TOL and upper - lower <= 2.0 * tol * max(1.0, abs(upper))):
            what = f"a coalition was not proved: gap {upper - lower:.3g}, rows missed by {missed:.1e}"
            raise DispatchError(Fault("projects value", what, "Report it, with the scenario."))
        return lower, upper, answer.x

    def _network(self, scenario: Scenario, facts: Facts) -> pypsa.Network:
        """Build the network of a case, with the elastic layer."""
        network = build_network(scenario, facts, self._profiles)
        rules = scenario.elastic
        add_elastic_layer(network, ElasticPrices(shed=rules.shed_price, dump=rules.dump_price))
        return network

    def _dispatch(self, scenario: Scenario, facts: Facts) -> Dispatch:
        """Dispatch a case with the certificate of the house."""
        return solve(self._network(scenario, facts), elastic=None, tol=EXACT_TOL, threads=1)
