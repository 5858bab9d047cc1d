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
from qhgrid.scenario.fleet import counted_fleet
from qhgrid.value.adequacy import PeakHours, read_peak_hours
from qhgrid.value.game import Evaluation, Precision
from qhgrid.value.intervals import intervals_of
from qhgrid.value.measures import add_up
from qhgrid.value.players import Cast, find_players, without

if TYPE_CHECKING:
    import xarray as xr

    from qhgrid.dispatch import Dispatch
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
            dispatch = self._dispatch(self.scenario, self.facts, EXACT_TOL)
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
        dispatch = self._dispatch(scenario, facts, EXACT_TOL if precision == "exact" else ROUGH_TOL)
        energies = add_up(dispatch.network, facts, counted_fleet(scenario, facts))
        certificate = dispatch.certificate
        margin = self._peak.margin(scenario, facts)
        return Evaluation(intervals_of(certificate.lower_bound, certificate.cost, energies, margin))

    def _dispatch(self, scenario: Scenario, facts: Facts, tol: float) -> Dispatch:
        """Build and dispatch a case on one thread."""
        from qhgrid.dispatch import ElasticPrices, solve
        from qhgrid.network import build_network

        network = build_network(scenario, facts, self._profiles)
        prices = ElasticPrices(shed=scenario.elastic.shed_price, dump=scenario.elastic.dump_price)
        return solve(network, elastic=prices, tol=tol, threads=1, unique=tol <= EXACT_TOL)
