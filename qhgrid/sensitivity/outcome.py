"""The scorecard of one case, screened from the exact dispatch of the base case where that is near enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qhgrid.clock import snapshots
from qhgrid.errors import DispatchError
from qhgrid.indicators import TargetResult

if TYPE_CHECKING:
    from qhgrid.dispatch import Dispatch
    from qhgrid.facts import Facts
    from qhgrid.scenario.model import Scenario

LARGEST_GAP = 0.01
"""Gap above which a screened answer is replaced by an exact one [1]."""


@dataclass(frozen=True)
class Outcome:
    """What a case comes to.

    Parameters
    ----------
    targets : dict of str to TargetResult
        The chosen reading of each target, by key.
    cost : float
        Cost of the dispatch [CNY].
    method : str
        ``exact`` or ``screen``.
    gap : float
        Gap that is left [1].
    """

    targets: dict[str, TargetResult]
    cost: float
    method: str
    gap: float

    def to_json(self) -> dict[str, Any]:
        """Return the outcome as plain values."""
        return {**self.__dict__, "targets": {key: one.to_json() for key, one in self.targets.items()}}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Outcome:
        """Return the outcome that :meth:`to_json` wrote."""
        targets = {key: TargetResult.from_json(one) for key, one in content["targets"].items()}
        return cls(**{**content, "targets": targets})

    def value(self, key: str) -> float | None:
        """Return the value of a target, None where the case has none."""
        return self.targets[key].value if key in self.targets else None

    def verdict(self, key: str) -> bool | None:
        """Return the verdict on a target, None where the case has none."""
        return self.targets[key].passed if key in self.targets else None


def exact_case(scenario: Scenario, facts: Facts, base: Dispatch | None = None) -> tuple[Outcome, Dispatch]:
    """Return scorecard and dispatch of a case, solved exactly, from a like case where one is given."""
    dispatch = _solve(scenario, facts, "exact", base)
    return _outcome(dispatch, scenario, facts), dispatch


def screened_case(scenario: Scenario, facts: Facts, base: Dispatch) -> Outcome:
    """Return the scorecard of a changed case: screened, or exact where screening cannot answer closely.

    A case whose matrix is another one (losses, efficiencies, plants that come or go) cannot be screened.
    """
    try:
        dispatch = _solve(scenario, facts, "screen", base)
    except DispatchError:
        return exact_case(scenario, facts)[0]
    if abs(dispatch.certificate.gap) > LARGEST_GAP:
        return exact_case(scenario, facts, base)[0]
    return _outcome(dispatch, scenario, facts)


def _solve(scenario: Scenario, facts: Facts, method: str, base: Dispatch | None) -> Dispatch:
    """Build and dispatch a case."""
    from qhgrid.dispatch import ElasticPrices, solve
    from qhgrid.network import build_network
    from qhgrid.profiles import load_profiles

    profiles = load_profiles(scenario, snapshots(scenario.horizon.start, scenario.horizon.end))
    network = build_network(scenario, facts, profiles)
    prices = ElasticPrices(shed=scenario.elastic.shed_price, dump=scenario.elastic.dump_price)
    return solve(network, method=method, elastic=prices, warm_start=base)


def _outcome(dispatch: Dispatch, scenario: Scenario, facts: Facts) -> Outcome:
    """Return the scorecard of a dispatch."""
    from qhgrid.indicators import scorecard

    card = scorecard(dispatch.to_dataset(), scenario, facts, dispatch.objective)
    return Outcome(
        targets={target.key: target for target in card.targets if target.is_chosen},
        cost=dispatch.objective,
        method=dispatch.method,
        gap=dispatch.certificate.gap,
    )
